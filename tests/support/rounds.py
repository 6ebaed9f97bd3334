"""Rounds as tests have them: in whatever state, changed, and refused with sentences."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.rounds.planning import RoundWish, add_round, move_round
from server.rounds.states import Entry, NotAllowed, begin_part, change_part
from server.rounds.tables import Round, RoundChange, RoundPart
from server.words import LANGUAGES, catalogue
from server.work.tables import Job
from tests.support.claiming import ROUND, TESTER
from verification.reason import Reason


def plan_round(engine: Engine, round_id: str, **wish: Any) -> None:
    wanted: dict[str, Any] = {"id": round_id, "data_year": 2027} | wish
    with writing(engine) as session:
        add_round(session, RoundWish(**wanted), TESTER)


def move(engine: Engine, state: str, why: str = "a test", round_id: str = ROUND) -> None:
    with writing(engine) as session:
        move_round(session, round_id, state, Entry("terminal:test", why))


def begin(engine: Engine, *districts: str, round_id: str = ROUND) -> None:
    with writing(engine) as session:
        for district in districts:
            begin_part(session, round_id, district, TESTER)


def move_part(engine: Engine, district: str, state: str, why: str = "a test", round_id: str = ROUND) -> None:
    with writing(engine) as session:
        change_part(session, round_id, district, state, Entry("terminal:test", why))


def let_be(engine: Engine, state: str, round_id: str = ROUND) -> None:
    """Put a round into a state, whatever it was."""
    with writing(engine) as session:
        session.execute(update(Round).where(Round.id == round_id).values(state=state))


def refusal(engine: Engine, change: Callable[[Session], object]) -> list[Reason]:
    """Try a change that must be refused; gives every reason. Each has its sentence, and nothing is left behind."""
    before = written(engine)
    with pytest.raises(NotAllowed) as caught, writing(engine) as session:
        change(session)
    for reason in caught.value.reasons:
        for words in map(catalogue, LANGUAGES):
            assert words.knows(f"reason.{reason.code}") and "{" not in words.reason(reason), reason
    assert written(engine) == before
    return list(caught.value.reasons)


Written = tuple[str, str | None, str, str, str | None]


def written(engine: Engine) -> list[Written]:
    """Give what was written down of changes, oldest first: round, district, state, by whom, why."""
    change = RoundChange
    query = select(change.round_id, change.district, change.state, change.changed_by, change.why).order_by(change.id)
    with snapshot(engine) as session:
        return [(*row,) for row in session.execute(query)]


def state_of(engine: Engine, round_id: str = ROUND) -> str:
    with snapshot(engine) as session:
        return session.get_one(Round, round_id).state


def part_of(engine: Engine, district: str, round_id: str = ROUND) -> str | None:
    with snapshot(engine) as session:
        part = session.get(RoundPart, (round_id, district))
        return part.state if part else None


def asked_for(engine: Engine) -> list[tuple[str, str]]:
    """Give the work that waits: kind and key."""
    with snapshot(engine) as session:
        rows = session.execute(select(Job.kind, Job.key).filter_by(state="waiting").order_by(Job.id))
        return [(kind, key) for kind, key in rows]
