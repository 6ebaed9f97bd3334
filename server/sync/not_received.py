"""Places that a visit was assigned to and none has come from. What is still on phones, nobody can see from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.areas.tables import Area
from server.claims.tables import ClaimLine
from server.decisions.deciding import FOLLOW_UP
from server.decisions.tables import Decision
from server.register.disclosure import by_subdistrict_only
from server.register.tables import Facility
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.tables import Visit
from verification.model import subdistrict_of


@dataclass(frozen=True)
class NotReceived:
    """Places without a visit: by name where it may be shown, else how many of a kind in a subdistrict.

    `deadline` is of a follow-up: somebody has to go back there.
    """

    kind: str
    place: str
    name: str | None
    deadline: date | None = None
    count: int = 1


def not_received(session: Session, project: int) -> list[NotReceived]:
    """List the claimed places that no visit has come from, and follow-ups after which none has.

    Every claimed place is on the phones' list, so assigned.
    """
    areas = dict(session.execute(select(Area.code, Area.name)).all())
    found: dict[tuple[object, ...], NotReceived] = {}
    for kind, village, name, facility, deadline in [*_unvisited(session, project), *_followed_up(session, project)]:
        hidden = by_subdistrict_only(kind)
        place = areas.get(subdistrict_of(village) if hidden else village, "–")
        key = (kind, place, deadline) if hidden else (facility, deadline)
        count = found[key].count + 1 if hidden and key in found else 1
        found[key] = NotReceived(kind, place, None if hidden else name, deadline, count)
    return list(found.values())


def _visits(project: int) -> Select[Any]:
    return (
        select(Visit.facility_id)
        .join(Submission, Submission.id == Visit.submission_id)
        .join(Form, Form.id == Submission.form_pk)
        .join(SubmissionState, (SubmissionState.form_pk == Submission.form_pk)
              & (SubmissionState.root_id == Submission.root_id))
        .where(Form.project == project, SubmissionState.deleted_at.is_(None), Visit.facility_id.is_not(None))
    )  # fmt: skip


def _unvisited(session: Session, project: int) -> Iterator[tuple[str, str, str, str, None]]:
    line = ClaimLine
    query = (
        select(line.kind, line.village, line.name, line.facility_id)
        .where(line.facility_id.not_in(_visits(project)))
        .order_by(line.kind, line.village, line.name)
    )
    for kind, village, name, facility in session.execute(query):
        yield kind, village, name, facility, None


def _followed_up(session: Session, project: int) -> Iterator[tuple[str, str, str, str, date | None]]:
    query = (
        select(Decision, Facility)
        .join(Facility, Facility.id == Decision.facility_id)
        .join(Form, Form.id == Decision.form_pk)
        .where(Form.project == project, Decision.kind == FOLLOW_UP)
        .order_by(Decision.deadline)
    )
    for decision, facility in session.execute(query):
        since = decision.decided_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")  # as Central writes moments
        later = _visits(project).where(Visit.facility_id == facility.id, SubmissionState.submitted_at >= since)
        if session.execute(later.limit(1)).first() is None:
            yield facility.kind, facility.village, facility.name, facility.id, decision.deadline
