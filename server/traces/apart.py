"""Deletions of traces as they are kept beside the backups, and carried out again on what a restored backup still has.

Each names its submissions by form and first instance id, with what their points had shown: so a restore to before a
district was closed neither brings a point back nor loses what it was evidence of.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Json, batches, insert_into, now
from server.submissions.forms import form_of
from server.submissions.tables import Form
from server.traces.tables import TraceRemoval, TracesGone
from server.traces.taking import take_traces

_BATCH = 200
_BY = "nobody"  # a restore carries out what was decided before


class DeletedTraces(NamedTuple):
    """A deletion of traces, as texts and numbers; each of `gone` is project, form, submission, and what it showed."""

    uuid: str
    round_id: str
    district: str
    begun_at: str
    submissions: int
    versions: int
    points: int
    photographs: int
    digest: str | None
    gone: Sequence[tuple[int, str, str, Json | None]]


def all_deleted_traces(session: Session) -> Iterator[DeletedTraces]:
    """Give every deletion of traces that has begun, oldest first."""
    for one in session.scalars(select(TraceRemoval).order_by(TraceRemoval.id)).all():
        query = select(Form.project, Form.form_id, TracesGone.root_id, TracesGone.frozen)
        mine = query.join(Form, Form.id == TracesGone.form_pk).where(TracesGone.removal_id == one.id)
        gone = [(*row,) for row in session.execute(mine.order_by(TracesGone.id))]
        yield DeletedTraces(one.uuid, one.round_id, one.district, one.begun_at.isoformat(), one.submissions,
                            one.versions, one.points, one.photographs, one.digest, gone)  # fmt: skip


def delete_again(session: Session, deleted: DeletedTraces) -> list[str] | None:
    """Carry a deletion out once more; gives the digests of files that went, None where all of it was gone already."""
    removal = session.scalars(select(TraceRemoval).filter_by(uuid=deleted.uuid)).one_or_none()
    is_new = removal is None
    removal = removal or _added(session, deleted)
    files: list[str] = []
    for some in batches(deleted.gone, _BATCH):
        rows = [_row(session, removal, *one) for one in some]
        session.execute(insert_into(session, TracesGone).on_conflict_do_nothing(), rows)
    waiting = select(TracesGone).filter_by(removal_id=removal.id, done=False).order_by(TracesGone.id).limit(_BATCH)
    while gone := session.scalars(waiting).all():
        files += take_traces(session, gone, _BY).files
        for one in gone:
            one.done = True
        session.flush()
    removal.finished_at = removal.finished_at or now()
    return files if is_new else None


def _added(session: Session, deleted: DeletedTraces) -> TraceRemoval:
    values: dict[str, Any] = deleted._asdict() | {"begun_at": datetime.fromisoformat(deleted.begun_at)}
    del values["gone"]
    found = TraceRemoval(**values, finished_at=None)
    session.add(found)
    session.flush()
    return found


def _row(
    session: Session, removal: TraceRemoval, project: int, form_id: str, root_id: str, frozen: Json | None
) -> Json:
    form = form_of(session, project, form_id)
    if form is None:
        form = Form(project=project, form_id=form_id)
        session.add(form)
        session.flush()
    return {"form_pk": form.id, "root_id": root_id, "round_id": removal.round_id, "district": removal.district,
            "removal_id": removal.id, "done": False, "frozen": frozen}  # fmt: skip
