"""JSON as it is stored: read and written as Python's own module does, by the engine of pydantic, which is quicker.

What that engine takes for none, or cannot write (half a surrogate, a nesting beyond its limit), Python's module is
given: so nothing is refused that was not refused before, and it says why.
"""

import json
from typing import Any

from pydantic_core import from_json, to_json


def read_json(text: str | bytes) -> Any:
    """Read JSON. Raises ValueError where it is none, RecursionError where it is nested too deeply."""
    try:
        return from_json(text)
    except (ValueError, TypeError):  # the second for a text with half a surrogate in it
        return json.loads(text)


def write_json(value: Any) -> str:
    """Write JSON, with nothing between its signs. Raises TypeError where there is none of it."""
    try:
        return to_json(value).decode()
    except ValueError:
        return json.dumps(value, separators=(",", ":"))
