"""What rows would make of a part's plan: every row is read, held against all others, and nothing is changed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assignments.giving import today_in
from server.plan.modules import MODES, MODULES, looks_into_rooms, modules_at
from server.plan.places import PlanPlaces, plan_places
from server.plan.states import PLANNED, of_part
from server.plan.tables import PlannedVisit
from server.plan.wishes import LONGEST_WHY, PlanChange, PlanProblem, PlanValues, PlanWish
from server.roles.teams import Going, teams_going
from server.rounds.planning import VISITS
from server.rounds.tables import RoundStage
from server.words import LANGUAGES, catalogue
from verification.claim_form.cells import day_meant
from verification.claim_form.choices import folded
from verification.reason import Reason

_T = TypeVar("_T")
Key = tuple[str, int]  # a place's number and a team's
_LAST_ORDER = 99


@dataclass(frozen=True)
class PlanFrame:
    """What a part's plan is held against: its places, teams and rows, the day it is there, and the days of visits."""

    places: PlanPlaces
    teams: Sequence[Going]
    rows: Mapping[Key, PlannedVisit]
    today: date
    starts: date | None
    ends: date | None


def frame_of(session: Session, round_id: str, district: str, ids: Sequence[str] | None = None) -> PlanFrame:
    """Read what a part's plan is held against; only these places, where their numbers are given."""
    rows = session.scalars(select(PlannedVisit).where(of_part(round_id, district))).all()
    stage = session.get(RoundStage, (round_id, VISITS))
    return PlanFrame(
        plan_places(session, round_id, district, ids), teams_going(session, round_id, district),
        {(row.facility_id, row.team_id): row for row in rows}, today_in(session, district),
        stage.starts if stage else None, stage.ends if stage else None,
    )  # fmt: skip


def check_plan(frame: PlanFrame, wishes: Sequence[PlanWish], instead: PlannedVisit | None = None) -> PlanChange:
    """Say what rows would change, or what is wrong with them. `instead`: the row that a single one is to be."""
    return _Checking(frame, instead).all_of(wishes)


class _Wrong(Exception):
    def __init__(self, name: str, reason: Reason) -> None:
        self.name, self.reason = name, reason


@dataclass
class _Checking:
    frame: PlanFrame
    instead: PlannedVisit | None
    problems: list[PlanProblem] = field(default_factory=list)
    wanted: dict[Key, tuple[PlanWish, PlanValues]] = field(default_factory=dict)

    def all_of(self, wishes: Sequence[PlanWish]) -> PlanChange:
        filled = [wish for wish in wishes if not (wish.row and wish.says_nothing)]
        # who stands in for another place may take its day, so the others are read first
        for wish in sorted(filled, key=lambda one: bool(one.substitute_for)):
            self._take(wish)
        stood_in_for = self._stood_in_for()
        for key, (wish, values) in self.wanted.items():
            for name, reason in self._against_the_others(key, values, stood_in_for):
                self._note(wish, name, reason)
        added, changed, same = [], [], 0
        for key, (wish, values) in self.wanted.items():
            there = self.instead or self.frame.rows.get(key)
            if there is not None and there.state == PLANNED and values == values_of(there):
                same += 1
                continue
            for name, reason in self._against_now(there, values):
                self._note(wish, name, reason)
            if there is None:
                added.append(values)
            else:
                changed.append((there, values))
        self.problems.sort(key=lambda one: one.row)
        return PlanChange(added, changed, same, len(wishes) - len(filled), self.problems)

    def _note(self, wish: PlanWish, name: str, reason: Reason) -> None:
        self.problems.append(PlanProblem(wish.row, name, reason))

    # ── one row

    def _take(self, wish: PlanWish) -> None:
        """Read a row; all that is wrong with it is noted."""
        failed = len(self.problems)

        def read(reading: Callable[[], _T], otherwise: _T) -> _T:
            try:
                return reading()
            except _Wrong as wrong:
                self._note(wish, wrong.name, wrong.reason)
                return otherwise

        place = read(lambda: self._place(wish), "")
        team = read(lambda: self._team(wish), None)
        member = read(lambda: _member(team, wish), None) if team else None
        instead_of = read(lambda: self._substitute_for(wish), None)
        key = (instead_of or "", team.id if team else 0)
        day = read(lambda: self._day(wish, key), self.frame.today)
        mode = read(lambda: _mode(wish), MODES[0])
        none: tuple[str, ...] = ()
        modules = read(lambda: self._modules(wish, place), none)
        order = read(lambda: _order(wish), None)
        why = read(lambda: self._why(wish, place), None)
        if place and mode != MODES[0] and looks_into_rooms(self._kinds(place), modules):
            self._note(wish, "mode", Reason("plan_video_of_rooms"))
        if len(self.problems) > failed or team is None:
            return
        if (place, team.id) in self.wanted:
            self._note(wish, "place", Reason("plan_twice", {"number": self.wanted[place, team.id][0].row}))
            return
        values = PlanValues(place, team.id, member, day, mode, " ".join(modules), instead_of, order, why)
        self.wanted[place, team.id] = wish, values

    def _place(self, wish: PlanWish) -> str:
        found = self.frame.places.find(wish)
        if isinstance(found, Reason):
            raise _Wrong("place" if wish.place or not wish.name else "name", found)
        return found

    def _kinds(self, place: str) -> Sequence[str | None]:
        return self.frame.places.places[place].place.kinds

    def _team(self, wish: PlanWish) -> Going:
        if not wish.team:
            raise _Wrong("team", Reason("plan_team_missing"))
        called = folded(wish.team)
        found = [one for one in self.frame.teams if called == (folded(one.name) if wish.row else str(one.id))]
        if len(found) != 1:
            raise _Wrong("team", Reason("plan_team_unknown" if not found else "plan_team_several"))
        if found[0].tied and not wish.member:
            raise _Wrong("team", Reason("assignment_team_tied", {"count": len(found[0].tied)}))
        return found[0]

    def _day(self, wish: PlanWish, instead_of: Key) -> date:
        if not wish.day and (there := self._wanted_or_there(instead_of)):
            return there.day
        if not wish.day:
            raise _Wrong("day", Reason("plan_day_missing"))
        try:
            return day_meant(wish.day)
        except ValueError:
            raise _Wrong("day", Reason("plan_day_unreadable")) from None

    def _substitute_for(self, wish: PlanWish) -> str | None:
        if not wish.substitute_for:
            return None
        found = self.frame.places.by_its_code(wish.substitute_for)
        if isinstance(found, Reason):
            raise _Wrong("substitute_for", found)
        return found

    def _modules(self, wish: PlanWish, place: str) -> tuple[str, ...]:
        found = [_module(text) for text in wish.modules.replace(";", ",").replace("\n", ",").split(",") if text.strip()]
        if place and (other := set(found) - modules_at(self._kinds(place))):
            raise _Wrong("modules", Reason("plan_module_not_here", {"count": len(other)}))
        return tuple(sorted(set(found)))

    def _why(self, wish: PlanWish, place: str) -> str | None:
        if len(wish.why) > LONGEST_WHY:
            raise _Wrong("why", Reason("decision_text_too_long", {"limit": LONGEST_WHY}))
        if place and self.frame.places.places[place].is_given_away_by(wish.why):
            raise _Wrong("why", Reason("decision_names_a_home"))
        return wish.why or None

    # ── against the others, and against what is there

    def _wanted_or_there(self, key: Key) -> PlanValues | None:
        if key in self.wanted:
            return self.wanted[key][1]
        there = self.frame.rows.get(key)
        return values_of(there) if there is not None and there.state == PLANNED and there is not self.instead else None

    def _against_the_others(
        self, key: Key, values: PlanValues, stood_in_for: Collection[Key]
    ) -> Iterator[tuple[str, Reason]]:
        there = self.frame.rows.get(key)
        if self.instead is not None and there is not self.instead:
            if there is not None:
                yield "team", Reason("plan_there_already")
            elif (self.instead.facility_id, self.instead.team_id) in stood_in_for:
                yield "team", Reason("plan_has_substitutes")
        if values.substitute_for is None:
            return
        if values.substitute_for == values.facility_id:
            yield "substitute_for", Reason("plan_substitute_of_itself")
            return
        target = self._wanted_or_there((values.substitute_for, values.team_id))
        if target is None:
            yield "substitute_for", Reason("plan_substitute_unknown")
        elif target.substitute_for is not None or key in stood_in_for:
            yield "substitute_for", Reason("plan_substitute_chain")

    def _stood_in_for(self) -> set[Key]:
        """Give the rows that others stand in for, as the plan would be."""
        keys = {*self.frame.rows, *self.wanted}
        found = {key: self._wanted_or_there(key) for key in keys}
        return {(one.substitute_for, one.team_id) for one in found.values() if one and one.substitute_for}

    def _against_now(self, there: PlannedVisit | None, values: PlanValues) -> Iterator[tuple[str, Reason]]:
        """Hold what would change against the days, and against a visit that has come."""
        starts, ends = self.frame.starts, self.frame.ends
        if there is not None and there.arrival is not None:
            yield "place", Reason("plan_visited")
        if values.day < self.frame.today:
            yield "day", Reason("plan_day_past", {"day": values.day.isoformat()})
        elif (starts and values.day < starts) or (ends and values.day > ends):
            yield "day", Reason("plan_day_outside", {"earliest": _said(starts), "latest": _said(ends)})


def _said(day: date | None) -> str:
    return day.isoformat() if day else "–"


def values_of(row: PlannedVisit) -> PlanValues:
    """Give what a row of the plan says."""
    return PlanValues(row.facility_id, row.team_id, row.person_id, row.day, row.mode, row.modules, row.substitute_for,
                      row.substitute_order, row.why)  # fmt: skip


def as_typed(row: PlannedVisit) -> dict[str, str]:
    """Write a row of the plan as a page's form has it, all but its further parts."""
    who = f"{row.team_id}/{row.person_id}" if row.person_id else str(row.team_id)
    return {"who": who, "day": row.day.isoformat(), "mode": row.mode, "substitute_for": row.substitute_for or "",
            "substitute_order": str(row.substitute_order or ""), "why": row.why or ""}  # fmt: skip


def _member(team: Going, wish: PlanWish) -> int | None:
    if not wish.member:
        return None
    called = folded(wish.member)
    found = [number for number, name in team.members.items() if called == (folded(name) if wish.row else str(number))]
    if len(found) != 1:
        raise _Wrong("member", Reason("assignment_member_unknown"))
    if found[0] in team.tied:
        raise _Wrong("member", Reason("assignment_member_tied"))
    return found[0]


def _mode(wish: PlanWish) -> str:
    if not wish.mode:
        return MODES[0]
    if (found := _called("mode").get(folded(wish.mode))) is None:
        raise _Wrong("mode", Reason("plan_mode_unknown"))
    return found


def _module(text: str) -> str:
    if (found := _called("module").get(folded(text))) is None:
        raise _Wrong("modules", Reason("plan_module_unknown"))
    return found


@cache
def _called(family: str) -> Mapping[str, str]:
    """Map what codes are called in either language, and the codes themselves, to the codes."""
    codes = MODES if family == "mode" else MODULES
    said = [(catalogue(language).say(f"{family}.{code}"), code) for language in LANGUAGES for code in codes]
    return {folded(text): code for text, code in (*said, *zip(codes, codes, strict=True))}


def _order(wish: PlanWish) -> int | None:
    if not wish.substitute_order:
        return 1 if wish.substitute_for else None
    number = wish.substitute_order.removesuffix(".0")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:4]) <= _LAST_ORDER):
        raise _Wrong("substitute_order", Reason("plan_order_wrong", {"limit": _LAST_ORDER}))
    return int(number) if wish.substitute_for else None
