"""A copy of all that a database holds, in a new one of either kind."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, Integer, select, text

from server.db import Base, open_database, snapshot
from server.schema import upgrade
from tests.support.environment import SQLITE, on_postgres_anew, postgres_url


@contextmanager
def a_copy(there: Engine, kind: str) -> Iterator[Engine]:
    """Copy what is in a database into a new one, which goes at the end."""
    with a_new_one(kind) as url:
        here = open_database(url)
        upgrade(here)
        copy_all(there, here)
        yield here
        here.dispose()


@contextmanager
def a_new_one(kind: str) -> Iterator[str]:
    if kind == SQLITE:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'copy.sqlite3'}"
        return
    with on_postgres_anew() as name:
        yield postgres_url(name)


def copy_all(there: Engine, here: Engine) -> None:
    with snapshot(there) as source, here.begin() as target:
        for table in Base.metadata.sorted_tables:
            if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                target.execute(table.insert(), rows)
            if here.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
                target.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                                    f"(SELECT coalesce(max(id), 1) FROM {table.name}))"))  # fmt: skip
