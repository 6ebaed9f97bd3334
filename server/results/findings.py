"""What was found beside visits, and how a measure can be read, as it is shown: who may see it decides what."""

from collections.abc import Iterator, Sequence

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance, Why
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, Rows
from verification.comparing import children
from verification.comparing.finding import Verdict
from verification.points.readings import PROPORTIONAL, READINGS
from verification.reason import Reason
from verification.sets.indicators import Indicator

_VERDICTS, _VOICES = frozenset(Verdict), frozenset({children.ABOUT, "forum"})
# comparisons whose sentences set one of these beside an answer, and no share of it
_WITH_NUMBERS = frozenset({"changes", "rise", "benchmark", "target"})
_NUMBERS = frozenset({"now", "national", "target"})
# by the kind of comparison, the page of what people said and its name
_RESTS_ON = {"heard": ("told.interviews", "told.interviews"), "forum": ("forum.minutes", "forum.title"),
             children.ABOUT: ("voice.heard", "voices.title")}  # fmt: skip


@view
class RestsOn:
    """A page, and what it is called."""

    page: Cleared
    name: Cleared


@view
class FoundBeside:
    """A finding: what it says of the claim, by its code and in words, and why.

    `voice`: it says what children or their forum said, beside the claim and what was seen; `rests_on` is the page of
    what people said, where it comes of that.
    """

    verdict: Cleared
    verdict_text: Cleared
    why: Why
    voice: bool
    rests_on: RestsOn | None


@view
class ReadingShown:
    """What one reading of the measure supports; `formula` is how that is worked out from the counts of its lines."""

    name: Cleared
    lowest: float
    highest: float
    formula: Cleared


def findings_shown(indicator: Indicator, stored: Rows, clear: Clearance) -> Iterator[FoundBeside]:
    """Show findings, whoever wrote them; what comes of comparing, to those alone who may see what was found out."""
    said = {item.code: item.text[clear.language] for item in indicator.beyond_a_visit}
    said |= {answer.code: answer.label[clear.language] for answer in indicator.answer_fields}
    said |= {criterion.code: criterion.text[clear.language] for criterion in indicator.criteria}
    said |= {how.column: clear.say(f"template.column.{how.column}") for how in indicator.compares if how.column}
    said |= {how.question: clear.say(f"question.{how.question}") for how in indicator.compares if not how.column}
    for one in stored:
        for reason in reasons_of([one]):
            about, verdict = one.get("about"), one.get("verdict")
            if about and not clear.sees_findings():
                if about != children.ABOUT or not clear.sees_voice():
                    continue
                reason, verdict = children.only_what_they_said(reason), Verdict.OPEN
            verdict = verdict if verdict in _VERDICTS else Verdict.OPEN
            named: dict[str, str] = {name: "; ".join(said.get(code, code) for code in str(reason.values[name]).split())
                     for name in ("what", "whole", "criteria") if name in reason.values}  # fmt: skip
            if about in _WITH_NUMBERS and "what" in named and not _NUMBERS.isdisjoint(reason.values):
                named["what"] += _unit(indicator, str(reason.values["what"]).split(), clear)
            if about == children.ABOUT:
                named |= _said_by_children(reason, clear)
            elif "question" in reason.values:
                named["question"] = clear.say(f"told.question.{reason.values['question']}")
            if "area" in reason.values:
                named["area"] = clear.area(str(reason.values["area"]))
            if "group" in reason.values:
                named["group"] = clear.say(f"choice.protection_group.{reason.values['group']}")
            yield FoundBeside(clear.code("verdict", verdict), clear.say(f"verdict.{verdict}"),
                              clear.why(reason, **named), about in _VOICES, _rests_on(about, clear))  # fmt: skip


def _unit(indicator: Indicator, codes: Sequence[str], clear: Clearance) -> str:
    """Say in what answers are counted that a sentence has numbers of; nothing where these are of several units."""
    units = {answer.unit or clear.say("unit.percent") for answer in indicator.answer_fields if answer.code in codes}
    return f" ({clear.ours(units.pop())})" if len(units) == 1 else ""


def _rests_on(about: str | None, clear: Clearance) -> RestsOn | None:
    if about not in _RESTS_ON:
        return None
    page, name = _RESTS_ON[about]
    return RestsOn(clear.id(page), clear.say(name))


def _said_by_children(reason: Reason, clear: Clearance) -> dict[str, str]:
    """Say in words what children were asked, of which places, and of each batch which share said yes."""
    bands = [clear.say(f"voices.band.{band}") for band in str(reason.values.get("bands", "")).split()]
    return {"question": clear.say(f"voices.asked_of.{reason.values.get('question')}"),
            "kind": clear.say(f"kind.{reason.values.get('kind')}"), "bands": "; ".join(bands)}  # fmt: skip


def readings_shown(row: IndicatorResult, clear: Clearance) -> tuple[ReadingShown, ...]:
    """Show the readings of an indicator's measure; a result of before was by the proportional one alone."""
    if row.claimed is None or row.lowest is None or row.highest is None or not row.lines:
        return ()
    stored = row.readings or [{"name": PROPORTIONAL, "lowest": row.lowest, "highest": row.highest}]
    return tuple(_readings(row, stored, clear))


def _readings(row: IndicatorResult, stored: Rows, clear: Clearance) -> Iterator[ReadingShown]:
    for one in stored:
        if not isinstance(one, dict) or one.get("name") not in READINGS or not {"lowest", "highest"} <= one.keys():
            continue  # read so while there was such a reading
        lowest, highest = float(one["lowest"]), float(one["highest"])
        formula = clear.say(
            f"formula.{one['name']}", claimed=clear.points(row.claimed), confirmed=row.confirmed,
            undecided=row.undecided, lines=row.lines, lowest=clear.points(lowest), highest=clear.points(highest),
        )  # fmt: skip
        yield ReadingShown(clear.say(f"reading.{one['name']}"), lowest, highest, formula)
