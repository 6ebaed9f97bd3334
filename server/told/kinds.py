"""Interviews and programmes as they are kept, and as the rules have them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from verification.reading.interview import Interview, read_interview
from verification.reading.programme import Programme, read_programme

INTERVIEW, PROGRAMME = "interview", "programme"


@dataclass(frozen=True)
class KindOfTold:
    """How answers of a kind are read and kept."""

    read: Callable[[Mapping[str, Any], str, str], Any]
    adapter: TypeAdapter[Any]


KINDS: Mapping[str, KindOfTold] = {
    INTERVIEW: KindOfTold(read_interview, TypeAdapter(Interview)),
    PROGRAMME: KindOfTold(read_programme, TypeAdapter(Programme)),
}


def as_kept(read_as: str, found: Interview | Programme) -> dict[str, Any]:
    """Write what the rules have as JSON."""
    kept: dict[str, Any] = KINDS[read_as].adapter.dump_python(found, mode="json")
    return kept


def as_told(read_as: str, kept: Mapping[str, Any]) -> Any:
    """Give what is kept to the rules."""
    return KINDS[read_as].adapter.validate_python(kept)


def day_told(found: Interview | Programme) -> date | None:
    """Give the day on which it was filled in, as it says itself."""
    return found.day
