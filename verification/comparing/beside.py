"""What a claim is set against beside visits: the round before, what the country has, and what its documents show."""

from collections.abc import Iterable, Mapping
from typing import Any

from verification.desk.score import DeskScore
from verification.record import record
from verification.summing.children import ToldByChildren
from verification.summing.community import HeardOf
from verification.summing.forum import ForumSaid


@record
class LastRound:
    """The district's list as it was when its part of the last round was closed: places by indicator and facility.

    In an order, not as sets: what a result is computed from is digested as it is written, in whatever process.
    """

    round_id: str
    listed: Mapping[int, tuple[str, ...]]


@record
class Benchmark:
    """A number of the whole country, of one year, and who published it."""

    code: str
    year: int
    value: float
    source: str


@record
class Beside:
    """What a claim of a data year is set against; without a last round a rise stays open.

    `heard`: of its people. `forum`: of its children's forum, by minutes of who has no tie. `children`: what is told of
    their batches of answers.

    `desk` is in the order of indicators: what was scored of those whose documents were read.
    """

    year: int
    last: LastRound | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    desk: tuple[DeskScore, ...] = ()
    heard: tuple[HeardOf, ...] = ()
    forum: tuple[ForumSaid, ...] = ()
    children: tuple[ToldByChildren, ...] = ()

    def desk_score(self, indicator: int) -> DeskScore | None:
        """Give what reading its documents left of an indicator's points; None where nobody scored them."""
        return next((one for one in self.desk if one.indicator == indicator), None)

    def benchmark(self, code: str, year: int) -> Benchmark | None:
        """Give the number whose year is nearest to a year, of two the earlier; None where there is none."""
        of_it = [one for one in self.benchmarks if one.code == code]
        return min(of_it, key=lambda one: (abs(one.year - year), one.year), default=None)


class UnusableBenchmark(ValueError):
    """A number of the country that cannot be used as it is written; its text is for whoever wrote the file."""


def read_benchmarks(rows: Iterable[Mapping[str, Any]]) -> tuple[Benchmark, ...]:
    """Read the rows of `benchmarks.toml`. Raises UnusableBenchmark."""
    found: dict[tuple[str, int], Benchmark] = {}
    for row in rows:
        one = Benchmark(row["code"], row["year"], float(row["value"]), row["source"])
        if (one.code, one.year) in found:
            raise UnusableBenchmark(f"benchmark {one.code!r}: stands twice for {one.year}")
        if not one.source.strip():
            raise UnusableBenchmark(f"benchmark {one.code!r} of {one.year}: nobody is named who published it")
        found[one.code, one.year] = one
    return tuple(found.values())
