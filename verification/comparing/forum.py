"""What a children's forum says of its invitations, beside the claim and the papers that visits saw (E-FORUM).

Three sources for each process, and none outweighs another: that they differ is told, to be asked about. The forum's
own word is of minutes by whoever has no tie to the district; others are its claim.
"""

from collections.abc import Iterator, Sequence

from verification.comparing.finding import Said, Verdict
from verification.comparing.sources import says_yes, seen_at, side_by_side, topic_of
from verification.judging.line import LineResult
from verification.model import Claim
from verification.reading.forum import ForumAnswer, ForumProcess
from verification.reason import Reason, Value
from verification.summing.forum import ForumSaid


def compare_forum(
    answer: str, criteria: Sequence[str], claim: Claim, results: Sequence[LineResult], said: Sequence[ForumSaid]
) -> Iterator[Said]:
    """Set the three sources side by side, a process each; nothing where nobody minuted the forum.

    `criteria` are of what papers show, in the order of the processes.
    """
    claimed = says_yes(claim, answer)
    by_process = {one.process: one for one in said}
    for process, criterion in zip(ForumProcess, criteria, strict=True):
        if process in by_process:
            yield _beside(topic_of(answer, criterion), claimed, seen_at(criterion, results), by_process[process])


def _beside(what: str, claimed: bool | None, papers: tuple[int, int], said: ForumSaid) -> Said:
    yes, no = said.of(ForumAnswer.YES), said.of(ForumAnswer.NO)
    forum = yes > 0 if (yes > 0) != (no > 0) else None  # in several discussions it may have said both
    values: dict[str, Value] = {
        "what": what, "forum_yes": yes, "forum_no": no, "discussions": sum(number for _, number in said.said),
        **side_by_side(what, claimed, papers, forum),
    }  # fmt: skip
    if values["differ"]:
        return Verdict.DIFFERS, Reason("forum_sources_differ", values)
    return Verdict.OPEN, Reason("forum_sources_agree", values)
