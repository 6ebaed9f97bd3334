"""Places that a visit was assigned to and none has come from. What is still on phones, nobody can see from here."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import disclosure
from server.tables import Area, Claim, ClaimLine, Form, Submission, SubmissionState, Visit
from verification.model import subdistrict_of


@dataclass(frozen=True)
class NotReceived:
    """Places without a visit: by name where it may be shown, else how many of a kind in a subdistrict."""

    year: int
    district: str
    kind: str
    place: str
    name: str | None
    count: int = 1


def not_received(session: Session, project: int) -> list[NotReceived]:
    """List the claimed places no visit has come from. Every claimed place is on the phones' list, so assigned."""
    visited = (
        select(Visit.facility_id)
        .join(Submission, Submission.id == Visit.submission_id)
        .join(Form, Form.id == Submission.form_pk)
        .join(SubmissionState, (SubmissionState.form_pk == Submission.form_pk)
              & (SubmissionState.root_id == Submission.root_id))
        .where(Form.project == project, SubmissionState.deleted_at.is_(None), Visit.facility_id.is_not(None))
    )  # fmt: skip
    query = (
        select(Claim.year, Claim.district, ClaimLine.kind, ClaimLine.village, ClaimLine.name, ClaimLine.facility_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.facility_id.not_in(visited))
        .order_by(Claim.year, Claim.district, ClaimLine.kind, ClaimLine.village, ClaimLine.name)
    )
    area_names = dict(session.execute(select(Area.code, Area.name)).all())
    found: dict[tuple[object, ...], NotReceived] = {}
    for year, district, kind, village, name, facility in session.execute(query):
        hidden = disclosure.by_subdistrict_only(kind)
        place = area_names.get(subdistrict_of(village) if hidden else village, "–")
        key = (year, district, kind, place) if hidden else (facility,)
        count = found[key].count + 1 if key in found and hidden else 1
        found[key] = NotReceived(year, district, kind, place, None if hidden else name, count)
    return list(found.values())
