"""One measurement, in a process of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, update

from server.db import Base, open_database, writing
from server.moments import from_central, to_central
from server.schema import upgrade
from server.store.folder import Folder
from server.submissions.tables import Form
from server.sync.certificates import IDENTICAL
from workers.bench.own_process import peak_mb, reset_peak_mb, seconds
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import LOOK_BACK, THE_BEGINNING, changed_since, looking_back, pull_form


@dataclass(frozen=True)
class Target:
    """What to measure: a form at a Central, and the database to pull it into."""

    url: str
    user: str
    password: str
    project: int
    form_id: str
    database: str


@dataclass(frozen=True)
class Usage:
    """One run and its baseline. Peak memory is of the first run, above what the process had before it began."""

    seconds: float
    baseline_seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(what: str, target: Target) -> Usage:
    """Measure a first pull (`pull`), a poll that finds nothing new (`poll`) or a certificate (`certify`), and the same
    answers of Central thrown away.

    It is run twice: for its memory in a process that never did it before, which keeps what it took, so that a second
    run seems to need none; then, warmed up as a worker that lives for weeks, for its time. A poll and a certificate
    need a pull before.
    """
    run = _certify if what == "certify" else _pull
    with _connected(target) as (engine, central):
        upgrade(engine)
        _prepare(what, engine, central, target)
        before = reset_peak_mb()
        run(engine, central, target.form_id)
        peak = peak_mb() - before
        where = _prepare(what, engine, central, target)
        baseline = seconds(lambda: throw_away(central, target.form_id, where, listings=2 * (what == "certify")))
        cpu = time.process_time()
        taken = seconds(lambda: run(engine, central, target.form_id))
        return Usage(taken, baseline, time.process_time() - cpu, peak)


@contextmanager
def _connected(target: Target) -> Iterator[tuple[Engine, Central]]:
    engine = open_database(target.database)
    with Central(target.url, target.user, target.password, target.project) as central:
        central.form(target.form_id)  # log in, and open the connection, before the clock starts
        yield engine, central
    engine.dispose()


def _prepare(what: str, engine: Engine, central: Central, target: Target) -> str:
    """Let a pull, a poll or a certificate be what comes next; returns the filter that it will send."""
    if what == "poll":
        return _pretend_that_time_has_passed(engine, central, target)
    if what == "pull":
        empty(engine)
    return changed_since(THE_BEGINNING)


def _pull(engine: Engine, central: Central, form_id: str) -> None:
    report = pull_form(engine, central, form_id)
    if report.problem:
        raise RuntimeError(f"the pull to measure failed: {report.problem}")


def _certify(engine: Engine, central: Central, _form_id: str) -> None:
    with TemporaryDirectory() as folder:
        if (verdict := certify(engine, central, Folder(Path(folder)))) != IDENTICAL:
            raise RuntimeError(f"the certificate to measure says: {verdict}")


def throw_away(central: Central, form_id: str, where: str, listings: int = 0) -> int:
    """Read a feed's bytes, and so many listings', and keep nothing of them; returns how many the feed had."""
    for deleted in (False, True) * listings:
        with central.listing_stream(form_id, deleted=deleted) as chunks:
            sum(map(len, chunks))
    with central.feed(form_id, where) as feed:
        return sum(len(chunk) for chunk in feed.chunks)


def _pretend_that_time_has_passed(engine: Engine, central: Central, target: Target) -> str:
    """Move the watermark past everything, look-back included; returns the filter that a poll will then send."""
    with central.feed(target.form_id, changed_since("2999-01-01T00:00:00.000Z")) as feed:
        watermark = to_central(from_central(feed.opened_at) + 2 * LOOK_BACK)
    with writing(engine) as session:
        session.execute(update(Form).values(watermark=watermark))
    return changed_since(looking_back(watermark))


def empty(engine: Engine) -> None:
    """Remove every row."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if not table.name.startswith("audit_"):  # which no database lets go
                connection.execute(table.delete())
