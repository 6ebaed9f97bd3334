"""Which photographs may be shown: of the current version of a submission that counts, and never of a home."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

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


def photographs_of(session: Session, project: int, versions: Sequence[str]) -> dict[str, list[Attachment]]:
    """List the photographs of versions that may be shown, those too that have not come yet."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    for attachment in _shown(session, project, among(session, Attachment.instance_id, versions)):
        found[attachment.instance_id].append(attachment)
    return found


def shown_photograph(session: Session, project: int, number: int) -> str | None:
    """Give the digest of a photograph, by its number; None where there is none that may be shown."""
    found = next(_shown(session, project, Attachment.id == number), None)
    return found.digest if found and found.state == STORED else None


def _shown(session: Session, project: int, which: ColumnElement[bool]) -> Iterator[Attachment]:
    file, state = Attachment, SubmissionState
    query = (
        select(file, Visit.kind, Facility.kind)
        .join(Form, Form.id == file.form_pk)
        .join(state, (state.form_pk == file.form_pk) & (state.instance_id == file.instance_id))
        .join(Submission, (Submission.form_pk == file.form_pk) & (Submission.instance_id == file.instance_id))
        .join(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(which, file.replaced_at.is_(None), counts(project=project))
        .order_by(file.name)
    )
    for attachment, *kinds in session.execute(query):
        if not UnclearedPlace(said_of_a_visit(*kinds)).is_home:
            yield attachment
