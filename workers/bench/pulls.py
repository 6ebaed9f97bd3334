"""Measure a pull against the same feed read and thrown away, in the same run.

Each measurement is a process of its own, so that its memory is its own; a pull and its baseline alternate, and the
medians are shown. Absolute times say little about another machine: the ratio and the CPU of our own process do.
"""

import statistics
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, text

from server.db import open_database
from server.settings import Settings
from workers.bench.measure import Target, Usage, measure
from workers.bench.own_process import apart
from workers.bench.submissions import FORM_ID, send_many
from workers.central.api import Central, create_project
from workers.demo.story import running, running_sandbox

REPLAY_FROM = 50_000  # from this many on the feed is generated: sending them would take an hour


@dataclass(frozen=True)
class PullMeasured:
    """What one measure came to; medians over the repeats. `ratio` is ours over the baseline, in seconds."""

    name: str
    n: int
    server: str
    seconds: float
    baseline_seconds: float
    ratio: float
    cpu_us_per_row: float
    peak_mb: float


def bench_pulls(
    settings: Settings, sizes: Sequence[int], postgres: str | None, repeats: int, tell: Callable[..., None]
) -> list[PullMeasured]:
    """Measure the first pull, a poll with nothing new, and a certificate, at each size and on each database."""
    results: list[PullMeasured] = []
    for n in sizes:
        with ExitStack() as stack:
            server, url, user, password = stack.enter_context(central_to_measure(settings, n))
            tell("bench.sending", n=n, server=server)
            project = 1 if server == "replay" else _prepare(url, user, password, n)
            for kind, database in stack.enter_context(databases_to_measure(postgres)):
                target = Target(url, user, password, project, FORM_ID, database)
                for what in ("pull", "poll", "certify"):
                    tell("bench.measuring", name=f"{what}/{kind} {n}")
                    samples = [apart(measure, what, target) for _ in range(repeats)]
                    results.append(_result(f"{what}/{kind}", n, server, samples))
    return results


def _result(name: str, n: int, server: str, samples: Sequence[Usage]) -> PullMeasured:
    median = {key: statistics.median(getattr(s, key) for s in samples) for key in Usage.__dataclass_fields__}
    ratio = statistics.median(sample.seconds / sample.baseline_seconds for sample in samples)
    seconds = round(median["seconds"], 4), round(median["baseline_seconds"], 4)
    cpu_us = round(median["cpu_seconds"] / n * 1e6, 1)
    return PullMeasured(name, n, server, *seconds, round(ratio, 3), cpu_us, round(median["peak_mb"], 1))


@contextmanager
def central_to_measure(settings: Settings, n: int) -> Iterator[tuple[str, str, str, str]]:
    """Give the Central to measure against: a generated feed, the one the settings name, or else the sandbox."""
    if n >= REPLAY_FROM:
        with running("workers.bench.replay", str(n)) as url:
            yield "replay", url, "x", "x"
    elif settings.central_url and settings.central_user and settings.central_password:
        yield "central", settings.central_url, settings.central_user, settings.central_password.get_secret_value()
    else:
        with running_sandbox() as sandbox:
            yield "sandbox", sandbox["url"], sandbox["user"], sandbox["password"]


def _prepare(url: str, user: str, password: str, n: int) -> int:
    project = create_project(url, user, password, f"Bench {uuid.uuid4()}")
    with Central(url, user, password, project) as central:
        send_many(central, n)
    return project


@contextmanager
def databases_to_measure(postgres: str | None) -> Iterator[list[tuple[str, str]]]:
    """Give the databases to measure on, made for this and removed afterwards."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        databases = [("sqlite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")]
        if postgres:
            databases.append(("postgresql", stack.enter_context(_own_database(postgres))))
        yield databases


@contextmanager
def _own_database(postgres: str) -> Iterator[str]:
    server = open_database(postgres).execution_options(isolation_level="AUTOCOMMIT")
    name = f"tilik_bench_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def table(results: Sequence[PullMeasured]) -> str:
    """Write the results as a table."""
    head = f"{'name':<18}{'n':>8}  {'server':<8}{'seconds':>9}{'baseline':>10}{'ratio':>7}{'µs/row':>8}{'peak MB':>9}"
    rows = [
        f"{r.name:<18}{r.n:>8}  {r.server:<8}{r.seconds:>9.3f}{r.baseline_seconds:>10.3f}{r.ratio:>7.2f}"
        f"{r.cpu_us_per_row:>8.1f}{r.peak_mb:>9.1f}"
        for r in results
    ]
    return "\n".join([head, *rows])
