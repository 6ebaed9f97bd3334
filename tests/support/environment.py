"""What the machine that runs the tests has: named in the environment, see `tests/conftest.py`."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import settings
from sqlalchemy import make_url, text

from server.db import open_database
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.sampling import ALL
from workers.central.api import Central, create_project

DATABASES = SQLITE, POSTGRESQL = ("sqlite", "postgresql")
REAL = tuple(os.environ.get(f"TILIK_TEST_CENTRAL_{name}", "") for name in ("URL", "USER", "PASSWORD"))


def examples(many: int) -> int:
    """Say how many examples a property is tried on: a share of so many in `make test`, or as the environment says."""
    named = os.environ.get("TILIK_TEST_EXAMPLES")
    return int(named) if named else max(many * settings().max_examples // ALL, 1)


def new_project(url: str, user: str, password: str) -> Central:
    name = f"Tilik test {uuid.uuid4()}"
    return Central(url, user, password, create_project(url, user, password, name))


def new_project_at(sandbox: Sandbox) -> Central:
    """Make a project at the sandbox that may have any place, whatever projects of other tests had."""
    forget_lists(sandbox)
    return new_project(sandbox.url, USER, PASSWORD)


def forget_lists(sandbox: Sandbox) -> None:
    """Let ids of entities be used again, which are one set for all projects: tests lend each other places by them.

    So whoever has a project for longer than a test has a sandbox of its own.
    """
    for project in sandbox.state.projects.values():
        project.lists.clear()
        project.deleted_lists.clear()


def postgres_url(name: str | None = None) -> str:
    """Give the address of a database on the PostgreSQL that is named, or of the one that the address names."""
    named = os.environ.get("TILIK_TEST_DATABASE_URL")
    assert named, "TILIK_TEST_DATABASE_URL names no PostgreSQL"
    url = make_url(named)
    return url.set(database=name or url.database).render_as_string(hide_password=False)


@contextmanager
def on_postgres_anew(template: str = "template1") -> Iterator[str]:
    """Make a database on PostgreSQL, a copy of another; it goes at the end."""
    name = f"tilik_test_{uuid.uuid4().hex}"
    _on_postgres(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        _on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def _on_postgres(statement: str) -> None:
    server = open_database(postgres_url()).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()
