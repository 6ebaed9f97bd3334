"""Interviews, programmes, minutes and drafts of a document's reading as they are kept, and as the rules have them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from verification.reading.document import DocumentDraft, read_draft
from verification.reading.forum import ForumMinutes, read_minutes
from verification.reading.interview import Interview, read_interview
from verification.reading.programme import Programme, read_programme

INTERVIEW, PROGRAMME, FORUM, DESK_DRAFT = "interview", "programme", "forum", "desk"
SAID_OF_A_DISTRICT = (INTERVIEW, FORUM)  # what its claims are set against
Told = Interview | Programme | ForumMinutes | DocumentDraft


@dataclass(frozen=True)
class KindOfTold:
    """How answers of a kind are read and kept."""

    read: Callable[[Mapping[str, Any], str, str], Any]
    adapter: TypeAdapter[Any]


KINDS: Mapping[str, KindOfTold] = {
    INTERVIEW: KindOfTold(read_interview, TypeAdapter(Interview)),
    PROGRAMME: KindOfTold(read_programme, TypeAdapter(Programme)),
    FORUM: KindOfTold(read_minutes, TypeAdapter(ForumMinutes)),
    DESK_DRAFT: KindOfTold(read_draft, TypeAdapter(DocumentDraft)),
}


def as_kept(read_as: str, found: Told) -> dict[str, Any]:
    """Write what the rules have as JSON."""
    kept: dict[str, Any] = KINDS[read_as].adapter.dump_python(found, mode="json")
    return kept


def as_told(read_as: str, kept: Mapping[str, Any]) -> Any:
    """Give what is kept to the rules."""
    return KINDS[read_as].adapter.validate_python(kept)
