"""Why an indicator, or one of its places, comes to what it does: the page's story, as lines for the terminal."""

from collections.abc import Iterator, Sequence

from server.desk.evidence import DeskEvidence
from server.facts.views import FactShown
from server.reports.decided import LineDecided
from server.reports.report import IndicatorReport, LineReport, Report, Source
from server.words import Catalogue


def why_indicator(
    report: Report,
    indicator: IndicatorReport,
    read: Sequence[DeskEvidence],
    words: Catalogue,
) -> Iterator[str]:
    """Tell of an indicator: its points and how they are worked out, what was found, and each place in a line.

    `read` is what the desk found of its documents.
    """
    say = words.say
    yield f"{indicator.number}. {indicator.name}"
    yield f"{report.district_name}, {report.round_name} ({report.data_year}). {report.law}, {indicator.article}"
    yield f"{say('report.measure')}: {indicator.measure}"
    yield ""
    claimed, most = words.points(indicator.claimed), words.points(indicator.maximum)
    yield f"{say('report.claimed')}: {claimed} / {most}{_at(indicator.claimed_source)}"
    for reason in indicator.reasons:
        yield f"{say('report.why')} {reason.sentence}"
    for one in indicator.readings:
        counts = f" {say('reading.counts')}" if one is indicator.readings[0] and len(indicator.readings) > 1 else ""
        yield f"{say('report.supported')}, {one.name}{counts}: {words.points(one.lowest)} – {words.points(one.highest)}"
        yield f"    {one.formula}"
    yield say("report.by_rule", ledger=report.ledger_rule)
    if indicator.desk:
        yield f"{say('summary.desk')}: {indicator.desk.said}"
    yield from _listed(
        say("report.findings"), (f"{one.verdict_text}: {one.why.sentence}" for one in indicator.findings)
    )
    yield from _listed(say("report.missing"), indicator.missing)
    yield from _listed(say("report.answer"), (
        f"{one.label}: {words.written(one.value or '–')} ({words.written(one.value_before or '–')}){_at(one.source)}"
        for one in indicator.answers
        if one.value or one.value_before))  # fmt: skip
    yield from _listed(say("report.documents"), (
        f"{one.number or say('report.not_repeated')} {one.title or ''}".rstrip() + _at(one.source)
        for one in indicator.documents))  # fmt: skip
    yield from _listed(say("desk.found"), (_read(one, words) for one in read))
    yield from _listed(say("crumb.lines"), (
        f"{line.number}. {line.label}, {line.place}: {line.outcome_text}" for line in indicator.lines))  # fmt: skip


def why_line(
    indicator: IndicatorReport, line: LineReport, decided: LineDecided | None, words: Catalogue
) -> Iterator[str]:
    """Tell of one claimed place: what came of it, who decided so, why, and the visit and criteria behind it."""
    say = words.say
    yield f"{indicator.number}. {indicator.name}"
    yield f"{line.number}. {line.label} ({line.kind}), {line.place}{_at(line.source)}"
    yield f"{say('csv.outcome')}: {line.outcome_text}"
    if decided:
        yield from _decided(decided, words)
    by_person = decided is not None and decided.in_force is not None
    yield from _listed(
        say("why.beside_decision" if by_person else "report.why"), (reason.sentence for reason in line.reasons)
    )
    if line.visit:
        yield f"{say('csv.submission')}: {line.visit.submission} ({words.show(line.visit.received_at)})"
    yield from _listed(say("line.match"), line.match_reasons)
    yield from _listed(say("report.criterion"), (
        f"{one.text}: {one.seen_text} ({one.asked_by})" for one in line.criteria))  # fmt: skip


def _decided(decided: LineDecided, words: Catalogue) -> Iterator[str]:
    """Say who decided, when and why, newest first, and what the rules proposed."""
    say = words.say
    if decided.in_force:
        yield f"{decided.in_force.decided} {decided.in_force.proposed}"
    else:
        yield say("line.reopened" if decided.reopened else "line.by_rules")
    for one in decided.history:
        yield from _listed(f"{one.outcome} ({say('fact.number', number=one.number)}, {one.standing_text})",
                           _told(one, words))  # fmt: skip
    if decided.withheld:
        yield say("why.decisions_withheld")


def _told(one: FactShown, words: Catalogue) -> Iterator[str]:
    say = words.say
    yield f"{one.decided_by}, {words.show(one.decided_at)}"
    if one.criteria:
        yield f"{say('fact.not_met')} {'; '.join(one.criteria)}"
    if one.other:
        yield f"{say('fact.points_to')} {one.other}"
    yield f"{say('decision.why')}: {one.why}" if one.why else say("fact.why_removed")
    if one.proposed:
        yield say("fact.proposed", outcome=one.proposed)


def _listed(head: str, items: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    lines = [f"  – {item}" for item in items]
    if lines:
        yield from ("", head, *lines)


def _read(one: DeskEvidence, words: Catalogue) -> str:
    what = " ".join(filter(None, (one.question, one.number or words.say("report.not_repeated"))))
    return f"{what}: {words.say(f'desk_state.{one.state}')}. {' '.join(why.sentence for why in one.why)}".rstrip()


def _at(source: Source | None) -> str:
    return f"  [{source.file} › {source.cell}]" if source else ""
