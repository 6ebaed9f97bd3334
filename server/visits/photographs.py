"""Which photographs may be shown: of the current version of a submission that counts, and never of a home."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.db import among
from server.disclosure.places import UnclearedPlace
from server.register.tables import Facility
from server.submissions.files import STORED
from server.submissions.standing import counts
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.visits.places import said_of_a_visit
from server.visits.tables import Visit

_Where = tuple[Attachment, str | None, str | None]  # a photograph, with the district and the round it was taken in


def photographs_of(session: Session, project: int, versions: Sequence[str]) -> dict[str, list[Attachment]]:
    """List the photographs of versions that may be shown, those too that have not come yet."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    here = Attachment.form_pk.in_(select(Form.id).where(Form.project == project))  # so that the index on both is used
    for attachment, *_where in _shown(session, project, here & among(session, Attachment.instance_id, versions)):
        found[attachment.instance_id].append(attachment)
    return found


@dataclass(frozen=True)
class ShownPhotograph:
    """A photograph that may be shown to whom it may be shown where it was taken."""

    digest: str
    district: str | None
    round_id: str | None


def shown_photograph(session: Session, project: int, number: int) -> ShownPhotograph | None:
    """Find a photograph by its number; None where there is none that may be shown to anybody."""
    found, district, round_id = next(_shown(session, project, Attachment.id == number), (None, None, None))
    if found is None or found.state != STORED or found.digest is None:
        return None
    return ShownPhotograph(found.digest, district, round_id)


def _shown(session: Session, project: int, which: ColumnElement[bool]) -> Iterator[_Where]:
    """Give photographs with where they were taken: in one statement, so that one beyond reach costs no other."""
    file, state = Attachment, SubmissionState
    query = (
        select(file, state.district, state.round_id, Visit.kind, Facility.kind)
        .join(Form, Form.id == file.form_pk)
        .join(state, (state.form_pk == file.form_pk) & (state.root_id == file.root_id)
              & (state.instance_id == file.instance_id))
        .join(Submission, (Submission.form_pk == file.form_pk) & (Submission.root_id == file.root_id)
              & (Submission.instance_id == file.instance_id))
        .join(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(which, file.replaced_at.is_(None), counts(project=project))
        .order_by(file.name)
    )  # fmt: skip
    for attachment, district, round_id, *kinds in session.execute(query):
        if not UnclearedPlace(said_of_a_visit(*kinds)).is_home:
            yield attachment, district, round_id
