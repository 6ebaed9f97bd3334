"""A form that Central no longer has: a person says whether its submissions go on counting.

Until then they count for nothing, as whatever was deleted at Central; nothing of them is let go. Should Central have
the form again, each counts by itself as soon as it is seen there.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import now
from server.submissions.keeping import lock_form, read_again
from server.submissions.tables import Form, FormSettlement, SubmissionState
from server.work.kinds import Read
from server.work.queue import ask
from verification.reason import WithReason


class CannotSettle(WithReason):
    """There is nothing to settle, or no reason was given."""


def settle(session: Session, form: Form, *, counts: bool, why: str, by: str) -> FormSettlement:
    """Settle a form that is no longer at Central; of two settlements the later counts. Raises CannotSettle."""
    lock_form(session, form.id)
    if form.absent_since is None:
        raise CannotSettle("form_not_absent", form=form.form_id)
    if not why.strip():
        raise CannotSettle("settling_needs_a_reason")
    made = FormSettlement(form_pk=form.id, absent_since=form.absent_since, counts=counts, settled_by=by,
                          settled_at=now(), why=why.strip())  # fmt: skip
    session.add(made)
    session.flush()
    mine = SubmissionState.form_pk == form.id
    still_there = SubmissionState.gone_at.is_(None) & SubmissionState.deleted_at.is_(None)
    session.execute(update(SubmissionState).where(mine).values(settlement_id=None))
    if counts:
        session.execute(update(SubmissionState).where(mine, still_there).values(settlement_id=made.id))
    read_again(session, mine)
    ask(session, Read())
    act = "form_settled" if counts else "form_settled_out"
    write_down(session, Act(by, act, f"form:{form.id} settlement:{made.id}"))
    return made


def settlement_of(session: Session, form: Form) -> FormSettlement | None:
    """Give the settlement that holds for a form as it is now; none where it is at Central."""
    query = select(FormSettlement).filter_by(form_pk=form.id, absent_since=form.absent_since)
    return session.scalars(query.order_by(FormSettlement.id.desc())).first()


def unsettled_forms(session: Session, project: int) -> list[str]:
    """Name the forms that Central no longer has and nobody has settled."""
    absent = select(Form).where(Form.project == project, Form.absent_since.is_not(None)).order_by(Form.form_id)
    return [form.form_id for form in session.scalars(absent) if settlement_of(session, form) is None]
