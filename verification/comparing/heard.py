"""What people of the community said, beside what a claim says and what verifiers saw (E-TRI, E-8b).

Nobody outweighs another: how many of the sources differ is told, to be asked about. People are told of as a share
between tenths, of ten and more; whether none or one of them said something is never told.
"""

from collections.abc import Sequence

from verification.comparing.finding import Said, Verdict
from verification.comparing.sources import says_yes, seen_at, side_by_side, topic_of
from verification.disclosing.counts import Count, CountOf
from verification.judging.line import LineResult
from verification.model import Claim
from verification.reason import Reason, Value
from verification.record import record
from verification.summing.community import HeardOf

_SPEAK_AGAINST = 3  # so many at least: fewer would say what each one said


@record
class AskedOfPeople:
    """What was asked of the community, and which answer speaks against the claim; beside it, the claim's own answer."""

    topic: str
    question: str
    against: str
    answer: str | None = None
    criterion: str | None = None


def compare_heard(
    how: AskedOfPeople, claim: Claim, results: Sequence[LineResult], heard: Sequence[HeardOf]
) -> Said | None:
    """Set community, claim and verifiers side by side; None where too few people were asked."""
    found = next((one for one in heard if (one.topic, one.question) == (how.topic, how.question)), None)
    if found is None:
        return None
    against = found.yes if how.against == "yes" else found.no
    whole = Count(found.answered, CountOf.ASKED)
    share = Count(against, CountOf.ASKED).share_of(whole)
    if share is None:
        return None
    beside = side_by_side(topic_of(how.answer, how.criterion), says_yes(claim, how.answer),
                          seen_at(how.criterion, results), against < _SPEAK_AGAINST)  # fmt: skip
    values: dict[str, Value] = {
        "what": how.answer or how.criterion, "question": how.question, "asked": whole.shown(), "low": share[0],
        "high": share[1], **beside,
    }  # fmt: skip
    if values["differ"]:
        return Verdict.DIFFERS, Reason("sources_differ", values)
    return Verdict.OPEN, Reason("sources_do_not_differ", values)
