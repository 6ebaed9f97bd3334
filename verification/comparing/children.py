"""What children said of a kind of place, beside what the claim says and what verifiers saw there (E-TRI).

Nobody outweighs another, and no point hangs on it: how many of the sources differ is told, to be asked about. Of the
children nothing is told that is not told of their batches (`verification.summing.children`): of each which share said
yes. What others say of a question changes nothing of that.
"""

from collections.abc import Collection, Iterator, Sequence

from verification.comparing.finding import Said, Verdict
from verification.comparing.sources import says_yes, seen_at, side_by_side, topic_of
from verification.judging.line import LineResult
from verification.model import Claim
from verification.reason import Reason, Value
from verification.record import record
from verification.summing.children import Band, ToldByChildren

ABOUT = "children"  # the kind of comparison, by which its findings are known
TOLD = "children_said"  # the reason that says what they said and nothing else
_OWN = ("question", "kind", "bands")  # what a finding has of the children themselves


@record
class AskedOfChildren:
    """What children are asked, and which answer speaks against the claim ("" none): beside it the claim's own answer.

    `criterion`: what verifiers look at of the same.
    """

    question: str
    against: str = ""
    answer: str | None = None
    criterion: str | None = None


def compare_children(
    how: AskedOfChildren,
    kinds: Collection[str],
    claim: Claim,
    results: Sequence[LineResult],
    told: Sequence[ToldByChildren],
) -> Iterator[Said]:
    """Set children, claim and verifiers side by side, for each kind of place of an indicator that children spoke of."""
    for one in told:
        if one.question == how.question and one.place_kind in kinds:
            yield _beside(how, one, claim, results)


def only_what_they_said(reason: Reason) -> Reason:
    """Leave of a finding what children said, without what it was set against."""
    return Reason(TOLD, {name: reason.values[name] for name in _OWN if name in reason.values})


def _beside(how: AskedOfChildren, told: ToldByChildren, claim: Claim, results: Sequence[LineResult]) -> Said:
    bands = " ".join(band.name.lower() for band in told.yes)
    said: dict[str, Value] = {"question": told.question, "kind": told.place_kind, "bands": bands}
    if not how.against:
        return Verdict.OPEN, Reason(TOLD, said)
    of_kind = {line.line_id for line in claim.lines if line.kind == told.place_kind}
    seen = seen_at(how.criterion, (one for one in results if one.line_id in of_kind))
    topic, claimed = topic_of(how.answer, how.criterion), says_yes(claim, how.answer)
    beside: dict[str, Value] = {
        "what": how.criterion or how.answer, **side_by_side(topic, claimed, seen, _of_all(told.yes, how.against)),
    }  # fmt: skip
    if beside["differ"]:
        return Verdict.DIFFERS, Reason("children_differ", said | beside)
    return Verdict.OPEN, Reason("children_do_not_differ", said | beside)


def _of_all(bands: Sequence[Band], against: str) -> bool | None:
    """Tell whether what the batches said goes with the claim; None where they do not all say the same."""
    found = {_goes_with(band, against) for band in bands} - {None}
    return found.pop() if len(found) == 1 else None


def _goes_with(band: Band, against: str) -> bool | None:
    """Tell whether one batch goes with the claim: nearly all do. From 20 to 40 % against it leaves that open."""
    speak_against = band if against == "yes" else Band.MOST - band
    if speak_against == Band.SOME:
        return None
    return speak_against == Band.FEW
