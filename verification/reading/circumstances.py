"""How a visit was made, as its own answers tell: what somebody who weighs it has to know. It decides nothing by itself.

Permen PP 03/2009 asks for a letter of assignment and for an approved substitute (Pasal 14 c); two adults and nobody of
the place within hearing are what protects children and those who speak (safeguarding 13).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from verification.model import Fix
from verification.places.distance import distance_m
from verification.reading.fields import leaves, text_of
from verification.reading.point import UnreadablePoint, read_point
from verification.reason import Reason

AWAY_M = 500  # beyond both errors: a large place is no sign of anything
_TIMES_ACCURACY = 2.0
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
    fields = dict(leaves(answers))
    said = [reason for (name, answer), reason in _ANSWERED.items() if text_of(fields.get(name)) == answer]
    return (*said, *_where_from(fields))


def _where_from(fields: Mapping[str, Any]) -> Iterator[Reason]:
    """Compare where the phone found itself, at the start and at the photograph, with the point that was taken."""
    point = _fix(fields.get("point"))
    for name, code in (("start_point", "circumstance_began_away"), ("photo_point", "circumstance_photographed_away")):
        fix = _fix(fields.get(name))
        if fix is not None and fix.accuracy_m == 0:
            yield Reason("circumstance_phone_said_what_it_was_told")
        elif fix is not None and point is not None:
            distance = distance_m(fix.lon, fix.lat, point.lon, point.lat)
            if distance > AWAY_M + _error(fix) + _error(point):
                yield Reason(code, {"distance_m": round(distance, -1)})


def _fix(value: Any) -> Fix | None:
    try:
        return read_point(value)
    except UnreadablePoint:
        return None


def _error(fix: Fix) -> float:
    return _TIMES_ACCURACY * (fix.accuracy_m or 0.0)
