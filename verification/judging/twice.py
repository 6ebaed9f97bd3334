"""Two visits to one place, question by question, and what many such pairs say together: for a person to ask about.

A place may have changed between two visits, and either of them may be wrong: nothing here judges a team.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum

from verification.judging.again import opposite
from verification.model import Seen
from verification.reading.noted import CHOSEN, RECOUNT, RECOUNT_PERIOD
from verification.record import record
from verification.sampling.intervals import FEWEST, Drawn, whole

WITHIN = 0.1  # of the larger: two counts of one register that are no further apart agree


class Sort(StrEnum):
    """What sort of question it is."""

    REGULATION = "regulation"  # a criterion that the regulation itself names
    COUNT = "count"
    OTHER = "other"  # a criterion from practice, a choice


@record
class SaidOnce:
    """What one visit says: of criteria, and of other questions that a claim answers too."""

    seen: Mapping[str, Seen] = field(default_factory=dict)
    noted: Mapping[str, str] = field(default_factory=dict)


@record
class SaidTwice:
    """A question that both visits answered, and whether they differ."""

    question: str
    sort: Sort
    differs: bool


@record
class Differing:
    """How many answers were compared, and how many of them differ."""

    compared: int
    differ: int

    @property
    def share(self) -> float | None:
        """The share that differs; None of fewer than ten answers."""
        return self.differ / self.compared if self.compared >= FEWEST else None


@record
class DrawnTwice:
    """Of `places` that were visited before a drawing `drawn` were drawn for it, and `differ` there in some answer.

    From `lowest` to `highest` of all those places do, at 95 %.
    """

    places: int
    drawn: int
    differ: int
    undecided: int
    lowest: int
    highest: int


def compare_twice(earlier: SaidOnce, later: SaidOnce, of_regulation: Container[str]) -> tuple[SaidTwice, ...]:
    """Compare question by question what both answered, in the order of the questions' codes."""
    criteria = opposite(earlier.seen, later.seen).items()
    seen = [SaidTwice(code, Sort.REGULATION if code in of_regulation else Sort.OTHER, differs)
            for code, differs in criteria]  # fmt: skip
    return tuple(sorted([*seen, *_noted(earlier.noted, later.noted)], key=lambda one: one.question))


def _noted(earlier: Mapping[str, str], later: Mapping[str, str]) -> Iterator[SaidTwice]:
    """Compare choices, and the recount where both are of one period."""
    both = earlier.keys() & later.keys()
    for question in both & CHOSEN:
        yield SaidTwice(question, Sort.OTHER, earlier[question] != later[question])
    if RECOUNT in both and earlier.get(RECOUNT_PERIOD) == later.get(RECOUNT_PERIOD):
        yield SaidTwice(RECOUNT, Sort.COUNT, not close(int(earlier[RECOUNT]), int(later[RECOUNT])))


def close(one: int, other: int) -> bool:
    """Tell whether two counts of the same agree: no further apart than a tenth of the larger."""
    return abs(one - other) <= WITHIN * max(one, other)


def tally(answers: Iterable[SaidTwice], sort: Sort | None = None) -> Differing:
    """Count answers, all or those of a sort."""
    those = [one.differs for one in answers if sort in (None, one.sort)]
    return Differing(len(those), sum(those))


def by_question(answers: Iterable[SaidTwice]) -> list[tuple[str, Sort, Differing]]:
    """Count by question: first where the most answers differ."""
    found: dict[tuple[str, Sort], list[SaidTwice]] = {}
    for one in answers:
        found.setdefault((one.question, one.sort), []).append(one)
    counted = [(question, sort, tally(those)) for (question, sort), those in found.items()]
    return sorted(counted, key=lambda one: (-one[2].differ, one[2].compared, one[0]))


def drawn_twice(strata: Sequence[Drawn]) -> DrawnTwice | None:
    """Say of drawings how many places differ between two visits; None below ten that were drawn.

    Each stratum is what was visited before of one list, and drawn of it by lot: given how many of those a simple random
    drawing took, they are a simple random sample of them. Its `confirmed` are the places that differ; places and not
    answers, since the answers of one place hang together. One that was drawn and has not been compared may be either.
    """
    drawn = sum(one.drawn for one in strata)
    found = whole(strata) if drawn >= FEWEST else None
    if found is None:
        return None
    differ, undecided = sum(one.confirmed for one in strata), sum(one.undecided for one in strata)
    return DrawnTwice(sum(one.lines for one in strata), drawn, differ, undecided, found.lowest, found.highest)
