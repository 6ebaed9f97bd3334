"""One reader's answers about a document and a question it is to answer, and what several readers' answers come to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from verification.model import Seen
from verification.sets.indicators import Indicator

PROPOSALS, POLICIES = "Masukan Anak", "Kebijakan"  # sheets: their indicators ask more of a document than others do


class Says(StrEnum):
    """Whether a document says what is claimed."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What one reader found; `covers` are codes of clusters. `page` is where, and no two readers have to name the same.

    None is what was not answered, or not asked: whether children's input is named, elsewhere than where they propose.
    """

    by: str
    opened: bool
    matches_number: Seen | None = None
    matches_date: Seen | None = None
    in_force: Seen | None = None  # in the data year
    issuer_ok: bool | None = None
    covers: frozenset[str] = frozenset()
    says: Says | None = None
    child_input_named: bool | None = None
    page: int | None = None


COMPARED = tuple(one.name for one in fields(DocumentReading) if one.name not in ("by", "page"))


def asks_child_input(indicator: Indicator) -> bool:
    """Tell whether a reader is asked if the document names what children proposed: by the set's data."""
    return indicator.sheet == PROPOSALS


def asks_clusters(indicator: Indicator, claimed: frozenset[str]) -> bool:
    """Tell whether a reader is asked which clusters a document covers: of policies, and where some are claimed."""
    return bool(claimed) or indicator.sheet == POLICIES


def differ_in(first: DocumentReading, second: DocumentReading) -> tuple[str, ...]:
    """Name what two readers answered differently."""
    one, other = asdict(first), asdict(second)
    return tuple(name for name in COMPARED if one[name] != other[name])


@dataclass(frozen=True, slots=True)
class Together:
    """What readers say together: of each answer the one that most gave; `left` names those that no majority gave."""

    reading: DocumentReading
    readers: int
    left: tuple[str, ...] = ()

    @property
    def agree(self) -> bool:
        """Tell whether nothing is left open between them."""
        return not self.left


def together(readings: Sequence[DocumentReading]) -> Together:
    """Put readings side by side, at least one. Of two all has to be the same, of more what more than half say."""
    found: dict[str, Any] = {}
    left, said = [], [asdict(one) for one in readings]
    for name in COMPARED:
        value, count = Counter(one[name] for one in said).most_common(1)[0]
        found[name] = value
        if count * 2 <= len(readings):
            left.append(name)
    page = next((one.page for one in readings if one.page is not None), None)
    return Together(replace(readings[0], page=page, **found), len(readings), tuple(left))


_FAULTS: Mapping[str, tuple[str, Any]] = {  # what speaks against a document: the answer, and which one it is
    "desk_number_differs": ("matches_number", Seen.NO), "desk_date_differs": ("matches_date", Seen.NO),
    "desk_not_in_force": ("in_force", Seen.NO), "desk_issuer_differs": ("issuer_ok", False),
    "desk_does_not_say": ("says", Says.NO), "desk_unreadable": ("says", Says.UNREADABLE),
    "desk_no_child_input": ("child_input_named", False),
}  # fmt: skip
NOT_OPENED, CLUSTERS_MISSING, READERS_DIFFER = "desk_not_opened", "desk_clusters_missing", "desk_readers_differ"
DOUBTS = (NOT_OPENED, *_FAULTS, CLUSTERS_MISSING, READERS_DIFFER)


def doubts(reading: DocumentReading, claimed: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Name what speaks against a document; `claimed` are the clusters that the district says it covers.

    What supports the claim in part is no doubt: how much that is worth, Tim Penilai says.
    """
    if not reading.opened:
        return (NOT_OPENED,)
    said = asdict(reading)
    found = [code for code, (name, value) in _FAULTS.items() if said[name] == value]
    return (*found, *([CLUSTERS_MISSING] if claimed - reading.covers else []))
