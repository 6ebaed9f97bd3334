"""What was worked out of a district before, given again where all it was worked out of is the very same.

So a visit that comes late costs what it touches: whatever is not made of it is not made again. Nothing is taken for the
same but the same objects (in columns equal texts, whole numbers and tuples too), and what is made of them is always
the same: so remembering changes no result.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain, compress
from operator import is_, is_not, ne
from typing import Any, Generic, TypeVar, cast

from verification.record import record

T = TypeVar("T")
Column = Sequence[object]
_NOTHING = object()  # no row has it
_PLAIN = (tuple, str, int)  # equal values are as good as the same object


@record
class _Rows(Generic[T]):
    """Rows by their keys, in their order, and what was made of each."""

    keys: Sequence[Hashable]
    columns: tuple[Column, ...]
    made: list[T]

    def at(self, keys: Sequence[Hashable]) -> "_Rows[T]":
        """Give them in the order of these keys; where there is no such row, nothing is in it."""
        if keys == self.keys:
            return self
        number = {key: position for position, key in enumerate(self.keys)}
        nothing = len(self.keys)
        at = [number.get(key, nothing) for key in keys]
        columns = (*((*column, _NOTHING) for column in self.columns), (*self.made, _NOTHING))
        *moved, made = (picked(column, at) for column in columns)
        return _Rows(keys, tuple(moved), cast(list[T], made))  # what was made of nothing will be made anew


def positions_of(values: Iterable[Hashable]) -> dict[Any, list[int]]:
    """Give the positions at which each value stands."""
    found: dict[Any, list[int]] = defaultdict(list)
    for at, value in enumerate(values):
        found[value].append(at)
    return found


def picked(column: Sequence[T], positions: Iterable[int]) -> list[T]:
    """Give what stands at these positions."""
    return [*map(column.__getitem__, positions)]


class Remembered:
    """What one computation made, by what it is about, for the next one of the same district; begins empty."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self._before: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self._parts: dict[Hashable, Remembered] = {}

    def begin(self) -> None:
        """Begin a computation: what the one before did not ask for is forgotten."""
        self._before, self._made = self._made, {}

    def part(self, about: Hashable) -> "Remembered":
        """Begin a part's computation: a part forgets only when it is computed itself, and not with the whole."""
        part = self._parts.setdefault(about, Remembered())
        part.begin()
        return part

    def known(self, about: Hashable, *of: object) -> Any:
        """Give what was made of these very objects; None where nothing was."""
        found = self._made.get(about) or self._before.get(about)
        if found is None or len(found[0]) != len(of) or not all(map(is_, found[0], of)):
            return None
        self._made[about] = found
        return found[1]

    def keep(self, about: Hashable, made: T, *of: object) -> T:
        """Keep what was made of these objects, and give it."""
        self._made[about] = (of, made)
        return made

    def again(self, about: Hashable, make: Callable[[], T], *of: object) -> T:
        """Give what was made of these very objects before, or make it."""
        found: T | None = self.known(about, *of)
        return found if found is not None else self.keep(about, make(), *of)

    def alike(self, about: Hashable, make: Callable[[], T], *columns: Column) -> T:
        """Give what was made of columns of equal texts, whole numbers, kinds or tuples before, or make it."""
        found = self._made.get(about) or self._before.get(about)
        if found is None or found[0] != columns:
            return self.keep(about, make(), *columns)
        self._made[about] = found
        return cast(T, found[1])

    def each(
        self, about: Hashable, make: Callable[[list[int]], Sequence[T]], keys: Sequence[Hashable], *columns: Column,
        of: Sequence[object] = (),
    ) -> list[T]:  # fmt: skip
        """Give what is made of each row of these columns; `keys` name the rows, each once.

        `make` gets the positions of the rows that were not there before, or of which anything is another object (of
        texts, whole numbers and tuples: another value), and gives what it makes of each. All are made where any of `of`
        is another object.
        """
        rows: _Rows[T] | None = self.known(about, *of)
        if rows is None:
            return self.keep(about, _Rows(keys, columns, list(make([*range(len(keys))]))), *of).made
        before = rows.at(keys)
        differ = sorted({*chain.from_iterable(map(_differ, columns, before.columns))})
        if not differ and before is rows:
            return rows.made
        made = [*before.made]
        for position, one in zip(differ, make(differ) if differ else (), strict=True):
            made[position] = one
        return self.keep(about, _Rows(keys, columns, made), *of).made


def _differ(column: Column, before: Column) -> list[int]:
    """Give the positions at which there is another object, and no value equal to the one before."""
    if column is before:
        return []
    is_plain = bool(column) and isinstance(column[0], _PLAIN)
    if is_plain and column == before:  # a third of what it takes to look for the positions
        return []
    is_other = ne if is_plain else is_not  # either looks at all of them at once
    others = compress(range(len(column)), map(is_other, column, before))
    return [at for at in others if not (isinstance(column[at], _PLAIN) and column[at] == before[at])]
