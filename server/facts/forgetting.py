"""What decisions say of a submission or a file goes with it where that is lawfully removed; that they were taken stays.

So the evidence of whoever decided is gone, and what they decided is reopened.
"""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.db import Json
from server.facts.evidence import REMOVED, file_mark
from server.facts.tables import Fact
from server.submissions.tables import SubmissionState
from server.work.kinds import Verify
from server.work.queue import ask


def forget_in_facts(session: Session, form_pk: int, root_id: str, name: str = "") -> None:
    """Take out of every decision what it says of a submission, or of one file of it. Before its row is gone."""
    query = select(SubmissionState).filter_by(form_pk=form_pk, root_id=root_id)
    state = session.scalars(query).one_or_none()
    if state is None:
        return
    for fact in _recording(session, state):
        seen = next((one for one in fact.evidence["visits"] if one["submission"] == state.id), None)
        if seen is None:
            continue
        fact.evidence = fact.evidence | {"visits": [_without(one, state.id, name) for one in fact.evidence["visits"]]}
        if not name:
            fact.why, fact.evidence = None, {key: value for key, value in fact.evidence.items() if key != "reasons"}
        ask(session, Verify(fact.round_id, fact.district))


def _recording(session: Session, state: SubmissionState) -> Iterator[Fact]:
    """Give the decisions that may have recorded a submission: those about it, and those of where it lies."""
    there = (Fact.round_id == state.round_id) & (Fact.district == state.district)
    yield from session.scalars(select(Fact).where(or_(Fact.state_id == state.id, there)).order_by(Fact.id))


def _without(seen: Json, submission: int, name: str) -> Json:
    if seen["submission"] != submission:
        return seen
    if name:
        return seen | {
            "files": {file: REMOVED if file == file_mark(name) else digest for file, digest in seen["files"].items()}
        }
    return {"submission": submission, "version": REMOVED, "files": {}, "placed": None}
