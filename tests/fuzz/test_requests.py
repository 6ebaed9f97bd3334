"""Whatever is asked is answered: never a mistake of ours, never slowly, and nothing changes that was not asked by us.

TILIK_TEST_FUZZ_INPUTS says how many requests each database gets; always the same ones of that many.
"""

import json
import logging
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from werkzeug.test import run_wsgi_app

from server.app import create_app
from server.db import Base, snapshot
from server.settings import Settings
from server.submissions.tables import Attachment, Form, SubmissionState
from server.web.serving import LIMITS, make_server
from tests.fuzz.odd_requests import Asked, Requests, damaged, each_once
from tests.support.copying import a_copy
from tests.support.deciding import TYPED
from tests.support.demo import Demo
from tests.support.environment import DATABASES
from tests.support.raw import answer_to, status_of
from tests.support.serving import serving
from tests.support.tally import MUCH_MB, SLOW_SECONDS, Tally
from workers.bench.own_process import peak_mb, reset_peak_mb
from workers.demo.story import DISTRICT, ROUND


def inputs(few: int) -> int:
    return int(os.environ.get("TILIK_TEST_FUZZ_INPUTS") or few)


@dataclass
class Answers(Tally):
    """What became of the requests; none may get by the door."""

    bypass: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def note(self, asked: str, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.taken += status < 400
        self.refused += 400 <= status < 500 or status in (0, 501)
        if status >= 500 and status not in (501, 503):
            self.fail("traceback", repr(asked), status)
        if seconds > SLOW_SECONDS:
            self.fail("slow", repr(asked), seconds)

    def must_be_clean(self, more: object = "") -> None:
        super().must_be_clean(f"bypass {self.bypass}; {dict(sorted(self.statuses.items()))} {more}")


class Writes:
    """What reaches a database for good, told from what is taken back."""

    def __init__(self, engine: Engine) -> None:
        self.committed = 0
        event.listen(engine, "before_cursor_execute", self._look)
        event.listen(engine, "commit", self._count)
        event.listen(engine, "rollback", self._forget)

    def _look(self, connection, _cursor, statement: str, *_) -> None:
        if re.match(r"\s*(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)", statement):
            connection.info["writes"] = connection.info.get("writes", 0) + 1

    def _count(self, connection) -> None:
        self.committed += connection.info.pop("writes", 0)

    def _forget(self, connection) -> None:
        connection.info.pop("writes", None)


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect what is logged with a traceback."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                found.append(f"{record.name}: {record.getMessage()}")

    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield found
    logging.getLogger().removeHandler(listener)


@pytest.fixture
def app(run: Demo, database: str) -> Iterator[Flask]:
    """Give the pages about the demo's district, in a database of a kind that is copied from the demo's."""
    with a_copy(run.engine, database) as engine:
        yield create_app(engine, Settings(data=run.settings.data, central_project=run.settings.central_project))


def a_source(app: Flask, seed: int) -> Requests:
    engine = app.extensions["tilik"].engine
    with snapshot(engine) as session:
        same = Form.id == SubmissionState.form_pk
        query = select(Form.form_id, SubmissionState.root_id, SubmissionState.instance_id).join(Form, same)
        roots = list(session.execute(query.order_by(SubmissionState.id)))
        photos = [str(number) for number in session.scalars(select(Attachment.id))]
        forms = list(session.scalars(select(Form.form_id)))
    known = [ROUND, ROUND, DISTRICT, DISTRICT, *photos, *forms * 4, *(root for _, root, _ in roots)]
    chance = random.Random(seed)
    typed = [(f"/kiriman/{form}/{quote(root)}",
              fields | {"kind": kind, "version": version, "uuid": uuid_of(chance), "round_id": ROUND})
             for kind, fields in TYPED.items() for form, root, version in roots[:10]]  # fmt: skip
    return Requests(seed, known, [*typed, ("/pekerjaan", {"job": "1"})])


def uuid_of(chance: random.Random) -> str:
    text = f"{chance.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def everything(engine: Engine) -> str:
    """Write down all that is in a database."""
    with snapshot(engine) as session:
        rows = {table.name: [list(map(str, row)) for row in session.execute(select(table))]
                for table in Base.metadata.sorted_tables}  # fmt: skip
    return json.dumps({name: sorted(found) for name, found in rows.items()})


def ask(app: Flask, asked: Asked) -> int:
    _, status, _ = run_wsgi_app(app, asked.environ(), buffered=True)
    return int(status.split()[0])


def ask_one_by_one(app: Flask, requests: Iterable[Asked], tally: Answers) -> None:
    """Give requests to the application as a server would, and look at each for what it changed."""
    engine = app.extensions["tilik"].engine
    writes, before, unchanged = Writes(engine), reset_peak_mb(), everything(engine)
    with logged() as tracebacks:
        for number, asked in enumerate(requests):
            written, began = writes.committed, time.monotonic()
            status = ask(app, asked)
            tally.note(f"{asked}", status, time.monotonic() - began)
            if asked.must_be_refused and status != 403:
                tally.fail("bypass", f"{asked}", status)
            if writes.committed > written and not (asked.may_write and status == 303):
                tally.fail("partial_write", f"{asked}", status)
            if tracebacks:
                tally.fail("traceback", f"{asked}", tracebacks.pop())
            if number % 100 == 99:
                if peak_mb() - before > MUCH_MB:
                    tally.fail("much", f"{asked}", peak_mb() - before)
                before = reset_peak_mb()
    if writes.committed == 0 and everything(engine) != unchanged:
        tally.fail("partial_write", "the tables", "differ")


def send_as_bytes(app: Flask, count: int, tally: Answers) -> None:
    """Send requests over real connections, many at once: some whole, some hardly requests, none of them from us."""
    engine = app.extensions["tilik"].engine
    source, chance = a_source(app, seed=-count), random.Random(count)
    drawn = [source.draw(from_us=False) for _ in range(count)]
    wires = [(asked, damaged(asked.wire(), chance) if chance.random() < 0.5 else asked.wire()) for asked in drawn]
    unchanged = everything(engine)
    with logged() as tracebacks, serving(make_server(app, 0)) as url, ThreadPoolExecutor(16) as many:

        def send(wire: bytes) -> tuple[int, float]:
            began = time.monotonic()
            return status_of(answer_to(url, wire)), time.monotonic() - began

        for (asked, wire), (status, seconds) in zip(wires, many.map(send, [wire for _, wire in wires]), strict=True):
            tally.note(repr(wire), status, seconds)
            if asked.must_be_refused and wire == asked.wire() and status < 400 and status:
                tally.fail("bypass", repr(wire), status)
    for text in tracebacks:
        tally.fail("traceback", "over the wire", text)
    if everything(engine) != unchanged:
        tally.fail("partial_write", "over the wire", "the tables differ")


@pytest.fixture(autouse=True)
def nobody_holds_a_line_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "channel_timeout", 1)
    monkeypatch.setitem(LIMITS, "cleanup_interval", 1)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_few_requests(app: Flask) -> None:
    tally = Answers()
    source = a_source(app, seed=150)
    ask_one_by_one(app, [source.draw() for _ in range(150)], tally)
    tally.must_be_clean()
    assert tally.taken > 20 and tally.refused > 50


@pytest.mark.ci
@pytest.mark.parametrize("database", DATABASES)
def test_requests(app: Flask) -> None:
    count, tally = inputs(2000), Answers()
    source = a_source(app, seed=count)
    ask_one_by_one(app, chain(each_once(source.sent), (source.draw() for _ in range(count))), tally)
    send_as_bytes(app, count // 4, tally)
    tally.must_be_clean()
    assert tally.taken > count // 10 and tally.statuses[303] > 0, "some are taken, and some decide"
