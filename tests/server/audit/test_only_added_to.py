"""The database itself refuses to change or delete what was written down, by whatever statement."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from server.db import writing
from tests.support.chain import a_chain, checked
from tests.support.environment import POSTGRESQL, SQLITE

ON_BOTH = [
    "UPDATE audit_entries SET act = 'photograph_seen' WHERE id = 1", "UPDATE audit_entries SET about = about",
    "DELETE FROM audit_entries", "DELETE FROM audit_entries WHERE id = 1", "UPDATE audit_seals SET digest = 'x'",
    "DELETE FROM audit_seals WHERE sequence = 5",
]  # fmt: skip
ON_SQLITE = [
    "REPLACE INTO audit_entries (id, at, by, act, about) VALUES (1, '2026-01-01', 'person:1', 'x', '')",
    "REPLACE INTO audit_seals VALUES (9, (SELECT min(entry_id) FROM audit_seals), 'x', '2026-01-01')",
    "INSERT OR REPLACE INTO audit_seals VALUES (1, 99, 'x', '2026-01-01')",
]  # fmt: skip
ON_POSTGRESQL = [
    "TRUNCATE audit_entries CASCADE", "TRUNCATE audit_seals",
    "INSERT INTO audit_seals VALUES (1, 1, 'x', now()) ON CONFLICT (sequence) DO UPDATE SET digest = 'x'",
    "WITH gone AS (DELETE FROM audit_seals RETURNING 1) SELECT count(*) FROM gone",
]  # fmt: skip


def is_refused(engine: Engine, statement: str) -> None:
    a_chain(engine)
    with (
        pytest.raises(DBAPIError, match="is only added to: nothing in it is changed or deleted"),
        writing(engine) as session,
    ):
        session.execute(text(statement))
    assert checked(engine).sealed == 5 and checked(engine).broken is None


@pytest.mark.parametrize("statement", ON_BOTH)
def test_what_was_written_down_stays(engine: Engine, statement: str) -> None:
    is_refused(engine, statement)


@pytest.mark.parametrize("engine", [SQLITE], indirect=True)
@pytest.mark.parametrize("statement", ON_SQLITE)
def test_nor_is_it_replaced(engine: Engine, statement: str) -> None:
    is_refused(engine, statement)


@pytest.mark.parametrize("engine", [POSTGRESQL], indirect=True)
@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_nor_emptied_by_what_only_postgresql_has(engine: Engine, statement: str) -> None:
    is_refused(engine, statement)
