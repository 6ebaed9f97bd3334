"""Drawing places for a plan by lot: put into days, some with a substitute; nobody is sent before it is approved."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import count
from math import ceil

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed, today_in
from server.audit.entries import Act, digest_of, write_down
from server.db import Json, now
from server.draws.lines import DrawnFrom, listed
from server.draws.states import APPROVED, DRAWN
from server.draws.tables import Draw, DrawnPlace
from server.plan.checking import PlanFrame, check_plan, frame_of
from server.plan.states import PLANNED
from server.plan.wishes import PlanWish
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part
from verification.claim_form.cells import day_meant
from verification.reason import Reason
from verification.sampling.days import in_days, stand_ins
from verification.sampling.designs import Design, Lot, Lottery, NotDrawn, draw
from verification.sampling.sample import digest_of as digest_of_places

Part = tuple[str, str]
LONGEST_SEED, MOST_A_DAY = 100, 40
ONE_SUBSTITUTE_FOR = 5  # drawn places
_SATURDAY = 5


@dataclass(frozen=True)
class DrawWish:
    """A drawing as it was typed; every field a text, perhaps empty."""

    indicator: str = ""
    design: str = ""
    visits: str = ""
    seed: str = ""
    day: str = ""
    a_day: str = "8"
    teams: Sequence[str] = ()


class DrawProblems(NotDrawn):
    """What was drawn cannot be planned: every reason, once."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reasons[0].code, **reasons[0].values)
        self.reasons = reasons


def draw_places(session: Session, part: Part, wish: DrawWish, by: Account) -> Draw:
    """Draw and keep what was drawn, for somebody to approve. Raises NotDrawn, Forbidden."""
    must(by, Permission.ASSIGN, part[1], part[0])
    hold_part(session, *part)
    if against := part_is_closed(session, *part):
        raise NotDrawn(against.code)
    indicator, a_day = _number(wish.indicator, "draw_indicator_wrong"), _number(wish.a_day, "draw_a_day_wrong")
    if a_day > MOST_A_DAY:
        raise NotDrawn("draw_a_day_wrong")
    if waits := drawn_already(session, part, indicator):
        raise NotDrawn(waits.code)
    lines = listed(session, part, indicator)
    choice = _choice(wish, lines)
    rows = _rows(choice, lines, _first_day(wish.day, today_in(session, part[1])), a_day, _teams(wish.teams))
    _must_be_possible(session, part, rows)
    one = _kept(session, part, indicator, choice, lines, by)
    session.execute(insert(DrawnPlace), [row | {"draw_id": one.id} for row in rows])
    told = digest_of([[row["facility_id"], row["probability"]] for row in rows])
    write_down(session, Act(by.label, "places_drawn", f"draw:{one.id}", part[1], part[0], after=told))
    return one


def drawn_already(session: Session, part: Part, indicator: int) -> Reason | None:
    """Say why a list is not drawn from now: one drawing of it waits, or was approved."""
    states = set(session.scalars(select(Draw.state).where(_for(part, indicator))))
    if APPROVED in states:
        return Reason("draw_is_approved")
    return Reason("draw_waits") if DRAWN in states else None


def _for(part: Part, indicator: int) -> ColumnElement[bool]:
    return (Draw.round_id == part[0]) & (Draw.district == part[1]) & (Draw.indicator == indicator)


def _choice(wish: DrawWish, lines: DrawnFrom) -> Lottery:
    if wish.design not in [*Design]:
        raise NotDrawn("draw_design_wrong")
    design, seed = Design(wish.design), wish.seed.strip() or secrets.token_hex(8)
    if len(seed) > LONGEST_SEED:
        raise NotDrawn("draw_seed_too_long", limit=LONGEST_SEED)
    visits = _number(wish.visits, "draw_visits_wrong") if design in (Design.RANDOM, Design.RISK) else 0
    return draw(design, seed, lines.risks, visits)


def _kept(session: Session, part: Part, indicator: int, choice: Lottery, lines: DrawnFrom, by: Account) -> Draw:
    number = session.scalars(select(func.count()).select_from(Draw).where(_for(part, indicator))).one() + 1
    one = Draw(
        round_id=part[0], district=part[1], indicator=indicator, number=number, design=choice.design.value,
        seed=choice.seed, lines=len(lines.risks), visits=len(choice.drawn), population=digest_of_places(lines.risks),
        strata=[asdict(stratum) for stratum in choice.strata], state=DRAWN, drawn_by=by.label, drawn_at=now(),
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


# ── what was typed


def _number(text: str, wrong: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and int(text[:7]) > 0 and len(text) <= 6):
        raise NotDrawn(wrong)
    return int(text)


def _teams(typed: Sequence[str]) -> list[int]:
    found = list(dict.fromkeys(_number(text, "plan_team_unknown") for text in typed if text))
    if not found:
        raise NotDrawn("plan_team_missing")
    return found


def _first_day(text: str, today: date) -> date:
    if not text.strip():
        raise NotDrawn("plan_day_missing")
    try:
        first = day_meant(text)
    except ValueError:
        raise NotDrawn("plan_day_unreadable") from None
    if first < today:
        raise NotDrawn("draw_first_day_past", day=first.isoformat())
    return first


# ── days, teams, substitutes


def _rows(choice: Lottery, lines: DrawnFrom, first: date, a_day: int, teams: Sequence[int]) -> list[Json]:
    """Put what was drawn into days by nearness, the teams in turn; no day is a Saturday or a Sunday."""
    groups = in_days({lot.name: lines.points[lot.name] for lot in choice.drawn}, a_day)
    days = _working_days(first, ceil(len(groups) / len(teams)))
    goes = {name: {"day": days[turn // len(teams)], "team_id": teams[turn % len(teams)]}
            for turn, group in enumerate(groups) for name in group}  # fmt: skip
    rows = [_row(lot, lot.order, goes[lot.name], None) for lot in choice.drawn]
    turns = count(1)
    for stratum in choice.strata:
        drawn = [lot.name for lot in choice.drawn if lot.stratum == stratum.stratum]
        reserve = [lot for lot in choice.reserve if lot.stratum == stratum.stratum]
        reserve = reserve[: ceil(len(drawn) / ONE_SUBSTITUTE_FOR)]
        found = stand_ins([lot.name for lot in reserve], drawn, lines.points)
        rows += [_row(lot, next(turns), goes[found[lot.name]], found[lot.name]) for lot in reserve]
    return rows


def _row(lot: Lot, turn: int, goes: Json, substitute_for: str | None) -> Json:
    return {"facility_id": lot.name, "stratum": lot.stratum, "probability": lot.probability, "turn": turn,
            "substitute_for": substitute_for, "substitute_order": 1 if substitute_for else None, **goes}  # fmt: skip


def _working_days(first: date, count: int) -> list[date]:
    days = (first + timedelta(days=ahead) for ahead in range(2 * count + 7))
    return [day for day in days if day.weekday() < _SATURDAY][:count]


def wishes_of(rows: Sequence[Json], why: str = "") -> list[PlanWish]:
    """Write what was drawn as rows of a plan."""
    return [
        PlanWish(place=row["facility_id"], team=str(row["team_id"]), day=row["day"].isoformat(), why=why,
                 substitute_for=row["substitute_for"] or "", substitute_order=str(row["substitute_order"] or ""))
        for row in rows
    ]  # fmt: skip


def still_to_plan(frame: PlanFrame, rows: Sequence[Json]) -> list[Json]:
    """Choose of what was drawn what approving brings into the plan; no lot that falls makes that impossible.

    What no phone may have does not come in. What is planned already, or was visited, stays as it is; only where a drawn
    place stands in for another in the plan it gets a visit of its own, as its lot says that it is visited.
    """
    planned = [one for one in frame.rows.values() if one.state == PLANNED]
    in_reserve = {one.facility_id for one in planned if one.substitute_for}
    visited = {one.facility_id for one in frame.rows.values() if one.arrival is not None}
    free = frame.places.places.keys() - visited - {one.facility_id for one in planned if not one.substitute_for}
    drawn = [row for row in rows if not row["substitute_for"] and row["facility_id"] in free]
    stand_in_for = {row["facility_id"] for row in drawn}
    return drawn + [row for row in rows if row["substitute_for"] in stand_in_for
                    and row["facility_id"] in free - in_reserve]  # fmt: skip


def _must_be_possible(session: Session, part: Part, rows: Sequence[Json]) -> None:
    """Refuse what the plan would refuse later: a team that is tied, a day outside the round's. Raises DrawProblems."""
    frame = frame_of(session, *part, [row["facility_id"] for row in rows])
    reasons: list[Reason] = []
    for problem in check_plan(frame, wishes_of(still_to_plan(frame, rows))).problems:
        if problem.reason not in reasons:
            reasons.append(problem.reason)
    if reasons:
        raise DrawProblems(reasons)


def count_of(session: Session, part: Part, state: str) -> int:
    """Count a part's drawings in a state."""
    query = select(func.count()).select_from(Draw).where(Draw.round_id == part[0], Draw.district == part[1])
    return session.scalar(query.where(Draw.state == state)) or 0
