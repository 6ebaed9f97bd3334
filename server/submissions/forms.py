"""What is asked of the forms that were ever met at Central."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import now
from server.submissions.keeping import read_again
from server.submissions.tables import Form, SubmissionState
from server.work.kinds import LookOver, Read
from server.work.queue import ask


def form_of(session: Session, project: int | None, form_id: str) -> Form | None:
    """Find a form."""
    return session.scalars(select(Form).filter_by(project=project, form_id=form_id)).one_or_none()


def forms_of(session: Session, project: int | None) -> Sequence[Form]:
    """List the forms of a project."""
    return session.scalars(select(Form).filter_by(project=project).order_by(Form.form_id)).all()


def is_as_known(form: Form, published: Collection[str]) -> bool:
    """Tell whether a form is at Central, or is not, as we know it."""
    return (form.absent_since is None) is (form.form_id in published)


def note_published(session: Session, project: int, published: Collection[str]) -> None:
    """Note which forms Central has no longer, and which it has again: of those all is read from the beginning.

    What a form's submissions count for hangs on that: they are read again.
    """
    for form in forms_of(session, project):
        if is_as_known(form, published):
            continue
        if form.absent_since:
            form.absent_since = form.watermark = form.cycle_started = form.cycle_reached = None
            ask(session, LookOver(form.form_id))
        else:
            form.absent_since = now()
        read_again(session, SubmissionState.form_pk == form.id)
        ask(session, Read())
