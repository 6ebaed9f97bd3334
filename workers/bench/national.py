"""Measure from stored submissions to stored findings: more and more districts of a country, two workers, one change.

Each measurement is a process of its own. What it costs is the processor's time, so that what others do on the machine
does not count; the database's own, where it is another process on this machine, stands beside it. How much faster two
workers are can only be told by the clock: on a machine where nothing else runs.
"""

import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from server.db import open_database, snapshot, writing
from server.results.inputs import load_inputs
from server.results.reading import read_unread
from server.results.verifying import compute, verify
from server.schema import upgrade
from server.submissions.tables import Submission, SubmissionState
from workers.bench.country import DISTRICTS, Each, codes, make_country, send
from workers.bench.large import ROUND
from workers.bench.own_process import apart, cpu_seconds, peak_mb, reset_peak_mb, seconds
from workers.bench.pulls import databases_to_measure

CHANGES = 8  # one after the other; the first are not counted: a worker has done this before
NOT_COUNTED = 3
AT_ONCE = 32  # districts whose inputs two workers hold while they are measured: of all it would be ten gigabytes
LARGE = Each(2000, 10_000)  # of the district in which one submission changes
_PROC = Path("/proc")
_TICK = 100  # of a second, in which Linux counts

Tell = Callable[..., None]


@dataclass(frozen=True)
class CountryMeasured:
    """What reading or verifying so many districts came to.

    `whole_country_s` is the same for all districts, in proportion: measured only where `districts` are all there are.
    """

    name: str
    districts: int
    visits: int
    seconds: float
    database_seconds: float | None
    us_per_visit: float
    peak_mb: float
    whole_country_s: float


@dataclass(frozen=True)
class WorkersMeasured:
    """What computing alone takes by the clock with one worker and with two, and the processor's time of both."""

    name: str
    districts: int
    one_s: float
    two_s: float
    ratio: float
    cpu_one_s: float
    cpu_two_s: float


@dataclass(frozen=True)
class ChangeMeasured:
    """From one changed submission to its changed result: medians, in milliseconds."""

    name: str
    lines: int
    visits: int
    cpu_ms: float
    clock_ms: float
    from_nothing_ms: float  # what a worker needs that has nothing at hand


Measured = CountryMeasured | WorkersMeasured | ChangeMeasured


def bench_country(
    sizes: Sequence[int],
    postgres: str | None,
    tell: Tell,
    each: Each = Each(),  # noqa: B008 - never changed
) -> list[Measured]:
    """Measure on each database: reading and verifying at each size, and two workers at the largest or part of it."""
    results: list[Measured] = []
    for n in sizes:
        with databases_to_measure(postgres) as databases:
            for kind, database in databases:
                tell("bench.making_country", districts=n, visits=n * each.visits)
                apart(_make, database, n, each)
                for name, task in (("read", _read), ("verify", _verify)):
                    tell("bench.measuring", name=f"{name}/{kind} {n}")
                    results.append(_of_country(f"{name}/{kind}", n, n * each.visits, *apart(task, database, n)))
                if n == max(sizes) and n > 1:
                    tell("bench.measuring", name=f"two workers/{kind} {n}")
                    results.append(_two_workers(f"two workers/{kind}", database, min(n, AT_ONCE)))
    return results


def bench_change(postgres: str | None, tell: Tell, each: Each = LARGE) -> list[Measured]:
    """Measure one changed submission in a large district, on each database."""
    results: list[Measured] = []
    with databases_to_measure(postgres) as databases:
        for kind, database in databases:
            tell("bench.measuring", name=f"change/{kind} {each.visits}")
            apart(_make, database, 1, each)
            results.append(ChangeMeasured(f"change/{kind}", *each, *apart(_change, database)))
    return results


def _of_country(name: str, n: int, visits: int, taken: float, database: float | None, peak: float) -> CountryMeasured:
    return CountryMeasured(
        name, n, visits, round(taken, 2), None if database is None else round(database, 2),
        round(taken / visits * 1e6, 1), round(peak, 1), round(taken / n * DISTRICTS, 1),
    )  # fmt: skip


def _make(database: str, districts: int, each: Each) -> None:
    engine = open_database(database)
    upgrade(engine)
    make_country(engine, districts, each)
    engine.dispose()


def _read(database: str, _districts: int) -> tuple[float, float | None, float]:
    return _measured(database, read_unread)


def _verify(database: str, districts: int) -> tuple[float, float | None, float]:
    def all_of_them(engine: Engine) -> None:
        for code in codes(districts):
            verify(engine, ROUND, code)

    return _measured(database, all_of_them)


def _measured(database: str, task: Callable[[Engine], object]) -> tuple[float, float | None, float]:
    """Give the seconds of our processor and of the database's, and the peak of our whole memory."""
    engine = open_database(database)
    before = _database_seconds(engine)
    reset_peak_mb()
    taken = cpu_seconds(lambda: task(engine))
    after = _database_seconds(engine)
    engine.dispose()
    return taken, after - before if before is not None and after is not None else None, peak_mb()


def _database_seconds(engine: Engine) -> float | None:
    """Give the processor's seconds of the process that serves our connection; None where it is not on this machine."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    stat = _PROC / str(number) / "stat"
    if not stat.exists():
        return None
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / _TICK


def _two_workers(name: str, database: str, districts: int) -> WorkersMeasured:
    one, cpu_one = _computed_by(1, database, districts)
    two, cpu_two = _computed_by(2, database, districts)
    return WorkersMeasured(name, districts, round(one, 2), round(two, 2), round(one / two, 2), round(cpu_one, 2),
                           round(cpu_two, 2))  # fmt: skip


def _computed_by(workers: int, database: str, districts: int) -> tuple[float, float]:
    """Let so many workers compute all districts; gives the seconds of the slowest, and the processor's of all."""
    context = multiprocessing.get_context("spawn")
    shares = [(database, codes(districts)[first::workers]) for first in range(workers)]
    with context.Pool(workers, _wait_for, (context.Barrier(workers),)) as pool:
        found = pool.map(_compute_share, shares, chunksize=1)
    return max(clock for clock, _ in found), sum(cpu for _, cpu in found)


_started: Any = None  # in a worker: what all wait for


def _wait_for(barrier: Any) -> None:
    global _started
    _started = barrier


def _compute_share(share: tuple[str, Sequence[str]]) -> tuple[float, float]:
    engine = open_database(share[0])
    inputs = []
    for code in share[1]:
        with snapshot(engine) as session:
            inputs.append(load_inputs(session, ROUND, code))
    engine.dispose()
    _started.wait()
    cpu = time.process_time()
    clock = seconds(lambda: [compute(one) for one in inputs])
    return clock, time.process_time() - cpu


def _change(database: str) -> tuple[float, float, float]:
    """Give the processor's and the clock's milliseconds of one change, and those of computing with nothing at hand."""
    engine, (district,) = open_database(database), codes(1)
    read_unread(engine)
    whole = cpu_seconds(lambda: verify(engine, ROUND, district)) * 1000
    cpu, clock = [], []
    for number in range(CHANGES):
        _edit(engine, number)
        before, start = time.process_time(), time.perf_counter()
        read_unread(engine)
        if not verify(engine, ROUND, district):
            raise RuntimeError("the change to measure changed nothing")
        cpu.append((time.process_time() - before) * 1000)
        clock.append((time.perf_counter() - start) * 1000)
    engine.dispose()
    medians = (statistics.median(found[NOT_COUNTED:]) for found in (cpu, clock))
    return *(round(one, 1) for one in medians), round(whole, 1)  # type: ignore[return-value]


def _edit(engine: Engine, number: int) -> None:
    """Let an edited version of a submission come: another arrival, and a point a hundred metres on."""
    with writing(engine) as session:
        query = select(Submission).join(SubmissionState, SubmissionState.instance_id == Submission.instance_id)
        one = session.scalars(query.order_by(SubmissionState.id).offset(7 + 31 * number).limit(1)).one()
        row = json.loads(one.answers)
        row["meta"]["instanceID"], row["__system"]["edits"] = f"{one.root_id}-edited", 1
        row["on_arrival"]["arrival"] = "closed" if row["on_arrival"]["arrival"] == "open" else "open"
        row["point"]["coordinates"][0] += 0.001
        send(session, one.form_pk, [row])


def table(results: Sequence[Measured]) -> str:
    """Write the results as lines."""
    return "\n".join(_line(result) for result in results)


def _line(r: Measured) -> str:
    if isinstance(r, CountryMeasured):
        database = "" if r.database_seconds is None else f", database {r.database_seconds:.1f} s"
        whole = (
            "" if r.districts == DISTRICTS else f", in proportion {r.whole_country_s:.0f} s for {DISTRICTS} districts"
        )
        return (f"{r.name:<24}{r.districts:>5} districts {r.visits:>9} visits {r.seconds:>8.1f} s{database}, "
                f"{r.us_per_visit:.0f} µs/visit, {r.peak_mb:.0f} MB{whole}")  # fmt: skip
    if isinstance(r, WorkersMeasured):
        return (f"{r.name:<24}{r.districts:>5} districts: {r.one_s:.1f} s, two workers {r.two_s:.1f} s by the clock "
                f"(× {r.ratio:.2f}); processor {r.cpu_one_s:.1f} s and {r.cpu_two_s:.1f} s")  # fmt: skip
    return (f"{r.name:<24}{r.lines:>5} lines {r.visits:>9} visits: {r.cpu_ms:.0f} ms of the processor, "
            f"{r.clock_ms:.0f} ms by the clock; with nothing at hand {r.from_nothing_ms:.0f} ms")  # fmt: skip
