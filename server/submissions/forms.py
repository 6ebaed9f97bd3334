"""What is asked of the forms that were ever met at Central."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.submissions.tables import Form


def form_of(session: Session, project: int | None, form_id: str) -> Form | None:
    """Find a form."""
    return session.scalars(select(Form).filter_by(project=project, form_id=form_id)).one_or_none()


def forms_of(session: Session, project: int | None) -> Sequence[Form]:
    """List the forms of a project."""
    return session.scalars(select(Form).filter_by(project=project).order_by(Form.form_id)).all()
