"""Which lines a visit may belong to, and what is told of those that are not its own: of each visit and line a few."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from verification.matching.compare import Comparison
from verification.record import record

TOLD, TOLD_FROM = 3, 0.01  # how many others are told of a visit or a line, and from which probability on


@record
class Match:
    """A visit and the line it belongs to with this probability; `sure` where no person is needed to say so."""

    visit_id: str
    line_id: int
    probability: float
    sure: bool
    comparisons: tuple[Comparison, ...]
    bits: float = 0.0


@record
class Considered:
    """A visit and a line that it might belong to as well, or instead, with this probability."""

    visit_id: str
    line_id: int
    probability: float


@record
class Likely:
    """A visit and a line that something speaks for, the line's position, and what counts of two ways equally good."""

    match: Match
    considered: Considered  # where it is not chosen
    line: int
    casting_vote: float


def perhaps_of(likely: Iterable[Likely], given: Sequence[Match], person: float) -> dict[str, tuple[int, ...]]:
    """Find the visits that are to some line, though to which is not said: a person has to say it.

    Another visit was taken for the line, or several lines fit alike, so that none reaches a half.
    """
    settled, left = {match.visit_id for match in given}, defaultdict[str, list[Match]](list)
    for pair in likely:
        if pair.match.visit_id not in settled:
            left[pair.match.visit_id].append(pair.match)
    return {
        visit_id: tuple(one.line_id for one in sorted(those, key=lambda one: (-one.probability, one.line_id))[:TOLD])
        for visit_id, those in left.items()
        if sum(one.probability for one in those) >= person
    }


def runners_up(likely: Sequence[Likely], chosen: Sequence[Match]) -> list[Likely]:
    """Give what was not chosen and is likely enough to be told: of each visit and of each line the first few."""
    taken = {(match.visit_id, match.line_id) for match in chosen}
    others = [pair for pair in likely if pair.match.probability >= TOLD_FROM
              and (pair.match.visit_id, pair.match.line_id) not in taken]  # fmt: skip
    visits, lines = Counter[str](), Counter[int]()
    found = []
    for pair in sorted(others, key=lambda pair: (-pair.match.probability, pair.match.visit_id, pair.line)):
        if visits[pair.match.visit_id] < TOLD and lines[pair.line] < TOLD:
            visits[pair.match.visit_id] += 1
            lines[pair.line] += 1
            found.append(pair)
    return found
