"""What counts of what was told in a district's part of a round."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.told.kinds import INTERVIEW, PROGRAMME, as_told
from server.told.tables import WhatWasTold
from verification.model import province_of
from verification.reading.interview import Interview
from verification.reading.programme import Programme


class HeardInterview(NamedTuple):
    """An interview that counts, where it belongs, and whether its words were released."""

    submission_id: int
    state_id: int
    subdistrict: str
    released: bool
    interview: Interview


def interviews_in(session: Session, round_id: str, district: str) -> list[HeardInterview]:
    """Give the interviews that count in a part, by the number of their submission."""
    rows = _told(session, round_id, INTERVIEW, WhatWasTold.area == district)
    return [HeardInterview(one.submission_id, state, one.subdistrict or "", one.released_at is not None,
                           as_told(INTERVIEW, one.what or {})) for one, state in rows]  # fmt: skip


def programmes_in(session: Session, round_id: str, district: str) -> tuple[list[Programme], list[Programme]]:
    """Give the programmes that count: the district's own; and all that concern it, its province's and the nation's."""
    area = WhatWasTold.area
    rows = _told(session, round_id, PROGRAMME, area.in_([district, province_of(district)]) | area.is_(None))
    found = [(one.area, as_told(PROGRAMME, one.what or {})) for one, _ in rows]
    return [one for code, one in found if code == district], [one for _, one in found]


def _told(
    session: Session, round_id: str, read_as: str, where: ColumnElement[bool]
) -> Sequence[tuple[WhatWasTold, int]]:
    told = WhatWasTold
    query = (
        select(told, SubmissionState.id)
        .join(Submission, Submission.id == told.submission_id)
        .join(SubmissionState, current_version())
        .where(told.round_id == round_id, told.read_as == read_as, told.aside.is_(None), where, counts())
        .order_by(told.submission_id)
    )
    return [(one, state) for one, state in session.execute(query)]
