"""Which submissions the signs of visits speak of: their forms, so that a page leads to them."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import among
from server.submissions.tables import Form, SubmissionState

Forms = Mapping[str, str]  # by the root id of a submission


def forms_of_others(
    session: Session, round_id: str | None, district: str | None, flags: Iterable[Sequence[str | None]]
) -> Forms:
    """Map the other visits that signs name, of one part of a round, to their forms."""
    roots = sorted({root_of(other) for _, other in flags if other})
    state = SubmissionState
    query = (
        select(state.root_id, Form.form_id)
        .join(Form, Form.id == state.form_pk)
        .where(among(session, state.root_id, roots), state.round_id == round_id, state.district == district)
    )
    return dict(session.execute(query).all())


def root_of(visit_id: str) -> str:
    """Give the submission of a visit."""
    return visit_id.split(" ")[0]
