"""A place where several were not at ease alarms on the same day, at its hour; what is stored of it has no number."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from server.db import snapshot, writing
from server.feedback.alarming import gives_cause
from server.feedback.tables import ChildForm
from server.feedback.tending import alarm_or_later
from server.incidents.tables import PlaceAlarm
from server.register.tables import Facility
from tests.support.lining import NOVEMBER, PAGE, VERSION, Clock, answer, plan_session, question
from tests.support.rounds import begin
from tests.support.workbooks import DISTRICT

PLACE = "3f9c2a00-0000-4000-8000-00000000000c"
CALM, AFRAID, SKIPPED = {"feel_ok_place": "yes"}, {"feel_ok_place": "no"}, {"feel_ok_place": "skip"}


@pytest.fixture
def codes(district: Engine) -> list[str]:
    """Plan a session about one place."""
    begin(district, DISTRICT)
    with writing(district) as session:
        session.add(Facility(id=PLACE, kind="sekolah", name="SD Rekaan (fiktif)", village=f"{DISTRICT}.01.2001"))
        session.flush()
        made = plan_session(session, 12, facility_id=PLACE, place_kind="sekolah")
        session.get_one(ChildForm, VERSION).page = PAGE | {"questions": [question("feel_ok_place", "yes", "no")]}
    return made.codes


@pytest.mark.parametrize("answers, rings", [
    ([CALM] * 7 + [AFRAID] * 3, True), ([CALM] * 8 + [AFRAID] * 2, False), ([AFRAID] * 9, False),
    ([AFRAID] * 3 + [SKIPPED] * 9, False), ([AFRAID] * 3 + [{}] * 7, False),
])  # fmt: skip
def test_three_of_ten_who_answered_give_cause(answers: list[dict[str, str]], rings: bool) -> None:
    assert gives_cause(answers) is rings


def alarms(engine: Engine) -> int:
    with snapshot(engine) as session:
        return session.scalar(select(func.count()).select_from(PlaceAlarm)) or 0


def test_it_is_raised_the_same_day_at_its_hour_and_once_a_month(
    district: Engine, line: Flask, clock: Clock, codes: list[str]
) -> None:
    for number, code in enumerate(codes):
        assert answer(line, code, AFRAID if number % 3 == 0 else CALM).status_code == 204
    assert alarms(district) == 0, "never with an answer: its moment would tell what it said"
    assert alarm_or_later(line, None) is None and alarms(district) == 0, "ten in the morning in Jakarta"
    clock.moment = datetime(2026, 11, 20, 10, tzinfo=UTC)
    today = alarm_or_later(line, None)
    assert today == NOVEMBER.date() and alarms(district) == 1
    clock.moment += timedelta(days=1)
    assert alarm_or_later(line, today) == today + timedelta(days=1) and alarms(district) == 1
    columns = {column.name for column in PlaceAlarm.__table__.columns}
    assert columns == {"id", "round_id", "district", "facility_id", "raised_on", "told_at", "seen_by", "seen_at"}


def test_where_few_answered_nothing_is_raised(district: Engine, line: Flask, clock: Clock, codes: list[str]) -> None:
    for code in codes[:9]:
        assert answer(line, code, AFRAID).status_code == 204
    clock.moment = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert alarm_or_later(line, None) and alarms(district) == 0
