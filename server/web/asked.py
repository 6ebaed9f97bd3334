"""Reading what stands in an address: each gives the value, or None where it can be none. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from server.db import HIGHEST_KEY

_LONGEST_CODE, _LONGEST_SEARCH = 50, 100


def one_of(*values: str) -> Callable[[str], str | None]:
    """Read one of these words."""
    return lambda text: text if text in values else None


def number(text: str) -> int | None:
    """Read the number of a row, or of an indicator."""
    is_one = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_KEY))
    return int(text) if is_one and 0 < int(text) <= HIGHEST_KEY else None


def day(text: str) -> date | None:
    """Read a day: 2026-11-27."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def code(text: str) -> str | None:
    """Read a code of ours: of a reason, a kind, an area, a form."""
    known = len(text) <= _LONGEST_CODE and text.isascii() and text.replace("_", "").replace(".", "").isalnum()
    return text if known else None


def search(text: str) -> str | None:
    """Read what somebody looks for; nothing of it means anything but itself."""
    return text.replace("\0", "")[:_LONGEST_SEARCH] or None


# ── all fields of a filter


def read_fields(
    args: Mapping[str, str], names: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read the fields of a filter, each by its reader; gives their values, and names those that were not understood.

    `names` are those of the fields in an address.
    """
    found: dict[str, Any] = {}
    unknown: list[str] = []
    for field, reader in readers.items():
        text = args.get(names[field], "").strip()
        if text and (value := reader(text)) is not None:
            found[field] = value
        elif text:
            unknown.append(field)
    return found, tuple(unknown)


def write_fields(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Write the fields that ask for something, for an address."""
    return {
        names[field]: value.isoformat() if isinstance(value, date) else str(value)
        for field, value in values.items()
        if value is not None
    }
