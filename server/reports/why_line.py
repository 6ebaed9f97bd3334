"""Why a claimed place comes to what it does: the story of its page, as lines for the terminal."""

from collections.abc import Iterable, Iterator

from server.facts.views import FactShown
from server.forms.shown import ShownAnswers
from server.lines.views import JudgedView, LineView, PointView, RelatedLine, VisitOfLine
from server.reports.decided import LineDecided
from server.reports.report import CriterionReport, IndicatorReport, LineReport, Report
from server.reports.why import ToldBeside, at_source, claimed_points, documents_said, listed, rules_said, supported
from server.visits.shown import FlagShown, VersionOfVisit
from server.words import Catalogue


def why_line(
    report: Report, indicator: IndicatorReport, line: LineReport, decided: LineDecided | None,
    beside: ToldBeside, words: Catalogue,
) -> Iterator[str]:  # fmt: skip
    """Tell of one claimed place: the points it is part of, what came of it, who decided so, why, and what it rests on.

    That is what the claim says of it, every visit with its answers, the documents of its indicator, and the rules.
    """
    say, page = words.say, beside.line
    yield f"{say('report.indicator')} {indicator.number}: {indicator.name}"
    yield claimed_points(indicator, words)
    yield from (supported(indicator, one, words) for one in indicator.readings)
    yield ""
    yield f"{line.number}. {line.label} ({line.kind}), {line.place}{at_source(line.source)}"
    if page:
        yield from _stated(page, words)
    judged = page.judged if page else None
    found = f" {judged.finding}" if judged and judged.finding else ""
    yield f"{say('csv.outcome')}: {line.outcome_text}{found}"
    if decided:
        yield from _decided(decided, words)
    by_person = decided is not None and decided.in_force is not None
    yield from listed(
        say("why.beside_decision" if by_person else "report.why"), (reason.sentence for reason in line.reasons)
    )
    if line.visit:
        yield f"{say('csv.submission')}: {line.visit.submission} ({words.show(line.visit.received_at)})"
    if line.match_probability is not None:
        unsure = judged is not None and not judged.sure
        yield from ("", _matched(line.match_probability, line.match_reasons, words, unsure=unsure))
    yield from listed(say("report.criterion"), (_criterion(one, words) for one in line.criteria))
    if judged:
        yield from _judged(judged, words)
    if page:
        yield from listed(say("line.visits", count=len(page.visits)), (_visited(one, words) for one in page.visits))
        if not page.visits:
            yield from ("", say("line.no_visits"))
        if page.more_visits:
            yield say("line.more_visits")
        yield from listed(say("line.considered"), (_related(one, words) for one in page.considered))
        yield from listed(say("line.same_place"), (_related(one, words) for one in page.same_place))
        yield from listed(say("line.claim_answers"), _answered(page, words))
    yield from documents_said(indicator, beside, words)
    yield from ("", say("why.on_pages"), rules_said(report, words))


def _stated(page: LineView, words: Catalogue) -> Iterator[str]:
    """Say what the claim says of the place."""
    say, claimed = words.say, page.claimed
    at_one_point = "; ".join(one.called for one in claimed.at_one_point)
    if claimed.registry_no:
        yield f"  {say('line.registry_no')}: {claimed.registry_no}"
    if claimed.since_year:
        yield f"  {say('line.since')}: {claimed.since_year}"
    yield from (f"  {one.heading}: {one.value}" for one in claimed.details)
    if not claimed.has_point and not page.is_home:
        yield f"  {say('line.no_point')}"
    if at_one_point:
        yield f"  {say('line.at_one_point')} {at_one_point}"
    yield f"  {say('report.claimed_in')}: {claimed.file} › {claimed.cell}, {words.show(claimed.imported_at)}"


def _answered(page: LineView, words: Catalogue) -> Iterator[str]:
    """Say what the claim answers to its indicator's questions."""
    for one in page.claimed.answers:
        before = f" {words.say('line.year_before', value=one.before)}" if one.before else ""
        withheld = one.text is None and one.before is None
        value = words.say("report.not_repeated") if withheld else f"{one.text or '–'}{before}"
        yield f"{one.label}: {value}  [{one.cell}]"


def _matched(probability: float, reasons: Iterable[str], words: Catalogue, *, unsure: bool) -> str:
    """Say how likely the visit was to this place, and by what."""
    said = ", ".join(reasons)
    by, check = f": {said}" if said else "", f". {words.say('line.match_unsure')}" if unsure else ""
    return f"{words.say('line.match')}: {words.percent(probability)}{by}{check}"


def _judged(judged: JudgedView, words: Catalogue) -> Iterator[str]:
    """Say where the visit was, and how much of what is asked was seen."""
    say = words.say
    if judged.grade_text:
        yield f"{say('line.grade')}: {judged.grade_text}"
    if judged.point:
        yield from _where(judged.point, words)
    if judged.criteria:
        yield say("line.criteria_met", met=judged.criteria_met, of=len(judged.criteria))


def _criterion(one: CriterionReport, words: Catalogue) -> str:
    decides = f", {words.say('report.decides')}" if one.decides else ""
    return f"{one.text}: {one.seen_text} ({one.asked_by}{decides}). {one.basis}"


def _where(point: PointView, words: Catalogue) -> Iterator[str]:
    """Say where a visit was, as its page says it."""
    say, said = words.say, list[str]()
    if point.distance_m is not None:
        said.append(say("point.distance", metres=words.number(point.distance_m, 0)))
        if point.error_m is not None:
            said.append(say("point.error", metres=words.number(point.error_m, 0)))
    said.append(say("point.allowance", metres=words.number(point.allowance_m, 0)))
    if point.at_place is not None:
        chances = {"probability": words.percent(point.at_place), "wanted": words.percent(point.wanted)}
        said.append(say("point.at_place", **chances))
    yield " ".join(said)
    if point.accuracy_m is not None and point.error_m is not None:
        lengths = {"accuracy": words.number(point.accuracy_m, 1), "cell": words.number(point.half_cell_m or 0, 1)}
        yield say("point.formula_explained", **lengths)


def _visited(visit: VisitOfLine, words: Catalogue) -> str:
    """Say of a visit when it was, what it is to the place, what happened on arrival, and all that it says."""
    chance = words.say("line.chance", probability=words.percent(visit.probability)) if visit.probability else ""
    said = (words.show(visit.day or visit.received_at), words.say(f"relation.{visit.relation}"), chance, "·",
            visit.arrival, "·", visit.mode, "" if visit.counts else f"({visit.standing})",
            f"[{visit.root_id}]")  # fmt: skip
    return "\n".join([" ".join(filter(None, said)), *(f"      {one}" for one in _said_by(visit, words))])


def _said_by(visit: VisitOfLine, words: Catalogue) -> Iterator[str]:
    say = words.say
    yield f"{say('report.received_at')}: {words.show(visit.received_at)}"
    if visit.sender:
        yield f"{say('visit.sender')}: {visit.sender}"
    if visit.point and visit.relation != "judged":
        yield from _where(visit.point, words)
    if visit.without_words:
        yield say("answer.no_words")
    yield from visit.circumstances
    yield from (_sign(one, words) for one in visit.flags)
    yield from _answers(visit.answers)
    if visit.versions:
        yield say("visit.versions", count=len(visit.versions))
        yield from (line for one in visit.versions for line in _version(one, words))


def _sign(sign: FlagShown, words: Catalogue) -> str:
    other = f" {words.say('flag.other')} {sign.other}." if sign.other else ""
    return f"{sign.text}{other} {sign.rate}"


def _answers(groups: Iterable[ShownAnswers]) -> Iterator[str]:
    for group in groups:
        if group.heading:
            yield f"{group.heading}"
        yield from (f"  {one.question} {one.answer}" for one in group.answers)


def _version(version: VersionOfVisit, words: Catalogue) -> Iterator[str]:
    """Say of a version of a visit which it is, and what it answers otherwise than the one before it."""
    say = words.say
    nothing = say("change.nothing")
    standing = say("submission.current" if version.is_current else "version.older")
    form = say("submission.form_version", version=version.form_version or "–")
    same = "" if version.changes or version.number <= 1 else f" {say('version.same')}"
    yield f"  {version.number}. {standing} {form}{same}"
    for one in version.changes:
        changed = f": {one.before or nothing} → {one.after or nothing}" if one.before or one.after else ""
        yield f"    {one.question}{changed}"


def _related(one: RelatedLine, words: Catalogue) -> str:
    chance = one.probability
    said = f" {words.say('line.chance', probability=words.percent(chance))}" if chance is not None else ""
    when = f" · {words.show(one.computed_at)}" if one.computed_at else ""
    return f"{one.label} {one.outcome_text}{said} {one.round} · {one.indicator}{when}"


def _decided(decided: LineDecided, words: Catalogue) -> Iterator[str]:
    """Say who decided, when and why, newest first, and what the rules proposed."""
    say = words.say
    if decided.in_force:
        yield f"{decided.in_force.decided} {decided.in_force.proposed}"
    else:
        yield say("line.reopened" if decided.reopened else "line.by_rules")
    for one in decided.history:
        yield from listed(f"{one.outcome} ({say('fact.number', number=one.number)}, {one.standing_text})",
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
