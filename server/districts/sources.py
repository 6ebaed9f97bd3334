"""What sources of a district differ in, those to ask about first: claim, visits, community and children (E-TRI)."""

from collections.abc import Iterable, Mapping

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult
from verification.comparing.finding import ClaimFinding, Verdict
from verification.comparing.sources import Triangulated, most_to_ask, triangulated
from verification.sets.indicators import Indicator


@view
class TriangulatedShown:
    """Whether something holds by each source; `points` at stake and the `rank` are None for who sees no points."""

    indicator: int
    what: Cleared
    claim: Cleared
    visits: Cleared
    community: Cleared
    children: Cleared
    differ: int
    points: float | None
    rank: float | None


def sources_shown(
    rows: Iterable[IndicatorResult], indicators: Mapping[int, Indicator], viewer: Viewer, clear: Clearance
) -> tuple[TriangulatedShown, ...]:
    """Show what sources differ in, to whom findings are told; who sees no points sees no order by them."""
    if not viewer.findings:
        return ()
    kept = {row.indicator: row for row in rows if row.indicator in indicators}
    at_stake = {number: row.claimed or 0.0 for number, row in kept.items()} if viewer.points else None
    topics = triangulated(one for row in kept.values() for one in _findings(row))
    return tuple(_shown(one, indicators[one.indicator], at_stake, clear) for one in most_to_ask(topics, at_stake))


def _findings(row: IndicatorResult) -> Iterable[ClaimFinding]:
    for one in row.findings:
        for reason in reasons_of([one]):
            yield ClaimFinding(row.indicator, Verdict.OPEN, reason, one.get("about", ""))


def _shown(
    topic: Triangulated, indicator: Indicator, at_stake: Mapping[int, float] | None, clear: Clearance
) -> TriangulatedShown:
    points = None if at_stake is None else at_stake[topic.indicator]
    return TriangulatedShown(
        topic.indicator, _named(topic, indicator, clear), _said(topic.claim, clear), _said(topic.visits, clear),
        _said(topic.community, clear), _said(topic.children, clear), topic.differ, points,
        None if points is None else points * topic.differ,
    )  # fmt: skip


def _named(topic: Triangulated, indicator: Indicator, clear: Clearance) -> Cleared:
    labels = {field.code: field.label for field in indicator.answer_fields}
    labels |= {criterion.code: criterion.text for criterion in indicator.criteria}
    known = [clear.ours(labels[code][clear.language]) for code in topic.what.split() if code in labels]
    return clear.joined(*known) if known else clear.id("–")


def _said(holds: bool | None, clear: Clearance) -> Cleared:
    return clear.id("–") if holds is None else clear.say("sources.holds" if holds else "sources.holds_not")
