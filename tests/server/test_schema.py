"""The schema: migrations end exactly where the tables are, run once, and stand any number of processes at once."""

import json
import os
import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from server.areas.tables import Area, AreaVersion
from server.db import Base, now, open_database, snapshot, writing
from server.diagrams import pages
from server.register.at_central import IdsAt, note_ids, noted_ids
from server.rounds.states import PART_MOVES, ROUND_MOVES
from server.schema import climb, rebuilding, upgrade
from server.settings import CHECKOUT
from server.visits.tables import PhotoPart
from tests.support.once import step_by_step
from verification.flags.elsewhere import parts_of

_UPGRADE = """
import sys
from server.db import open_database
from server.schema import upgrade
sys.stdin.readline()
upgrade(open_database(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def climbed() -> Iterator[None]:
    """Climb every step: they are what is tried here."""
    with step_by_step():
        yield


@pytest.fixture
def bare(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """Give a database with nothing in it yet, of the same kind."""
    if engine.dialect.name == "sqlite":
        found = open_database(f"sqlite:///{tmp_path / uuid.uuid4().hex}.sqlite3")
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        found = open_database(engine.url.render_as_string(hide_password=False))
    assert inspect(found).get_table_names() == []
    yield found
    found.dispose()


def revisions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def test_the_migrations_end_exactly_where_the_tables_are(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_waiting_jobs_are_unique_in_the_migrated_database_too(engine: Engine) -> None:
    """Neither database tells Alembic of a partial index what it would have to compare."""
    (found,) = (index for index in inspect(engine).get_indexes("jobs") if index["name"] == "uq_jobs_waiting")
    assert found["unique"] and found["column_names"] == ["kind", "key"]
    assert "waiting" in str(found["dialect_options"][f"{engine.dialect.name}_where"])


def test_photographs_that_were_looked_at_before_are_found_by_their_parts(bare: Engine) -> None:
    chance = random.Random(3)
    seen = {1: chance.getrandbits(256), 2: 0, 3: None, 4: chance.getrandbits(256), 5: None}
    with rebuilding(bare) as connection:
        climb(connection, "0041")
        connection.execute(text("INSERT INTO forms (id, project, form_id) VALUES (1, 1, 'visit')"))
        for number, looks in seen.items():
            traits = None if number == 5 else json.dumps({"looks": f"{looks:064x}"} if looks is not None else {})
            columns = "(id, form_pk, root_id, instance_id, name, state, traits)"
            file = text(f"INSERT INTO attachments {columns} VALUES (:id, 1, 'a', 'a', :name, 'stored', :traits)")
            connection.execute(file, {"id": number, "name": f"{number}.jpg", "traits": traits})
    upgrade(bare)
    with snapshot(bare) as session:
        found = {tuple(row) for row in session.execute(select(PhotoPart.part, PhotoPart.file_id))}
    assert found == {(part, number) for number, looks in seen.items() if looks for part in parts_of(looks)}
    assert {number for _, number in found} == {1, 4}


def test_the_project_that_things_came_from_first_keeps_the_places_ids(bare: Engine) -> None:
    with rebuilding(bare) as connection:
        climb(connection, "0043")
        for number, project in ((1, 9), (2, 7), (3, 7)):
            form = {"id": number, "project": project, "form_id": f"visit_{number}"}
            connection.execute(text("INSERT INTO forms (id, project, form_id) VALUES (:id, :project, :form_id)"), form)
    upgrade(bare)
    with writing(bare) as session:
        assert noted_ids(session, 9) == IdsAt(9, own=False) and noted_ids(session, 7) is None
        assert note_ids(session, 7, ()).own


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(AreaVersion(id=1, loaded_at=now()))
        session.flush()
        session.add(Area(since=1, code="99", level="province", name="Provinsi Contoh"))
    before = revisions(engine)
    upgrade(engine)
    assert revisions(engine) == before and len(before) == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM areas")).scalars().all() == ["Provinsi Contoh"]


def test_upgrading_again_asks_for_no_lock(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(AreaVersion(id=1, loaded_at=now()))
        session.flush()
        session.add(Area(since=1, code="99", level="province", name="Provinsi Contoh"))
        session.flush()
        upgrade(engine)


@pytest.mark.ci
def test_processes_that_start_at_once_upgrade_once(bare: Engine) -> None:
    database = bare.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _UPGRADE, database]
    processes = [
        subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    assert len(revisions(bare)) == 1
    assert set(inspect(bare).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_a_migration_that_fails_leaves_nothing_behind(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE jobs (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        upgrade(bare)
    assert inspect(bare).get_table_names() == ["jobs"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_that_is_written_from_the_code_says_what_the_code_is(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == pages()[page], "write it anew: make docs"


def test_the_pages_show_every_table_and_every_move_of_a_round() -> None:
    shown = {page.name: content for page, content in pages().items()}
    assert [name for name in Base.metadata.tables if f"\n### {name}\n" not in shown["schema.md"]] == []
    assert [m for m in (*ROUND_MOVES, *PART_MOVES) if f"    {m[0]} --> {m[1]}" not in shown["states.md"]] == []
    assert shown["states.md"].count("closed --> open: with a reason") == 2


@pytest.mark.ci
def test_the_pages_are_the_same_whatever_order_python_gives_to_sets() -> None:
    program = [sys.executable, "-c", "from server.diagrams import pages; print(*pages().values())"]
    seeds = ({"PYTHONHASHSEED": seed} for seed in ("1", "2", "3"))
    assert len({subprocess.check_output(program, cwd=CHECKOUT, env=os.environ | seed) for seed in seeds}) == 1
