"""Versions of the children's form, as their page shows them: the last one kept is what a code opens."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import Json
from server.feedback.tables import ChildForm


def keep_child_form(session: Session, page: Json) -> bool:
    """Keep what a version asks, and let it be the last; False where it is already."""
    highest = session.scalar(select(func.max(ChildForm.number))) or 0
    known = session.get(ChildForm, page["version"])
    if known is not None and known.number == highest and known.page == page:
        return False
    session.merge(ChildForm(version=page["version"], page=page, number=highest + 1))
    return True
