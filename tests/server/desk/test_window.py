"""Until when a district may reply: so many working days by its own clocks, and the last of them to its end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.areas.tables import Area
from server.db import snapshot, writing
from server.desk import clarifying
from server.desk.tables import ClarificationStep
from tests.support.desk import ASKED, asked_about, replies, sends, stands
from tests.support.handing import OURS, Desk

FRIDAY, SUNDAY, TUESDAY, WEDNESDAY = 27, 29, 31, 32  # days counted from the first of November 2026


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


@pytest.mark.parametrize("zone, received, over", [
    ("WIB", moment(FRIDAY, 16), moment(TUESDAY, 17)),  # in the last hour of a Friday
    ("WIB", moment(FRIDAY, 17), moment(TUESDAY, 17)),  # a Saturday has begun there
    ("WIB", moment(SUNDAY, 16), moment(TUESDAY, 17)),
    ("WIB", moment(SUNDAY, 17), moment(WEDNESDAY, 17)),  # a Monday has, and that day does not count
    ("WITA", moment(SUNDAY, 15), moment(TUESDAY, 16)),
    ("WITA", moment(SUNDAY, 16), moment(WEDNESDAY, 16)),
    ("WIT", moment(SUNDAY, 14), moment(TUESDAY, 15)),
    ("WIT", moment(SUNDAY, 15), moment(WEDNESDAY, 15)),
])  # fmt: skip
def test_two_working_days_end_when_the_last_ends_where_the_district_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, zone: str, received: datetime, over: datetime
) -> None:
    row, assessor, officer = asked_about(desk)
    with writing(desk.engine) as session:
        session.execute(update(Area).values(zone=zone))
    for when in (received, over - timedelta(seconds=1), over):
        monkeypatch.setattr(clarifying, "now", lambda when=when: when)
        if when == received:
            assert officer.post(f"{ASKED}/1/terima", headers=OURS).status_code == 303
        concluded = sends(assessor, row, "simpulkan", words="Tidak dijawab.", step="fails").status_code
        assert concluded == (303 if when == over else 400)
    assert stands(desk, row).state == "unsupported"
    assert replies(officer, 1, words="Di pasal 9.").status_code == 303
    assert stands(desk, row).state == "answered", "what comes late is said to be, and looked at"
    with snapshot(desk.engine) as session:
        assert session.scalars(select(ClarificationStep.late).filter_by(step="replies")).one()


def test_a_reply_on_the_last_day_is_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _row, _assessor, officer = asked_about(desk)
    for when in (moment(FRIDAY, 3), moment(TUESDAY, 17) - timedelta(seconds=1)):
        monkeypatch.setattr(clarifying, "now", lambda when=when: when)
        officer.post(f"{ASKED}/1/terima", headers=OURS)
    assert replies(officer, 1, words="Di pasal 9.").status_code == 303
    with snapshot(desk.engine) as session:
        assert not session.scalars(select(ClarificationStep.late).filter_by(step="replies")).one()
