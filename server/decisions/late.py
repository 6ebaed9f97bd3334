"""Decisions that have not reached Central: for whoever took them."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.db import now
from server.decisions.tables import Decision
from server.messages.waiting import SOON
from server.submissions.tables import Form


def late_decisions(session: Session, label: str, most: int) -> list[tuple[str, str]]:
    """Give form and submission of somebody's decisions that failed or were not sent for an hour, the oldest first."""
    late = or_(Decision.problem.is_not(None), Decision.decided_at < now() - SOON)
    query = select(Form.form_id, Decision.root_id).join(Form, Form.id == Decision.form_pk)
    query = query.where(Decision.decided_by == label, Decision.sent_at.is_(None), late)
    return [(form_id, root_id) for form_id, root_id in session.execute(query.order_by(Decision.id).limit(most))]
