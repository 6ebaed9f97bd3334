"""A district's part of a round, summed up by cluster and indicator: claimed, after the desk, what visits found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.disclosure.viewer import Viewer
from server.districts.sources import TriangulatedShown, sources_shown
from server.results.counts import LineCounts, count_lines
from server.results.desk import DeskShown, desk_shown
from server.results.findings import ReadingShown, readings_shown
from server.results.parts import JudgedPart
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, Result
from server.rulebook import load_rules
from server.words import Catalogue
from verification.points.categories import Categories
from verification.points.open import Range, still_open
from verification.sets.indicators import Indicator, IndicatorSet

_FULL = 1000.0  # points of a set whose sums the categories are made for


@view
class VisitsFound:
    """What visits found: of `lines` claimed places `visited` were, and of those so many are what they say.

    `unseen` were decided by a person though nobody was there; `waiting` are for a person, `decided` by one.
    """

    lines: int
    visited: int
    confirmed: int
    contradicted: int
    undecided: int
    unseen: int
    decided: int
    reopened: int
    waiting: int

    @property
    def not_visited(self) -> int:
        """How many nobody has been to."""
        return self.lines - self.visited


@view
class Points:
    """Claimed, and what visits support at least and at most; the latter None where no visit can.

    `confirmed` and `open` are all that are confirmed, and neither, of all `lines`: the formula's K and U.
    `readings`: of an indicator's measure.
    """

    maximum: float
    claimed: float | None
    lowest: float | None
    highest: float | None
    lines: int
    confirmed: int
    open: int
    readings: tuple[ReadingShown, ...] = ()


@view
class IndicatorRow:
    """An indicator in the three columns; `points` None for who sees none, `found` where no visit can see it.

    `desk` is None where no document is there to be read.
    """

    number: int
    name: Cleared
    is_claimed: bool
    found: VisitsFound | None
    points: Points | None
    desk: DeskShown | None
    why: tuple[Why, ...]


@view
class ClusterRow:
    """A cluster's sums, and its indicators."""

    name: Cleared
    found: VisitsFound | None
    points: Points | None
    desk: DeskShown | None
    indicators: tuple[IndicatorRow, ...]


@view
class OpenIndicator:
    """An indicator that evidence leaves open: by so many points; `decides`: it alone could change the category."""

    number: int
    name: Cleared
    points: float
    undecided: int
    decides: bool


@view
class Proposal:
    """What all points come to, and which categories that would be.

    What no visit sees stands as the desk left it, and as claimed where it has not been read: `read` of `unseen` were.
    `short` is how many points the lowest sum lacks to `next`, the category after it, and `spare` how many the highest
    has more than its own begins with. `open`: what could still move the sum, of most points first.
    """

    claimed: float
    maximum: float
    standing: float
    unseen: int
    read: int
    seen_claimed: float
    seen_lowest: float
    seen_highest: float
    lowest: float
    highest: float
    first: Cleared | None
    last: Cleared | None
    near: bool
    next: Cleared | None
    short: float | None
    spare: float | None
    open: tuple[OpenIndicator, ...]


@view
class Summary:
    """A district's part of a round, summed up. `desk`: the score of all its documents, Σ over questions."""

    clusters: tuple[ClusterRow, ...]
    found: VisitsFound
    desk: DeskShown | None
    proposal: Proposal | None
    ledger_rule: Cleared
    sources: tuple[TriangulatedShown, ...]


@dataclass(frozen=True)
class _Sums:
    rows: Mapping[int, IndicatorResult]
    counts: Mapping[int, LineCounts]
    viewer: Viewer
    clear: Clearance
    language: str

    def cluster(self, name: str, indicators: Sequence[Indicator]) -> ClusterRow:
        rows = tuple(self.indicator(one, self.rows[one.number]) for one in indicators if one.number in self.rows)
        counts = sum((self.counts.get(one.number, LineCounts()) for one in indicators), LineCounts())
        desk = self.desk(row for one in indicators if (row := self.rows.get(one.number)))
        found = _found(counts) if counts.lines or any(row.found for row in rows) else None
        return ClusterRow(self.clear.ours(name), found, self.sum_of(rows), desk, rows)

    def indicator(self, indicator: Indicator, row: IndicatorResult) -> IndicatorRow:
        found = _found(self.counts.get(indicator.number, LineCounts())) if row.observed else None
        return IndicatorRow(
            indicator.number, self.clear.ours(indicator.name[self.language]), row.claimed is not None, found,
            self.points(row), self.desk([row]), tuple(map(self.clear.why, reasons_of(row.reasons))),
        )  # fmt: skip

    def desk(self, rows: Iterable[IndicatorResult]) -> DeskShown | None:
        return desk_shown((row.desk for row in rows), self.clear)

    def points(self, row: IndicatorResult) -> Points | None:
        if not self.viewer.points:
            return None
        return Points(row.maximum, row.claimed, row.lowest, row.highest, row.lines, row.confirmed, row.undecided,
                      readings_shown(row, self.clear))  # fmt: skip

    def sum_of(self, rows: Sequence[IndicatorRow]) -> Points | None:
        """Add up; an indicator that no visit sees counts in what is claimed alone."""
        points = [row.points for row in rows if row.points]
        if not points:
            return None
        seen = [one for one in points if one.lowest is not None]
        return Points(
            sum(one.maximum for one in points), sum(one.claimed or 0 for one in points),
            sum(one.lowest or 0 for one in seen) if seen else None,
            sum(one.highest or 0 for one in seen) if seen else None,
            sum(one.lines for one in seen), sum(one.confirmed for one in seen), sum(one.open for one in seen),
        )  # fmt: skip


def summary_of(session: Session, here: JudgedPart, result: Result, viewer: Viewer, words: Catalogue) -> Summary:
    """Sum a part up for a viewer, by two statements."""
    rows = {row.indicator: row for row in session.scalars(select(IndicatorResult).filter_by(result_id=result.id))}
    counts, clear = count_lines(session, result.id), Clearance(words, here.names, viewer)
    sums, indicators = _Sums(rows, counts, viewer, clear, words.language), here.indicators
    clusters = tuple(
        sums.cluster(cluster.name[words.language], [i for i in indicators.indicators if i.cluster == cluster.code])
        for cluster in indicators.clusters
    )
    proposal = _proposal(result, tuple(rows.values()), indicators, clear) if viewer.points else None
    sources = sources_shown(rows.values(), indicators.by_number, viewer, clear)
    found, desk = _found(sum(counts.values(), LineCounts())), sums.desk(rows.values())
    return Summary(clusters, found, desk, proposal, clear.id(result.ledger_rule), sources)


def _found(counts: LineCounts) -> VisitsFound:
    return VisitsFound(counts.lines, counts.visited, counts.confirmed, counts.contradicted, counts.undecided,
                       counts.unseen, counts.decided, counts.reopened, counts.waiting)  # fmt: skip


def _proposal(result: Result, rows: Sequence[IndicatorResult], indicators: IndicatorSet, clear: Clearance) -> Proposal:
    unseen = [row for row in rows if row.lowest is None]
    read = [row for row in unseen if _left_by_the_desk(row) is not None]
    standing = result.standing + sum((_left_by_the_desk(row) or 0.0) - (row.claimed or 0.0) for row in read)
    lowest, highest = standing + result.lowest, standing + result.highest
    return Proposal(result.claimed, result.maximum, standing, len(unseen), len(read), result.observed_claimed,
                    result.lowest, result.highest, lowest, highest,
                    *_categories(result, lowest, highest, clear),
                    tuple(_open(result, rows, standing, indicators, clear)))  # fmt: skip


def _left_by_the_desk(row: IndicatorResult) -> float | None:
    """Give an indicator's points once all of its documents are scored."""
    left = (row.desk or {}).get("points")
    return None if left is None else float(left)


_Called = tuple[Cleared | None, Cleared | None, bool, Cleared | None, float | None, float | None]


def _categories(result: Result, lowest: float, highest: float, clear: Clearance) -> _Called:
    """Name the categories of both sums and the one after the lowest; with how far their borders are."""
    if result.maximum != _FULL:
        return None, None, False, None, None, None
    categories = _begin(result)
    first, last = (_called(categories.of(points), clear) for points in (lowest, highest))
    near = any(map(categories.is_near_a_boundary, (lowest, highest)))
    ahead, behind = categories.borders(lowest), categories.borders(highest)
    return first, last, near, _called(ahead.next, clear) if ahead.next else None, ahead.short, behind.above


def _begin(result: Result) -> Categories:
    """Give where categories begin by the rules that a result was computed by, where it has them."""
    kept: Any = result.rules.get("categories")
    return Categories(kept["near"], kept["begin"]) if kept else load_rules().categories


def _open(
    result: Result, rows: Iterable[IndicatorResult], standing: float, indicators: IndicatorSet, clear: Clearance
) -> Iterable[OpenIndicator]:
    """List what could still move the sum; of a set that categories are not made for nothing decides one."""
    ranges = [Range(row.indicator, row.lowest, row.highest, row.undecided) for row in rows
              if row.lowest is not None and row.highest is not None]  # fmt: skip
    categories = _begin(result) if indicators.total == _FULL else Categories(0.0, {})
    for one in still_open(ranges, standing, categories):
        found = indicators.by_number.get(one.indicator)
        name = clear.ours(found.name[clear.language]) if found else clear.id("–")
        yield OpenIndicator(one.indicator, name, one.points, one.undecided, one.decides)


def _called(category: str | None, clear: Clearance) -> Cleared:
    return clear.say(f"category.{category or 'none'}")
