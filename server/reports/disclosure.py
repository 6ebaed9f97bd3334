"""What may leave: the one place that decides what reports, maps, exports and photographs show (docs/data.md).

Until roles exist everyone who sees a report sees the same, so the rules are those for everyone.
"""

from verification.model import CONTRADICTS, Outcome
from verification.sets.indicators import AnswerField

NOT_YET_CONFIRMED = "not_yet_confirmed"  # "belum dapat dikonfirmasi": no adverse word before the right of reply
_SHOWN_OUTCOMES = frozenset(Outcome) - CONTRADICTS
_SHOWN_KINDS = frozenset({"yes_no", "number", "percent", "date"})


def public_outcome(outcome: str) -> str:
    """Give the word for a stored outcome outside the team: nothing adverse is said before the district could reply.

    One that is no longer known may have been adverse.
    """
    return outcome if outcome in _SHOWN_OUTCOMES else NOT_YET_CONFIRMED


def shows_answer(answer: AnswerField) -> bool:
    """Tell whether a claim's answer is repeated.

    Numbers of children are not: a small one may point at a child, and together with totals even a hidden one may be
    worked out. Nor is free text. Both stay in the workbook, whose cell the report names.
    """
    return answer.kind in _SHOWN_KINDS and not answer.counts_children
