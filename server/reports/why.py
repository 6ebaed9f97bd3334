"""Why an indicator, or one of its places, comes to what it does: the page's story, as lines for the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.desk.evidence import DeskEvidence
from server.disclosure.cleared import Cleared
from server.facts.views import FactShown
from server.lines.views import VisitOfLine
from server.reports.decided import LineDecided
from server.reports.report import IndicatorReport, LineReport, Report, Source
from server.results.findings import FoundBeside, ReadingShown
from server.words import Catalogue


@dataclass(frozen=True)
class ToldBeside:
    """What is told beside the report: what the desk found of an indicator's documents, its list's factors.

    Of a place, also every visit that was or may be to it, with its signs.
    """

    read: Sequence[DeskEvidence] = ()
    factors: Sequence[Cleared] = ()
    visits: Sequence[VisitOfLine] = ()


def why_indicator(
    report: Report, indicator: IndicatorReport, beside: ToldBeside, words: Catalogue
) -> Iterator[str]:  # fmt: skip
    """Tell of an indicator: its points and how they are worked out, what was found, and each place in a line."""
    say = words.say
    yield f"{indicator.number}. {indicator.name}"
    yield f"{report.district_name}, {report.round_name} ({report.data_year}). {report.law}, {indicator.article}"
    yield f"{say('report.measure')}: {indicator.measure}"
    yield ""
    yield _claimed(indicator, words)
    for reason in indicator.reasons:
        yield f"{say('report.why')} {reason.sentence}"
    for one in indicator.readings:
        yield from (_supported(indicator, one, words), f"    {one.formula}")
    yield say("report.by_rule", ledger=report.ledger_rule)
    yield _rules(report, words)
    if indicator.desk:
        yield f"{say('summary.desk')}: {indicator.desk.said}"
    yield from _listed(say("factor.title"), iter(beside.factors))
    yield from _listed(
        say("report.findings"), (f"{one.verdict_text}: {one.why.sentence}{_of(one)}" for one in indicator.findings)
    )
    yield from _listed(say("report.missing"), indicator.missing)
    yield from _listed(say("report.answer"), (
        f"{one.label}: {words.written(one.value or '–')} ({words.written(one.value_before or '–')}){_at(one.source)}"
        for one in indicator.answers
        if one.value or one.value_before))  # fmt: skip
    yield from _documents(indicator, beside.read, words)
    yield from _listed(say("crumb.lines"), (
        f"{line.number}. {line.label}, {line.place}: {line.outcome_text}" for line in indicator.lines))  # fmt: skip


def _of(found: FoundBeside) -> str:
    """Name the page of what people said, where a finding comes of that."""
    return f" [{found.rests_on.name}]" if found.rests_on else ""


def why_line(
    report: Report, indicator: IndicatorReport, line: LineReport, decided: LineDecided | None,
    beside: ToldBeside, words: Catalogue,
) -> Iterator[str]:  # fmt: skip
    """Tell of one claimed place: the points it is part of, what came of it, who decided so, why, and what it rests on.

    That is the visit and the criteria behind it, the documents of its indicator, and the rules.
    """
    say = words.say
    yield f"{indicator.number}. {indicator.name}"
    yield _claimed(indicator, words)
    yield from (_supported(indicator, one, words) for one in indicator.readings)
    yield ""
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
    chance = f" {words.percent(line.match_probability)}" if line.match_probability is not None else ""
    yield from _listed(say("line.match") + chance, line.match_reasons)
    yield from _listed(say("report.criterion"), (
        f"{one.text}: {one.seen_text} ({one.asked_by})" for one in line.criteria))  # fmt: skip
    yield from _listed(say("line.visits", count=len(beside.visits)), (_visited(one, words) for one in beside.visits))
    yield from _documents(indicator, beside.read, words)
    yield from ("", _rules(report, words))


def _visited(visit: VisitOfLine, words: Catalogue) -> str:
    """Say of a visit when it was, what it is to the place, what happened on arrival, and which signs there are."""
    chance = words.say("line.chance", probability=words.percent(visit.probability)) if visit.probability else ""
    said = (words.show(visit.day or visit.received_at), words.say(f"relation.{visit.relation}"), chance, "·",
            visit.arrival, "" if visit.counts else f"({visit.standing})", f"[{visit.root_id}]")  # fmt: skip
    signs = (f"{sign.text} {sign.rate}" for sign in visit.flags)
    return ". ".join([" ".join(filter(None, said)), *signs])


def _claimed(indicator: IndicatorReport, words: Catalogue) -> str:
    claimed, most = words.points(indicator.claimed), words.points(indicator.maximum)
    return f"{words.say('report.claimed')}: {claimed} / {most}{_at(indicator.claimed_source)}"


def _supported(indicator: IndicatorReport, one: ReadingShown, words: Catalogue) -> str:
    """Say what one reading of the measure supports, and which of several counts."""
    counts = f" {words.say('reading.counts')}" if one is indicator.readings[0] and len(indicator.readings) > 1 else ""
    supported = f"{words.say('report.supported')}, {one.name}{counts}"
    return f"{supported}: {words.points(one.lowest)} – {words.points(one.highest)}"


def _rules(report: Report, words: Catalogue) -> str:
    said = words.say("line.rules", version=report.rules_version, moment=report.computed_at)
    return f"{words.say('line.rule')}: {said}"


def _documents(indicator: IndicatorReport, read: Sequence[DeskEvidence], words: Catalogue) -> Iterator[str]:
    """Name the documents that an indicator's claim rests on, and what the desk found of them."""
    say = words.say
    yield from _listed(say("report.documents"), (
        f"{one.number or say('report.not_repeated')} {one.title or ''}".rstrip() + _at(one.source)
        for one in indicator.documents))  # fmt: skip
    yield from _listed(say("desk.found"), (_read(one, words) for one in read))


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
