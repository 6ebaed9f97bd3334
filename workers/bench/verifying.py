"""Measure the rules, step by step, against the bare libraries they stand on.

Each step at each size is a process of its own. What a step costs is the processor's time: what others do on the machine
does not count. Where a district has no more places in a square kilometre than another, a visit must cost the same in
both, however many there are. The bare libraries find less than the rules do (any village instead of all within the
error, letters instead of names): the ratio says what the rules add, and shows when that grows.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from rapidfuzz import fuzz, process
from scipy.spatial import cKDTree

from server.rulebook import load_indicators, load_rules
from verification.comparing.beside import Beside
from verification.judging.claim import NOWHERE
from verification.matching.compare import compare_names
from verification.matching.lines import Lines, Placed
from verification.matching.matching import BATCH, match_visits
from verification.matching.paired import paired
from verification.model import ClaimedPoint, Fix
from verification.places.areas import Villages
from verification.places.distance import Floats, Nearby, in_space
from verification.verify import verify_district
from workers.bench.district import DATA_YEAR, District, made_up_district
from workers.bench.own_process import apart, cpu_seconds, peak_mb, reset_peak_mb

LAYOUTS: Mapping[str, int] = {"spread": 20, "one": 1}  # how many subdistricts the places lie in
WARM_UP = 100  # places: a worker lives for weeks

Task = Callable[[], object]


@dataclass(frozen=True)
class StepSample:
    """One run and its baseline, in seconds of the processor. Peak memory is above what the process had before."""

    seconds: float
    baseline_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class StepMeasured:
    """What one step came to for `n` visits to as many claimed places; medians over the repeats."""

    name: str
    n: int
    seconds: float
    baseline_seconds: float
    ratio: float
    peak_mb: float


def bench_verify(
    sizes: Sequence[int], repeats: int, tell: Callable[..., None], layouts: Mapping[str, int] = LAYOUTS
) -> list[StepMeasured]:
    """Measure each step at each size, with the places spread over many subdistricts and all in one."""
    results = []
    for layout, subdistricts in layouts.items():
        for step in STEPS:
            for n in sizes:
                tell("bench.measuring", name=f"{step}/{layout} {n}")
                samples = [apart(measure_step, step, n, subdistricts) for _ in range(repeats)]
                results.append(_result(f"{step}/{layout}", n, samples))
    return results


def _result(name: str, n: int, samples: Sequence[StepSample]) -> StepMeasured:
    median = {key: statistics.median(getattr(s, key) for s in samples) for key in StepSample.__dataclass_fields__}
    ratio = statistics.median(sample.seconds / sample.baseline_seconds for sample in samples)
    seconds = round(median["seconds"], 5), round(median["baseline_seconds"], 5)
    return StepMeasured(name, n, *seconds, round(ratio, 2), round(median["peak_mb"], 1))


def measure_step(step: str, n: int, subdistricts: int) -> StepSample:
    """Measure one step, here and now, and the same with the bare libraries."""
    prepare = STEPS[step]
    ours, bare = prepare(made_up_district(WARM_UP, subdistricts))
    ours(), bare()
    ours, bare = prepare(made_up_district(n, subdistricts))
    baseline = cpu_seconds(bare)
    before = reset_peak_mb()
    taken = cpu_seconds(ours)
    return StepSample(taken, baseline, peak_mb() - before)


def _locate(district: District) -> tuple[Task, Task]:
    """Name each visit's villages; bare: ask which prepared outline each point is in."""
    fixes = [visit.fix for visit in district.visits if visit.fix]
    rules = load_rules().location

    def ours() -> None:
        Villages(district.villages).locate_all(fixes, rules)

    def bare() -> None:
        outlines = np.array([village.outline for village in district.villages])
        lon, lat = np.array([(fix.lon, fix.lat) for fix in fixes]).T
        which, village = shapely.STRtree(outlines).query(shapely.points(lon, lat))
        shapely.prepare(outlines[village])
        shapely.contains_xy(outlines[village], lon[which], lat[which])

    return ours, bare


def _nearest(district: District) -> tuple[Task, Task]:
    """Find the claimed points that may lie within two kilometres of each visit; bare: ask a tree of points."""
    fixes, lines = [visit.fix for visit in district.visits if visit.fix], district.lines
    metres = load_rules().matching.neighbourhood_m
    claimed, visited = _in_space([line.point for line in lines if line.point]), _in_space(fixes)

    def ours() -> None:
        Nearby([line.point for line in lines]).within_each(_in_space(fixes), np.full(len(fixes), metres))

    def bare() -> None:
        tree = cKDTree(claimed)
        for here in visited:
            tree.query_ball_point(here, metres)

    return ours, bare


def _candidates(district: District) -> tuple[Task, Task]:
    """Find the lines to compare each visit with: near it, of its subdistrict, number or name; bare: those near it."""
    placed, lines = _placed(district), district.lines
    rules = load_rules()

    def ours() -> None:
        index = Lines(lines, district.names, rules)
        sought = index.sought(placed)
        for start in range(0, len(sought), BATCH):
            index.to_compare(sought[start : start + BATCH])

    return ours, _nearest(district)[1]


def _names(district: District) -> tuple[Task, Task]:
    """Compare the names typed with those of the lines in each one's block; bare: letter by letter, the same pairs."""
    index, rules = Lines(district.lines, district.names, load_rules()), load_rules().matching
    named = [seen for seen in index.sought(_placed(district)) if seen.name]
    blocks = index.to_compare(named)
    pairs = [(seen.name, [district.lines[n].name for n in block]) for seen, block in zip(named, blocks, strict=True)]

    def ours() -> None:
        for start in range(0, len(named), BATCH):
            compare_names(paired(named[start : start + BATCH], blocks[start : start + BATCH]), index, rules)

    def bare() -> None:
        for name, claimed in pairs:
            process.cdist([name], claimed, scorer=fuzz.ratio)

    return ours, bare


def _matching(district: District) -> tuple[Task, Task]:
    """Match all visits; bare: points and names."""
    placed = _placed(district)
    bare = [_candidates(district)[1], _names(district)[1]]
    return lambda: match_visits(placed, district.lines, district.names, load_rules()), lambda: [task() for task in bare]


def _district(district: District) -> tuple[Task, Task]:
    """Verify the district; bare: outlines, points and names."""
    villages, indicators = Villages(district.villages), load_indicators()
    bare = [_locate(district)[1], _candidates(district)[1], _names(district)[1]]

    def ours() -> None:
        verify_district(indicators, district.claims, district.visits, villages, district.names, load_rules(),
                        Beside(DATA_YEAR))  # fmt: skip

    return ours, lambda: [task() for task in bare]


STEPS: Mapping[str, Callable[[District], tuple[Task, Task]]] = {
    "locate": _locate,
    "nearest": _nearest,
    "candidates": _candidates,
    "names": _names,
    "matching": _matching,
    "district": _district,
}


def _placed(district: District) -> list[Placed]:
    villages, rules = Villages(district.villages), load_rules().location
    return [Placed(v, (villages.locate(v.fix, rules) if v.fix else NOWHERE).villages) for v in district.visits]


def _in_space(points: Sequence[Fix | ClaimedPoint]) -> Floats:
    return in_space(np.array([point.lon for point in points]), np.array([point.lat for point in points]))


def table(results: Sequence[StepMeasured]) -> str:
    """Write the results as a table."""
    head = f"{'name':<20}{'n':>8}{'seconds':>10}{'baseline':>10}{'ratio':>8}{'µs/visit':>10}{'peak MB':>9}"
    rows = [
        f"{r.name:<20}{r.n:>8}{r.seconds:>10.3f}{r.baseline_seconds:>10.4f}{r.ratio:>8.1f}"
        f"{r.seconds / r.n * 1e6:>10.0f}{r.peak_mb:>9.1f}"
        for r in results
    ]
    return "\n".join([head, *rows])
