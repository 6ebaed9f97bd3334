"""What is set aside, as it may be listed: in its district's report, or on a page of its own where that is not known."""

from sqlalchemy.orm import Session

from server.disclosure.clearing import Clearance
from server.moments import from_central
from server.reports.report import AsideReport
from server.visits.queries import SetAside, set_aside_elsewhere

SHOWN = 500


def aside_report(aside: SetAside, clear: Clearance) -> AsideReport:
    """Clear what is set aside."""
    return AsideReport(clear.id(aside.form_id), clear.id(aside.root_id), from_central(aside.submitted_at),
                       clear.why(aside.problem))  # fmt: skip


def aside_elsewhere(session: Session, project: int, clear: Clearance) -> list[AsideReport]:
    """List what is set aside and in no district's report, the oldest first."""
    return [aside_report(aside, clear) for aside in set_aside_elsewhere(session, project, SHOWN)]
