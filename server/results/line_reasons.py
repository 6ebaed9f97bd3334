"""The reasons of a claimed line as they are said: criteria by their texts, another line by what it may be called."""

from collections.abc import Mapping
from typing import Any

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance, Why
from server.disclosure.places import UnclearedPlace
from verification.reason import Reason
from verification.sets.indicators import Indicator

_OTHER = "line"  # the value of a reason that is another line's number


def other_line(reason: Reason | None) -> int | None:
    """Give the number of the other line that a reason names: of whatever indicator it is claimed under."""
    number = reason.values.get(_OTHER) if reason else None
    return number if isinstance(number, int) else None


def called_other(clear: Clearance, place: UnclearedPlace, cell: str) -> Cleared:
    """Call another line by its place, as the viewer may see it, and the cell it was claimed in."""
    return clear.say("line.other", label=clear.called(place), cell=clear.id(cell))


def line_reason(clear: Clearance, reason: Reason, indicator: Indicator | None, others: Mapping[int, Cleared]) -> Why:
    """Say a reason of a line of an indicator; `others` are lines as they are called, by their numbers."""
    words: dict[str, Any] = {}
    if "criteria" in reason.values and indicator:
        texts = {criterion.code: criterion.text[clear.language] for criterion in indicator.criteria}
        words["criteria"] = "; ".join(texts.get(code, code) for code in str(reason.values["criteria"]).split())
    if _OTHER in reason.values:
        words[_OTHER] = others.get(other_line(reason) or 0, "–")
    return clear.why(reason, **words)
