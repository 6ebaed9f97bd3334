"""Build the report on a district from what it is made from."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from server.claims.queries import name_of
from server.claims.tables import Claim, ClaimLine
from server.db import Json
from server.disclosure.cleared import Cleared, ClearedValues
from server.disclosure.clearing import Clearance, Why
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import EVERYONE, Viewer
from server.reports.aside import aside_report
from server.reports.material import Material
from server.reports.report import (
    AnswerReport,
    CriterionReport,
    DocumentReport,
    FormReport,
    IndicatorReport,
    LineReport,
    OtherVisit,
    PhotoReport,
    Report,
    Source,
    VisitReport,
)  # fmt: skip
from server.results.desk import desk_shown
from server.results.findings import findings_shown, readings_shown
from server.results.line_reasons import called_other, line_reason, other_line
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, LineResult, VisitResult
from server.results.totals import Totals
from server.submissions.files import REMOVED, STORED
from server.submissions.media import can_be_shown
from server.submissions.tables import Attachment
from server.words import Catalogue
from verification.claim_form.form import missing_answers
from verification.model import CONTRADICTS, Seen
from verification.sets.criteria import Criterion
from verification.sets.indicators import Indicator

_ANSWERS = frozenset(Seen)


def build_report(material: Material, words: Catalogue, viewer: Viewer = EVERYONE) -> Report:
    """Build the report for a viewer."""
    return _Builder(material, words.at(material.zone), viewer).build()


class _Builder:
    def __init__(self, material: Material, words: Catalogue, viewer: Viewer) -> None:
        self._material, self._language, self._viewer = material, words.language, viewer
        self._clear, self._words = Clearance(words, material.names, viewer), words

    def build(self) -> Report:
        material, result, clear = self._material, self._material.result, self._clear
        closed = material.closed
        return Report(
            round_id=clear.id(material.round.id),
            round_name=clear.ours(material.round.name),
            data_year=material.round.data_year,
            district=clear.id(material.district),
            district_name=clear.area(material.district),
            zone=clear.ours(material.zone),
            language=clear.ours(self._language),
            law=clear.ours(material.indicators.law),
            closed_at=closed.changed_at if closed else None,
            closed_by=clear.ours(closed.changed_by) if closed else None,
            computed_at=result.computed_at,
            rules_version=clear.id(result.rules_version),
            ledger_rule=clear.id(result.ledger_rule),
            inputs_digest=clear.id(result.inputs_digest),
            rules=ClearedValues(result.rules),
            totals=Totals(result.maximum, result.claimed, result.standing, result.observed_claimed, result.lowest,
                          result.highest) if self._viewer.points else None,
            indicators=tuple(self._indicator(i, row) for i in material.indicators.indicators
                             if (row := material.by_indicator.get(i.number))),
            other_visits=tuple(self._other(visit) for visit in material.visits if not visit.lines),
            set_aside=tuple(aside_report(aside, clear) for aside in material.set_aside),
            forms=tuple(self._forms()),
        )  # fmt: skip

    def _source(self, claim: Claim, cell: str) -> Source:
        return Source(name_of(claim.file, self._material.names), self._clear.id(cell))

    def _indicator(self, indicator: Indicator, points: IndicatorResult) -> IndicatorReport:
        claim, clear, say = self._material.claims.get(indicator.number), self._clear, self._language
        return IndicatorReport(
            number=indicator.number,
            cluster=clear.ours(indicator.cluster),
            name=clear.ours(indicator.name[say]),
            measure=clear.ours(indicator.measure[say]),
            article=clear.ours(indicator.article),
            observable=clear.ours(indicator.observable[say]),
            maximum=self._points(points.maximum),
            claimed=self._points(points.claimed),
            claimed_source=self._source(claim, claim.cell) if claim and claim.cell else None,
            observed=points.observed,
            lowest=self._points(points.lowest),
            highest=self._points(points.highest),
            lines_claimed=points.lines,
            confirmed=points.confirmed,
            not_yet_confirmed=points.contradicted,
            undecided=points.undecided,
            reasons=tuple(map(self._clear.why, reasons_of(points.reasons))),
            findings=tuple(findings_shown(indicator, points.findings, clear)),
            readings=readings_shown(points, clear) if self._viewer.points else (),
            desk=desk_shown([points.desk], self._clear),
            missing=tuple(self._missing(indicator, claim)),
            answers=tuple(self._answers(claim)) if claim else (),
            documents=tuple(self._documents(indicator, claim)) if claim else (),
            lines=tuple(self._lines(indicator, claim)) if claim else (),
        )

    def _points(self, value: float | None) -> float | None:
        """Give points to whom may see them."""
        return value if self._viewer.points else None

    def _missing(self, indicator: Indicator, claim: Claim | None) -> Iterable[Cleared]:
        if claim is None:
            return
        if claim.self_score is None:
            yield self._clear.say("report.missing_self_score")
        for answer in missing_answers(indicator, [answer.code for answer in claim.answers]):
            yield self._clear.ours(answer.label[self._language])

    def _answers(self, claim: Claim) -> Iterable[AnswerReport]:
        for answer in claim.answers:
            if answer.code not in self._material.indicators.answer_fields:
                continue  # claimed while the set asked for more
            _, field = self._material.indicators.answer_fields[answer.code]
            yield AnswerReport(
                label=self._clear.ours(field.label[self._language]),
                value=self._clear.kept_answer(field, answer.value),
                value_before=self._clear.kept_answer(field, answer.value_before),
                data_date=answer.data_date,
                source=self._source(claim, answer.cell),
            )

    def _documents(self, indicator: Indicator, claim: Claim) -> Iterable[DocumentReport]:
        kinds = [line.kind for line in claim.lines]
        for document in claim.documents:
            number, title = (self._clear.document(indicator, kinds, text) for text in (document.number, document.title))
            yield DocumentReport(number, document.dated, title, self._source(claim, document.cell))

    def _lines(self, indicator: Indicator, claim: Claim) -> Iterable[LineReport]:
        """Report the lines that were judged; one claimed since appears with the next result."""
        for number, line in enumerate(claim.lines, start=1):
            if line.id in self._material.by_line:
                yield self._line(number, indicator, claim, line, self._material.by_line[line.id])

    def _line(self, number: int, indicator: Indicator, claim: Claim, line: ClaimLine, found: LineResult) -> LineReport:
        clear, outcome = self._clear, self._clear.outcome(found.outcome)
        place = place_claimed(self._material, line, found)
        named = clear.place(place)
        return LineReport(
            number=number,
            label=named.label,
            kind=clear.say(f"kind.{line.kind}"),
            place=named.area,
            since_year=line.since_year,
            source=self._source(claim, line.cell),
            outcome=outcome,
            outcome_text=clear.say(f"outcome.{outcome}"),
            reasons=tuple(self._line_reasons(found, indicator)),
            distance_m=found.distance_m,
            error_m=found.error_m,
            grade=clear.id(found.grade) if found.grade else None,
            match_probability=found.probability,
            match_reasons=tuple(self._match_reasons(found.comparisons)),
            criteria=tuple(self._criteria(indicator.criteria, found.criteria)),
            visit=self._visit(found.version),
            photos=() if place.is_home else self._photos(found.version),
        )

    def _line_reasons(self, found: LineResult, indicator: Indicator) -> Iterable[Why]:
        for reason in reasons_of(found.reasons):
            why = line_reason(self._clear, reason, indicator, self._others)
            yield self._clear.masked(why) if found.outcome in CONTRADICTS else why

    @cached_property
    def _others(self) -> Mapping[int, Cleared]:
        """Call the lines that reasons name, in whichever claim they stand."""
        material = self._material
        named = {other_line(reason) for found in material.by_line.values() for reason in reasons_of(found.reasons)}
        return {
            line.id: called_other(self._clear, place_claimed(material, line, found), line.cell)
            for claim in material.claims.values()
            for line in claim.lines
            if line.id in named and (found := material.by_line.get(line.id))
        }

    def _match_reasons(self, found: Iterable[Json]) -> Iterable[Cleared]:
        for one in found:
            key = f"match.{one.get('what')}.{one.get('level')}"
            if self._words.knows(key):  # else compared while there was such a thing
                yield self._clear.say(key)

    def _criteria(self, criteria: Sequence[Criterion], found: Iterable[Json]) -> Iterable[CriterionReport]:
        clear, known = self._clear, {criterion.code: criterion for criterion in criteria}
        for one in found:
            criterion = known.get(one.get("code", ""))
            seen = one.get("seen", Seen.NOT_SEEN)
            if criterion is None or seen not in _ANSWERS:
                continue  # judged while the set named it, or forms had such an answer
            yield CriterionReport(
                code=clear.ours(criterion.code),
                text=clear.ours(criterion.text[self._language]),
                seen=clear.code("seen", seen),
                seen_text=clear.ours(criterion.scale.said(Seen(seen), self._language)),
                asked_by=clear.say(f"source.{criterion.source}"),
                decides=bool(one.get("strict")),
                basis=clear.ours(criterion.basis),
            )

    def _visit(self, version: str | None) -> VisitReport | None:
        seen = self._material.seen.get(version or "")
        if seen is None:
            return None
        form_version = self._clear.id(seen.form_version) if seen.form_version else None
        root_id, version, form_id = map(self._clear.id, (seen.root_id, seen.version, seen.form_id))
        return VisitReport(root_id, version, form_id, form_version, seen.received_at)

    def _photos(self, version: str | None) -> tuple[PhotoReport, ...]:
        if not self._viewer.photographs:
            return ()
        return tuple(
            self._photo(attachment, self._not_shown(attachment))
            for attachment in self._material.photographs.get(version or "", ())
        )

    def _photo(self, file: Attachment, why_not: Cleared | None) -> PhotoReport:
        return PhotoReport(self._clear.file(file.name), None if why_not else file.id, why_not)

    def _not_shown(self, file: Attachment) -> Cleared | None:
        """Say why a file is not shown; None where it is."""
        if file.state == STORED:
            shown = can_be_shown(file.media_type)
            return (
                None
                if shown
                else self._clear.say("report.photo_kept_only", kind=self._clear.ours(str(file.media_type)))
            )
        if file.problem:
            return self._clear.why(file.problem).sentence
        return self._clear.say("report.photo_removed" if file.state == REMOVED else "report.photo_not_here")

    def _other(self, visit: VisitResult) -> OtherVisit:
        clear, seen = self._clear, self._material.seen.get(visit.version)
        place = UnclearedPlace(
            (*(seen.kinds if seen else ()), visit.kind), village=visit.villages[0] if visit.villages else None
        )
        kind = clear.say(f"kind.{visit.kind}")
        return OtherVisit(clear.id(visit.visit_id), clear.id(visit.version), clear.id(seen.form_id) if seen else None,
                          kind, clear.place(place).area, clear.why(visit.reason, kind=kind))  # fmt: skip

    def _forms(self) -> Iterable[FormReport]:
        for form in self._material.forms:
            why = self._clear.why(form.problem) if form.problem else None
            yield FormReport(self._clear.id(form.form_id), form.pulled_at, why)


def place_claimed(material: Material, line: ClaimLine, found: LineResult) -> UnclearedPlace:
    """Give the place of a claimed line, by all that claim, register and the visit it was judged by say of it."""
    seen = material.seen.get(found.version or "")
    kinds = (material.kinds.get(line.facility_id), *(seen.kinds if seen else ()))
    return UnclearedPlace((line.kind, *filter(None, kinds)), line.name, line.village, line.facility_id)
