"""What the machine that runs the tests has: named in the environment, see `tests/conftest.py`."""

import os
import uuid

from sqlalchemy import make_url, text

from server.db import open_database
from workers.central.api import Central, create_project

POSTGRES = os.environ.get("TILIK_TEST_DATABASE_URL")


REAL = tuple(os.environ.get(f"TILIK_TEST_CENTRAL_{name}", "") for name in ("URL", "USER", "PASSWORD"))


def new_project(url: str, user: str, password: str) -> Central:
    name = f"Tilik test {uuid.uuid4()}"
    return Central(url, user, password, create_project(url, user, password, name))


def postgres_url(name: str) -> str:
    return make_url(POSTGRES or "").set(database=name).render_as_string(hide_password=False)


def on_postgres(statement: str) -> None:
    server = open_database(POSTGRES or "").execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()
