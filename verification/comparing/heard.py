"""What people of the community said, beside what a claim says and what verifiers saw (E-TRI, E-8b).

Nobody outweighs another: how many of the sources differ is told, to be asked about. People are told of as a share
between tenths, of ten and more; whether none or one of them said something is never told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from verification.comparing.finding import Said, Verdict
from verification.disclosing.counts import Count, CountOf
from verification.judging.line import LineResult
from verification.model import Claim, Seen
from verification.reason import Reason, Value
from verification.summing.community import HeardOf

_SPEAK_AGAINST = 3  # so many at least: fewer would say what each one said
_YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
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
    seen = [one.seen for result in results for one in result.criteria if one.code == how.criterion]
    there, looked_at = seen.count(Seen.YES), sum(one in (Seen.YES, Seen.NO) for one in seen)
    stated = claim.answers.get(how.answer or "")
    sources = (_YES.get(stated.value or "") if stated else None, there == looked_at if looked_at else None,
               against < _SPEAK_AGAINST)  # fmt: skip
    known = [one for one in sources if one is not None]
    differ = sum(one != other for one, other in combinations(known, 2))
    values: dict[str, Value] = {
        "what": how.answer or how.criterion, "question": how.question, "asked": whole.shown(), "low": share[0],
        "high": share[1], "there": there, "of": looked_at, "sources": len(known), "differ": differ,
    }  # fmt: skip
    if differ:
        return Verdict.DIFFERS, Reason("sources_differ", values)
    return Verdict.OPEN, Reason("sources_do_not_differ", values)
