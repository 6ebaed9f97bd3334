"""Which numbers of the country are known: those that come with Tilik, and what was stated since, which wins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.benchmarks.tables import StatedBenchmark
from server.rulebook import load_benchmarks
from verification.comparing.beside import Benchmark


def known_benchmarks(session: Session) -> tuple[Benchmark, ...]:
    """Give the numbers in the order in which they came to be known, so that the same ones have the same digest."""
    known = {(one.code, one.year): one for one in load_benchmarks()}
    for key, row in stated_benchmarks(session).items():
        if row.value is None:
            known.pop(key, None)
        else:
            known[key] = Benchmark(row.code, row.year, row.value, row.source)
    return tuple(known.values())


def stated_benchmarks(session: Session) -> dict[tuple[str, int], StatedBenchmark]:
    """Give what stands of each code and year that something was stated of."""
    rows = session.scalars(select(StatedBenchmark).order_by(StatedBenchmark.id))
    return {(row.code, row.year): row for row in rows}
