"""Make a fixture of the database as this code leaves it: `python -m tests.upgrade.make`, once a release is committed.

It goes into a folder beside this file, named after the commit, where the tests find it by themselves:

    tilik.sql      the database, a statement to a line
    store/         the files it names
    central.json   Central as it was then (`tests/support/central_state.py`)
    facts.json     what stood in the database, asked with that release's own code (`tests/upgrade/found.py`)
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, func, select

from server.schema import metadata, open_up_to_date
from server.settings import CHECKOUT, Settings
from tests.sandbox.server import PASSWORD, USER, running_sandbox
from tests.support.central_state import dump
from tests.upgrade.found import found_in, lacking
from tests.upgrade.life import live
from tests.upgrade.living import Life
from workers.central.api import Central, create_project
from workers.queue.context import Context

WHAT_MAKES_IT = ("server", "verification", "workers", "xlsforms", "tilik.py")


def main() -> None:
    """Make it of what is committed, and of nothing else."""
    print(make(Path(__file__).parent / commit_of(CHECKOUT)))


def commit_of(checkout: Path) -> str:
    """Name the commit that the code is of; not a later one that changed only tests or pages."""
    if changed := git(checkout, "status", "--porcelain", "--", *WHAT_MAKES_IT):
        sys.exit(f"A fixture is named after the commit that made it; commit these first:\n{changed}")
    return git(checkout, "log", "-1", "--abbrev=7", "--format=%h", "--", *WHAT_MAKES_IT)


def git(checkout: Path, *words: str) -> str:
    return subprocess.check_output(["git", *words], cwd=checkout, text=True).rstrip()


def make(folder: Path) -> Path:
    """Live a district's life, and write down in a new folder what is left of it."""
    folder.mkdir()
    with tempfile.TemporaryDirectory() as data, running_sandbox() as sandbox:
        project = create_project(sandbox.url, USER, PASSWORD, "Fixture (fiktif)")
        settings = Settings(
            data=Path(data), database_url=None, central_url=sandbox.url, central_user=USER,
            central_password=SecretStr(PASSWORD), central_project=project,
        )  # fmt: skip
        engine = open_up_to_date(settings)
        with Central.from_settings(settings) as central:
            live(Life(Context(engine, settings), central, sandbox))
        must_have_everything(engine)
        write(folder, "facts.json", found_in(engine))
        write(folder, "central.json", dump(sandbox.state))
        engine.dispose()
        write_statements(folder / "tilik.sql", Path(data) / "tilik.sqlite3")
        shutil.copytree(Path(data) / "store", folder / "store")
    return folder


def must_have_everything(engine: Engine) -> None:
    """Stop where a table is empty, or nothing is in some state: an upgrade that loses it would pass every test."""
    with engine.connect() as connection:
        tables = metadata.sorted_tables
        empty = [table.name for table in tables if not connection.scalar(select(func.count()).select_from(table))]
    if empty:
        sys.exit(f"No row in {', '.join(empty)}: write a chapter for it in tests/upgrade/life.py.")
    if missing := lacking(engine):
        sys.exit(f"None of these, which tests/upgrade/found.py asks for: {missing}")


def write(folder: Path, name: str, content: object) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / name).write_text(text + "\n", encoding="utf-8")


def write_statements(file: Path, database: Path) -> None:
    connection = sqlite3.connect(database)
    file.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
    connection.close()


if __name__ == "__main__":
    main()
