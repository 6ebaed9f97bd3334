"""Deciding what is so of a claimed place: by a person, on the evidence that was before them, with a reason.

Whoever decides holds the district's part of the round meanwhile, so that of two at once one comes first.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.audit.entries import Act, digest_of, write_down
from server.db import Json, insert_into, now
from server.facts.before import (
    BeforeEyes,
    FactWish,
    NotThere,
    Part,
    Refused,
    before_eyes,
    must_be_newest,
    must_be_seen,
    must_undo_something,
)
from server.facts.history import Line, as_decided, evidence_as_kept
from server.facts.history import about as about_of
from server.facts.lines import FoundLine, in_row, line_found
from server.facts.tables import Fact
from server.results.rows import put_decision
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.rules import indicators_of
from server.rounds.states import OPEN, hold_part
from server.rounds.tables import Round, RoundPart
from server.rulebook import code_digest
from server.submissions.tables import Submission
from server.work.kinds import Verify
from server.work.queue import ask
from verification.deciding.applying import decided_reasons
from verification.deciding.facts import (
    DECIDABLE,
    FROM_A_VISIT,
    WITHDRAWN,
    Recorded,
    SeenVisit,
    TwoCheckers,
    asks_second,
)
from verification.deciding.states import Stands, standing
from verification.model import Outcome
from verification.reason import Reason
from verification.sets.indicators import Indicator

LONGEST_WHY = 1000
ROW_ENDED = "fact_row_ended"


def decide_line(session: Session, part: Part, line_id: int, wish: FactWish, by: Account) -> Fact:
    """Decide what is so of a line; the same wish twice is one decision. Raises Refused, NotThere, Forbidden."""
    hold_to_decide(session, part, by)
    line = line_found(session, part.round_id, part.district, line_id)
    if line is None:
        raise NotThere
    if (known := taken_before(session, wish, by, line.known_by)) is not None:
        return known
    must_be_open(session, part)
    return decide_found(session, part, line, before_eyes(session, part, line), wish, by)


def decide_found(
    session: Session, part: Part, line: FoundLine, before: BeforeEyes, wish: FactWish, by: Account
) -> Fact:
    """Decide about a line in a part that is held and open, by what is before whoever decides. Raises Refused.

    Of what its own row says has ended an opinion can be taken back, and nothing decided.
    """
    if line.row is None:
        raise Refused("fact_not_computed")
    if line.has_ended and wish.outcome != WITHDRAWN:
        raise Refused(ROW_ENDED)
    must_be_newest(before.history, wish, by, part)
    must_undo_something(before.history, wish, by, part)
    seen = must_be_seen(session, part, before.seen, wish)
    found = session.get_one(Round, part.round_id)
    values = _checked(session, part, line, found, seen, wish)
    stands = standing(map(as_decided, before.history))
    others_wait = any(one.by != by.label for one in stands.opinions)
    second = asks_second(TwoCheckers(found.two_checkers), wish.outcome, others_wait=others_wait)
    values |= {"indicator": line.indicator, "facility_id": line.claimed.facility_id, "second": second}
    told = {"proposed": line.row.proposed, "reasons": line.row.reasons}
    fact = take(session, part, values, seen, wish, by, **told)
    _show_at_once(session, line, stands.after(as_decided(fact)), fact, values["other_line"])
    return fact


def hold_to_decide(session: Session, part: Part, by: Account) -> None:
    """Let nobody else decide in a part of a round until the end of this transaction. Raises Forbidden."""
    must(by, Permission.DECIDE_FACTS, part.district, part.round_id)
    hold_part(session, part.round_id, part.district)


def taken_before(session: Session, wish: FactWish, by: Account, about: Line | int) -> Fact | None:
    """Give the decision that this wish became before: the same page sent twice."""
    known = session.scalar(select(Fact).filter_by(uuid=wish.uuid)) if is_uuid(wish.uuid) else None
    if not is_uuid(wish.uuid) or (known and (known.decided_by, about_of(known)) != (by.label, about)):
        raise Refused("decision_page_wrong")
    return known


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id as our pages offer it."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def must_be_open(session: Session, part: Part) -> Round:
    """Refuse in a part of a round that is closed: nothing is decided there. Raises NotThere where it has none."""
    found, row = session.get(Round, part.round_id), session.get(RoundPart, (part.round_id, part.district))
    if found is None or row is None:
        raise NotThere
    if why := why_closed(found.state, row.state):
        raise Refused(why.code)
    return found


def why_closed(round_state: str, part_state: str) -> Reason | None:
    """Say why nothing can be decided in a part of a round, if so."""
    if round_state != OPEN:
        return Reason("fact_round_not_open")
    return None if part_state == OPEN else Reason("fact_part_closed")


def _checked(
    session: Session, part: Part, line: FoundLine, found: Round, seen: Sequence[SeenVisit], wish: FactWish
) -> Json:
    """Read what an outcome asks for; what was typed beside it is left out."""
    outcome = wish.outcome
    if outcome not in (*DECIDABLE, WITHDRAWN):
        raise Refused("fact_outcome_missing", "outcome")
    if outcome in FROM_A_VISIT and not seen:
        raise Refused("fact_needs_a_visit", "outcome")
    other, criteria = None, []
    if outcome == Outcome.CRITERIA_NOT_MET:
        criteria = _criteria(indicators_of(session, found).by_number[line.indicator], wish)
    if outcome == Outcome.DUPLICATE_CLAIM:
        other = _other(session, part, line, wish)
    known_by = {"indicator": other.indicator, "facility_id": other.claimed.facility_id} if other else None
    why = _why(session, line, found.areas_id, wish)
    return {"outcome": outcome, "criteria": criteria, "other": known_by, "why": why,
            "other_line": other.line_id if other else None}  # fmt: skip


def decidable_criteria(indicator: Indicator) -> list[str]:
    """Name the criteria that can speak against a place: only the regulation's own."""
    return [criterion.code for criterion in indicator.criteria if criterion.of_regulation]


def _criteria(indicator: Indicator, wish: FactWish) -> list[str]:
    named = [code for code in decidable_criteria(indicator) if code in wish.criteria]
    if not named:
        raise Refused("fact_criteria_missing", "criteria")
    return named


def _other(session: Session, part: Part, line: FoundLine, wish: FactWish) -> FoundLine:
    if wish.other:
        named = [line_found(session, part.round_id, part.district, wish.other)]
    else:
        row = int(wish.row) if wish.row.isascii() and wish.row.isdecimal() else 0
        named = [*in_row(session, part.round_id, part.district, row)] if row else []
    others = [one for one in named if one and one.indicator == line.indicator and one.line_id != line.line_id]
    if len(others) != 1:
        raise Refused("fact_other_missing", "other")
    (other,) = others
    if other.row is not None and other.row.outcome == Outcome.DUPLICATE_CLAIM:  # or the place would count nowhere
        raise Refused("fact_other_repeats", "other")
    return other


def _why(session: Session, line: FoundLine, areas_id: int, wish: FactWish) -> str:
    why, village = checked_why(wish.why), line.claimed.village
    name = names_of(session, areas_id, [village]).get(village) if line.place.is_home else None
    if line.place.is_given_away_by(why, name):
        raise Refused("decision_names_a_home", "why")
    return why


def checked_why(typed: str) -> str:
    """Check a reason: not empty, and not too long."""
    why = typed.strip()
    if not why:
        raise Refused("decision_why_missing", "why")
    if len(why) > LONGEST_WHY:
        raise Refused("decision_text_too_long", "why", limit=LONGEST_WHY)
    return why


def take(
    session: Session, part: Part, values: Json, seen: Sequence[SeenVisit], wish: FactWish, by: Account, **told: Any
) -> Fact:
    """Write a decision down, and ask for what follows from it. Two at once that are one stay one."""
    newest = session.scalar(select(func.max(Submission.id))) or 0
    kept = evidence_as_kept(Recorded(tuple(seen), code_digest(), newest), **told)
    row = {name: value for name, value in values.items() if name != "other_line"} | {
        "uuid": wish.uuid, "round_id": part.round_id, "district": part.district, "evidence": kept, "bulk": wish.bulk,
        "decided_by": by.label, "decided_at": now(),
    }  # fmt: skip
    insert = insert_into(session, Fact).values(row).on_conflict_do_nothing().returning(Fact.id)
    number = session.scalar(insert)
    fact = session.scalars(select(Fact).filter_by(uuid=wish.uuid)).one()
    if number is not None:
        ask(session, Verify(part.round_id, part.district))
        act = "fact_withdrawn" if fact.outcome == WITHDRAWN else "fact_decided"
        about = f"submission:{fact.state_id}" if fact.state_id else f"place:{fact.facility_id}"
        write_down(session, Act(by.label, act, f"fact:{fact.id} {about}", part.district, part.round_id,
                                after=digest_of([fact.outcome, fact.criteria, fact.other, fact.why])))  # fmt: skip
    return fact


def _show_at_once(session: Session, line: FoundLine, stands: Stands, fact: Fact, other_line: int | None) -> None:
    """Let the line's row say so now; what follows from it for the points is computed a moment later."""
    if line.row is None or stands.opinions:
        return
    if stands.in_force is None:
        put_decision(line.row, None, None, ())
    elif stands.in_force.number == fact.id:
        put_decision(line.row, fact.id, fact.outcome, decided_reasons(stands.in_force, other_line))
