"""Which rows of several forms' lists of places are of one place; what is not sure stays apart, for a person to see."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from verification.matching.identity import full_name_key, name_key
from verification.matching.spelling import former_name
from verification.record import record

Key = tuple[object, ...]


@record
class PlaceRow:
    """What a row of a form says a place is: `sort` is its indicator and kind, `number` that of a registry."""

    file: str
    sort: Key
    number: str | None
    village: str
    name: str

    @property
    def called(self) -> Key:
        """What it is called now, and where."""
        return (*self.sort, self.village, *name_key(self.name))

    @property
    def called_in_full(self) -> Key:
        """What it is called and was called before, and where."""
        return (*self.sort, self.village, *full_name_key(self.name))


def places_of(rows: Sequence[PlaceRow]) -> list[Key]:
    """Name the place of each row, in whatever order they come.

    A place is the same by its registry number; else by its whole name; else by its name now, where no two rows say
    that it was called otherwise before. A form's rows are of so many places as it says. Where several could be meant
    none is.
    """
    places: dict[Key, _Place] = {}
    for row in rows:
        key = (*row.sort, row.number) if row.number else row.called_in_full
        places.setdefault(key, _Place(key, bool(row.number))).rows.append(row)
    found = _joined(places.values(), lambda row: row.called_in_full, lambda place: place.numbered)
    found = _joined(found, lambda row: row.called, lambda place: any(former_name(row.name) for row in place.rows))
    names = {row: place.key for place in found for row in place.rows}
    return [names[row] for row in rows]


@dataclass(slots=True)
class _Place:
    key: Key
    numbered: bool
    rows: list[PlaceRow] = field(default_factory=list)


def _joined(
    places: Iterable[_Place], called: Callable[[PlaceRow], Key], says_more: Callable[[_Place], bool]
) -> list[_Place]:
    """Join two places of one name, the only one that says more with the only one that says less."""
    kept = {place.key: place for place in places}
    of_name: dict[Key, dict[Key, _Place]] = defaultdict(dict)
    for place in kept.values():
        for row in place.rows:
            of_name[called(row)][place.key] = place
    for there in of_name.values():
        more = [place for place in there.values() if says_more(place)]
        less = [place for place in there.values() if not says_more(place)]
        if len(more) == len(less) == 1 and _may_be_one(more[0], less[0]) and {more[0].key, less[0].key} <= kept.keys():
            one, other = (more[0], less[0]) if more[0].numbered else (less[0], more[0])
            one.rows += other.rows
            del kept[other.key]
    return [*kept.values()]


def _may_be_one(one: _Place, other: _Place) -> bool:
    """Tell whether nothing speaks against it: two numbers, or a form that lists both."""
    if one.numbered and other.numbered:
        return False
    return {row.file for row in one.rows}.isdisjoint(row.file for row in other.rows)
