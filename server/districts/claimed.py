"""What a district claims for one indicator, beside its list of places: answers, documents, what is missing, and why."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from server.claims.queries import name_of
from server.claims.shown import ShownCell, ShownCells, ShownRow
from server.claims.tables import Claim, ClaimLine
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.districts.factors import factors_said
from server.results.desk import DeskShown, desk_shown
from server.results.findings import FoundBeside, ReadingShown, findings_shown, readings_shown
from server.results.parts import JudgedPart
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult
from server.words import Catalogue
from verification.claim_form.form import missing_answers
from verification.sets.indicators import Indicator


@view
class ClaimedAnswer:
    """An answer to one of the regulation's questions; both values None where they are not repeated here."""

    label: Cleared
    value: Cleared | None
    value_before: Cleared | None
    data_date: date | None
    cell: Cleared


@view
class ClaimedDocument:
    """A document a claim rests on; its number and title are None where they are not repeated."""

    number: Cleared | None
    dated: date | None
    title: Cleared | None
    cells: tuple[ShownCell, ...]
    cell: Cleared


@view
class ClaimedIndicator:
    """One indicator of a part: what the regulation asks, what is claimed, and what a visit can show of it.

    The rules are None until it was verified.
    """

    number: int
    name: Cleared
    measure: Cleared
    article: Cleared
    observable: Cleared
    lists_places: bool
    file: Cleared | None
    cell: Cleared | None
    score: Cleared | None
    why: tuple[Why, ...]
    findings: tuple[FoundBeside, ...]
    readings: tuple[ReadingShown, ...]
    factors: tuple[Cleared, ...]
    desk: DeskShown | None
    missing: tuple[Cleared, ...]
    answers: tuple[ClaimedAnswer, ...]
    documents: tuple[ClaimedDocument, ...]
    rows: tuple[ShownRow, ...]
    explanation: tuple[Cleared, ...]
    data_source: Cleared
    rules_version: Cleared | None
    ledger_rule: Cleared | None


def claimed_indicator(
    session: Session, here: JudgedPart, number: int, words: Catalogue, clear: Clearance
) -> ClaimedIndicator | None:
    """Show what is claimed for an indicator; None where the set has none of this number."""
    indicators = here.indicators
    indicator = indicators.by_number.get(number)
    if indicator is None:
        return None
    claim = session.scalars(_claim_of(here, number)).one_or_none()
    row = session.get(IndicatorResult, (here.result_id, number))
    language = words.language
    kinds = _kinds(session, claim) if claim else []
    cells = ShownCells(indicators, indicator, words, clear)
    explained = indicator.explanation[language].split("\n") if indicator.explanation else []
    return ClaimedIndicator(
        number=number, name=clear.ours(indicator.name[language]), measure=clear.ours(indicator.measure[language]),
        article=clear.ours(indicator.article), observable=clear.ours(indicator.observable[language]),
        lists_places=bool(indicator.facility_kinds),
        file=name_of(claim.file, here.names) if claim else None,
        cell=clear.id(claim.cell) if claim and claim.cell else None,
        score=_score(row, clear) if row and clear.sees_points() else None,
        why=tuple(map(clear.why, reasons_of(row.reasons))) if row else (),
        findings=tuple(findings_shown(indicator, row.findings, clear)) if row else (),
        readings=readings_shown(row, clear) if row and clear.sees_points() else (),
        factors=factors_said(session, here.result_id, number, clear) if row and here.result_id else (),
        desk=desk_shown([row.desk], clear) if row else None,
        missing=tuple(_missing(indicator, claim, language, clear)) if claim else (),
        answers=tuple(_answers(indicator, claim, language, clear)) if claim else (),
        documents=tuple(_documents(indicator, claim, kinds, clear, cells)) if claim else (),
        rows=tuple(cells.rows_of(claim)) if claim else (),
        explanation=tuple(map(clear.ours, explained)), data_source=clear.ours(indicator.data_source),
        rules_version=clear.id(here.result.rules_version) if here.result else None,
        ledger_rule=clear.id(here.result.ledger_rule) if here.result else None,
    )  # fmt: skip


def _score(row: IndicatorResult, clear: Clearance) -> Cleared:
    return clear.say("summary.points_of", points=clear.points(row.claimed), maximum=clear.points(row.maximum))


def _claim_of(here: JudgedPart, number: int) -> Select[Claim]:
    query = select(Claim).filter_by(round_id=here.round.id, district=here.part.district, indicator=number)
    return query.options(selectinload(Claim.answers), selectinload(Claim.documents), joinedload(Claim.file))


def _kinds(session: Session, claim: Claim) -> list[str]:
    """Give the kinds of the places that are listed: what names homes is not repeated."""
    return list(session.scalars(select(ClaimLine.kind).filter_by(claim_id=claim.id).distinct()))


def _missing(indicator: Indicator, claim: Claim, language: str, clear: Clearance) -> Iterator[Cleared]:
    if claim.self_score is None:
        yield clear.say("report.missing_self_score")
    for answer in missing_answers(indicator, [answer.code for answer in claim.answers]):
        yield clear.ours(answer.label[language])


def _answers(indicator: Indicator, claim: Claim, language: str, clear: Clearance) -> Iterator[ClaimedAnswer]:
    fields = {field.code: field for field in indicator.answer_fields}
    for answer in claim.answers:
        if (field := fields.get(answer.code)) is None:
            continue  # claimed while the set asked for more
        value, before = (clear.answer(field, text) for text in (answer.value, answer.value_before))
        label, cell = clear.ours(field.label[language]), clear.id(answer.cell)
        yield ClaimedAnswer(label, value, before, answer.data_date, cell)


def _documents(
    indicator: Indicator, claim: Claim, kinds: list[str], clear: Clearance, cells: ShownCells
) -> Iterator[ClaimedDocument]:
    for document in claim.documents:
        number, title = (clear.document(indicator, kinds, text) for text in (document.number, document.title))
        said = tuple(one for one in cells.cells("Dokumen", document, kinds) if one.value is not None)
        yield ClaimedDocument(number, document.dated, title, said, clear.id(document.cell))
