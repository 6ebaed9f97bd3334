"""Build the report on a district from its newest result, the claims and the submissions it rests on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.areas.tables import Area
from server.claims.queries import claims_of
from server.claims.tables import Claim, ClaimLine
from server.register.disclosure import by_subdistrict_only
from server.reports import disclosure
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
    Totals,
    VisitReport,
    Why,
)
from server.results.tables import Verification
from server.results.verifying import latest, read_result
from server.rulebook import load_indicators
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.visits.queries import set_aside
from server.words import Catalogue
from verification.claim_form.form import missing_answers
from verification.judging.line import LineResult
from verification.model import subdistrict_of
from verification.points.ledger import LedgerLine
from verification.reason import Reason
from verification.sets.indicators import Criterion, Indicator
from verification.verify import DistrictResult, VisitResult


def build_report(session: Session, year: int, district: str, project: int, words: Catalogue) -> Report | None:
    """Build the report from the newest result; None where the district has not been verified yet."""
    verification = latest(session, year, district)
    if verification is None:
        return None
    return _Builder(session, verification, project, words).build()


class _Builder:
    def __init__(self, session: Session, verification: Verification, project: int, words: Catalogue) -> None:
        self._session = session
        self._verification = verification
        self._project = project
        self._words = words
        self._result: DistrictResult = read_result(verification)
        self._indicators = load_indicators(self._result.indicator_set)
        self._claims = claims_of(session, verification.year, verification.district)
        self._names = names_within(session, verification.district)
        self._submissions = self._load_submissions()
        self._photos = self._load_photos()

    def build(self) -> Report:
        verification, result = self._verification, self._result
        area = self._session.get_one(Area, verification.district)
        ledger = {line.indicator: line for line in result.ledger}
        return Report(
            year=verification.year,
            district=area.code,
            district_name=area.name,
            language=self._words.language,
            law=self._indicators.law,
            computed_at=verification.computed_at,
            rules_version=result.rules_version,
            ledger_rule=result.ledger_rule,
            inputs_digest=verification.inputs_digest,
            rules=verification.rules,
            totals=totals(result.ledger),
            indicators=tuple(self._indicator(i, ledger[i.number]) for i in self._indicators.indicators),
            other_visits=tuple(self._other(visit) for visit in result.visits if not visit.line_ids),
            set_aside=tuple(self._set_aside()),
            forms=tuple(self._forms()),
        )

    def _why(self, reason: Reason, **words: Any) -> Why:
        return Why(reason.code, reason.values, self._words.reason(reason, **words))

    def _indicator(self, indicator: Indicator, points: LedgerLine) -> IndicatorReport:
        claim = self._claims.get(indicator.number)
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
            expected=points.expected,
            highest=points.highest,
            lines_claimed=points.lines,
            confirmed=points.confirmed,
            not_yet_confirmed=points.contradicted,
            undecided=points.undecided,
            reasons=tuple(self._why(reason) for reason in points.reasons),
            beyond=tuple(self._beyond(indicator)),
            missing=tuple(self._missing(indicator, claim)),
            answers=tuple(self._answers(claim)) if claim else (),
            documents=tuple(_documents(claim)) if claim else (),
            lines=tuple(self._lines(indicator, claim)) if claim else (),
        )

    def _beyond(self, indicator: Indicator) -> Iterable[Why]:
        texts = {item.code: item.text[self._words.language] for item in indicator.beyond_a_visit}
        for item in self._result.beyond:
            if item.indicator == indicator.number:
                what = str(item.reason.values.get("what", ""))
                yield self._why(item.reason, what=texts.get(what, what))

    def _missing(self, indicator: Indicator, claim: Claim | None) -> Iterable[str]:
        if claim is None:
            return
        if claim.self_score is None:
            yield self._words.say("report.missing_self_score")
        for answer in missing_answers(indicator, [answer.code for answer in claim.answers]):
            yield answer.label[self._words.language]

    def _answers(self, claim: Claim) -> Iterable[AnswerReport]:
        for answer in claim.answers:
            _, field = self._indicators.answer_fields[answer.code]
            shown = disclosure.shows_answer(field)
            yield AnswerReport(
                label=field.label[self._words.language],
                value=self._value(answer.value) if shown else None,
                value_before=self._value(answer.value_before) if shown else None,
                data_date=answer.data_date,
                source=Source(claim.file.filename, answer.cell),
            )

    def _value(self, value: str | None) -> str | None:
        if value in ("yes", "no"):
            return self._words.say(f"word.{value}")
        return value

    def _lines(self, indicator: Indicator, claim: Claim) -> Iterable[LineReport]:
        """Report the lines that were judged; one claimed since appears with the next result."""
        results = {line.line_id: line for line in self._result.lines}
        for number, line in enumerate(claim.lines, start=1):
            if line.id in results:
                yield self._line(number, indicator, claim, line, results[line.id])

    def _line(self, number: int, indicator: Indicator, claim: Claim, line: ClaimLine, result: LineResult) -> LineReport:
        outcome = disclosure.public_outcome(result.outcome)
        evidence, match = result.evidence, result.match
        return LineReport(
            number=number,
            label=self._label(line, number),
            kind=self._words.say(f"kind.{line.kind}"),
            place=self._place(line.kind, line.village),
            since_year=line.since_year,
            source=Source(claim.file.filename, line.cell),
            outcome=outcome,
            outcome_text=self._words.say(f"outcome.{outcome}"),
            reasons=tuple(self._line_reason(reason, indicator, claim) for reason in result.reasons),
            distance_m=evidence.distance_m if evidence else None,
            error_m=evidence.error_m if evidence else None,
            grade=evidence.grade.value if evidence else None,
            match_probability=match.probability if match else None,
            match_reasons=tuple(self._words.say(f"match.{c.what}.{c.level}") for c in match.comparisons)
            if match
            else (),
            criteria=tuple(self._criteria(indicator.criteria, result)),
            visit=self._visit(match.visit_id) if match else None,
            photos=self._photos_of(line.kind, match.visit_id) if match else (),
        )

    def _label(self, line: ClaimLine, number: int) -> str:
        if by_subdistrict_only(line.kind):
            return f"{self._words.say(f'kind.{line.kind}')} {number}"
        return line.name

    def _place(self, kind: str, village: str) -> str:
        subdistrict = self._names.get(subdistrict_of(village), subdistrict_of(village))
        if by_subdistrict_only(kind):
            return subdistrict
        return f"{self._names.get(village, village)}, {subdistrict}"

    def _line_reason(self, reason: Reason, indicator: Indicator, claim: Claim) -> Why:
        words: dict[str, Any] = {}
        if "criteria" in reason.values:
            texts = {c.code: c.text[self._words.language] for c in indicator.criteria}
            words["criteria"] = "; ".join(texts.get(code, code) for code in str(reason.values["criteria"]).split())
        if "line" in reason.values:
            words["line"] = next((line.cell for line in claim.lines if line.id == reason.values["line"]), "–")
        return self._why(reason, **words)

    def _criteria(self, criteria: Sequence[Criterion], result: LineResult) -> Iterable[CriterionReport]:
        known = {criterion.code: criterion for criterion in criteria}
        for seen in result.criteria:
            criterion = known[seen.code]
            yield CriterionReport(
                code=seen.code,
                text=criterion.text[self._words.language],
                seen=seen.seen.value,
                seen_text=self._words.say(f"seen.{seen.seen}"),
                asked_by=self._words.say(f"source.{criterion.source}"),
                decides=criterion.strict,
                basis=criterion.basis,
            )

    def _load_submissions(self) -> Mapping[str, tuple[Submission, str, str]]:
        versions = [visit.version for visit in self._result.visits]
        query = (
            select(Submission, Form.form_id, SubmissionState.submitted_at)
            .join(Form, Form.id == Submission.form_pk)
            .join(SubmissionState, (SubmissionState.form_pk == Submission.form_pk)
                  & (SubmissionState.root_id == Submission.root_id))
            .where(Form.project == self._project, Submission.instance_id.in_(versions))
        )  # fmt: skip
        return {submission.root_id: (submission, form, at) for submission, form, at in self._session.execute(query)}

    def _load_photos(self) -> Mapping[str, list[Attachment]]:
        versions = [visit.version for visit in self._result.visits]
        photos: dict[str, list[Attachment]] = defaultdict(list)
        current = Attachment.instance_id.in_(versions) & Attachment.replaced_at.is_(None)
        query = select(Attachment).where(current).order_by(Attachment.name)
        for attachment in self._session.scalars(query):
            photos[attachment.root_id].append(attachment)
        return photos

    def _visit(self, visit_id: str) -> VisitReport | None:
        if visit_id not in self._submissions:
            return None
        submission, form, received_at = self._submissions[visit_id]
        at = datetime.fromisoformat(received_at)
        return VisitReport(submission.root_id, submission.instance_id, form, submission.form_version, at)

    def _photos_of(self, kind: str, visit_id: str) -> tuple[PhotoReport, ...]:
        if by_subdistrict_only(kind):
            return ()
        return tuple(
            PhotoReport(attachment.name, attachment.id if attachment.state == "stored" else None)
            for attachment in self._photos.get(visit_id, ())
        )

    def _other(self, visit: VisitResult) -> OtherVisit:
        village = visit.villages[0] if visit.villages else None
        place = self._place(visit.kind, village) if village else self._words.say("report.place_unknown")
        kind = self._words.say(f"kind.{visit.kind}")
        form = self._submissions[visit.visit_id][1] if visit.visit_id in self._submissions else None
        return OtherVisit(visit.visit_id, visit.version, form, kind, place, self._why(visit.reason, kind=kind))

    def _set_aside(self) -> Iterable[AsideReport]:
        for aside in set_aside(self._session, self._project):
            why = self._why(Reason(aside.problem["code"], aside.problem["values"]))
            yield AsideReport(aside.form_id, aside.root_id, datetime.fromisoformat(aside.submitted_at), why)

    def _forms(self) -> Iterable[FormReport]:
        for form in self._session.scalars(select(Form).filter_by(project=self._project).order_by(Form.form_id)):
            problem = form.problem
            why = self._why(Reason(problem["code"], problem["values"])) if problem else None
            yield FormReport(form.form_id, form.pulled_at, why)


def _documents(claim: Claim) -> Iterable[DocumentReport]:
    for document in claim.documents:
        source = Source(claim.file.filename, document.cell)
        yield DocumentReport(document.number, document.dated, document.title, source)


def totals(ledger: Sequence[LedgerLine]) -> Totals:
    """Add up the ledger. There is an expected sum only where every observed indicator has an expected value."""
    observed = [line for line in ledger if line.lowest is not None]
    expected = [line.expected for line in observed]
    known = [value for value in expected if value is not None]
    return Totals(
        maximum=sum(line.maximum for line in ledger),
        claimed=sum(line.claimed or 0 for line in ledger),
        standing=sum(line.claimed or 0 for line in ledger if line.lowest is None),
        observed_claimed=sum(line.claimed or 0 for line in observed),
        lowest=sum(line.lowest or 0 for line in observed),
        expected=sum(known) if known and len(known) == len(expected) else None,
        highest=sum(line.highest or 0 for line in observed),
    )
