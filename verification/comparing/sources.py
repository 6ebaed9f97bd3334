"""What several sources say of one thing, side by side: claim, visits, community, children (E-TRI).

None outweighs another, and no point hangs on it. Disagreement is how many pairs of them differ; what is to be asked
about first is ranked by it and by the points at stake. Only what a finding tells is looked at: what too few said is in
none of them, so that no order betrays it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from verification.comparing.finding import ClaimFinding
from verification.judging.line import LineResult
from verification.model import Claim, Seen
from verification.reason import Reason, Value
from verification.record import record

_YES = {"yes": True, "no": False}
_ENOUGH = 2  # sources, of which two can differ


def says_yes(claim: Claim, answer: str | None) -> bool | None:
    """Tell whether a district says yes; None where it says neither."""
    stated = claim.answers.get(answer or "")
    return _YES.get(stated.value or "") if stated else None


def surely_visited(results: Iterable[LineResult]) -> Iterator[LineResult]:
    """Leave out places whose visit may have been to another one: a person has yet to say where it belongs."""
    return (one for one in results if one.match is None or one.match.sure)


def seen_at(criterion: str | None, results: Iterable[LineResult]) -> tuple[int, int]:
    """Count at how many places it was seen, of those where it was looked at."""
    seen = [one.seen for result in surely_visited(results) for one in result.criteria if one.code == criterion]
    return seen.count(Seen.YES), sum(one in (Seen.YES, Seen.NO) for one in seen)


def topic_of(*codes: str | None) -> str:
    """Give what several sources speak of: the claim's answer, and what verifiers look at."""
    return " ".join(code for code in codes if code)


def side_by_side(topic: str, claimed: bool | None, seen: tuple[int, int], said: bool | None) -> dict[str, Value]:
    """Set claim, visits and a third source side by side, as a finding's values; each holds, does not, or says nothing.

    What the third says is told where another speaks too: then it follows from which of them differ.
    """
    there, of = seen
    known = _known(claimed, there == of if of else None, said)
    return {
        "topic": topic, "claimed": claimed, "there": there, "of": of, "said": said if len(known) >= _ENOUGH else None,
        "sources": len(known), "differ": _pairs(known),
    }  # fmt: skip


@record
class Triangulated:
    """Whether something holds, by each source that speaks of it; `what` are the codes of answer and criterion."""

    indicator: int
    what: str
    claim: bool | None = None
    visits: bool | None = None
    community: bool | None = None
    children: bool | None = None

    @property
    def differ(self) -> int:
        """How many pairs of sources differ."""
        return _pairs(_known(self.claim, self.visits, self.community, self.children))


def triangulated(findings: Iterable[ClaimFinding]) -> Iterator[Triangulated]:
    """Put together what findings tell of one thing, in the order in which each is first told of."""
    by_topic: dict[tuple[int, str], list[ClaimFinding]] = defaultdict(list)
    for one in findings:
        if "topic" in one.reason.values:
            by_topic[one.indicator, str(one.reason.values["topic"])].append(one)
    for (indicator, what), those in by_topic.items():
        reasons = [one.reason for one in those]
        claimed = next(iter(_known(*(_stance(reason, "claimed") for reason in reasons))), None)
        children = _of(those, "children", "forum")
        yield Triangulated(indicator, what, claimed, _of_visits(reasons), _of(those, "heard"), children)


def most_to_ask(topics: Iterable[Triangulated], at_stake: Mapping[int, float] | None = None) -> list[Triangulated]:
    """Rank what sources differ in by points at stake × disagreement; `at_stake` are points by indicator.

    Without them, for who is not to see any, by disagreement alone: an order by points would tell them.
    """

    def rank(one: Triangulated) -> tuple[float, int, int, str]:
        stake = 1.0 if at_stake is None else at_stake.get(one.indicator, 0.0)
        return -stake * one.differ, -one.differ, one.indicator, one.what

    return sorted((one for one in topics if one.differ), key=rank)


def _of_visits(reasons: Sequence[Reason]) -> bool | None:
    """Tell whether it holds wherever verifiers looked, by all findings that say where they did."""
    looked = [(one.values.get("there"), one.values.get("of")) for one in reasons]
    found = {there == of for there, of in looked if of}
    return None if not found else found == {True}


def _of(findings: Iterable[ClaimFinding], *about: str) -> bool | None:
    """Tell what one source says; None where it says both."""
    found = set(_known(*(_stance(one.reason, "said") for one in findings if one.about in about)))
    return found.pop() if len(found) == 1 else None


def _stance(reason: Reason, name: str) -> bool | None:
    value = reason.values.get(name)
    return value if isinstance(value, bool) else None


def _known(*stances: bool | None) -> list[bool]:
    return [one for one in stances if one is not None]


def _pairs(known: Sequence[bool]) -> int:
    return sum(one != other for one, other in combinations(known, 2))
