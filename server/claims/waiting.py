"""Claim forms that were uploaded and wait for a yes: kept for a day, by whoever hands in for that part."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.claims.tables import TO_IMPORT, WaitingForm
from server.db import now, writing
from server.store.interface import Store

WAITS = timedelta(days=1)


def keep(engine: Engine, store: Store, content: bytes, filename: str, form: WaitingForm) -> int:
    """Keep a form until it is agreed to; gives its number. The same one again is the same row. Raises OSError."""
    digest = store.put([content], len(content)).digest
    with writing(engine) as session:
        mine = {"round_id": form.round_id, "district": form.district, "digest": digest,
                "what": form.what or TO_IMPORT}  # fmt: skip
        found = session.scalars(select(WaitingForm).filter_by(**mine)).first() or form
        found.digest, found.filename, found.uploaded_at = digest, filename, now()
        session.add(found)
        session.flush()
        write_down(session, Act(form.uploaded_by, "claims_uploaded", f"report:{form.round_id}/{form.district}",
                                form.district, form.round_id, after=digest))  # fmt: skip
        return found.id


def waiting_form(
    session: Session, number: int, round_id: str, district: str, what: str = TO_IMPORT
) -> WaitingForm | None:
    """Find what waits in a part, by its number."""
    query = select(WaitingForm).filter_by(id=number, round_id=round_id, district=district, what=what)
    return session.scalars(query.where(WaitingForm.uploaded_at > now() - WAITS)).one_or_none()


def waiting_of(session: Session, round_id: str, district: str) -> Sequence[WaitingForm]:
    """Give the forms that wait in a part to be imported, the newest first."""
    query = select(WaitingForm).filter_by(round_id=round_id, district=district, what=TO_IMPORT)
    return session.scalars(query.where(WaitingForm.uploaded_at > now() - WAITS).order_by(WaitingForm.id.desc())).all()


def forget(engine: Engine, number: int) -> None:
    """Forget a form: it was imported, or nobody wants it."""
    with writing(engine) as session:
        session.execute(delete(WaitingForm).filter_by(id=number))


def forget_old(session: Session) -> None:
    """Forget what nobody agreed to within a day; its bytes are swept up."""
    session.execute(delete(WaitingForm).where(WaitingForm.uploaded_at <= now() - WAITS))
