"""Which values of a reason may be said: its sentence is for everybody, so no answer and no cell's text is in it.

A reason may come from what a phone or a district sent, also from a column that an older Tilik wrote. A text is said
only where it looks like what its name promises: a code, a number, a day. What an operator typed at the terminal, or
keeps in a file of areas or in a map of columns, is told back to the operator as it stands.
"""

import re
from collections.abc import Callable, Mapping

from verification.reason import Reason, Value

WITHHELD = "…"
Knows = Callable[[str], bool]  # whether there is a sentence for a key

# reasons about files of areas, maps of columns, sets, rounds and settings: all of it is the operator's own, and public
_THE_OPERATORS = (
    "areas_", "backup_", "decided_on_", "feature", "file_", "map_", "name", "no_areas", "no_villages", "not_a_day",
    "not_geojson", "not_utf8", "nothing_to_decide", "outline", "places_in_no_area", "point_astray", "position_",
    "ring_", "round_", "set_", "settings_", "stage_", "state_", "table_", "target_", "tombstones_", "village_twice",
    "village_without_polygon", "zone_",
)  # fmt: skip
_CODES, _AREAS, _DIGITS = r"[\w., -]{1,200}", r"[\d., ]{2,200}", r"[\d.–-]{1,10}"
_MAY_BE: Mapping[str, str] = {
    "agency": _CODES,
    "annex": r"[\w ,.;:()/“”-]{1,600}",  # a sentence of the regulation, as a set has it
    "area": _AREAS, "areas": _AREAS, "bands": r"[a-z ]{1,500}",
    "cell": r"\w{1,20}![A-Z]{1,3}\d{1,7}", "code": r"[\d.]{1,13}|\d{1,2}[a-z]\d{0,2}",
    "criteria": r"[a-z0-9_ ]{1,500}", "day": r"\d{4}-\d\d-\d\d", "detail": r"\w{1,40}", "district": _AREAS,
    "districts": _AREAS, "fields": r"[\w/., …-]{1,500}", "form": r"[\w.-]{1,64}",
    "found": r"[\w.-]{1,40}", "group": r"[a-z_]{1,30}", "kinds": r"[a-z_,]{1,300}",
    "lat_meant": r"-?\d{1,2},\d{5}", "lon_meant": r"\d{2,3},\d{5}",
    "line": r"[A-Za-z]+![A-Z]{1,3}\d{1,7}|–", "list": _CODES, "lists": _CODES, "name": r"\.[a-z0-9]{1,5}",
    "number": _DIGITS, "project": _DIGITS, "question": r"[a-z_]{1,40}", "round": _CODES, "rounds": _CODES,
    "sort": r"[A-Za-z]{1,12}(-[A-Za-z]{1,12}){0,9}( Negeri| Swasta)?",  # kinds of school or health post, and whose
    "phone": r"P\d{1,10}-[A-Z0-9]{5}", "sheet": _CODES, "sheets": _CODES, "status": _DIGITS, "team": _DIGITS,
    "text": r"[\d\s.,:/%+-]{1,40}|#[A-Z0-9/!?]{1,10}",
    "there": _CODES, "version": r"[\w:.-]{1,255}", "visit": r"[\w:.-]{1,255}( [\w.-]{1,255})?",
    "wanted": r"[\w.-]{1,40}", "what": r"[\w. ]{1,100}", "whole": r"[\w. ]{1,100}", "source": _CODES,
    "topic": r"[\w. ]{1,100}",
    "cells": r"[\w ]{1,30}![A-Z]{1,3}\d{1,7}(, [\w ]{1,30}![A-Z]{1,3}\d{1,7}){0,12}|–",
    "columns": r"[A-Z]{1,3}(, [A-Z]{1,3}){0,19}(, …)?",
    "rows": r"\d{1,7}(–\d{1,7})?(, \d{1,7}(–\d{1,7})?){0,19}(, …)?",
    "year": _DIGITS, "earliest": _DIGITS, "latest": _DIGITS,
}  # fmt: skip
_NEVER = frozenset({"answer", "lat", "lon"})  # an answer that is not known; a point
_OF_A_ROW = "coordinate_"  # told to who hands in a claim form, of places that may be known (`server/claims/text.py`)


def cleared_values(reason: Reason, knows: Knows) -> dict[str, Value]:
    """Give a reason's values, those that may not be said as `WITHHELD`."""
    if reason.code.startswith(_THE_OPERATORS):
        return dict(reason.values)
    told = {name: value for name, value in reason.values.items()
            if _may_be_said(name, value, knows) or _is_of_a_row(reason.code, value)}  # fmt: skip
    return {name: told.get(name, WITHHELD) for name in reason.values}


def _is_of_a_row(code: str, value: Value) -> bool:
    return code.startswith(_OF_A_ROW) and not isinstance(value, str)


def _may_be_said(name: str, value: Value, knows: Knows) -> bool:
    if name in _NEVER:
        return False
    if not isinstance(value, str):
        return True
    if name == "kind":
        return knows(f"kind.{value}") or re.fullmatch(r"[a-z]{1,20}/[a-z0-9.+-]{1,40}", value) is not None
    return name in _MAY_BE and re.fullmatch(_MAY_BE[name], value) is not None
