"""The demo's visits are planned as a team plans them: a file, released as assignments; most came, some did not."""

from sqlalchemy import func, select

from server.assignments.tables import Assignment
from server.audit.tables import AuditEntry
from server.db import snapshot
from server.plan.tables import PlannedVisit
from server.register.tables import Facility
from tests.support.demo import Demo


def test_every_assignment_of_the_demo_comes_from_its_plan_and_reached_phones(run: Demo) -> None:
    with snapshot(run.engine) as session:
        rows = session.scalars(select(PlannedVisit)).all()
        asked = {one.id: one for one in session.scalars(select(Assignment))}
        places = session.scalar(select(func.count()).select_from(Facility))
    assert places and 20 < len(rows) < places, "some are nobody's yet"
    assert len(rows) == len(asked) and {row.assignment_id for row in rows} == asked.keys()
    assert all(row.released for row in rows) and all(one.problem is None for one in asked.values())
    assert {one.mode for one in asked.values()} == {"on_site", "video"} and "practice" in {row.modules for row in rows}


def test_what_came_is_noted_and_what_did_not_is_expected(run: Demo) -> None:
    with snapshot(run.engine) as session:
        states = session.scalars(select(Assignment.state)).all()
        found = set(session.scalars(select(PlannedVisit.arrival)))
    assert states.count("visited") > 20 and states.count("sent") >= 1
    assert {"open", "closed", "refused", "not_there", None} <= found


def test_it_is_told_in_order_and_written_down(run: Demo) -> None:
    told = [step for step in run.steps if step in ("demo.published", "demo.planned", "demo.sent", "demo.came")]
    assert told == ["demo.published", "demo.planned", "demo.sent", "demo.came"]
    with snapshot(run.engine) as session:
        acts = set(session.scalars(select(AuditEntry.act)))
    assert {"plan_released", "assignment_given"} <= acts
