"""Read what has changed at Central of interviews and programmes, and see where it belongs; twice is as once."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.aside import or_aside
from server.db import snapshot, writing
from server.submissions.keeping import current_version
from server.submissions.tables import Form, Submission, SubmissionState
from server.told.kinds import KINDS, as_kept
from server.told.placing import ToldPlacer
from server.told.tables import WhatWasTold
from server.visits.reading import BATCH, UNREADABLE


def read_told(engine: Engine) -> int:
    """Read every interview and programme that changed since it was last read; returns how many there were."""
    read = 0
    while True:
        with snapshot(engine) as session:
            arrived = _arrived(session)
            new = _read(session, arrived)
        if not arrived:
            return read
        with writing(engine) as session:
            for one in new:
                _keep(session, one)
            for row in arrived:
                state = update(SubmissionState).where(SubmissionState.id == row.id)
                session.execute(state.values(changes_read=row.changes))
        read += len(arrived)


def _arrived(session: Session) -> Sequence[Any]:
    state = SubmissionState
    query = (
        select(state.id, state.changes, state.root_id, state.submitted_at, Form.read_as, Form.project,
               Submission.id.label("version_id"), Submission.instance_id, Submission.answers)
        .join(Form, Form.id == state.form_pk)
        .outerjoin(Submission, current_version())
        .where(state.changes != state.changes_read, Form.read_as.in_(KINDS))
        .order_by(state.id)
        .limit(BATCH)
    )  # fmt: skip
    return session.execute(query).all()


def _read(session: Session, arrived: Sequence[Any]) -> list[WhatWasTold]:
    found = [(row, or_aside(_found, lambda _: None, row, but=DBAPIError))
             for row in arrived if row.version_id is not None]  # fmt: skip
    facilities = sorted({place for _, one in found if (place := getattr(one, "facility_id", None))})
    placer = ToldPlacer(session, facilities)
    return [or_aside(lambda pair: _told(placer, *pair), _unreadable, pair, but=DBAPIError) for pair in found]


def _found(row: Row[Any]) -> Any:
    try:
        answers = json.loads(row.answers)
    except (ValueError, RecursionError):  # it is kept as it came, and is no JSON that anybody could use
        return None
    return KINDS[row.read_as].read(answers, row.root_id, row.instance_id) if isinstance(answers, dict) else None


def _told(placer: ToldPlacer, row: Row[Any], found: Any) -> WhatWasTold:
    if found is None:
        return _unreadable((row, found))
    belongs = placer.place(found, date.fromisoformat(row.submitted_at[:10]), row.project)
    return WhatWasTold(submission_id=row.version_id, read_as=row.read_as, round_id=belongs.round_id, area=belongs.area,
                subdistrict=belongs.subdistrict, what=as_kept(row.read_as, found), aside=belongs.aside)  # fmt: skip


def _unreadable(pair: tuple[Row[Any], Any]) -> WhatWasTold:
    return WhatWasTold(submission_id=pair[0].version_id, read_as=pair[0].read_as, aside=UNREADABLE)


def _keep(session: Session, new: WhatWasTold) -> None:
    """Keep it, in place of what was read before; what somebody released of this version stays released."""
    before = session.get(WhatWasTold, new.submission_id)
    if before is not None:
        new.released_by, new.released_at = before.released_by, before.released_at
    session.merge(new)
