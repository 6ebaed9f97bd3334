"""Measure the pages of a large district with people on them, in the same run as an empty page of the same app.

The districts are made by the product's own commands; server, load and database share this machine. A time says little
about another machine: its ratio to the empty page does. What is no page yet answers 404, is left out and named.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, select

from server.db import snapshot
from server.results.reading import read_unread
from server.results.tables import LineResult, Result
from server.results.verifying import verify
from server.schema import open_up_to_date
from server.settings import CHECKOUT, Settings
from server.store.opening import open_store
from server.submissions.tables import Form, SubmissionState
from workers.bench.large import ROUND, LargeDistrict, lines_of, make_districts
from workers.bench.pulls import databases_to_measure
from workers.bench.replayed import Feeds
from workers.bench.serving import EMPTY, make_app
from workers.bench.walking import PageOpened, Walker, free_port, make_links, wait_for, walk
from workers.central.api import Central
from workers.demo.story import running
from workers.pulling.files import fetch_all
from workers.pulling.pull import pull_all

PROJECT = 1
NOT_FOUND = 404
APPLICATION = "workers.bench.serving:application()"
GUNICORN = [
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "4",
    "--no-control-socket",
]  # as in compose.yaml
Tell = Callable[..., None]


@dataclass(frozen=True)
class Load:
    """Who walks: so many people, how often each opens each page, and how long they read, in seconds."""

    people: int = 20
    rounds: int = 3
    think_seconds: float = 2.0


@dataclass(frozen=True)
class PageMeasured:
    """What a page came to for a district of `n` lines; `ratio` is its median over the empty page's.

    `statements` are the fewest of its visits: each process of a server makes once what it then keeps (server.web.kept).
    """

    name: str
    n: int
    p50_ms: float
    p95_ms: float
    ratio: float
    kilobytes: float
    statements: int


def bench_pages(districts: Sequence[LargeDistrict], load: Load, postgres: str | None, tell: Tell) -> list[PageMeasured]:
    """Measure every page for each district and on each database."""
    results: list[PageMeasured] = []
    with ExitStack() as stack:
        for kind, database in stack.enter_context(databases_to_measure(postgres)):
            data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            settings = Settings(data=data, database_url=SecretStr(database), central_project=PROJECT)
            engine = open_up_to_date(settings)
            prepare(engine, settings, districts, tell)
            app = make_app(engine, settings)
            with served(settings, database, by_gunicorn=engine.dialect.name == "postgresql") as port:
                walkers = [stack.enter_context(closing(Walker(port))) for _ in range(load.people)]
                for walker, link in zip(walkers, make_links(engine, load.people), strict=True):
                    walker.enter(link)
                for district in districts:
                    tell("bench.measuring", name=f"pages/{kind} {district.lines}")
                    pages = _that_are_there(walkers[0], addresses(app, walked(engine, district)), tell)
                    found = walk(walkers, pages, load.rounds, load.think_seconds)
                    results += [_result(f"{name}/{kind}", district.lines, found, name) for name in pages]
            engine.dispose()
    return results


def prepare(engine: Engine, settings: Settings, districts: Sequence[LargeDistrict], tell: Tell) -> None:
    """Claim, visit, pull and verify."""
    store = open_store(settings)
    for district in districts:
        tell("bench.making", name=district.name, lines=district.lines, visits=district.visits,
             photographs=district.photographs)  # fmt: skip
    make_districts(engine, store, PROJECT, districts)
    with tempfile.TemporaryDirectory() as folder:
        feeds = Feeds(Path(folder))
        for district in districts:
            feeds.visit(lines_of(engine, district), district.visits, district.photographs)
        feeds.write()
        with running("workers.bench.replayed", folder) as url, Central(url, "x", "x", PROJECT) as central:
            pull_all(engine, central)
            fetch_all(engine, central, store)
    read_unread(engine)
    for district in districts:
        verify(engine, ROUND, district.code)
    if engine.dialect.name == "postgresql":  # what its autovacuum does within a minute
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def walked(engine: Engine, district: LargeDistrict) -> dict[str, tuple[str, dict[str, Any]]]:
    """Name the pages to walk: by what they are called here, their endpoint and what their address says."""
    part = {"round_id": ROUND, "district": district.code}
    with snapshot(engine) as session:
        mine = select(LineResult).join(Result, Result.id == LineResult.result_id).where(
            Result.district == district.code)  # fmt: skip
        line = session.scalars(mine.where(LineResult.visit_id.is_not(None)).order_by(LineResult.line_id)).first()
        state = select(Form.form_id, SubmissionState.root_id).join(Form, Form.id == SubmissionState.form_pk)
        form_id, root_id = session.execute(
            state.where(SubmissionState.root_id == (line.visit_id if line else ""))
        ).one()
        subdistrict = line.subdistrict if line else ""
    about = {"form_id": form_id, "root_id": root_id}
    return {
        "empty": (EMPTY, {}),
        "index": ("districts.index", {}),
        "district": ("districts.district_page", part),
        "lines": ("lines.lines_page", part),
        "lines, filtered": ("lines.lines_page", part | {"kecamatan": subdistrict, "hasil": "unsure"}),
        "lines, searched": ("lines.lines_page", part | {"cari": "Negeri 3"}),
        "lines, page 3": ("lines.lines_page", part | {"hal": 3}),
        "line": ("lines.line_page", part | {"line_id": line.line_id if line else 0}),
        "map": ("map.map_page", part),
        "map data": ("map.map_data", part),
        "submission": ("decisions.submission_page", about),
        "submissions": ("lists.submissions", part),
        "visits": ("lists.visits", part),
        "unmatched": ("lists.unmatched", part),
        "aside": ("lists.aside", part),
        "missing files": ("lists.missing_files", part),
        "expected": ("lists.expected", part),
        "bulk": ("facts.bulk_page", part),
        "assignments": ("assignments.assignments_page", part),
        "closing": ("closing.closing_page", part),
        "paper": ("reports.report_page", part),
        "certificate": ("sync.certificate", {}),
    }


@contextmanager
def served(settings: Settings, database: str, *, by_gunicorn: bool) -> Iterator[int]:
    """Serve the pages in processes of their own, as they are served with such a database; gives the port."""
    environment = os.environ | {"TILIK_DATA": str(settings.data), "TILIK_DATABASE_URL": database,
                                "TILIK_CENTRAL_PROJECT": str(PROJECT)}  # fmt: skip
    with ExitStack() as stack:
        if by_gunicorn:
            port = free_port()
            command = [sys.executable, "-m", "gunicorn", APPLICATION, "--bind", f"127.0.0.1:{port}", *GUNICORN]
        else:
            port, command = 0, [sys.executable, "-m", "workers.bench.serving"]
        process = stack.enter_context(
            subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        stack.callback(process.terminate)
        if not port:
            assert process.stdout  # noqa: S101 - a pipe
            port = int(process.stdout.readline())
        wait_for(port)
        yield port


def addresses(app: Any, asked: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, str]:
    """Give the addresses of the pages that there are, by what they are called here."""
    there = app.url_map.bind("localhost")
    return {name: there.build(endpoint, values) for name, (endpoint, values) in asked.items()
            if endpoint in app.view_functions}  # fmt: skip


def _that_are_there(walker: Walker, addresses: Mapping[str, str], tell: Tell) -> dict[str, str]:
    """Open each page once, so that nobody waits for what is made once; name what is no page yet."""
    statuses = {name: walker.open(path).status for name, path in addresses.items()}
    if missing := [name for name, status in statuses.items() if status == NOT_FOUND]:
        tell("bench.no_page", names=", ".join(missing))
    if wrong := {name: status for name, status in statuses.items() if status not in (200, NOT_FOUND)}:
        raise RuntimeError(f"pages failed: {wrong}")
    return {name: addresses[name] for name, status in statuses.items() if status != NOT_FOUND}


def _result(name: str, n: int, found: Mapping[str, Sequence[PageOpened]], page: str) -> PageMeasured:
    seconds = sorted(visit.seconds for visit in found[page])
    empty = statistics.median(visit.seconds for visit in found["empty"])
    p95 = seconds[min(len(seconds) - 1, round(0.95 * len(seconds)))]
    return PageMeasured(
        name, n, round(statistics.median(seconds) * 1000, 1), round(p95 * 1000, 1),
        round(statistics.median(seconds) / empty, 1), round(max(visit.bytes for visit in found[page]) / 1000, 1),
        min(visit.statements for visit in found[page]),
    )  # fmt: skip


def table(results: Sequence[PageMeasured]) -> str:
    """Write the results as a table."""
    head = f"{'name':<28}{'n':>7}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>7}{'kB':>9}{'statements':>12}"
    rows = [
        f"{r.name:<28}{r.n:>7}{r.p50_ms:>9.1f}{r.p95_ms:>9.1f}{r.ratio:>7.1f}{r.kilobytes:>9.1f}{r.statements:>12}"
        for r in results
    ]
    return "\n".join([head, *rows])
