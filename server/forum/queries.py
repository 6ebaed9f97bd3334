"""Minutes that count: of a district's part of a round, and of the forums of a province."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.forum.tables import ForumCode
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Submission, SubmissionState
from server.told.kinds import FORUM, as_told
from server.told.queries import counted_in
from server.told.tables import WhatWasTold
from verification.reading.forum import ForumMinutes


class KeptMinutes(NamedTuple):
    """Minutes that count; `independent` where a code of ours shows that whoever wrote them has no tie."""

    submission_id: int
    state_id: int
    released: bool
    independent: bool
    minutes: ForumMinutes


def minutes_in(session: Session, round_id: str, district: str, submission_id: int | None = None) -> list[KeptMinutes]:
    """Give the minutes that count in a part, by the number of their submission."""
    query, _ = counted_in(session, round_id, district, FORUM)
    query = query.add_columns(WhatWasTold, SubmissionState.id)
    if submission_id is not None:
        query = query.where(WhatWasTold.submission_id == submission_id)
    found = [(told, state_id, as_told(FORUM, told.what or {}))
             for told, state_id in session.execute(query.order_by(WhatWasTold.submission_id))]  # fmt: skip
    ours = _codes(session, round_id, (one.code for _, _, one in found))
    return [KeptMinutes(told.submission_id, state_id, told.released_at is not None,
                        ours.get(one.code or "") == district, one) for told, state_id, one in found]  # fmt: skip


def independent(kept: Iterable[KeptMinutes]) -> list[ForumMinutes]:
    """Give those that nobody wrote who has a tie."""
    return [one.minutes for one in kept if one.independent]


def forums_of_province(
    session: Session, round_id: str, province: str
) -> tuple[Mapping[str, list[ForumMinutes]], Sequence[str]]:
    """Give the independent minutes of a province's forums as they count now, by district in the order they came in.

    And whose words may be read, in the order in which they were released.

    Whether a part is closed changes nothing: they are no part's numbers.
    """
    told = WhatWasTold
    query = (
        select(told)
        .join(Submission, Submission.id == told.submission_id)
        .join(SubmissionState, current_version())
        .join(ForumCode, (ForumCode.code == told.what["code"].as_string()) & (ForumCode.round_id == round_id)
              & (ForumCode.district == told.area))
        .where(told.read_as == FORUM, told.round_id == round_id, told.aside.is_(None),
               told.area.startswith(f"{province}."), counts())
        .order_by(told.submission_id)
    )  # fmt: skip
    found: dict[str, list[ForumMinutes]] = defaultdict(list)
    released = list[tuple[datetime, str]]()
    for one in session.scalars(query):
        minutes: ForumMinutes = as_told(FORUM, one.what or {})
        found[one.area or ""].append(minutes)
        if one.released_at is not None:
            released.append((one.released_at, minutes.minutes_id))
    return found, [minutes_id for _, minutes_id in sorted(released)]


def _codes(session: Session, round_id: str, codes: Iterable[str | None]) -> dict[str, str]:
    """Give of codes that were drawn for a round the district of each."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    drawn = select(ForumCode.code, ForumCode.district).filter_by(round_id=round_id)
    return {code: district for code, district in session.execute(drawn) if code in wanted}
