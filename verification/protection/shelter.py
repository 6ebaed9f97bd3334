"""What is looked at when a shelter is visited: by its papers, at the office that is answerable for it.

No name, no place, no day: who fills it in knows where they were, and nobody else has to. The criteria's words and
scales stand in the indicator set like any others.
"""

from collections.abc import Iterable

from verification.model import Seen
from verification.sets.criteria import Criterion
from verification.sets.indicators import IndicatorSet

KINDS = ("rumah_aman", "rpsa")
NUMBERS = ("capacity", "staff_total", "staff_social_workers", "staff_certified", "staff_kha_trained")
LARGEST = 10_000
_ALSO_ASKED_ELSEWHERE = ("staff_checked", "training_certificate", "sop_intake", "sop_distribution",
                         "sop_presentation", "complaint_channel")  # fmt: skip


def criteria_of_a_shelter(indicators: IndicatorSet, kind: str) -> tuple[Criterion, ...]:
    """Give what is asked of a shelter of this kind, in the set's order: what is asked of shelters alone comes first."""
    own = [one for one in indicators.criteria.values() if kind in one.kinds]
    also = [indicators.criteria[code] for code in _ALSO_ASKED_ELSEWHERE if code in indicators.criteria]
    return (*own, *also)


def claimed_as(indicators: IndicatorSet) -> tuple[str, ...]:
    """Name the answers in which a district says how many shelters it has."""
    return tuple(code for code, (_, answer) in indicators.answer_fields.items() if answer.counts_shelters)


def seen_of(answers: Iterable[Seen]) -> tuple[int, int]:
    """Count what was seen, and of how much: what does not apply is left out of both."""
    asked = [seen for seen in answers if seen is not Seen.NOT_APPLICABLE]
    return sum(seen is Seen.YES for seen in asked), len(asked)
