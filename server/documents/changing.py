"""What people say of a document that is here: free of children, for which row, taken back, or showing a child.

Whoever finds a child's name or face says so: from then on nobody has the file, in no list, backup or copy that is
restored. Its rows and points stay as they are, and the district is asked for a blackened copy.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.areas.queries import area_of
from server.audit.entries import Act, forget_salts, write_down
from server.claims.tables import ClaimFile
from server.db import now
from server.documents.matching import match
from server.documents.queries import file_named, files_of, rows_of_documents
from server.documents.tables import AttachedTo, DocumentGone, HandedIn
from server.roles.account import Account
from server.rounds.states import OPEN, Entry, begin_part, hold_part, refuse
from server.rounds.tables import Round, RoundPart
from server.store.interface import Store
from server.submissions.tables import Attachment
from server.work.kinds import PutApart
from server.work.queue import ask


def must_be_open(session: Session, round_id: str, district: str, by: Account) -> None:
    """Hold a part that documents may be handed in for, or begin it. Raises NotAllowed."""
    hold_part(session, round_id, district)
    found, part = session.get(Round, round_id), session.get(RoundPart, (round_id, district))
    if found is None:
        raise refuse("round_not_known", round=round_id)
    if found.state != OPEN:
        raise refuse("round_not_open", round=found.name)
    if part and part.state != OPEN:
        raise refuse("part_closed", round=found.name, district=district)
    if area_of(session, found.areas_id, district) is None:
        raise refuse("district_not_loaded", district=district)
    begin_part(session, round_id, district, Entry(by.label))


def declare(session: Session, files: Iterable[HandedIn], by: Account) -> int:
    """Note that somebody says: no child's name or face is in these. Gives how many were not declared before."""
    count = 0
    for file in files:
        if file.digest and file.declared_at is None:
            file.declared_by, file.declared_at = by.label, now()
            _note(session, "document_declared", file, by)
            count += 1
    return count


def attach(session: Session, file: HandedIn, indicator: int, number: str, by: Account) -> None:
    """Say for which row of the sheet a file is; twice is once."""
    if file.digest and not any((one.indicator, one.number) == (indicator, number) for one in file.attached):
        file.attached.append(AttachedTo(indicator=indicator, number=number))
        _note(session, "document_attached", file, by)


def withdraw(session: Session, file: HandedIn, by: Account) -> None:
    """Take a file back, or what was not taken off the list; its bytes are swept up where nothing else names them."""
    if file.marked_at is not None:
        raise refuse("document_is_marked")
    if file.digest:
        _note(session, "document_withdrawn", file, by)
    session.execute(update(HandedIn).filter_by(replaced_by=file.id).values(replaced_by=None))
    session.delete(file)


def replace_marked(session: Session, copy: HandedIn, marked_id: int, by: Account) -> None:
    """Let a blackened copy stand where a marked file stood. Raises NotAllowed."""
    marked = session.get(HandedIn, marked_id)
    is_ours = marked is not None and (marked.round_id, marked.district) == (copy.round_id, copy.district)
    if marked is None or not is_ours or marked.marked_at is None:
        raise refuse("document_not_marked")
    marked.replaced_by = copy.id
    for one in marked.attached:
        attach(session, copy, one.indicator, one.number, by)


def mark(session: Session, file: HandedIn, by: Account) -> Sequence[str]:
    """Note that a file shows a child: its content goes everywhere. Gives the digests that the store has to lose."""
    digest = file.digest
    if digest is None:
        return ()
    if session.scalar(select(DocumentGone.id).filter_by(digest=digest)) is None:
        session.add(DocumentGone(digest=digest, removed_by=by.label, removed_at=now()))
    for same in session.scalars(select(HandedIn).filter_by(digest=digest).order_by(HandedIn.id)).all():
        _note(session, "document_marked", same, by)
        take_away(session, same, by.label)
    ask(session, PutApart())
    session.flush()
    return () if is_named(session, digest) else (digest,)


def take_away(session: Session, file: HandedIn, by: str) -> None:
    """Take a file's bytes and its name, which may be a child's; the rows it was for are kept."""
    for indicator, number in _rows_of(session, file):
        if (indicator, number) not in {(one.indicator, one.number) for one in file.attached}:
            file.attached.append(AttachedTo(indicator=indicator, number=number))
    file.digest, file.marked_by, file.marked_at = None, by, now()
    file.name, file.problem = f"{file.id}", None
    session.flush()
    forget_salts(session, f"document:{file.id}")


def _rows_of(session: Session, file: HandedIn) -> list[tuple[int, str]]:
    """Find the rows that a file is for by its name."""
    rows = rows_of_documents(session, file.round_id, file.district)
    here = [one for one in files_of(session, file.round_id, file.district) if one.digest]
    found, _ = match([row.named for row in rows], map(file_named, here))
    return [(row.indicator, row.number) for row, one in zip(rows, found, strict=True) if file.id in one.files]


def is_named(session: Session, digest: str) -> bool:
    """Tell whether a photograph or a workbook is this very file."""
    return any(session.scalar(select(func.count()).where(column == digest))
               for column in (Attachment.digest, ClaimFile.digest))  # fmt: skip


def empty_of(store: Store, digests: Iterable[str]) -> None:
    """Take marked files and their pictures out of the store, once that they are marked is committed."""
    for digest in digests:
        store.remove(digest)


def _note(session: Session, act: str, file: HandedIn, by: Account) -> None:
    write_down(session, Act(by.label, act, f"document:{file.id}", file.district, file.round_id, before=file.digest))
