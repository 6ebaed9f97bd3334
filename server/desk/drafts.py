"""What readers noted of documents without a line, as it came: each is shown to its own reader alone, and no reading.

The newest of a document counts; one that its reader has read since it was sent is offered no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.desk.checked import DeskChecked, key_of
from server.desk.codes import document_code, reader_code
from server.desk.queries import Part
from server.desk.tables import DeskReading
from server.roles.account import Account
from server.roles.queries import people_holding
from server.roles.table import Role
from server.submissions.tables import SubmissionState
from server.told.kinds import DESK_DRAFT, as_told
from server.told.queries import counted_in
from server.told.tables import WhatWasTold
from verification.reading.document import DocumentDraft


@dataclass(frozen=True)
class SentDraft:
    """A draft, and when it was sent."""

    draft: DocumentDraft
    sent_at: datetime


def code_of(part: Part, one: DeskChecked) -> str:
    """Give a document's code."""
    indicator, number, question = one.key
    return document_code(part, indicator, number, question)


def drafts_for(
    session: Session, part: Part, documents: Iterable[DeskChecked], by: Account, key: str
) -> dict[int, SentDraft]:  # fmt: skip
    """Give a reader's own drafts that wait, by the number of the document's row; `key` is the server's."""
    if by.person_id is None:
        return {}
    own = _sent(session, part, reader_code(key, by.person_id, part[0]))
    read = _last_read(session, part, by.label) if own else {}
    found = {}
    for one in documents:
        draft = own.get(code_of(part, one))
        if draft is not None and not (one.key in read and read[one.key] >= draft.sent_at):
            found[one.document.id] = draft
    return found


def count_unmatched(session: Session, part: Part, documents: Sequence[DeskChecked], key: str) -> int:
    """Count the drafts of a part that no document of it or no reader of it is known by."""
    sent = _codes(session, part)
    if not sent:
        return 0
    known = {code_of(part, one) for one in documents}
    people = {number for role in (Role.READER, Role.PROVINCIAL) for number in people_holding(session, role, part[1],
                                                                                          part[0])}  # fmt: skip
    readers = {reader_code(key, number, part[0]) for number in people}
    return sum(document not in known or reader not in readers for document, reader in sent)


def _sent(session: Session, part: Part, reader: str) -> Mapping[str, SentDraft]:
    query, _ = counted_in(session, *part, DESK_DRAFT)
    query = query.add_columns(WhatWasTold.what, SubmissionState.submitted_at)
    query = query.where(WhatWasTold.what["reader"].as_string() == reader)
    found: dict[str, SentDraft] = {}
    for what, sent in session.execute(query.order_by(SubmissionState.submitted_at, WhatWasTold.submission_id)):
        draft: DocumentDraft = as_told(DESK_DRAFT, what or {})
        found[draft.document or ""] = SentDraft(draft, datetime.fromisoformat(sent))
    return found


def _codes(session: Session, part: Part) -> Sequence[tuple[str, str]]:
    query, _ = counted_in(session, *part, DESK_DRAFT)
    what = WhatWasTold.what
    query = query.add_columns(what["document"].as_string(), what["reader"].as_string())
    return [(document or "", reader or "") for document, reader in session.execute(query)]


def _last_read(session: Session, part: Part, label: str) -> Mapping[tuple[int, str, str], datetime]:
    """Give when somebody last read each document, also where other files have come since."""
    mine = select(DeskReading).filter_by(round_id=part[0], district=part[1], read_by=label).order_by(DeskReading.id)
    return {(one.indicator, key_of(one.number), one.question): one.read_at for one in session.scalars(mine)}
