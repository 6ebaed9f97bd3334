"""Whether children were punished is asked 30 and 90 days later; what they answered goes when its time is over."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from server.children.after import checks_of, note_check
from server.children.preparing import NotPrepared
from server.children.tables import ChildCode, ChildSession, RetaliationCheck
from server.db import snapshot, writing
from server.feedback.expiring import ANSWERS_KEPT, CODES_KEPT, first_month_kept, forget_answers, see_what_is_over
from server.feedback.tables import ChildAnswer, ChildAnswersGone, ChildForm
from server.roles.account import Forbidden
from server.rounds.states import CLOSED, OPEN
from server.work.tables import Job
from tests.support.children import PART, ChildField, in_months
from tests.support.claiming import ROUND
from tests.support.days import today_here
from tests.support.rounds import move_part
from tests.support.workbooks import DISTRICT


def held(field: ChildField, months_ago: int) -> date:
    """Let a session have been held so many months ago; gives the last day of that month."""
    field.switched_on()
    field.codes(field.planned())
    month = in_months(today_here(), -months_ago)
    with writing(field.engine) as session:
        session.execute(update(ChildSession).values(month=month, state="settled"))
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def days(field: ChildField) -> list[tuple[int, date]]:
    with snapshot(field.engine) as session:
        return [(one.days, one.since) for one in checks_of(session, *PART)]


def test_they_count_from_the_end_of_the_month_and_again_from_the_districts_result(field: ChildField) -> None:
    assert days(field) == []
    ended = held(field, 4)
    assert days(field) == [(30, ended + timedelta(days=30)), (90, ended + timedelta(days=90))]
    move_part(field.engine, DISTRICT, CLOSED)
    (_, first), _ = days(field)
    assert abs((first - timedelta(days=30) - today_here()).days) <= 1, "from the day the part was closed"
    move_part(field.engine, DISTRICT, OPEN)
    assert days(field)[0] == (30, ended + timedelta(days=30))


def test_only_an_officer_notes_it_once_it_is_time(field: ChildField) -> None:
    held(field, 2)  # over since a month or two: the first check is due, or nearly; the second is not
    with pytest.raises(Forbidden), writing(field.engine) as session:
        note_check(session, PART, 30, "nobody", field.facilitator)
    with pytest.raises(NotPrepared) as early, writing(field.engine) as session:
        note_check(session, PART, 90, "nobody", field.officer)
    with writing(field.engine) as session:
        session.execute(update(ChildSession).values(month=in_months(today_here(), -4)))
    with pytest.raises(NotPrepared) as other, writing(field.engine) as session:
        note_check(session, PART, 30, "a story", field.officer)
    with pytest.raises(NotPrepared) as never, writing(field.engine) as session:
        note_check(session, PART, 45, "nobody", field.officer)
    assert [one.value.reason.code for one in (early, other, never)] == [
        "retaliation_early", "retaliation_outcome_unknown", "retaliation_early"]  # fmt: skip
    for outcome in ("not_reached", "nobody"):
        with writing(field.engine) as session:
            note_check(session, PART, 30, outcome, field.officer)
    with snapshot(field.engine) as session:
        assert [one.outcome for one in session.scalars(select(RetaliationCheck))] == ["nobody"]


def test_answers_and_codes_go_when_their_time_is_over_and_it_is_proved(field: ChildField) -> None:
    held(field, 3)
    over, not_yet = ((today_here() - ANSWERS_KEPT).replace(day=1) - timedelta(days=1), today_here() - ANSWERS_KEPT)
    with writing(field.engine) as session:
        session.add(ChildForm(version="1", page={}))
        session.flush()
        for number, month in enumerate([f"{over:%Y-%m}"] * 3 + [f"{not_yet:%Y-%m}"]):
            session.add(ChildAnswer(key=f"{number:032}", round_id=ROUND, district=DISTRICT, place_kind="sekolah",
                                    month=month, version="1", answers={}, state="passed"))  # fmt: skip
    with writing(field.engine) as session:
        see_what_is_over(session)
        kinds = [job.kind for job in session.scalars(select(Job).filter_by(kind="forget_answers"))]
        assert kinds == ["forget_answers"], "what went on to Central is to be deleted there first"
        assert len(session.scalars(select(ChildAnswer.key)).all()) == 4
    for _ in range(2):  # a second time changes nothing
        with writing(field.engine) as session:
            forget_answers(session, first_month_kept())
    with snapshot(field.engine) as session:
        assert session.scalars(select(ChildAnswer.month)).all() == [f"{not_yet:%Y-%m}"]
        assert [(one.month, one.answers) for one in session.scalars(select(ChildAnswersGone))] == [(f"{over:%Y-%m}", 3)]
        assert session.scalars(select(ChildCode)).all() == [], "three months are longer than codes are kept"


def test_codes_of_a_session_that_is_not_settled_stay(field: ChildField) -> None:
    held(field, 3)
    with writing(field.engine) as session:
        session.execute(update(ChildSession).values(state="held"))
        see_what_is_over(session)
        assert len(session.scalars(select(ChildCode)).all()) == 12
    assert timedelta(days=30) == CODES_KEPT
