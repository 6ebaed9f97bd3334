"""What a person decided is so: of a claimed place, or of a visit; and what was before them when they did.

A decision is never changed. A later one takes its place, later evidence reopens it (`reopening.py`), and both stay in
the history, from which `states.py` says how things stand.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from verification.model import CONTRADICTS, Outcome
from verification.record import record

WITHDRAWN = "withdrawn"  # the rules' proposal stands again
DECIDABLE = tuple(outcome for outcome in Outcome if outcome not in (Outcome.NOT_VISITED, Outcome.ENDED))
FROM_A_VISIT = frozenset({Outcome.CONFIRMED, Outcome.CRITERIA_NOT_MET, Outcome.NOT_FOUND})
"""What only who has been there can say; the others show in claims and papers too."""


class Whereto(StrEnum):
    """What a person may say of a visit: where it belongs."""

    BELONGS = "belongs"  # to another line
    UNCLAIMED = "unclaimed"  # to no claim of this district
    SET_ASIDE = "set_aside"  # it counts for nothing


class TwoCheckers(StrEnum):
    """Of which decisions about a line two people have to say the same; a setting of each round."""

    NONE = "none"
    CONTRADICTING = "contradicting"
    ALL = "all"


def asks_second(rule: TwoCheckers, outcome: str, *, others_wait: bool) -> bool:
    """Tell whether a decision needs a second person; one that meets somebody's that waits is set against that one."""
    if outcome == WITHDRAWN or rule is TwoCheckers.NONE:
        return False
    return others_wait or rule is TwoCheckers.ALL or outcome in CONTRADICTS


@record
class SeenVisit:
    """A visit as a person had it before them: its submission's number, its version, its files' digests by their marks.

    A file that had not come has "". `placed` is the decision that put the visit where it was, if one did. `day` and
    `number` of the version are told, and not compared.
    """

    submission: int
    version: str
    files: tuple[tuple[str, str], ...] = ()
    placed: int | None = None
    day: str | None = field(default=None, compare=False)
    number: int = field(default=0, compare=False)


@record
class Recorded:
    """What was before a person: the visits, the digest of the rules, and the number of the newest version known."""

    visits: tuple[SeenVisit, ...] = ()
    rules: str = ""
    newest: int = 0


@record
class Fact:
    """One decision: of a line an `Outcome`, of a visit a `Whereto`, or WITHDRAWN.

    `other` names the facility of the line it points to: the place claimed twice, the line a visit belongs to.
    `second`: it counts only once somebody else has said the same.
    """

    number: int
    by: str
    outcome: str
    criteria: tuple[str, ...] = ()
    other: str | None = None
    second: bool = False
    evidence: Recorded = Recorded()

    def says_the_same(self, other: "Fact") -> bool:
        """Tell whether another decision has the same verdict, by the same evidence."""
        return self._verdict == other._verdict

    def saw_the_same(self, other: "Fact") -> bool:
        """Tell whether both had the same before them: the same visits, in the same versions, with the same files."""
        return set(self.evidence.visits) == set(other.evidence.visits)

    @property
    def _verdict(self) -> tuple[str, frozenset[str], str | None]:
        return self.outcome, frozenset(self.criteria), self.other


@record
class PlacedVisit:
    """A decision about a visit that is in force, and the lines it belongs to by it: none, or those of one place."""

    fact: Fact
    lines: tuple[int, ...] = ()


@record
class NowVisit:
    """A submission that a decision recorded, as it is now: `gone` where it was deleted, removed, or counts elsewhere.

    `number` is its version's among its versions, from 1.
    """

    submission: int
    visit_id: str = ""
    day: str | None = None
    version: str = ""
    number: int = 0
    files: tuple[tuple[str, str], ...] = ()
    gone: bool = False


@record
class Decided:
    """All that people decided of a district, in force until evidence speaks: by line, and by visit.

    `present` has the submissions that decisions recorded, as they are now; `submissions` the numbers of the visits,
    `line_ids` the lines by indicator and facility, `rules` the digest of the rules that are in force.
    """

    lines: Mapping[int, Fact] = field(default_factory=dict)
    visits: Mapping[str, PlacedVisit] = field(default_factory=dict)
    present: Mapping[int, NowVisit] = field(default_factory=dict)
    submissions: Mapping[str, int] = field(default_factory=dict)
    line_ids: Mapping[tuple[int, str], int] = field(default_factory=dict)
    rules: str = ""
