"""Who has the database and its files, the logs, the backups and Central learns of no row which child it came from.

Children answer over HTTP, in a known order; then everything that is left is looked through, while their month goes on
and once it has ended. The same is tried on stores that keep answers as they come, where the order is found.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from server.app import create_app
from server.db import Json, open_database
from server.feedback.line import beside, line_of
from server.feedback.settling import settle_ended
from server.schema import upgrade
from server.web.serving import make_server
from server.work.kinds import ChildBatch
from tests.sandbox.server import Sandbox
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.environment import DATABASES, SQLITE, on_postgres_anew, postgres_url
from tests.support.leaving import (
    at_central,
    heard,
    in_turn,
    once_it_has_ended,
    prepared,
    quiet,
    rows_but_fresh,
    settings_of,
    told,
    where_its_log_is,
    while_their_month_goes_on,
)
from tests.support.lining import DECEMBER, SECRET, Clock, a_line
from tests.support.serving import serving
from tests.support.untraced import CHILDREN, CHOICES, QUESTIONS, SESSIONS, Attack, Child, correlation, post
from workers.central.api import Central
from workers.queue.context import Context
from workers.queue.draining import drain


@pytest.fixture(params=DATABASES)
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give a database in whose files nobody else wrote before."""
    if request.param == SQLITE:
        yield from _filled(f"sqlite:///{tmp_path / 'tilik.sqlite3'}", upgrade)
        return
    with on_postgres_anew(request.getfixturevalue("postgresql_template")) as name:
        yield from _filled(postgres_url(name))


def _filled(url: str, make: Callable[[Engine], object] = lambda _: None) -> Iterator[Engine]:
    engine = open_database(url)
    make(engine)
    load_district(engine)
    open_round(engine)
    yield engine
    engine.dispose()


@pytest.mark.ci
def test_on_one_machine_nothing_tells_which_child_it_was(
    alone: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    settings, clock = settings_of(alone, central, sandbox, folder, SECRET), Clock()
    attack = prepared(alone, central, "2026-11", SECRET)
    before, since = rows_but_fresh(alone), where_its_log_is(alone)
    app, line = create_app(alone, settings), a_line(alone, settings, clock)
    app.wsgi_app = beside(app.wsgi_app, line.wsgi_app)  # type: ignore[assignment, method-assign]
    with heard(tmp_path) as log, serving(make_server(app, 0)) as url:
        quiet("urllib3")
        assert {post(child, url, attack.version) for child in in_turn(attack)} == {204}
        assert rows_but_fresh(alone) == before, "an answer writes nothing but itself"
        copied = while_their_month_goes_on(attack, alone, settings, tmp_path, since)
        assert settle_ended(line_of(line).settling, DECEMBER) == SESSIONS
        drain(Context(alone, settings), [ChildBatch.kind])
    once_it_has_ended(attack, alone, settings, tmp_path, since, copied)
    at_central(attack, sandbox, central)
    attack.traces("logs", log.read_bytes() + "".join(capfd.readouterr()).encode())
    told(attack)


# ── and where answers are kept as they come, it is found


def test_where_they_are_kept_as_they_come_their_order_is_found(tmp_path: Path) -> None:
    attack = Attack(a_few_children(), "1")
    for name, made in _NAIVE.items():
        as_they_lie, content = list[Json](), b""
        for session in attack.children:
            file = tmp_path / f"{name}-{session[0].session}.sqlite3"
            with closing(sqlite3.connect(file)) as naive:
                naive.execute(made)
                for child in session:
                    naive.execute("INSERT INTO kept VALUES (?, ?)", [_KEYS[name](child), json.dumps(child.answers)])
                    naive.commit()
                as_they_lie += [json.loads(one) for (one,) in naive.execute("SELECT answers FROM kept")]
            content += file.read_bytes()
        attack.orders(f"{name}: as they lie", as_they_lie)
        attack.files(f"{name}: in the file", content, lies_here=True)
    assert attack.broken == [
        "numbers: as they lie: correlation +1.00", "numbers: in the file, in clear: correlation -1.00",
        "drawn keys: in the file, in clear: correlation -1.00",
    ], "keys that are drawn hide it in the table, and the file tells it all the same"  # fmt: skip


_NAIVE = {
    "numbers": "CREATE TABLE kept (id INTEGER PRIMARY KEY, answers TEXT)",
    "drawn keys": "CREATE TABLE kept (key TEXT PRIMARY KEY, answers TEXT) WITHOUT ROWID",
}
_KEYS: dict[str, Callable[[Child], Any]] = {"numbers": lambda _: None, "drawn keys": lambda _: os.urandom(16).hex()}


def a_few_children() -> list[list[Child]]:
    marks = iter([(a, b, c, d) for a in CHOICES for b in CHOICES for c in CHOICES for d in CHOICES])
    return [[Child(number, turn, f"C{number}-{turn}", "-" * 40, f"D{number}-{turn}", f"A{number}-{turn}",
                   {"assent": "yes", **dict(zip(QUESTIONS, next(marks), strict=True))}) for turn in range(CHILDREN)]
            for number in range(SESSIONS)]  # fmt: skip


def test_chance_alone_is_told_from_an_order() -> None:
    assert correlation(range(CHILDREN)) == 1 and correlation(range(CHILDREN)[::-1]) == -1
