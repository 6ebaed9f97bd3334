"""A place where several were not at ease alarms on the same day, and what is stored of it has no number."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.feedback.alarming import alarm_where_unsafe
from server.feedback.tables import ChildForm
from server.incidents.tables import PlaceAlarm
from server.register.tables import Facility
from tests.support.lining import PAGE, VERSION, answer, plan_session, question
from tests.support.rounds import begin
from tests.support.workbooks import DISTRICT

PLACE = "3f9c2a00-0000-4000-8000-00000000000c"
CALM, AFRAID, SKIPPED = {"feel_ok_place": "yes"}, {"feel_ok_place": "no"}, {"feel_ok_place": "skip"}


@pytest.fixture
def held(district: Engine) -> Engine:
    begin(district, DISTRICT)
    with writing(district) as session:
        session.add(Facility(id=PLACE, kind="sekolah", name="SD Rekaan (fiktif)", village=f"{DISTRICT}.01.2001"))
        session.flush()
        plan_session(session, 0, facility_id=PLACE, place_kind="sekolah")
        plan_session(session, 0, place_kind="sekolah")
    return district


@pytest.mark.parametrize("number, answers, alarms", [
    (1, [CALM] * 7 + [AFRAID] * 3, 1), (1, [CALM] * 8 + [AFRAID] * 2, 0), (1, [AFRAID] * 9, 0),
    (1, [AFRAID] * 3 + [SKIPPED] * 9, 0), (1, [AFRAID] * 3 + [{}] * 7, 0), (2, [AFRAID] * 12, 0),
])  # fmt: skip
def test_three_of_ten_alarm_where_there_is_one_place(
    held: Engine, number: int, answers: list[dict[str, str]], alarms: int
) -> None:
    for _ in range(2):  # once a day, however many more answer
        with writing(held) as session:
            alarm_where_unsafe(session, number, answers)
    with snapshot(held) as session:
        found = session.scalars(select(PlaceAlarm)).all()
    assert [one.facility_id for one in found] == [PLACE] * alarms
    columns = {column.name for column in PlaceAlarm.__table__.columns}
    assert columns == {"id", "round_id", "district", "facility_id", "raised_on", "told_at", "seen_by", "seen_at"}


def test_it_is_raised_by_the_line_while_answers_lie_sealed(held: Engine, line: Flask) -> None:
    with writing(held) as session:
        page = PAGE | {"questions": [question("feel_ok_place", "yes", "no")]}
        made = plan_session(session, 12, facility_id=PLACE, place_kind="sekolah")
        session.get_one(ChildForm, VERSION).page = page
    for number, code in enumerate(made.codes):
        assert answer(line, code, AFRAID if number % 3 == 0 else CALM).status_code == 204
        with snapshot(held) as session:
            assert len(session.scalars(select(PlaceAlarm)).all()) == (number >= 9), number
