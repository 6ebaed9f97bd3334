"""How a visit was made, as its own answers tell: what somebody who weighs it has to know. It decides nothing by itself.

Permen PP 03/2009 asks for a letter of assignment and for an approved substitute (Pasal 14 c); two adults and nobody of
the place within hearing are what protects children and those who speak (safeguarding 13).
"""

from collections.abc import Mapping
from typing import Any

from verification.reading.fields import fields_of, text_of
from verification.reason import Reason

# by question, the answer that is worth a remark
_ANSWERED = {
    ("letter_shown", "no"): Reason("circumstance_no_letter"),
    ("two_adults", "no"): Reason("circumstance_one_adult"),
    ("staff_within_hearing", "yes"): Reason("circumstance_staff_near"),
    ("substitute", "belum"): Reason("circumstance_substitute_not_approved"),
    ("attempt", "3"): Reason("circumstance_third_attempt"),
    ("closed_why", "permanently"): Reason("circumstance_closed_for_good"),
    ("refused_why", "no_letter"): Reason("circumstance_refused_without_notice"),
    ("unannounced", "no"): Reason("circumstance_announced"),
}


def asked_about() -> tuple[tuple[str, str], ...]:
    """Give the questions, each with the answer that is worth a remark."""
    return tuple(_ANSWERED)


def circumstances(answers: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Say what is remarkable about how a visit was made, in the order in which it is told."""
    fields = fields_of(answers)
    return tuple(reason for (name, answer), reason in _ANSWERED.items() if text_of(fields.get(name)) == answer)
