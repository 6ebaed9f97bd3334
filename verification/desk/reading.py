"""One reader's answers about a document and a question it is to answer, and what several readers' answers come to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

from verification.model import Seen
from verification.record import record
from verification.sets.indicators import Indicator

PROPOSALS, POLICIES = "Masukan Anak", "Kebijakan"  # sheets: their indicators ask more of a document than others do


class Says(StrEnum):
    """Whether a document says what is claimed."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNREADABLE = "unreadable"


@record
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

    @property
    def answers(self) -> dict[str, Any]:
        """What two readers are compared by."""
        return {
            "opened": self.opened, "matches_number": self.matches_number, "matches_date": self.matches_date,
            "in_force": self.in_force, "issuer_ok": self.issuer_ok, "covers": self.covers, "says": self.says,
            "child_input_named": self.child_input_named,
        }  # fmt: skip


COMPARED = tuple(one.name for one in fields(DocumentReading) if one.name not in ("by", "page"))


def asks_child_input(indicator: Indicator) -> bool:
    """Tell whether a reader is asked if the document names what children proposed: by the set's data."""
    return indicator.sheet == PROPOSALS


def asks_clusters(indicator: Indicator, claimed: frozenset[str]) -> bool:
    """Tell whether a reader is asked which clusters a document covers: of policies, and where some are claimed."""
    return bool(claimed) or indicator.sheet == POLICIES


def differ_in(first: DocumentReading, second: DocumentReading) -> tuple[str, ...]:
    """Name what two readers answered differently."""
    one, other = first.answers, second.answers
    return tuple(name for name in COMPARED if one[name] != other[name])


@record
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
    page = next((one.page for one in readings if one.page is not None), None)
    said = [one.answers for one in readings]
    if all(one == said[0] for one in said):
        return Together(replace(readings[0], page=page), len(readings))
    found: dict[str, Any] = {}
    left = []
    for name in COMPARED:
        value, count = Counter(one[name] for one in said).most_common(1)[0]
        found[name] = value
        if count * 2 <= len(readings):
            left.append(name)
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
    said = reading.answers
    found = [code for code, (name, value) in _FAULTS.items() if said[name] == value]
    return (*found, *([CLUSTERS_MISSING] if claimed - reading.covers else []))
