"""Why an indicator comes to what it does: the story of its page, as lines for the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.claims.shown import ShownCell
from server.desk.evidence import DeskEvidence
from server.districts.claimed import ClaimedIndicator
from server.lines.views import LineView
from server.reports.report import AnswerReport, DocumentReport, IndicatorReport, Report, Source
from server.results.findings import FoundBeside, ReadingShown
from server.words import Catalogue


@dataclass(frozen=True)
class ToldBeside:
    """What is told beside the report, as the pages show it: an indicator, and what the desk found of its documents.

    Of a place, also the place's own page.
    """

    read: Sequence[DeskEvidence] = ()
    claimed: ClaimedIndicator | None = None
    line: LineView | None = None


def why_indicator(
    report: Report, indicator: IndicatorReport, beside: ToldBeside, words: Catalogue
) -> Iterator[str]:  # fmt: skip
    """Tell of an indicator: its points and how they are worked out, what was found, and each place in a line."""
    say, page = words.say, beside.claimed
    yield f"{indicator.number}. {indicator.name}"
    yield f"{report.district_name}, {report.round_name} ({report.data_year}). {report.law}, {indicator.article}"
    yield f"{say('report.measure')}: {indicator.measure}"
    yield f"{say('report.observable')}: {indicator.observable}"
    if page:
        yield f"{say('template.column.data_source')}: {page.data_source}"
    yield ""
    yield claimed_points(indicator, words)
    for reason in indicator.reasons:
        yield f"{say('report.why')} {reason.sentence}"
    for one in indicator.readings:
        yield from (supported(indicator, one, words), f"    {one.formula}")
    yield say("report.by_rule", ledger=report.ledger_rule)
    yield rules_said(report, words)
    if indicator.desk:
        yield f"{say('summary.desk')}: {indicator.desk.said}"
    yield from listed(say("factor.title"), page.factors if page else ())
    yield from listed(
        say("report.findings"), (f"{one.verdict_text}: {one.why.sentence}{_of(one)}" for one in indicator.findings)
    )
    yield from listed(say("report.missing"), indicator.missing)
    yield from listed(say("report.answer"), (_answer(one, words) for one in indicator.answers))
    yield from documents_said(indicator, beside, words)
    yield from listed(
        say("report.sheets"),
        (f"{row.sheet}: {_cells(row.cells, words)}  [{page.file} › {row.cell}]" for row in page.rows) if page else (),
    )
    yield from listed(say("crumb.lines"), (
        f"{line.number}. {line.label}, {line.place}: {line.outcome_text}" for line in indicator.lines))  # fmt: skip
    yield from ("", say("why.on_pages"))


def _answer(one: AnswerReport, words: Catalogue) -> str:
    """Say what the claim answers, and of which day; that it does, where the answer is not repeated."""
    value, before = (words.written(text or "–") for text in (one.value, one.value_before))
    withheld = one.value is None and one.value_before is None
    said = words.say("report.not_repeated") if withheld else f"{value} ({before})"
    day = f", {words.say('template.column.data_date')} {words.show(one.data_date)}" if one.data_date else ""
    return f"{one.label}: {said}{day}{at_source(one.source)}"


def _cells(cells: Sequence[ShownCell], words: Catalogue) -> str:
    withheld = words.say("report.not_repeated")
    return "; ".join(f"{one.heading}: {withheld if one.value is None else one.value}" for one in cells)


def _of(found: FoundBeside) -> str:
    """Name the page of what people said, where a finding comes of that."""
    return f" [{found.rests_on.name}]" if found.rests_on else ""


def claimed_points(indicator: IndicatorReport, words: Catalogue) -> str:
    """Say how many points are claimed, of how many, and where."""
    claimed, most = words.points(indicator.claimed), words.points(indicator.maximum)
    said = words.say("summary.points_of", points=claimed, maximum=most)
    return f"{words.say('report.claimed')}: {said}{at_source(indicator.claimed_source)}"


def supported(indicator: IndicatorReport, one: ReadingShown, words: Catalogue) -> str:
    """Say what one reading of the measure supports, and which of several counts."""
    counts = f" {words.say('reading.counts')}" if one is indicator.readings[0] and len(indicator.readings) > 1 else ""
    said = f"{words.say('report.supported')}, {one.name}{counts}"
    return f"{said}: {words.points(one.lowest)} – {words.points(one.highest)}"


def rules_said(report: Report, words: Catalogue) -> str:
    """Say by which rules, and when."""
    said = words.say("line.rules", version=report.rules_version, moment=report.computed_at)
    return f"{words.say('line.rule')}: {said}"


def documents_said(indicator: IndicatorReport, beside: ToldBeside, words: Catalogue) -> Iterator[str]:
    """Name the documents that an indicator's claim rests on, and what the desk found of them."""
    say = words.say
    cells = {one.cell: one.cells for one in beside.claimed.documents} if beside.claimed else {}
    yield from listed(say("report.documents"), (
        _document(one, cells.get(one.source.cell, ()), words) for one in indicator.documents))  # fmt: skip
    yield from listed(say("desk.found"), (_read(one, words) for one in beside.read))


def _document(one: DocumentReport, cells: Sequence[ShownCell], words: Catalogue) -> str:
    dated = f", {words.show(one.dated)}" if one.dated else ""
    title = f": {one.title}" if one.title else ""
    more = f" {_cells(cells, words)}" if cells else ""
    return f"{one.number or words.say('report.not_repeated')}{dated}{title}{more}{at_source(one.source)}"


def listed(head: str, items: Iterable[str]) -> Iterator[str]:
    """Give a heading and what stands under it; nothing where that is nothing."""
    lines = [f"  – {item}" for item in items]
    if lines:
        yield from ("", head, *lines)


def _read(one: DeskEvidence, words: Catalogue) -> str:
    what = " ".join(filter(None, (one.question, one.number or words.say("report.not_repeated"))))
    said = f"{what}  [{one.cell}]: {words.say(f'desk_state.{one.state}')}."
    return f"{said} {' '.join(why.sentence for why in one.why)}".rstrip()


def at_source(source: Source | None) -> str:
    """Name the cell that something stands in."""
    return f"  [{source.file} › {source.cell}]" if source else ""
