"""Which submissions the signs of visits speak of, so that a page leads to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import among
from server.results.tables import Result, VisitResult
from server.submissions.tables import Form, SubmissionState


class LedTo(NamedTuple):
    """A submission, as its page's address has it."""

    form_id: str
    root_id: str


LeadsTo = Mapping[str, LedTo]  # by what the visit is called in its district


def led_to_by(session: Session, round_id: str | None, district: str | None, flags: Iterable[Sequence[Any]]) -> LeadsTo:
    """Find the submissions of the other visits that signs name, of one part of a round.

    By the result's visits: two forms may have a submission of one id, and only what a visit is called tells them apart.
    """
    state, visit = SubmissionState, VisitResult
    query = (
        select(visit.visit_id, Form.form_id, state.root_id)
        .join(Result, Result.id == visit.result_id)
        .join(state, state.id == visit.state_id)
        .join(Form, Form.id == state.form_pk)
        .where(Result.round_id == round_id, Result.district == district,
               among(session, visit.visit_id, sorted({other for _, other, *_ in flags if other})))
    )  # fmt: skip
    return {called: LedTo(form_id, root_id) for called, form_id, root_id in session.execute(query)}
