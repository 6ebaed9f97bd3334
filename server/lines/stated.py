"""What is stated beside a line, and handed in for its part of the round: all of it by one statement."""

from dataclasses import dataclass

from sqlalchemy import false, literal, select, true, union_all
from sqlalchemy.orm import Session, contains_eager

from server.claims.tables import Answer, Claim, Document
from server.documents.part import PartsDocuments, matched_documents
from server.documents.queries import DocumentRow
from server.documents.tables import AttachedTo, HandedIn

_ANSWER, _DOCUMENT, _FILE = range(3)


@dataclass(frozen=True)
class StatedBeside:
    """The answers and documents of a line's claim, and all documents of its part with their files."""

    answers: tuple[Answer, ...]
    documents: tuple[Document, ...]
    of_part: PartsDocuments


def stated_beside(session: Session, claim: Claim, *, files: bool) -> StatedBeside:
    """Read what is stated beside a claim's lines; `files`: those that were handed in too."""
    part = (claim.round_id, claim.district)
    handed_in = select(literal(_FILE), HandedIn.id).where(
        HandedIn.round_id == part[0], HandedIn.district == part[1], true() if files else false()
    )
    all_of_it = union_all(
        select(literal(_ANSWER).label("what"), Answer.id.label("id")).where(Answer.claim_id == claim.id),
        select(literal(_DOCUMENT), Document.id).join(Claim).where(Claim.round_id == part[0], Claim.district == part[1]),
        handed_in,
    ).subquery()
    what, key = all_of_it.c.what, all_of_it.c.id
    query = (
        select(Answer, Document, Claim.indicator, HandedIn)
        .select_from(all_of_it)
        .outerjoin(Answer, (what == _ANSWER) & (Answer.id == key))
        .outerjoin(Document, (what == _DOCUMENT) & (Document.id == key))
        .outerjoin(Claim, Claim.id == Document.claim_id)
        .outerjoin(HandedIn, (what == _FILE) & (HandedIn.id == key))
        .outerjoin(HandedIn.attached)
        .options(contains_eager(HandedIn.attached))
        .order_by(what, Answer.id, Claim.indicator, Document.id, HandedIn.id.desc(), AttachedTo.id)
    )
    found = session.execute(query).unique().all()
    documents = [(one, indicator) for _, one, indicator, _ in found if one is not None]
    rows = [DocumentRow(indicator, one.number, one.title, one.file, one.cell) for one, indicator in documents]
    return StatedBeside(
        tuple(answer for answer, *_ in found if answer is not None),
        tuple(one for one, indicator in documents if indicator == claim.indicator),
        matched_documents(rows, [file for *_, file in found if file is not None]),
    )
