"""What counts of what was told in a district's part of a round."""

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, Text, cast, func, select, tuple_
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

_SAID = ("role", "staff_near", "topics", "answers")  # all that a sum is made of
_NOBODY: dict[str, Any] = {"interview_id": "", "version": "", "ended": None}
Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


class HeardInterview(NamedTuple):
    """An interview that counts, where it belongs, and whether its words were released."""

    submission_id: int
    state_id: int
    subdistrict: str
    released: bool
    interview: Interview


class SaidAlike(NamedTuple):
    """What so many people said in a subdistrict who all said the same; nothing tells them apart."""

    subdistrict: str
    interview: Interview
    times: int


def heard_in(session: Session, round_id: str, district: str) -> list[SaidAlike]:
    """Give what counts in a part of what people said; the database puts together who said the same of the same."""
    what = WhatWasTold.what
    said = [cast(what[name], Text).label(f"said_{name}") for name in _SAID]
    query, placed = counted_in(session, round_id, district, INTERVIEW)
    query = query.add_columns(placed.subdistrict, func.count().label("times"), *said)
    query = query.group_by(placed.subdistrict, *(one.name for one in said))  # by the labels: not to ask twice
    return [SaidAlike(subdistrict or "", _read_alike(texts), times)
            for subdistrict, times, *texts in session.execute(query)]  # fmt: skip


def _read_alike(texts: Sequence[str]) -> Interview:
    said = dict(zip(_SAID, map(json.loads, texts), strict=True))
    found: Interview = as_told(INTERVIEW, _NOBODY | said)
    return found


def statements_in(
    session: Session, round_id: str, district: str, submission_id: int | None = None
) -> list[HeardInterview]:
    """Give the interviews with words of an institution that count in a part, by the number of their submission."""
    what = WhatWasTold.what
    has_words = what["named"].as_string().is_not(None) | what["statement"].as_string().is_not(None)
    query, placed = counted_in(session, round_id, district, INTERVIEW)
    query = query.add_columns(WhatWasTold, SubmissionState.id, placed.subdistrict).where(has_words)
    if submission_id is not None:
        query = query.where(WhatWasTold.submission_id == submission_id)
    return [HeardInterview(one.submission_id, state_id, subdistrict or "", one.released_at is not None,
                           as_told(INTERVIEW, one.what or {}))
            for one, state_id, subdistrict in session.execute(query.order_by(WhatWasTold.submission_id))]  # fmt: skip


def programmes_in(session: Session, round_id: str, district: str) -> tuple[list[Programme], list[Programme]]:
    """Give the programmes that count: the district's own; and all that concern it, its province's and the nation's."""
    query, placed = counted_in(session, round_id, district, PROGRAMME)
    query = query.add_columns(placed.area, WhatWasTold.what).order_by(WhatWasTold.submission_id)
    found = [(area, as_told(PROGRAMME, what or {})) for area, what in session.execute(query)]
    return [one for code, one in found if code == district], [one for _, one in found]


def told_of_places(session: Session, facilities: Collection[str]) -> ColumnElement[bool]:
    """Tell whether a submission is an interview about one of these places."""
    place = WhatWasTold.what["facility_id"].as_string()
    told = select(Submission.form_pk, Submission.root_id).join(WhatWasTold, WhatWasTold.submission_id == Submission.id)
    told = told.where(WhatWasTold.read_as == INTERVIEW, among(session, place, facilities))
    return tuple_(SubmissionState.form_pk, SubmissionState.root_id).in_(told)


def counted_in(
    session: Session, round_id: str, district: str, read_as: str
) -> tuple[Select[Any], type[WhatWasTold] | type[ToldAtClosing]]:
    """Select without columns what counts in a part: now while it is open, else what counted when it was closed.

    With it, the table that says where it belongs.
    """
    part, kept = session.get(RoundPart, (round_id, district)), ToldAtClosing
    query: Any = select().select_from(WhatWasTold).where(WhatWasTold.read_as == read_as)
    if part is None or part.state == OPEN:
        return counting(query, round_id, district), WhatWasTold
    same = (SubmissionState.form_pk == Submission.form_pk) & (SubmissionState.root_id == Submission.root_id)
    query = query.join(kept, kept.submission_id == WhatWasTold.submission_id)
    query = query.join(Submission, Submission.id == WhatWasTold.submission_id).join(SubmissionState, same)
    return query.where(kept.round_id == round_id, kept.district == district), kept


def counting(query: Rows, round_id: str, district: str) -> Rows:
    """Narrow a query over what was told to what counts of it now in a part."""
    told = WhatWasTold
    wider = (told.read_as == PROGRAMME) & ((told.area == province_of(district)) | told.area.is_(None))
    return (
        query.join(Submission, Submission.id == told.submission_id)
        .join(SubmissionState, current_version())
        .where(told.round_id == round_id, told.aside.is_(None), (told.area == district) | wider, counts())
    )
