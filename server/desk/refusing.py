"""What is not taken at the desk, and that a part is open while something is."""

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from server.desk.checked import DeskChecked, checked_part
from server.desk.queries import Part
from server.facts.before import NotThere, Refused
from server.facts.deciding import is_uuid, why_closed
from server.rounds.states import hold_part
from server.rounds.tables import Round, RoundPart

LONGEST = 1000
_OF_A_PERSON = re.compile(r"\d(?:[ .-]?\d){8,}")  # nine digits and more: a NIK, a telephone


def hold_open(session: Session, part: Part) -> Round:
    """Hold a part of a round until the end of this transaction. Raises Refused where it is closed, NotThere."""
    hold_part(session, *part)
    found, row = session.get(Round, part[0]), session.get(RoundPart, part)
    if found is None or row is None:
        raise NotThere
    if why := why_closed(found.state, row.state):
        raise Refused(why.code)
    return found


def document_here(session: Session, part: Part, row: int, *, has_scanner: bool) -> DeskChecked:
    """Find a document by the number of its row. Raises NotThere."""
    return document_of(checked_part(session, part, has_scanner=has_scanner), row)


def document_of(documents: Iterable[DeskChecked], row: int) -> DeskChecked:
    """Give that of a row among these. Raises NotThere."""
    for one in documents:
        if one.document.id == row:
            return one
    raise NotThere


def checked_words(typed: str, field: str, *, needed: bool = True) -> str:
    """Check what was typed: there, not too long, and no number of a person. Raises Refused."""
    words = typed.strip()
    if needed and not words:
        raise Refused("desk_words_missing", field)
    if len(words) > LONGEST:
        raise Refused("decision_text_too_long", field, limit=LONGEST)
    if _OF_A_PERSON.search(words):
        raise Refused("desk_words_of_a_person", field)
    return words


def must_be_ours(uuid: str) -> None:
    """Refuse what no page of ours offered."""
    if not is_uuid(uuid):
        raise Refused("decision_page_wrong")
