"""Sealing: every entry once, in one chain, whoever seals and however late an entry was committed."""

import threading

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.audit import sealing
from server.audit.entries import write_down
from server.audit.sealing import CONTENT, link, seal
from server.audit.tables import AuditEntry, AuditSeal, AuditUnsealed
from server.db import now, snapshot, writing
from tests.support.chain import a_chain, acts_happen, an_act, checked, sealed
from tests.support.environment import POSTGRESQL
from tests.support.statements import statements


def order(engine: Engine) -> list[int]:
    """Give the numbers of the entries in the order of the chain."""
    with snapshot(engine) as session:
        assert session.scalars(select(AuditSeal.sequence).order_by(AuditSeal.sequence)).all() == list(
            range(1, session.scalar(select(func.count()).select_from(AuditSeal)) + 1)  # type: ignore[operator]
        )
        return list(session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.sequence)))


def test_entries_are_sealed_in_order_of_their_numbers_and_once(engine: Engine) -> None:
    acts_happen(engine, 3)
    assert (sealed(engine), sealed(engine)) == (3, 0)
    first = order(engine)
    acts_happen(engine, 2)
    assert sealed(engine) == 2
    assert order(engine)[:3] == first == sorted(first) and len(order(engine)) == 5
    assert checked(engine).broken is None


@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
def test_an_entry_that_is_committed_late_is_sealed_later_and_not_lost(engine: Engine) -> None:
    """PostgreSQL gives numbers when a row is written, and shows it when it is committed: a later one may be first."""
    with Session(engine) as slow, slow.begin():
        write_down(slow, an_act(1))
        slow.flush()
        acts_happen(engine, 2)
        assert sealed(engine) == 2
    assert sealed(engine) == 1
    last = order(engine)[-1]
    assert last == min(order(engine)), "its number is the smallest, its place the last"
    assert checked(engine).broken is None


def test_what_was_rolled_back_leaves_no_hole_in_the_chain(engine: Engine) -> None:
    acts_happen(engine, 1)
    with pytest.raises(RuntimeError), writing(engine) as session:
        write_down(session, an_act(2))
        session.flush()
        raise RuntimeError
    acts_happen(engine, 1)
    assert sealed(engine) == 2 and checked(engine).broken is None


def test_many_are_sealed_a_few_at_a_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SEALED_AT_ONCE", 2)
    acts_happen(engine, 5)
    assert [sealed(engine) for _ in range(4)] == [2, 2, 1, 0]
    assert checked(engine).broken is None


def test_sealing_costs_by_what_is_new_not_by_what_is_there(engine: Engine) -> None:
    a_chain(engine, 30)
    acts_happen(engine, 2)
    with statements(engine) as few:
        sealed(engine)
    acts_happen(engine, 25)
    with statements(engine) as more:
        sealed(engine)
    assert len(few) == len(more), "statements"
    assert not any("audit_entries" in one and "audit_unsealed" not in one for one in few if one.startswith("SELECT"))


def test_two_who_seal_at_once_make_one_chain(engine: Engine) -> None:
    """The second waits for the first, then sees what it has sealed."""
    acts_happen(engine, 40)
    ready, errors = threading.Barrier(4), []

    def seal_too() -> None:
        try:
            ready.wait(30)
            while sealed(engine):
                pass
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=seal_too) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == [] and len(order(engine)) == 40
    assert checked(engine).broken is None


@pytest.mark.ci
@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
def test_without_the_lock_the_table_still_refuses_a_fork(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_wait_for_our_turn", lambda _session: None)
    acts_happen(engine, 4)
    with Session(engine) as first, first.begin():
        seal(first)
        done: list[BaseException | None] = []

        def second() -> None:
            try:
                sealed(engine)
                done.append(None)
            except IntegrityError as error:
                done.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        first.commit()
        thread.join(60)
    assert len(done) == 1
    assert checked(engine).broken is None and len(order(engine)) == 4


@pytest.mark.parametrize("column", [column.name for column in CONTENT])
def test_every_column_of_an_entry_is_in_its_seal(column: str) -> None:
    moment = now()
    entry = {"id": 1, "at": moment, "by": "person:1", "act": "a", "about": "b", "district": "c", "round_id": "d",
             "before": "e", "after": "f"}  # fmt: skip
    assert set(entry) == {one.name for one in AuditEntry.__table__.columns}
    other = entry | {column: None if column != "id" else 2}
    assert link("0", 1, moment, entry) != link("0", 1, moment, other)
    assert link("0", 1, moment, entry) == link("0", 1, moment, dict(reversed(entry.items())))


def test_nothing_waits_once_all_is_sealed(engine: Engine) -> None:
    a_chain(engine)
    with snapshot(engine) as session:
        assert session.scalars(select(AuditUnsealed)).all() == []
