"""A district's part of a round, summed up by cluster and indicator: claimed, after the desk, what visits found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.disclosure.viewer import Viewer
from server.results.counts import LineCounts, count_lines
from server.results.findings import ReadingShown, readings_shown
from server.results.parts import JudgedPart
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, Result
from server.rulebook import load_indicators, load_rules
from server.words import Catalogue
from verification.sets.indicators import Indicator

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
    """An indicator in the three columns; `points` None for who sees none, `found` where no visit can see it."""

    number: int
    name: Cleared
    is_claimed: bool
    found: VisitsFound | None
    points: Points | None
    why: tuple[Why, ...]


@view
class ClusterRow:
    """A cluster's sums, and its indicators."""

    name: Cleared
    found: VisitsFound | None
    points: Points | None
    indicators: tuple[IndicatorRow, ...]


@view
class Proposal:
    """What all points come to if those that no visit sees stand as claimed, and which categories that would be."""

    claimed: float
    maximum: float
    standing: float
    unseen: int
    seen_claimed: float
    seen_lowest: float
    seen_highest: float
    lowest: float
    highest: float
    first: Cleared | None
    last: Cleared | None
    near: bool


@view
class Summary:
    """A district's part of a round, summed up."""

    clusters: tuple[ClusterRow, ...]
    found: VisitsFound
    proposal: Proposal | None
    ledger_rule: Cleared


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
        seen = any(row.found for row in rows)
        return ClusterRow(self.clear.ours(name), _found(counts) if seen else None, self.sum_of(rows), rows)

    def indicator(self, indicator: Indicator, row: IndicatorResult) -> IndicatorRow:
        found = _found(self.counts.get(indicator.number, LineCounts())) if row.observed else None
        return IndicatorRow(
            indicator.number, self.clear.ours(indicator.name[self.language]), row.claimed is not None, found,
            self.points(row), tuple(map(self.clear.why, reasons_of(row.reasons))),
        )  # fmt: skip

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
    sums, indicators = _Sums(rows, counts, viewer, clear, words.language), load_indicators(result.indicator_set)
    clusters = tuple(
        sums.cluster(cluster.name[words.language], [i for i in indicators.indicators if i.cluster == cluster.code])
        for cluster in indicators.clusters
    )
    proposal = _proposal(result, sum(row.lowest is None for row in rows.values()), clear) if viewer.points else None
    return Summary(clusters, _found(sum(counts.values(), LineCounts())), proposal, clear.id(result.ledger_rule))


def _found(counts: LineCounts) -> VisitsFound:
    return VisitsFound(counts.lines, counts.visited, counts.confirmed, counts.contradicted, counts.undecided,
                       counts.unseen, counts.decided, counts.reopened, counts.waiting)  # fmt: skip


def _proposal(result: Result, unseen: int, clear: Clearance) -> Proposal:
    lowest, highest = result.standing + result.lowest, result.standing + result.highest
    first, last, near = None, None, False
    if result.maximum == _FULL:
        categories = load_rules().categories
        first, last = (_called(categories.of(points), clear) for points in (lowest, highest))
        near = any(map(categories.is_near_a_boundary, (lowest, highest)))
    return Proposal(result.claimed, result.maximum, result.standing, unseen, result.observed_claimed, result.lowest,
                    result.highest, lowest, highest, first, last, near)  # fmt: skip


def _called(category: str | None, clear: Clearance) -> Cleared:
    return clear.say(f"category.{category or 'none'}")
