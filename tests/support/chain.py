"""Chains as tests have them: written, sealed, and changed by who owns the database."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from sqlalchemy import Engine, text

from server.audit.checking import Checked, KeptHead, check
from server.audit.entries import Act, digest_of, write_down
from server.audit.sealing import seal
from server.db import snapshot, writing

BY = "person:7"


def an_act(number: int = 1, **more: str) -> Act:
    values = {"by": BY, "act": "submission_seen", "about": f"submission:{number}"} | more
    return Act(**values)


def acts_happen(engine: Engine, count: int = 5) -> None:
    """Write acts down, each in a transaction of its own, with a digest, a district and a round."""
    for number in range(1, count + 1):
        with writing(engine) as session:
            write_down(session, an_act(number, district="99.01", round_id="2026", after=digest_of(number)))


def sealed(engine: Engine) -> int:
    with writing(engine) as session:
        return seal(session)


def a_chain(engine: Engine, count: int = 5) -> KeptHead:
    """Give the head of a chain that is whole."""
    acts_happen(engine, count)
    sealed(engine)
    head = checked(engine).head
    assert head and head.sequence == count
    return head


def checked(engine: Engine, kept: KeptHead | None = None) -> Checked:
    with snapshot(engine) as session:
        return check(session, kept)


def broken(engine: Engine, kept: KeptHead | None = None) -> tuple[str, dict[str, object]]:
    found = checked(engine, kept).broken
    assert found is not None
    return found.code, dict(found.values)


def by_the_owner(engine: Engine, statements: Iterable[str]) -> None:
    """Change what nobody may, as whoever owns the database can: without triggers and foreign keys."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for statement in ("SET LOCAL session_replication_role = replica", *statements):
                connection.execute(text(statement))
        return
    with closing(sqlite3.connect(str(engine.url.database))) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
