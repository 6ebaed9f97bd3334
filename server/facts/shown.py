"""Decisions as pages show them, to whom they may be shown: not another's opinion before one has given an own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.facts.before import BeforeEyes, FactWish, Part, Refused, before_eyes, newest_of, readable
from server.facts.decided import Looks, line_choice, shown_history, standing_of
from server.facts.deciding import LONGEST_WHY, ROW_ENDED, decidable_criteria, why_closed
from server.facts.evidence import posted
from server.facts.history import as_decided
from server.facts.lines import FoundLine, likeliest
from server.facts.tables import Fact
from server.facts.views import FactForm, FactsShown, Selectable, TriedShown
from server.results.rows import reasons_of
from server.roles.table import Permission
from server.rounds.tables import Round, RoundPart
from verification.deciding.facts import DECIDABLE, FROM_A_VISIT, WITHDRAWN, TwoCheckers
from verification.deciding.states import State, standing
from verification.model import Outcome
from verification.reason import Reason
from verification.sets.indicators import Indicator

OTHERS = "sama"  # in an address: list the lines that could be the same place
_OPEN_TO_BE_UNDONE = frozenset(State) - {State.PROPOSED, State.WITHDRAWN}


@dataclass(frozen=True)
class Tried:
    """A decision that was refused, to be shown again with what was typed."""

    wish: FactWish
    refused: Refused


def show_facts(
    session: Session, part: Part, line: FoundLine, place: UnclearedPlace, indicator: Indicator,
    others: Sequence[FoundLine], looks: Looks, tried: Tried | None = None,
) -> FactsShown:  # fmt: skip
    """Show what was decided about a line, and the form for deciding where somebody may.

    `indicator` is the line's, as the round has it. `others` are lines of the part: those that decisions about this one
    point to; and, where `asks_for_others` or the rules found that it repeats one, those that could be the same place.
    """
    found, row = session.get_one(Round, part.round_id), session.get_one(RoundPart, (part.round_id, part.district))
    before, clear = before_eyes(session, part, line), looks.clear
    history = readable(before.history, looks.by, part)
    stands = standing_of(line, before.history)
    closed = why_closed(found.state, row.state) or _nothing_to_decide(line, history)
    may = looks.by.may(Permission.DECIDE_FACTS, part.district, part.round_id)
    wanted = may and not closed and (asks_for_others(tried) or _repeats(line))
    same = likeliest(line, others) if wanted else ()
    known = {one.known_by: one for one in (line, *others)}
    came = [r for r in reasons_of(line.row.reasons if line.row else ()) if r.code.startswith("reopened_")]
    return FactsShown(
        state=clear.ours(stands.state.value),
        state_text=clear.say(f"fact_state.{stands.state}"),
        came=tuple(clear.why(reason).sentence for reason in came) if looks.viewer.findings else (),
        history=shown_history(history, known, before.names, stands.state, place, indicator, looks),
        closed=clear.why(closed).sentence if closed and may else None,
        form=_form(part, line, before, history, indicator, same, found, looks, tried) if may and not closed else None,
    )


def _may_be_undone(history: Sequence[Fact]) -> bool:
    return standing(map(as_decided, history)).state in _OPEN_TO_BE_UNDONE


def _nothing_to_decide(line: FoundLine, history: Sequence[Fact]) -> Reason | None:
    """Say that a line claims nothing, where its own row says so; what was decided of it before can be taken back."""
    return Reason(ROW_ENDED) if line.has_ended and not _may_be_undone(history) else None


def asks_for_others(tried: Tried | None) -> bool:
    """Tell whether the page is to list the lines that could be the same place."""
    return tried is not None or bool(request.args.get(OTHERS))


def _repeats(line: FoundLine) -> bool:
    """Tell whether the rules found that it repeats another line: then those that it could be are offered at once."""
    return line.row is not None and any("line" in reason.values for reason in reasons_of(line.row.reasons))


def _form(
    part: Part, line: FoundLine, before: BeforeEyes, history: Sequence[Fact], indicator: Indicator,
    others: Iterable[FoundLine], found: Round, looks: Looks, tried: Tried | None,
) -> FactForm:  # fmt: skip
    clear, wish = looks.clear, tried.wish if tried else FactWish()
    offered = offered_outcomes(indicator, seen=bool(before.seen), undo=_may_be_undone(history))
    if line.has_ended:
        offered = [WITHDRAWN]
    language, of = looks.words.language, {c.code: c for c in indicator.criteria}
    return FactForm(
        address=clear.ours(url_for("facts.decide_line", round_id=part.round_id, district=part.district,
                                   line_id=line.line_id, lang=language)),
        uuid=clear.id(wish.uuid), seen=clear.ours(posted(before.seen)), newest=newest_of(history),
        outcomes=choices(clear, "fact_choice", offered, wish.outcome),
        criteria=tuple(Selectable(clear.ours(code), clear.ours(of[code].text[language]), code in wish.criteria)
                       for code in decidable_criteria(indicator)),
        others=tuple(line_choice(clear, one, wish.other) for one in others),
        two=two_said(clear, found.two_checkers), tried=shown_tried(clear, tried), longest_why=LONGEST_WHY,
        row=clear.own(wish.row),
    )  # fmt: skip


def offered_outcomes(indicator: Indicator, *, seen: bool, undo: bool) -> list[str]:
    """Name what may be decided about a line: without a visit only what papers show."""
    without = {Outcome.CRITERIA_NOT_MET} if not decidable_criteria(indicator) else set()
    without |= set() if seen else FROM_A_VISIT
    return [*(outcome.value for outcome in DECIDABLE if outcome not in without), *([WITHDRAWN] if undo else [])]


def choices(clear: Clearance, family: str, offered: Iterable[str], chosen: str) -> tuple[Selectable, ...]:
    """Selectable codes that have their sentences."""
    return tuple(Selectable(clear.ours(code), clear.say(f"{family}.{code}"), code == chosen) for code in offered)


def two_said(clear: Clearance, two_checkers: str) -> Cleared | None:
    """Say where two people have to say the same."""
    return None if two_checkers == TwoCheckers.NONE else clear.say(f"two_checkers.{two_checkers}")


def shown_tried(clear: Clearance, tried: Tried | None) -> TriedShown | None:
    """Show again what was refused, and why."""
    if tried is None:
        return None
    came: Sequence[Reason] = tried.refused.came
    return TriedShown(clear.why(tried.refused.reason).sentence, clear.ours(tried.refused.field),
                      tuple(clear.why(reason).sentence for reason in came), clear.own(tried.wish.why))  # fmt: skip


def read_wish(form: Mapping[str, str], criteria: Sequence[str], other: int, newest: int) -> FactWish:
    """Read what a form sent."""
    texts = {name: form.get(name, "") for name in ("outcome", "why", "seen", "uuid", "row")}
    return FactWish(**texts, criteria=tuple(criteria), other=other, newest=newest)
