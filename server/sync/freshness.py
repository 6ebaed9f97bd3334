"""How fresh what is shown is: the oldest pull, and for whom may see it the last certificate and what came since."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.roles.account import Account
from server.roles.table import Permission
from server.submissions.tables import Form, SubmissionState
from server.sync.tables import Certificate

LOOKED_AT = 1000  # so many of the newest submissions are asked whether they came since the certificate


@view
class Freshness:
    """`pulled_at` is when the form that was pulled longest ago was. The rest is for whom may see the certificate.

    `since` counts submissions that Central received after the certificate looked; `more` that there may be others.
    """

    pulled_at: datetime | None
    pulled: Cleared | None
    whole: bool
    verdict: Cleared | None
    certified: Cleared | None
    since: int
    more: bool


def freshness(session: Session, account: Account, project: int, clear: Clearance) -> Freshness:
    """Read how fresh all is: by one statement, for who sees the certificate by three."""
    query = select(func.min(Form.pulled_at)).where(Form.project == project, Form.absent_since.is_(None))
    pulled_at = session.scalar(query)
    pulled = clear.ago(pulled_at) if pulled_at else None
    if not account.may(Permission.SEE_CERTIFICATE):
        return Freshness(pulled_at, pulled, False, None, None, 0, False)
    columns = (Certificate.verdict, Certificate.made_at, Certificate.as_of)
    last = select(*columns).filter_by(project=project).order_by(Certificate.id.desc()).limit(1)
    found = session.execute(last).one_or_none()
    if found is None:
        return Freshness(pulled_at, pulled, True, None, None, 0, False)
    since = _came_since(session, found.as_of)
    return Freshness(pulled_at, pulled, True, clear.say(f"sync.{found.verdict}"), clear.ago(found.made_at), since,
                     since == LOOKED_AT)  # fmt: skip


def _came_since(session: Session, as_of: str) -> int:
    """Count among the newest of all submissions those that Central received later: what that costs does not grow."""
    newest = select(SubmissionState.submitted_at).order_by(SubmissionState.id.desc()).limit(LOOKED_AT).subquery()
    return session.scalar(select(func.count()).select_from(newest).where(newest.c.submitted_at > as_of)) or 0
