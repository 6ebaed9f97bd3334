"""What a person typed into a form that leaves for Central: read strictly, each refusal a reason."""

import uuid
from datetime import date

from verification.reason import WithReason

# a review's reason travels in a header, percent-encoded
LONGEST = {"text": 2000, "why": 500}


class Undecidable(WithReason):
    """A decision that cannot be taken, with the reason for whom tried."""


def new_uuid() -> str:
    """Choose the id of a decision that is about to be offered."""
    return str(uuid.uuid4())


def read_uuid(text: str) -> str:
    """Read an id that a page of ours chose. Raises Undecidable."""
    try:
        known = uuid.UUID(text)
    except ValueError:
        raise Undecidable("decision_page_wrong") from None
    if known.version != 4 or str(known) != text:  # Central takes no other for an entity
        raise Undecidable("decision_page_wrong")
    return text


def read_text(typed: str) -> str:
    """Read a comment, or a question. Raises Undecidable."""
    return _not_too_long("text", typed.strip(), "decision_text_missing")


def read_why(typed: str) -> str:
    """Read a reason. Raises Undecidable."""
    return _not_too_long("why", typed.strip(), "decision_why_missing")


def _not_too_long(name: str, typed: str, missing: str) -> str:
    if not typed:
        raise Undecidable(missing)
    if len(typed) > LONGEST[name]:
        raise Undecidable("decision_text_too_long", limit=LONGEST[name])
    return typed


def read_deadline(today: date, typed: str) -> date:
    """Read a last day, today at the earliest. Raises Undecidable."""
    try:
        deadline = date.fromisoformat(typed.strip())
    except ValueError:
        raise Undecidable("deadline_not_a_date") from None
    if deadline < today:
        raise Undecidable("deadline_past")
    return deadline
