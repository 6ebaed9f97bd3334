"""Read what a visit's form asks beside criteria and that a claim says too: choices, and the recount of a register."""

import re
from collections.abc import Mapping
from typing import Any

from verification.reading.fields import fields_of, text_of

RECOUNT, RECOUNT_PERIOD = "recount_total", "recount_period"
CHOSEN = frozenset({"category", "location_kind", "ktr_kind", "managed_by", "inside_library", "mainly_creativity",
                    "mainly_information"})  # fmt: skip
NOTED = CHOSEN | {RECOUNT, RECOUNT_PERIOD}
_CODE = re.compile(r"[a-z0-9_]{1,30}", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)


def noted(answers: Mapping[str, Any]) -> dict[str, str]:
    """Give those answers that are what their form lets one answer, by question; a text is none of them."""
    fields = fields_of(answers)
    found = ((name, text_of(fields[name]) or "") for name in sorted(NOTED & fields.keys()))
    return {name: text for name, text in found if (_COUNT if name == RECOUNT else _CODE).fullmatch(text)}
