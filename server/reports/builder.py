"""Build the report on a district from what it is made from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.claims.tables import Claim, ClaimLine
from server.db import Json
from server.moments import from_central
from server.register.naming import Namer, is_home
from server.reports import disclosure
from server.reports.material import Material
from server.reports.report import (
    AnswerReport,
    AsideReport,
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
    Why,
)  # fmt: skip
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, LineResult, VisitResult
from server.results.totals import Totals
from server.submissions.files import STORED
from server.words import Catalogue
from verification.claim_form.form import missing_answers
from verification.model import Seen
from verification.reason import Reason
from verification.sets.criteria import Criterion
from verification.sets.indicators import Indicator

_ANSWERS = frozenset(Seen)


def build_report(material: Material, words: Catalogue) -> Report:
    """Build the report."""
    return _Builder(material, words.at(material.zone)).build()


class _Builder:
    def __init__(self, material: Material, words: Catalogue) -> None:
        self._material, self._words = material, words
        self._namer = Namer(material.names, words)

    def build(self) -> Report:
        material, result = self._material, self._material.result
        closed = material.closed
        return Report(
            round_id=material.round.id,
            round_name=material.round.name,
            data_year=material.round.data_year,
            district=material.district,
            district_name=material.names.get(material.district, material.district),
            zone=material.zone,
            language=self._words.language,
            law=material.indicators.law,
            closed_at=closed.changed_at if closed else None,
            closed_by=closed.changed_by if closed else None,
            computed_at=result.computed_at,
            rules_version=result.rules_version,
            ledger_rule=result.ledger_rule,
            inputs_digest=result.inputs_digest,
            rules=result.rules,
            totals=Totals(result.maximum, result.claimed, result.standing, result.observed_claimed, result.lowest,
                          result.highest),
            indicators=tuple(self._indicator(i, row) for i in material.indicators.indicators
                             if (row := material.by_indicator.get(i.number))),
            other_visits=tuple(self._other(visit) for visit in material.visits if not visit.lines),
            set_aside=tuple(self._set_aside()),
            forms=tuple(self._forms()),
        )  # fmt: skip

    def _why(self, reason: Reason, **words: Any) -> Why:
        return Why(reason.code, reason.values, self._words.reason(reason, **words))

    def _indicator(self, indicator: Indicator, points: IndicatorResult) -> IndicatorReport:
        claim = self._material.claims.get(indicator.number)
        say = self._words.language
        return IndicatorReport(
            number=indicator.number,
            cluster=indicator.cluster,
            name=indicator.name[say],
            measure=indicator.measure[say],
            article=indicator.article,
            observable=indicator.observable[say],
            maximum=points.maximum,
            claimed=points.claimed,
            claimed_source=Source(claim.file.filename, claim.cell) if claim and claim.cell else None,
            observed=points.observed,
            lowest=points.lowest,
            highest=points.highest,
            lines_claimed=points.lines,
            confirmed=points.confirmed,
            not_yet_confirmed=points.contradicted,
            undecided=points.undecided,
            reasons=tuple(map(self._why, reasons_of(points.reasons))),
            beyond=tuple(self._beyond(indicator, points)),
            missing=tuple(self._missing(indicator, claim)),
            answers=tuple(self._answers(claim)) if claim else (),
            documents=tuple(_documents(claim)) if claim else (),
            lines=tuple(self._lines(indicator, claim)) if claim else (),
        )

    def _beyond(self, indicator: Indicator, points: IndicatorResult) -> Iterable[Why]:
        texts = {item.code: item.text[self._words.language] for item in indicator.beyond_a_visit}
        for reason in reasons_of(points.beyond):
            what = str(reason.values.get("what", ""))
            yield self._why(reason, what=texts.get(what, what))

    def _missing(self, indicator: Indicator, claim: Claim | None) -> Iterable[str]:
        if claim is None:
            return
        if claim.self_score is None:
            yield self._words.say("report.missing_self_score")
        for answer in missing_answers(indicator, [answer.code for answer in claim.answers]):
            yield answer.label[self._words.language]

    def _answers(self, claim: Claim) -> Iterable[AnswerReport]:
        for answer in claim.answers:
            if answer.code not in self._material.indicators.answer_fields:
                continue  # claimed while the set asked for more
            _, field = self._material.indicators.answer_fields[answer.code]
            shown = disclosure.shows_answer(field)
            yield AnswerReport(
                label=field.label[self._words.language],
                value=self._value(answer.value) if shown else None,
                value_before=self._value(answer.value_before) if shown else None,
                data_date=answer.data_date,
                source=Source(claim.file.filename, answer.cell),
            )

    def _value(self, value: str | None) -> str | None:
        return self._words.say(f"word.{value}") if value in ("yes", "no") else value

    def _lines(self, indicator: Indicator, claim: Claim) -> Iterable[LineReport]:
        """Report the lines that were judged; one claimed since appears with the next result."""
        for number, line in enumerate(claim.lines, start=1):
            if line.id in self._material.by_line:
                yield self._line(number, indicator, claim, line, self._material.by_line[line.id])

    def _line(self, number: int, indicator: Indicator, claim: Claim, line: ClaimLine, found: LineResult) -> LineReport:
        outcome = disclosure.public_outcome(found.outcome)
        named = self._namer.name(line.name, line.village, line.kind, number=number)
        return LineReport(
            number=number,
            label=named.label,
            kind=self._words.say(f"kind.{line.kind}"),
            place=named.area,
            since_year=line.since_year,
            source=Source(claim.file.filename, line.cell),
            outcome=outcome,
            outcome_text=self._words.say(f"outcome.{outcome}"),
            reasons=tuple(self._line_reason(reason, indicator, claim) for reason in reasons_of(found.reasons)),
            distance_m=found.distance_m,
            error_m=found.error_m,
            grade=found.grade,
            match_probability=found.probability,
            match_reasons=tuple(self._match_reasons(found.comparisons)),
            criteria=tuple(self._criteria(indicator.criteria, found.criteria)),
            visit=self._visit(found.version),
            photos=() if is_home(line.kind) else self._photos(found.version),
        )

    def _line_reason(self, reason: Reason, indicator: Indicator, claim: Claim) -> Why:
        words: dict[str, Any] = {}
        if "criteria" in reason.values:
            texts = {c.code: c.text[self._words.language] for c in indicator.criteria}
            words["criteria"] = "; ".join(texts.get(code, code) for code in str(reason.values["criteria"]).split())
        if "line" in reason.values:
            words["line"] = next((line.cell for line in claim.lines if line.id == reason.values["line"]), "–")
        return self._why(reason, **words)

    def _match_reasons(self, found: Iterable[Json]) -> Iterable[str]:
        for one in found:
            key = f"match.{one.get('what')}.{one.get('level')}"
            if self._words.knows(key):  # else compared while there was such a thing
                yield self._words.say(key)

    def _criteria(self, criteria: Sequence[Criterion], found: Iterable[Json]) -> Iterable[CriterionReport]:
        known: Mapping[str, Criterion] = {criterion.code: criterion for criterion in criteria}
        for one in found:
            criterion = known.get(one.get("code", ""))
            seen = one.get("seen", Seen.NOT_SEEN)
            if criterion is None or seen not in _ANSWERS:
                continue  # judged while the set named it, or forms had such an answer
            yield CriterionReport(
                code=criterion.code,
                text=criterion.text[self._words.language],
                seen=seen,
                seen_text=self._words.say(f"seen.{seen}"),
                asked_by=self._words.say(f"source.{criterion.source}"),
                decides=bool(one.get("strict")),
                basis=criterion.basis,
            )

    def _visit(self, version: str | None) -> VisitReport | None:
        seen = self._material.seen.get(version or "")
        if seen is None:
            return None
        return VisitReport(seen.root_id, seen.version, seen.form_id, seen.form_version, seen.received_at)

    def _photos(self, version: str | None) -> tuple[PhotoReport, ...]:
        return tuple(
            PhotoReport(attachment.name, attachment.id if attachment.state == STORED else None)
            for attachment in self._material.photographs.get(version or "", ())
        )

    def _other(self, visit: VisitResult) -> OtherVisit:
        village = visit.villages[0] if visit.villages else None
        seen = self._material.seen.get(visit.version)
        kind = self._words.say(f"kind.{visit.kind}")
        return OtherVisit(visit.visit_id, visit.version, seen.form_id if seen else None, kind,
                          self._namer.name(None, village, visit.kind).area,
                          self._why(visit.reason, kind=kind))  # fmt: skip

    def _set_aside(self) -> Iterable[AsideReport]:
        for aside in self._material.set_aside:
            why = self._why(aside.problem)
            yield AsideReport(aside.form_id, aside.root_id, from_central(aside.submitted_at), why)

    def _forms(self) -> Iterable[FormReport]:
        for form in self._material.forms:
            yield FormReport(form.form_id, form.pulled_at, self._why(form.problem) if form.problem else None)


def _documents(claim: Claim) -> Iterable[DocumentReport]:
    for document in claim.documents:
        source = Source(claim.file.filename, document.cell)
        yield DocumentReport(document.number, document.dated, document.title, source)
