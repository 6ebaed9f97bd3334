"""A claimed line as its page shows it: built from all that is known of it, for a viewer, in a language."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from server.claims.queries import name_of
from server.claims.shown import ShownCell, ShownCells
from server.claims.tables import Answer, Document
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance, Why
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.facts.decided import in_force_shown
from server.lines.evidence import LineEvidence, OtherLine
from server.lines.views import (
    ClaimedView,
    JudgedView,
    LineAtOnePoint,
    LineView,
    RelatedLine,
    SeenCriterion,
    Stated,
    TeamOfDistrict,
)
from server.lines.visit_view import VisitViews
from server.results.line_reasons import called_other, line_reason, other_line
from server.results.rows import reasons_of
from server.results.tables import LineResult, Result
from server.rounds.states import OPEN
from server.visits.history import MOST_VISITS
from server.visits.places import VisitedPlace
from server.words import Catalogue
from verification.model import CONTRADICTS, Seen
from verification.sets.indicators import Indicator

_SEEN = frozenset(Seen)


def view_line(evidence: LineEvidence, words: Catalogue, viewer: Viewer) -> LineView:
    """Build the page of a line for a viewer."""
    return _Builder(evidence, words, viewer).build()


def place_of(evidence: LineEvidence) -> UnclearedPlace:
    """Give a line's place, by all that claim, register and the visits to it say it is."""
    line, facility = evidence.line, evidence.facility
    counted = {evidence.found.state_id} if evidence.found else set()
    seen = [kind for one in evidence.visits if one.state_id in counted or one.facility_id == line.facility_id
            for kind in one.kinds if kind]  # fmt: skip
    return UnclearedPlace((line.kind, facility.kind, *seen), line.name, line.village, line.facility_id)


def visited_place_of(evidence: LineEvidence) -> VisitedPlace:
    """Give the place as the register has it, with every kind and name that is said of it here."""
    facility = evidence.facility
    lines = [evidence.line, *(one.line for one in evidence.others if one.line.facility_id == facility.id)]
    kinds = (facility.kind, *place_of(evidence).kinds, *(line.kind for line in lines))
    place = UnclearedPlace(tuple(dict.fromkeys(filter(None, kinds))), facility.name, facility.village, facility.id)
    called = tuple(sorted({line.name for line in lines} - {facility.name}))
    return VisitedPlace(facility, place, evidence.names.get(facility.village), called, evidence.names)


def _place_of_other(other: OtherLine) -> UnclearedPlace:
    line = other.line
    return UnclearedPlace((line.kind, other.kind), line.name, line.village, line.facility_id)


class _Builder:
    def __init__(self, evidence: LineEvidence, words: Catalogue, viewer: Viewer) -> None:
        self._evidence, self._words, self._language = evidence, words, words.language
        self._clear = Clearance(words, evidence.names, viewer)
        self._place = place_of(evidence)
        self._indicators = evidence.indicators
        self._indicator: Indicator = self._indicators.by_number[evidence.claim.indicator]
        self._visits = VisitViews(evidence, self._place, words, viewer)

    def build(self) -> LineView:
        evidence, clear = self._evidence, self._clear
        named, visits = clear.place(self._place), self._visits.all()
        return LineView(
            line_id=evidence.line.id,
            round_id=clear.id(evidence.round.id),
            round=clear.ours(evidence.round.name),
            district=clear.id(evidence.part.district),
            district_name=clear.area(evidence.part.district),
            is_open=evidence.part.state == OPEN,
            indicator=self._indicator.number,
            indicator_name=clear.ours(self._indicator.name[self._language]),
            label=named.label,
            kind=clear.say(f"kind.{evidence.line.kind}"),
            area=named.area,
            is_home=self._place.is_home,
            claimed=self._claimed(),
            judged=self._judged(evidence.result, evidence.found) if evidence.result and evidence.found else None,
            visits=visits,
            more_visits=len({one.state_id for one in evidence.visits}) >= MOST_VISITS,
            teams=tuple(self._teams()) if clear.sees_visitors() else (),
            same_place=tuple(self._same_place()),
            considered=tuple(self._considered()),
            zone=clear.ours(evidence.zone),
        )

    # ── what is claimed

    def _claimed(self) -> ClaimedView:
        line, claim, clear = self._evidence.line, self._evidence.claim, self._clear
        rows = self._evidence.stated
        return ClaimedView(
            file=name_of(self._evidence.file, self._evidence.names),
            cell=clear.id(line.cell),
            imported_at=self._evidence.file.imported_at,
            since_year=line.since_year,
            registry_no=None if self._place.is_home or not line.registry_no else clear.id(line.registry_no),
            has_point=line.lon is not None and not self._place.is_home,
            at_one_point=() if self._place.is_home else tuple(self._at_one_point()),
            details=() if self._place.is_home else tuple(self._details()),
            answers=tuple(self._answer(row) for row in rows.answers if row.code in self._indicators.answer_fields
                          and self._indicators.answer_fields[row.code][0].number == claim.indicator),
            documents=tuple(map(self._document, rows.documents)),
        )  # fmt: skip

    def _at_one_point(self) -> Iterable[LineAtOnePoint]:
        for other in self._evidence.at_one_point:
            if other.is_within_reach and not _place_of_other(other).is_home:
                yield LineAtOnePoint(other.line.id, self._others[other.line.id])

    def _details(self) -> Iterable[ShownCell]:
        """Say what the claim says of the place beside its kind; how many use it is not repeated."""
        cells = ShownCells(self._indicators, self._indicator, self._words, self._clear)
        return (one for one in cells.cells("Fasilitas", self._evidence.line, ()) if one.value is not None)

    def _answer(self, row: Answer) -> Stated:
        field = self._indicators.answer_fields[row.code][1]
        value, before = (self._clear.answer(field, text) for text in (row.value, row.value_before))
        label = self._clear.ours(field.label[self._language])
        return Stated(label, value, before, row.data_date, self._clear.id(row.cell))

    def _document(self, row: Document) -> Stated:
        number, title = (
            self._clear.document(self._indicator, [self._evidence.line.kind], text) for text in (row.number, row.title)
        )
        label = number or self._clear.say("report.not_repeated")
        return Stated(label, title, None, row.dated, self._clear.id(row.cell))

    # ── what is said of it, and why

    def _judged(self, result: Result, found: LineResult) -> JudgedView:
        clear = self._clear
        outcome = clear.outcome(found.outcome)
        criteria = tuple(self._criteria(found))
        grade = f"grade.{found.grade}" if found.grade else ""
        return JudgedView(
            outcome=outcome,
            outcome_text=clear.say(f"outcome.{outcome}"),
            finding=clear.say(f"finding.{found.outcome}")
            if clear.sees_findings() and found.outcome in CONTRADICTS and found.fact_id is None
            else None,
            in_force=in_force_shown(clear, found),
            reopened=found.reopened_id is not None,
            reasons=tuple(self._reasons(found)),
            named=tuple(self._named(found)),
            probability=found.probability,
            sure=bool(found.sure),
            match_reasons=tuple(self._match_reasons(found)),
            criteria=criteria,
            criteria_met=sum(one.seen == Seen.YES for one in criteria),
            grade=clear.id(found.grade) if found.grade else None,
            grade_text=clear.say(grade) if self._words.knows(grade) else None,
            point=self._visits.judged_point(found),
            rules_version=clear.id(result.rules_version),
            computed_at=result.computed_at,
        )

    def _reasons(self, found: LineResult) -> Iterable[Why]:
        for reason in reasons_of(found.reasons):
            why = line_reason(self._clear, reason, self._indicator, self._others)
            yield self._clear.masked(why) if found.outcome in CONTRADICTS else why

    @cached_property
    def _others(self) -> Mapping[int, Cleared]:
        """Call the other lines, for the reasons that name one."""
        return {one.line.id: called_other(self._clear, _place_of_other(one), one.line.cell)
                for one in self._evidence.others if one.is_within_reach}  # fmt: skip

    def _named(self, found: LineResult) -> Iterable[RelatedLine]:
        """Give the lines that the reasons name, to be followed."""
        named = {other_line(reason) for reason in reasons_of(found.reasons)}
        for other in self._evidence.others:
            if other.is_within_reach and other.line.id in named:
                yield self._related(other, None)

    def _match_reasons(self, found: LineResult) -> Iterable[Cleared]:
        for one in found.comparisons:
            key = f"match.{one.get('what')}.{one.get('level')}"
            if self._words.knows(key):  # else compared while there was such a thing
                yield self._clear.say(key)

    def _criteria(self, found: LineResult) -> Iterable[SeenCriterion]:
        clear, known = self._clear, {criterion.code: criterion for criterion in self._indicator.criteria}
        for one in found.criteria:
            criterion, seen = known.get(one.get("code", "")), one.get("seen", Seen.NOT_SEEN)
            if criterion is None or seen not in _SEEN:
                continue  # judged while the set named it, or forms had such an answer
            yield SeenCriterion(
                text=clear.ours(criterion.text[self._language]), seen=clear.code("seen", seen),
                seen_text=clear.ours(criterion.scale.said(Seen(seen), self._language)),
                asked_by=clear.say(f"source.{criterion.source}"),
                basis=clear.ours(criterion.basis), decides=bool(one.get("strict")),
            )  # fmt: skip

    # ── who, and what else

    def _teams(self) -> Iterable[TeamOfDistrict]:
        for team in self._evidence.teams:
            people = sorted(team.members, key=lambda one: one not in team.leads)  # who lead first, each by name
            named = [(self._clear.ours(team.members[one]), one in team.leads) for one in people]
            if named:
                said = (self._clear.say("line.leads", name=name) if leads else name for name, leads in named)
                yield TeamOfDistrict(self._clear.ours(team.name), tuple(said))

    def _same_place(self) -> Iterable[RelatedLine]:
        for other in self._evidence.others:
            if other.is_within_reach and other.line.facility_id == self._evidence.line.facility_id:
                yield self._related(other, None)

    def _considered(self) -> Iterable[RelatedLine]:
        wanted = self._evidence.considered_lines
        for other in sorted(self._evidence.others, key=lambda one: -wanted.get(one.line.id, 0)):
            if other.is_within_reach and other.line.id in wanted:
                yield self._related(other, wanted[other.line.id])

    def _related(self, other: OtherLine, probability: float | None) -> RelatedLine:
        clear, line = self._clear, other.line
        outcome = clear.outcome(other.found.outcome) if other.found else None
        indicator = other.indicators.by_number.get(other.claim.indicator)
        place = _place_of_other(other)
        number = clear.ours(str(other.claim.indicator))
        return RelatedLine(
            line_id=line.id, round_id=clear.id(other.round.id), district=clear.id(other.claim.district),
            round=clear.ours(other.round.name),
            indicator=clear.ours(f"{number}. {indicator.name[self._language]}") if indicator else number,
            label=clear.place(place).label, outcome=outcome,
            outcome_text=clear.say(f"outcome.{outcome}") if outcome else clear.say("index.not_verified"),
            computed_at=other.computed_at, probability=probability,
        )  # fmt: skip
