"""Read what has changed at Central of what was told, and see where it belongs; twice is as once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.aside import or_aside
from server.db import Json, among
from server.register.at_central import places_picked
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.submissions.keeping import current_version
from server.submissions.tables import Form, Submission, SubmissionState
from server.submissions.unread import BATCH, UNREADABLE, is_unread, read_in_batches
from server.told.kinds import KINDS, SAID_OF_A_DISTRICT, as_kept
from server.told.placing import ToldPlacer
from server.told.tables import WhatWasTold
from server.work.kinds import Verify
from server.work.queue import ask
from verification.model import province_of
from verification.reading.interview import Interview


def read_told(engine: Engine) -> int:
    """Read all that was told and changed since it was last read; returns how many submissions there were."""
    return read_in_batches(engine, _arrived, _read, _keep)


def is_told_read(session: Session, district: str) -> bool:
    """Tell whether nothing waits to be read that may be about a district; what was never read may be."""
    may_be = WhatWasTold.area.is_(None) | WhatWasTold.area.in_([district, province_of(district)])
    query = (
        select(SubmissionState.id)
        .join(Form, Form.id == SubmissionState.form_pk)
        .outerjoin(Submission, current_version())
        .outerjoin(WhatWasTold, WhatWasTold.submission_id == Submission.id)
        .where(is_unread(*KINDS), may_be)
    )
    return session.scalar(query.limit(1)) is None


def _arrived(session: Session) -> Sequence[Any]:
    state = SubmissionState
    query = (
        select(state.id, state.changes, state.root_id, state.submitted_at, Form.read_as, Form.project,
               Submission.id.label("version_id"), Submission.instance_id, Submission.answers)
        .join(Form, Form.id == state.form_pk)
        .outerjoin(Submission, current_version())
        .where(is_unread(*KINDS))
        .order_by(state.id)
        .limit(BATCH)
    )  # fmt: skip
    return session.execute(query).all()


def _read(session: Session, arrived: Sequence[Any]) -> list[WhatWasTold]:
    found = [(row, or_aside(_found, lambda _: None, row, but=DBAPIError))
             for row in arrived if row.version_id is not None]  # fmt: skip
    found = _by_the_register(session, found)
    facilities = sorted({place for _, one in found if (place := getattr(one, "facility_id", None))})
    placer = ToldPlacer(session, facilities)
    return [or_aside(lambda pair: _told(placer, *pair), _unreadable, pair, but=DBAPIError) for pair in found]


def _found(row: Row[Any]) -> Any:
    try:
        answers = json.loads(row.answers)
    except (ValueError, RecursionError):  # it is kept as it came, and is no JSON that anybody could use
        return None
    return KINDS[row.read_as].read(answers, row.root_id, row.instance_id) if isinstance(answers, dict) else None


def _by_the_register(session: Session, found: Sequence[tuple[Row[Any], Any]]) -> list[tuple[Row[Any], Any]]:
    """Call what was picked on phones as the register does, where a project has ids of its own for places."""
    picked = {(row.project, one.facility_id) for row, one in found if isinstance(one, Interview) and one.facility_id}
    places = places_picked(session, picked)
    return [(row, replace(one, facility_id=places.get((row.project, one.facility_id or ""), one.facility_id))
             if isinstance(one, Interview) else one) for row, one in found]  # fmt: skip


def _told(placer: ToldPlacer, row: Row[Any], found: Any) -> WhatWasTold:
    if found is None:
        return _unreadable((row, found))
    belongs = placer.place(found, date.fromisoformat(row.submitted_at[:10]), row.project)
    return WhatWasTold(submission_id=row.version_id, read_as=row.read_as, round_id=belongs.round_id, area=belongs.area,
                subdistrict=belongs.subdistrict, what=as_kept(row.read_as, found), aside=belongs.aside)  # fmt: skip


def _unreadable(pair: tuple[Row[Any], Any]) -> WhatWasTold:
    return WhatWasTold(submission_id=pair[0].version_id, read_as=pair[0].read_as, aside=UNREADABLE)


def _keep(session: Session, _arrived: Sequence[Any], new: Sequence[WhatWasTold]) -> dict[int, Json]:
    """Keep it, in place of what was read before; what somebody released of this version stays released."""
    numbers = [one.submission_id for one in new]
    before = session.scalars(select(WhatWasTold).where(among(session, WhatWasTold.submission_id, numbers))).all()
    parts = {(one.round_id, one.area) for one in (*before, *new) if one.read_as in SAID_OF_A_DISTRICT}
    for round_id, area in sorted((round_id, area) for round_id, area in parts if round_id and area):
        part = session.get(RoundPart, (round_id, area))
        if part is not None and part.state == OPEN:
            ask(session, Verify(round_id, area))
    released = {one.submission_id: (one.released_by, one.released_at) for one in before}
    for one in new:
        one.released_by, one.released_at = released.get(one.submission_id, (None, None))
        session.merge(one)
    return {}  # what was told says itself where it belongs
