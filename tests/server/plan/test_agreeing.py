"""What a team plans by hand or from a file becomes an assignment once Tim Penilai agrees, as what is drawn does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.app import create_app
from server.audit.tables import AuditEntry
from server.db import now, snapshot, writing
from server.plan.agreeing import agree, to_agree
from server.plan.planning import withdraw
from server.plan.releasing import release, waiting_counts
from server.plan.states import over_plan, stands
from server.plan.wishes import NotPlanned
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from server.rounds.states import CLOSED
from server.settings import Settings
from tests.support.assigning import OPEN_PLACE, PART
from tests.support.handing import OURS
from tests.support.planning import ASSESSOR, DAY, OTHER_PLACE, PlanField
from tests.support.rounds import move_part
from tests.support.web import TESTER, entered
from tests.support.workbooks import DISTRICT

LEAD = Account("person:8", (Held(Role.LEAD, DISTRICT, PART[0]),))


def released(field: PlanField) -> int:
    with writing(field.engine) as session:
        return release(session, PART, TESTER).given


def waits(field: PlanField) -> tuple[int, int]:
    """Count what waits for agreement, and what waits to be released."""
    with snapshot(field.engine) as session:
        return to_agree(session, PART).count, waiting_counts(session, PART)[0]


def test_nobody_is_sent_before_tim_penilai_agrees(field: PlanField) -> None:
    field.plan(field.wish(), field.wish(OTHER_PLACE))
    assert (waits(field), released(field)) == ((2, 0), 0)
    assert field.agree(ASSESSOR) == 2
    assert (waits(field), released(field), waits(field)) == ((0, 2), 2, (0, 0))
    assert field.row().agreed_by == "person:7"
    with snapshot(field.engine) as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts.count("plan_agreed") == 1 and field.agree(ASSESSOR) == 0, "a second time there is nothing"


def test_rows_of_a_file_wait_as_those_by_hand_do(field: PlanField) -> None:
    field.plan(field.written(), field.written(OTHER_PLACE, row=3))
    assert (waits(field), released(field)) == ((2, 0), 0)


def test_who_planned_cannot_agree_and_who_agrees_cannot_plan(field: PlanField) -> None:
    field.plan(field.wish())
    with pytest.raises(Forbidden):
        field.agree(LEAD)
    with pytest.raises(Forbidden):
        field.plan(field.wish(OTHER_PLACE), by=ASSESSOR)


def test_nothing_is_agreed_to_that_was_not_shown(field: PlanField) -> None:
    field.plan(field.wish())
    with snapshot(field.engine) as session:
        mark = to_agree(session, PART).mark
    field.plan(field.wish(OTHER_PLACE))
    with pytest.raises(NotPlanned, match="plan_changed_meanwhile"), writing(field.engine) as session:
        agree(session, PART, mark, ASSESSOR)
    assert waits(field) == (2, 0)


@pytest.mark.parametrize("change, asks_anew", [
    ({"day": (DAY + timedelta(days=1)).isoformat()}, False), ({"why": "Kata lain"}, False), ({"mode": "video"}, True),
])  # fmt: skip
def test_what_was_agreed_to_is_the_place_the_team_and_the_way(
    field: PlanField, change: dict[str, str], asks_anew: bool
) -> None:
    field.plan(field.wish())
    assert field.release().given == 1
    field.plan(field.wish(**change))
    assert waits(field) == ((1, 0) if asks_anew else (0, 1))
    with writing(field.engine) as session:
        assert release(session, PART, TESTER).changed == (0 if asks_anew else 1)


def test_what_waits_says_so_and_can_be_taken_out(field: PlanField) -> None:
    field.plan(field.wish())
    with snapshot(field.engine) as session:
        assert session.scalars(over_plan(stands(now(), DAY))).all() == ["proposed"]
    with writing(field.engine) as session:
        withdraw(session, PART, field.row().id, TESTER)
    assert waits(field)[0] == 0
    field.plan(field.wish())
    assert waits(field) == (1, 0), "planned again, it is agreed to again"


def test_what_was_taken_out_and_planned_again_needs_it_anew(field: PlanField) -> None:
    field.plan(field.wish())
    field.release()
    with writing(field.engine) as session:
        withdraw(session, PART, field.row().id, TESTER)
    field.plan(field.wish())
    assert waits(field) == (1, 0)


def test_a_closed_part_is_agreed_to_no_more(field: PlanField) -> None:
    field.plan(field.wish())
    move_part(field.engine, DISTRICT, CLOSED)
    with pytest.raises(NotPlanned), writing(field.engine) as session:
        agree(session, PART, to_agree(session, PART).mark, ASSESSOR)


def test_the_page_shows_what_waits_and_agrees_to_that(field: PlanField) -> None:
    field.plan(field.wish(why="Usulan tim (rekaan)"))
    web = entered(create_app(field.engine, Settings(central_project=1)), [Held(Role.ASSESSOR, DISTRICT, PART[0])])
    path = f"/wilayah/{PART[0]}/{PART[1]}/rencana/setujui"
    page = web.get(path)
    assert page.status_code == 200 and OPEN_PLACE in page.text and "Usulan tim (rekaan)" in page.text
    mark = page.text.split('name="mark" value="')[1].split('"')[0]
    field.plan(field.wish(OTHER_PLACE))
    assert web.post(path, data={"mark": mark}, headers=OURS).status_code == 400
    with snapshot(field.engine) as session:
        mark = to_agree(session, PART).mark
    assert web.post(path, data={"mark": mark}, headers=OURS).status_code == 303
    assert waits(field) == (0, 2)
