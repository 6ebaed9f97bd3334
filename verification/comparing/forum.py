"""What a children's forum says of its invitations, beside the claim and the papers that visits saw (E-FORUM).

Three sources for each process, and none outweighs another: that they differ is told, to be asked about. The forum's
own word is of minutes by whoever has no tie to the district; others are its claim.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from verification.comparing.finding import Said, Verdict
from verification.judging.line import LineResult
from verification.model import Claim, Seen
from verification.reading.forum import ForumAnswer, ForumProcess
from verification.reason import Reason, Value
from verification.summing.forum import ForumSaid

_YES = {"yes": True, "no": False}


def compare_forum(
    answer: str, criteria: Sequence[str], claim: Claim, results: Sequence[LineResult], said: Sequence[ForumSaid]
) -> Iterator[Said]:
    """Set the three sources side by side, a process each; nothing where nobody minuted the forum.

    `criteria` are of what papers show, in the order of the processes.
    """
    stated = claim.answers.get(answer)
    claimed = _YES.get(stated.value or "") if stated else None
    by_process = {one.process: one for one in said}
    for process, criterion in zip(ForumProcess, criteria, strict=True):
        if process in by_process:
            yield _beside(f"{answer} {criterion}", claimed, _seen(criterion, results), by_process[process])


def _seen(criterion: str, results: Sequence[LineResult]) -> tuple[int, int]:
    """Count at how many places papers show it, of those where they were looked at."""
    seen = [one.seen for result in results for one in result.criteria if one.code == criterion]
    return seen.count(Seen.YES), sum(one in (Seen.YES, Seen.NO) for one in seen)


def _beside(what: str, claimed: bool | None, papers: tuple[int, int], said: ForumSaid) -> Said:
    there, of = papers
    yes, no = said.of(ForumAnswer.YES), said.of(ForumAnswer.NO)
    forum = yes > 0 if (yes > 0) != (no > 0) else None  # in several discussions it may have said both
    known = [one for one in (claimed, there == of if of else None, forum) if one is not None]
    differ = sum(one != other for one, other in combinations(known, 2))
    values: dict[str, Value] = {
        "what": what, "claimed": claimed, "there": there, "of": of, "forum_yes": yes, "forum_no": no,
        "discussions": sum(number for _, number in said.said), "sources": len(known), "differ": differ,
    }  # fmt: skip
    if differ:
        return Verdict.DIFFERS, Reason("forum_sources_differ", values)
    return Verdict.OPEN, Reason("forum_sources_agree", values)
