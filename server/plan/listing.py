"""A part's plan for a viewer, as its filter wants it: counts, the rows of a page, and the days with their teams."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, select, true
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.tables import Assignment
from server.claims.tables import ClaimLine
from server.db import among, now
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.moments import day_in
from server.people.tables import Person
from server.plan.filter import NAMES, PlanFilter
from server.plan.states import STATES, of_part, over_plan, stands
from server.plan.tables import PlannedVisit
from server.register.called import is_called, kinds_named_to
from server.register.tables import Facility
from server.roles.account import Account
from server.roles.tables import Team
from server.submissions.standing import counts
from server.submissions.tables import Form, SubmissionState
from server.visits.places import VisitedPlace, known_places
from server.web.facets import Facets, count_facets
from server.web.listing import Field, Fields, Listing, paging
from server.words import Catalogue


def plan_of(
    session: Session, part: tuple[str, str], wanted: PlanFilter, account: Account, words: Catalogue
) -> "PlanOf":  # fmt: skip
    """Give a part's plan for an account, as it wants it."""
    moment = now()
    today = day_in(zone_of(session, None, part[1]), moment)
    teams = teams_named(session, part[0])
    return PlanOf(session, part, wanted, viewer_of(account, part[1], part[0]), words, teams, today, moment).known()


def teams_named(session: Session, round_id: str) -> dict[int, str]:
    """Map the numbers of a round's teams, those that are no more too, to their names."""
    return dict(session.execute(select(Team.id, Team.name).where(Team.round_id == round_id)).all())


@view
class PlanRow:
    """A row of the plan. `visits` counts what came from its place in the round, `form_id` and `root_id` lead to what
    ended it.
    """

    id: int
    facility_id: Cleared
    place: Cleared
    area: Cleared
    is_home: bool
    team: Cleared
    member: Cleared | None
    day: date
    mode: Cleared
    modules: Cleared
    instead_of: Cleared | None
    instead_of_id: Cleared | None
    order: int | None
    why: Cleared | None
    state: Cleared
    released: bool
    may_change: bool
    visits: int
    approved_by: Cleared | None
    form_id: Cleared | None
    root_id: Cleared | None


@dataclass(frozen=True)
class PlanOf:
    """The plan of a part (round and district) for a viewer; `today` is the day there, and `moment` this one."""

    session: Session
    part: tuple[str, str]
    wanted: PlanFilter
    viewer: Viewer
    words: Catalogue
    teams: Mapping[int, str]  # all that the plan or the part knows, by their numbers
    today: date
    moment: datetime

    @cached_property
    def _over(self) -> Any:
        return over_plan().join(Facility, Facility.id == PlannedVisit.facility_id).where(of_part(*self.part))

    @cached_property
    def _state(self) -> ColumnElement[str]:
        return stands(self.moment, self.today)

    def known(self) -> "PlanOf":
        """Pass over a team that this plan does not know."""
        strange = self.wanted.team is not None and self.wanted.team not in self.teams
        return replace(self, wanted=self.wanted.without("team")) if strange else self

    def facets(self) -> Facets:
        """Count what could be asked for."""
        keys = {"state": self._state, "team": PlannedVisit.team_id}
        return count_facets(self.session, self._over, keys, self._conditions())

    def listing(self, facets: Facets, page: str | None) -> Listing:
        """Make the list's filter and find its page."""
        args, clear = self.wanted.args(), Clearance(self.words)
        cleared = {name: clear.own(value) for name, value in args.items()}
        unknown = tuple(clear.say(f"list.{name}") for name in self.wanted.unknown)
        return Listing(tuple(self._fields(clear, facets, args)), paging(facets, page), cleared, unknown)

    def _fields(self, clear: Clearance, facets: Facets, args: Mapping[str, str]) -> Iterator[Field]:
        make = Fields(clear, NAMES, args, self.wanted.unknown)
        yield make.text("search")
        states = {state: facets.of("state")[state].count for state in STATES if state in facets.of("state")}
        yield make.choice("state", states, lambda state: clear.say(f"plan_state.{state}"))
        teams = {number: one.count for number, one in facets.of("team").items()}
        yield make.choice("team", teams, lambda number: clear.ours(self.teams.get(int(number), "–")), by="label")
        for name in ("day", "planned_from", "planned_until"):
            yield make.day(name)

    def _conditions(self) -> dict[str, ColumnElement[bool]]:
        wanted, one = self.wanted, PlannedVisit
        conditions = {
            "search": self._is_called, "state": lambda state: self._state == state,
            "team": lambda team: one.team_id == team, "day": lambda day: one.day == day,
            "planned_from": lambda since: one.day >= since, "planned_until": lambda until: one.day <= until,
        }  # fmt: skip
        return {name: write(value) for name, write in conditions.items()
                if (value := getattr(wanted, name)) is not None}  # fmt: skip

    def _is_called(self, text: str) -> ColumnElement[bool]:
        hidden = exists(select(ClaimLine.id).where(ClaimLine.facility_id == Facility.id,
                                                   ClaimLine.kind.not_in(kinds_named_to(self.viewer))))  # fmt: skip
        return and_(is_called(text, Facility.name, (Facility.kind,), self.viewer), not_(hidden))

    # ── rows

    def rows(
        self, limit: int | None = None, offset: int = 0, *, numbered: Collection[int] | None = None
    ) -> list[PlanRow]:
        """Read the rows of a page, all of them, or those that are `numbered`: by day, team and order.

        What stands in for a place comes after it.
        """
        one, asked = PlannedVisit, SubmissionState
        query = (
            self._over.add_columns(one, self._state.label("state"), Person.name.label("member"), Form.form_id,
                                   asked.root_id)
            .outerjoin(Person, Person.id == one.person_id)
            .outerjoin(asked, asked.id == Assignment.visited_state_id)
            .outerjoin(Form, Form.id == asked.form_pk)
            .where(*self._conditions().values(), true() if numbered is None else among(self.session, one.id, numbered))
            .order_by(one.day, one.team_id, func.coalesce(one.substitute_for, one.facility_id),
                      func.coalesce(one.substitute_order, 0), one.id)
            .limit(limit)
            .offset(offset or None)
        )  # fmt: skip
        found = self.session.execute(query).all()
        if not found:
            return []
        ids = {row.PlannedVisit.facility_id for row in found}
        stood_in_for = {row.PlannedVisit.substitute_for for row in found if row.PlannedVisit.substitute_for}
        places = known_places(self.session, sorted(ids | stood_in_for))
        clear = Clearance(self.words, next(iter(places.values())).names, self.viewer)
        visits = self._visits(sorted(ids))
        return [self._row(row, places, visits, clear) for row in found]

    def _visits(self, ids: Sequence[str]) -> dict[str, int]:
        """Count what came from places in the round, and counts."""
        state = SubmissionState
        query = select(state.facility_id, func.count()).join(Form, Form.id == state.form_pk)
        query = query.where(among(self.session, state.facility_id, ids), state.round_id == self.part[0], counts())
        return {number: count for number, count in self.session.execute(query.group_by(state.facility_id)) if number}

    def _row(
        self, row: Any, places: Mapping[str, VisitedPlace], visits: Mapping[str, int], clear: Clearance
    ) -> PlanRow:
        one: PlannedVisit = row.PlannedVisit
        place = places[one.facility_id]
        named, instead_of = clear.place(place.place), places.get(one.substitute_for or "")
        modules = [clear.say(f"module.{module}") for module in one.modules.split()]
        return PlanRow(
            id=one.id, facility_id=clear.id(one.facility_id), place=named.label, area=named.area,
            is_home=place.place.is_home, team=clear.ours(self.teams.get(one.team_id, "–")),
            member=clear.ours(row.member) if row.member else None, day=one.day, mode=clear.say(f"mode.{one.mode}"),
            modules=clear.joined(*modules), order=one.substitute_order,
            instead_of=clear.called(instead_of.place) if instead_of else None,
            instead_of_id=clear.id(one.substitute_for) if one.substitute_for else None,
            why=self._typed(one.why, place, clear), state=clear.ours(row.state), released=one.released,
            may_change=one.arrival is None, visits=visits.get(one.facility_id, 0),
            approved_by=clear.say(f"plan_approved.{one.approved_by}") if one.approved_by else None,
            form_id=clear.id(row.form_id) if row.form_id else None,
            root_id=clear.id(row.root_id) if row.root_id else None,
        )  # fmt: skip

    def _typed(self, text: str | None, place: VisitedPlace, clear: Clearance) -> Cleared | None:
        given_away = place.is_given_away_by(text)
        return clear.say("decision.not_repeated") if given_away else clear.typed(text, place.place, place.village)
