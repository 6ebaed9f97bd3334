"""Assignments as they are shown: of a district's part of a round, filtered and page by page; and of one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session, aliased

from server.assignments.states import OPEN, OVERDUE, STATES, is_open, state_at, state_column
from server.assignments.tables import Assignment
from server.claims.tables import Claim, ClaimLine
from server.db import now
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.people.tables import Person
from server.roles.queries import number_of
from server.roles.tables import Team
from server.submissions.tables import Form, SubmissionState
from server.visits.places import VisitedPlace, known_places
from server.words import Catalogue

PER_PAGE = 25
_LAST_PAGE = 10_000
EVERY = "all"  # also what has ended


@dataclass(frozen=True)
class WantedAssignments:
    """Which assignments are wanted: in a state, or all that are open; for a team; due until a day."""

    state: str = ""
    team: int = 0
    until: date | None = None

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "WantedAssignments":
        """Read it from an address; what is no such thing asks for nothing."""
        team, state = typed.get("team", ""), typed.get("state", "")
        try:
            until = date.fromisoformat(typed.get("until", ""))
        except ValueError:
            until = None
        number = int(team) if team.isascii() and team.isdecimal() and len(team) < 10 else 0
        return cls(state if state in (*STATES, EVERY) else "", number, until)

    def args(self) -> dict[str, str]:
        """Write it for an address."""
        values = {"state": self.state, "team": str(self.team or ""), "until": self.until.isoformat() if self.until
                  else ""}  # fmt: skip
        return {name: value for name, value in values.items() if value}

    def condition(self, moment: datetime) -> ColumnElement[bool]:
        """Write it as SQL."""
        state = {"": is_open(), EVERY: true()}.get(self.state)
        found = state_column(moment) == self.state if state is None else state
        if self.team:
            found &= Assignment.team_id == self.team
        return found if self.until is None else found & (Assignment.deadline <= self.until)


@view
class ShownAssignment:
    """An assignment: for which place, what is asked of whom until when, and what became of it.

    `line_id` is the claimed place's line, `form_id` and `root_id` the visit that came, `instead_of` the planned place
    that this one may stand in for. `before` is what a form that changes it sends along.
    """

    id: int
    line_id: int | None
    place: Cleared
    area: Cleared
    instead_of: Cleared | None
    question: Cleared | None
    why: Cleared | None
    deadline: date
    before: Cleared
    state: Cleared
    is_open: bool
    is_on_phones: bool
    team: Cleared | None
    member: Cleared | None
    given_by: Cleared
    given_at: datetime
    changed_by: Cleared | None
    changed_at: datetime | None
    changed_why: Cleared | None
    visited_on: date | None
    form_id: Cleared | None
    root_id: Cleared | None
    problem: Cleared | None


@view
class Assignments:
    """A page of assignments; `found` how many there are in all, `overdue` how many of these are overdue."""

    rows: tuple[ShownAssignment, ...]
    found: int
    overdue: int
    page: int
    pages: int


@dataclass(frozen=True)
class ReadBy:
    """Who reads them, and in which language."""

    words: Catalogue
    viewer: Viewer


def page_of(
    session: Session, part: tuple[str, str], wanted: WantedAssignments, page: int, reader: ReadBy
) -> Assignments:  # fmt: skip
    """Give a page of the assignments of a part (round and district), first due first; the first where none is there."""
    here, page = _of(part) & wanted.condition(now()), min(max(1, page), _LAST_PAGE)
    rows = _rows(session, here, PER_PAGE, PER_PAGE * (page - 1))
    if not rows and page > 1:
        return page_of(session, part, wanted, 1, reader)
    found, overdue = (rows[0].found, rows[0].late) if rows else (0, 0)
    return Assignments(tuple(_all_shown(session, rows, reader)), found, overdue, page, -(-found // PER_PAGE))


def _of(part: tuple[str, str]) -> ColumnElement[bool]:
    return (Assignment.round_id == part[0]) & (Assignment.district == part[1])


def all_of(session: Session, part: tuple[str, str], wanted: WantedAssignments, reader: ReadBy) -> list[ShownAssignment]:
    """Give all assignments of a part that are wanted, for an export."""
    return _all_shown(session, _rows(session, _of(part) & wanted.condition(now())), reader)


def of_place(session: Session, part: tuple[str, str], place: VisitedPlace, reader: ReadBy) -> list[ShownAssignment]:
    """Give the assignments of a place of the register in a part of a round, those that are open first."""
    rows = _rows(session, _of(part) & (Assignment.facility_id == place.place.facility_id), PER_PAGE)
    return _all_shown(session, rows, reader, {place.place.facility_id or "": place})


def one_of(session: Session, part: tuple[str, str], number: int, reader: ReadBy) -> list[ShownAssignment]:
    """Give one assignment of a part, in a list; none where there is none of this number."""
    return _all_shown(session, _rows(session, _of(part) & (Assignment.id == number)), reader)


def _rows(session: Session, which: ColumnElement[bool], most: int | None = None, skipped: int = 0) -> Sequence[Any]:
    """Give assignments with what is told of each; `found` and `late` count all of them, on this page or not."""
    one, state, late = Assignment, SubmissionState, state_column(now()) == OVERDUE
    giver, changer = aliased(Person), aliased(Person)
    line = select(func.min(ClaimLine.id)).join(Claim, Claim.id == ClaimLine.claim_id)
    line = line.where(ClaimLine.facility_id == one.facility_id, Claim.round_id == one.round_id,
                      Claim.district == one.district)  # fmt: skip
    query = (
        select(one, Team.name.label("team"), Person.name.label("member"), Form.form_id, state.root_id,
               line.correlate(one).scalar_subquery().label("line_id"), func.count().over().label("found"),
               giver.name.label("giver"), changer.name.label("changer"),
               func.sum(case((late, 1), else_=0)).over().label("late"))
        .outerjoin(Team, Team.id == one.team_id)
        .outerjoin(Person, Person.id == one.person_id)
        .outerjoin(giver, giver.id == number_of(one.given_by))
        .outerjoin(changer, changer.id == number_of(one.changed_by))
        .outerjoin(state, state.id == one.visited_state_id)
        .outerjoin(Form, Form.id == state.form_pk)
        .where(which)
        .order_by(one.state.not_in(OPEN), one.due_at, one.id)
        .limit(most)
        .offset(skipped)
    )  # fmt: skip
    return session.execute(query).all()


def _all_shown(
    session: Session, rows: Sequence[Any], reader: ReadBy, known: Mapping[str, VisitedPlace] | None = None
) -> list[ShownAssignment]:
    """Show assignments; the places that are not `known` are looked up."""
    if not rows:
        return []
    asked, places = [row.Assignment for row in rows], dict(known or {})
    if others := {at for one in asked for at in (one.facility_id, one.substitute_for) if at} - places.keys():
        places |= known_places(session, others)
    clear = Clearance(reader.words, next(iter(places.values())).names, reader.viewer)
    return [_shown(row, places, clear) for row in rows]


def _shown(row: Any, places: Mapping[str, VisitedPlace], clear: Clearance) -> ShownAssignment:
    one: Assignment = row.Assignment
    place, instead_of = places[one.facility_id], places.get(one.substitute_for or "")
    named = clear.place(place.place)

    def typed(text: str | None) -> Cleared | None:
        given_away = place.is_given_away_by(text)
        return clear.say("decision.not_repeated") if given_away else clear.typed(text, place.place, place.village)

    return ShownAssignment(
        id=one.id, line_id=row.line_id, place=named.label, area=named.area,
        instead_of=clear.called(instead_of.place) if instead_of else None, question=typed(one.question),
        why=typed(one.why), deadline=one.deadline, before=clear.id(one.deadline.isoformat()),
        state=clear.ours(state_at(one, now())), is_open=one.state in OPEN, is_on_phones=one.sent_at is not None,
        team=clear.ours(row.team) if row.team else None, member=clear.ours(row.member) if row.member else None,
        given_by=clear.ours(row.giver or one.given_by), given_at=one.given_at,
        changed_by=clear.ours(row.changer or one.changed_by) if one.changed_by else None,
        changed_at=one.changed_at, changed_why=typed(one.changed_why), visited_on=one.visited_on,
        form_id=clear.id(row.form_id) if row.form_id else None, root_id=clear.id(row.root_id) if row.root_id else None,
        problem=clear.why(one.problem).sentence if one.problem else None,
    )  # fmt: skip


COLUMNS = ("place", "area", "state", "team", "member", "question", "instead_of", "why", "deadline", "given_by",
           "given_at", "visited_on")  # fmt: skip


def table_of(rows: Sequence[ShownAssignment], words: Catalogue) -> list[list[Any]]:
    """Write assignments as rows for a spreadsheet, by `COLUMNS`."""
    said = {"state": lambda row: words.say(f"assignment_state.{row.state}")}
    return [[said[name](row) if name in said else getattr(row, name) for name in COLUMNS] for row in rows]
