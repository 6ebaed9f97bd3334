"""What counts of what was told in a district's part of a round."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from server.db import among
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.told.kinds import INTERVIEW, PROGRAMME, as_told
from server.told.tables import ToldAtClosing, WhatWasTold
from verification.model import province_of
from verification.reading.interview import Interview
from verification.reading.programme import Programme

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


class HeardInterview(NamedTuple):
    """An interview that counts, where it belongs, and whether its words were released."""

    submission_id: int
    state_id: int
    subdistrict: str
    released: bool
    interview: Interview


def interviews_in(session: Session, round_id: str, district: str) -> list[HeardInterview]:
    """Give the interviews that count in a part, by the number of their submission."""
    rows = _told(session, round_id, district, INTERVIEW)
    return [HeardInterview(one.told.submission_id, one.state_id, one.subdistrict or "",
                           one.told.released_at is not None, as_told(INTERVIEW, one.told.what or {}))
            for one in rows]  # fmt: skip


def programmes_in(session: Session, round_id: str, district: str) -> tuple[list[Programme], list[Programme]]:
    """Give the programmes that count: the district's own; and all that concern it, its province's and the nation's."""
    rows = _told(session, round_id, district, PROGRAMME)
    found = [(one.area, as_told(PROGRAMME, one.told.what or {})) for one in rows]
    return [one for code, one in found if code == district], [one for _, one in found]


def told_of_places(session: Session, facilities: Collection[str]) -> ColumnElement[bool]:
    """Tell whether a submission is an interview about one of these places."""
    place = WhatWasTold.what["facility_id"].as_string()
    told = select(Submission.form_pk, Submission.root_id).join(WhatWasTold, WhatWasTold.submission_id == Submission.id)
    told = told.where(WhatWasTold.read_as == INTERVIEW, among(session, place, facilities))
    return tuple_(SubmissionState.form_pk, SubmissionState.root_id).in_(told)


class _Told(NamedTuple):
    told: WhatWasTold
    state_id: int
    area: str | None
    subdistrict: str | None


def _told(session: Session, round_id: str, district: str, read_as: str) -> Sequence[_Told]:
    """Give what counts in a part: now while it is open, else what counted when it was closed."""
    part, told, kept = session.get(RoundPart, (round_id, district)), WhatWasTold, ToldAtClosing
    if part is None or part.state == OPEN:
        query = counting(select(told, SubmissionState.id, told.area, told.subdistrict), round_id, district)
    else:
        same = (SubmissionState.form_pk == Submission.form_pk) & (SubmissionState.root_id == Submission.root_id)
        query = (
            select(told, SubmissionState.id, kept.area, kept.subdistrict)
            .join(kept, kept.submission_id == told.submission_id)
            .join(Submission, Submission.id == told.submission_id)
            .join(SubmissionState, same)
            .where(kept.round_id == round_id, kept.district == district)
        )
    query = query.where(told.read_as == read_as).order_by(told.submission_id)
    return [_Told(*row) for row in session.execute(query)]


def counting(query: Rows, round_id: str, district: str) -> Rows:
    """Narrow a query over what was told to what counts of it now in a part."""
    told = WhatWasTold
    wider = (told.read_as == PROGRAMME) & ((told.area == province_of(district)) | told.area.is_(None))
    return (
        query.join(Submission, Submission.id == told.submission_id)
        .join(SubmissionState, current_version())
        .where(told.round_id == round_id, told.aside.is_(None), (told.area == district) | wider, counts())
    )
