"""The report for paper: what is printed and signed as a first draft.

A title, a summary by cluster in three columns, the lines that somebody has to look at, what waits, and room for
signatures. Whatever else there is stands in the room, where each line says why; the paper says where.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.reports.paper_material import PaperCounts, PaperMaterial, PaperRow
from server.reports.report import OUTCOMES
from server.results.desk import DeskShown, desk_shown
from server.results.findings import FoundBeside, findings_shown
from server.visits.places import said_of_a_visit
from server.words import Catalogue
from verification.claim_form.form import missing_answers
from verification.comparing.finding import Verdict
from verification.model import Outcome, subdistrict_of
from verification.sets.indicators import Cluster, Indicator

_NOBODY = PaperCounts({})


@view
class PaperPoints:
    """Points, for whom may see them: claimed, and lowest and highest that visits support."""

    claimed: float | None
    lowest: float | None
    highest: float | None


@view
class SummaryRow:
    """A cluster or an indicator in the three columns; `points` is None where the viewer sees none.

    `desk` is None where no document is there to be read. Of `lines` claimed places `visited` were visited: `confirmed`
    and `contradicted` are what was found.
    """

    number: Cleared
    name: Cleared
    lines: int
    visited: int
    confirmed: int
    contradicted: int
    undecided: int
    missing: int
    points: PaperPoints | None
    desk: DeskShown | None


@view
class ClusterSummary:
    """A cluster's sums, and its indicators."""

    sums: SummaryRow
    indicators: tuple[SummaryRow, ...]


@view
class PaperLine:
    """A line on paper. `id` is its number in the room, which is how it is asked why."""

    id: int
    number: Cleared
    label: Cleared
    subdistrict: Cleared
    outcome: Cleared
    outcome_text: Cleared
    reopened: bool
    decided_by: Cleared | None
    decided_at: datetime | None
    day: date | None
    distance_m: float | None
    error_m: float | None


@view
class PaperIndicator:
    """The lines of an indicator that are on this part of the paper, and how many it has in all."""

    number: int
    name: Cleared
    lines: tuple[PaperLine, ...]
    claimed: int
    counts: dict[str, int]


@view
class PaperFindings:
    """What was found out about an indicator's claim when it was set against something else than visits.

    `open` is how many comparisons came to nothing yet.
    """

    number: int
    name: Cleared
    findings: tuple[FoundBeside, ...]
    open: int


@view
class Paper:
    """One part of the report for paper; `part` of `parts`. The first has the summary, the last the signatures."""

    round_id: Cleared
    round_name: Cleared
    data_year: int
    district: Cleared
    district_name: Cleared
    law: Cleared
    computed_at: datetime
    closed_at: datetime | None
    rules_version: Cleared
    by_video: Cleared
    ledger_rule: Cleared
    digest: Cleared
    total: SummaryRow
    clusters: tuple[ClusterSummary, ...]
    found: tuple[PaperFindings, ...]
    voices: tuple[PaperFindings, ...]
    indicators: tuple[PaperIndicator, ...]
    unsure: int
    reopened: int
    not_visited: int
    decided: int
    unmatched: int
    aside: int
    points: bool
    whole: bool
    part: int
    parts: int


def build_paper(material: PaperMaterial, words: Catalogue, viewer: Viewer) -> Paper:
    """Build a part of the paper for a viewer."""
    return _Builder(material, words, viewer).build()


class _Builder:
    def __init__(self, material: PaperMaterial, words: Catalogue, viewer: Viewer) -> None:
        self._material, self._viewer, self._language = material, viewer, words.language
        self._clear = Clearance(words, material.names, viewer)
        self._indicators = [i for i in material.indicators.indicators if i.number in material.by_indicator]

    def build(self) -> Paper:
        material, clear, result = self._material, self._clear, self._material.result
        all_counts = material.counts.values()
        by_video = "counts" if material.round.video_counts else "informs"
        return Paper(
            round_id=clear.id(material.round.id), round_name=clear.ours(material.round.name),
            data_year=material.round.data_year, district=clear.id(material.part.district),
            district_name=clear.area(material.part.district), law=clear.ours(material.indicators.law),
            computed_at=result.computed_at, closed_at=material.closed_at,
            rules_version=clear.id(result.rules_version),
            by_video=clear.say(f"paper.video_{by_video}"), ledger_rule=clear.id(result.ledger_rule),
            digest=clear.id(result.inputs_digest[:12]),
            total=self._sums(clear.id(""), clear.say("paper.total"), self._indicators),
            clusters=tuple(self._cluster(cluster) for cluster in material.indicators.clusters),
            found=tuple(self._found()), voices=tuple(self._voices()),
            indicators=tuple(self._listed()),
            unsure=sum(one.outcomes.get(Outcome.UNSURE, 0) for one in all_counts),
            reopened=sum(one.reopened for one in all_counts),
            not_visited=sum(one.outcomes.get(Outcome.NOT_VISITED, 0) for one in all_counts),
            decided=sum(one.decided for one in all_counts), unmatched=material.unmatched, aside=material.aside,
            points=self._viewer.points, whole=material.whole, part=material.number, parts=material.parts,
        )  # fmt: skip

    def _cluster(self, cluster: Cluster) -> ClusterSummary:
        clear = self._clear
        mine = [indicator for indicator in self._indicators if indicator.cluster == cluster.code]
        rows = tuple(self._sums(clear.ours(str(i.number)), clear.ours(i.name[self._language]), [i]) for i in mine)
        return ClusterSummary(
            self._sums(clear.ours(cluster.code), clear.ours(cluster.name[self._language]), mine), rows
        )

    def _sums(self, number: Cleared, name: Cleared, indicators: Sequence[Indicator]) -> SummaryRow:
        counts = [self._material.counts.get(indicator.number, _NOBODY) for indicator in indicators]
        confirmed, against = (sum(one.outcomes.get(Outcome.CONFIRMED, 0) for one in counts),
                              sum(one.contradicted for one in counts))  # fmt: skip
        lines = sum(one.lines for one in counts)
        return SummaryRow(
            number, name, lines, sum(one.visited for one in counts), confirmed, against, lines - confirmed - against,
            sum(map(self._missing, indicators)), self._points(indicators) if self._viewer.points else None,
            desk_shown((self._material.by_indicator[one.number].desk for one in indicators), self._clear),
        )  # fmt: skip

    def _points(self, indicators: Iterable[Indicator]) -> PaperPoints:
        rows = [self._material.by_indicator[indicator.number] for indicator in indicators]
        seen = [row for row in rows if row.lowest is not None]
        return PaperPoints(
            sum(row.claimed or 0 for row in rows) if any(row.claimed is not None for row in rows) else None,
            sum(row.lowest or 0 for row in seen) if seen else None,
            sum(row.highest or 0 for row in seen) if seen else None,
        )

    def _found(self) -> Iterable[PaperFindings]:
        """Give what was found out; what stays open is counted: its page has the reasons."""
        for indicator, all_found in self._findings():
            found = [one for one in all_found if not one.voice]
            told = tuple(one for one in found if one.verdict != Verdict.OPEN)
            yield PaperFindings(indicator.number, self._clear.ours(indicator.name[self._language]), told,
                                len(found) - len(told))  # fmt: skip

    def _voices(self) -> Iterable[PaperFindings]:
        """Give what children and their forum said, also where it goes with the claim."""
        for indicator, all_found in self._findings():
            if told := tuple(one for one in all_found if one.voice):
                yield PaperFindings(indicator.number, self._clear.ours(indicator.name[self._language]), told, 0)

    def _findings(self) -> Iterator[tuple[Indicator, list[FoundBeside]]]:
        """Give the findings of each indicator, on the first part alone."""
        for indicator in self._indicators if self._material.is_first else ():
            stored = self._material.by_indicator[indicator.number].findings
            yield indicator, list(findings_shown(indicator, stored, self._clear))

    def _missing(self, indicator: Indicator) -> int:
        """Count what was not filled in of an indicator that was claimed."""
        if indicator.number not in self._material.scores:
            return 0
        answered = self._material.answered.get(indicator.number, set())
        return len(missing_answers(indicator, sorted(answered))) + (self._material.scores[indicator.number] is None)

    def _listed(self) -> Iterable[PaperIndicator]:
        by_number = self._material.indicators.by_number
        for number, lines in groupby(self._material.lines, key=lambda line: line.indicator):
            counts = self._material.counts.get(number, _NOBODY)
            public = dict.fromkeys(OUTCOMES, 0)
            for outcome, count in counts.outcomes.items():
                public[self._clear.outcome(outcome)] += count
            name = by_number[number].name[self._language] if number in by_number else "–"
            yield PaperIndicator(number, self._clear.ours(name), tuple(map(self._line, lines)), counts.lines, public)

    def _line(self, line: PaperRow) -> PaperLine:
        clear, outcome = self._clear, self._clear.outcome(line.outcome)
        kinds = (line.kind_in_register, *said_of_a_visit(line.kind_of_visit, line.kind_visited))
        place = UnclearedPlace((line.kind, *filter(None, kinds)), line.name, line.village, line.facility_id)
        return PaperLine(
            id=line.line_id, number=clear.ours(f"{line.indicator}.{line.number}"), label=clear.place(place).label,
            subdistrict=clear.area(subdistrict_of(line.village)), outcome=outcome,
            outcome_text=clear.say(f"outcome.{outcome}"), reopened=line.reopened is not None,
            decided_at=line.decided_at, day=line.day, decided_by=self._decided_by(line),
            distance_m=line.distance_m, error_m=line.error_m,
        )  # fmt: skip

    def _decided_by(self, line: PaperRow) -> Cleared | None:
        """Name who decided, to whom findings are told; to others only that a person did."""
        if line.decided_by is None:
            return None
        if not self._viewer.findings:
            return self._clear.say("paper.a_person")
        return self._clear.ours(line.decided_by_name or line.decided_by)
