"""A round that is open, and claims that come in."""

from datetime import date
from typing import Any

from sqlalchemy import Engine, delete

from server.claims.importing import ImportPlan, apply_import, plan_import
from server.db import writing
from server.rounds.planning import RoundWish, add_round, move_round
from server.rounds.states import OPEN, Entry
from server.work.tables import Job
from tests.support.prepared import prepared_after
from tests.support.workbooks import YEAR, opened

ROUND = str(YEAR)
TESTER = Entry("terminal:test", "a test")


def open_round(
    engine: Engine, round_id: str = ROUND, year: int = YEAR, project: int | None = None,
    visits: tuple[date | None, date | None] | None = None, **more: Any,
) -> None:  # fmt: skip
    with writing(engine) as session:
        stages = {"visits": visits} if visits else {}
        add_round(session, RoundWish(round_id, year, project=project, stages=stages, **more), TESTER)
        move_round(session, round_id, OPEN, TESTER)


def claims_come(engine: Engine, content: bytes, name: str = "klaim.xlsx") -> ImportPlan:
    return prepared_after(engine, _claims_come, content, name)


def _claims_come(engine: Engine, content: bytes, name: str) -> ImportPlan:
    with writing(engine) as session:
        plan = plan_import(session, content, opened(content))
        apply_import(session, plan, name, "terminal:test")
    return plan


def forget_jobs(engine: Engine) -> None:
    """Begin with an empty job table, whatever has been asked for."""
    with writing(engine) as session:
        session.execute(delete(Job))
