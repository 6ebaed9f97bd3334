"""A backup that an earlier Tilik made: restored at its own step, then brought up to date as the database itself is."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select

from server.backup.archive import FORMAT, Head, Writer
from server.backup.encryption import Watched, encrypting, identities, new_key, public_key, recipients
from server.backup.making import write_table
from server.backup.restoring import RestoreWish, restore
from server.backup.rows import shape_of
from server.db import Base, now, open_database, snapshot
from server.schema import upgrade
from server.store.folder import Folder
from server.sync.certificates import IDENTICAL
from tests.support.copying import a_new_one
from tests.support.environment import DATABASES
from tests.support.storing import everything_in
from tests.upgrade.left import Left
from workers.central.api import Central
from workers.pulling.certify import certify

KEY = new_key(now())


NEW = (
    "area_versions",
    "round_changes",
    "audit_entries",
    "audit_unsealed",
)  # upgrade and restore write their own moment there


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with snapshot(engine) as session:
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables if table.name not in NEW}  # fmt: skip


def back_up_as_it_is(left: Left, file: Path) -> None:
    """Write what was left as a backup of its step."""
    old = MetaData()
    with snapshot(left.engine) as session, file.open("wb") as raw:
        old.reflect(session.connection())
        tables = [table for table in old.sorted_tables if table.name != "alembic_version"]
        with encrypting(Watched(raw), recipients(public_key(KEY))) as into:
            writer = Writer(into)
            writer.head(Head(FORMAT, left.release.revision, now().isoformat(), [shape_of(table) for table in tables]))
            for table in tables:
                write_table(session, table, writer, lambda *_: None)
            for digest, content in sorted(everything_in(left.context.store).items()):
                writer.file(digest, content)
            writer.end()


@pytest.mark.parametrize("kind", DATABASES)
def test_it_becomes_what_the_database_itself_becomes(left: Left, kind: str, tmp_path: Path) -> None:
    back_up_as_it_is(left, tmp_path / "old.age")
    upgrade(left.engine)
    store = Folder(tmp_path / "elsewhere")
    with a_new_one(kind) as url, (tmp_path / "old.age").open("rb") as source:
        engine = open_database(url)
        restored = restore(engine, store, source, RestoreWish(identities(KEY), without=True))
        assert restored.files == len(everything_in(store)) > 5 and restored.rows > 300
        assert everything(engine) == everything(left.engine)
        with Central.from_settings(left.context.settings) as central:
            assert certify(engine, central, store, deep=True) == IDENTICAL
        engine.dispose()
