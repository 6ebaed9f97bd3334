"""Giving an assignment: a place that somebody is to visit, whether anybody has been there or not.

It and the job that brings it to phones are one transaction: either both are there, or neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.states import GIVEN
from server.assignments.tables import Assignment
from server.audit.entries import Act, digest_of, write_down_each
from server.db import Json, insert_into, now
from server.decisions.tables import Decision
from server.decisions.typed import Undecidable, new_uuid, read_deadline, read_text, read_uuid, read_why
from server.disclosure.viewer import PHONE
from server.fields import PAGE, Misread, read_field
from server.moments import ZONES, day_in
from server.roles.account import Account, must
from server.roles.table import Permission
from server.roles.teams import Going, teams_going
from server.rounds.states import OPEN, hold_part
from server.rounds.tables import Round, RoundPart
from server.visits.places import VisitedPlace, known_place
from server.work.kinds import Assign
from server.work.queue import ask_each
from verification.model import district_of
from verification.reason import Reason


class NotAssigned(Misread):
    """An assignment that cannot be given."""


@dataclass(frozen=True)
class There:
    """A place in a district's part of a round."""

    round_id: str
    district: str
    facility_id: str


@dataclass(frozen=True)
class AssignmentWish:
    """An assignment as a person typed it. `who` is a team's number, with a member's after a slash; or nobody's."""

    uuid: str = field(default_factory=new_uuid)
    question: str = ""
    why: str = ""
    deadline: str = ""
    who: str = ""


def give(session: Session, there: There, wish: AssignmentWish, by: Account) -> Assignment:
    """Give an assignment; the same one twice is one. Raises NotAssigned, Forbidden."""
    must(by, Permission.ASSIGN, there.district, there.round_id)
    hold_part(session, there.round_id, there.district)
    taken = select(Assignment).filter_by(uuid=_uuid(wish.uuid))
    if (known := session.scalar(taken)) is not None:
        return known
    place = known_place(session, there.facility_id)
    if against := hindrance(session, there, place):
        raise NotAssigned({PAGE: against})
    values, problems = read_fields(session, there.round_id, there.district, wish)
    if problems := problems | given_away(place, wish):
        raise NotAssigned(problems)
    put(session, (there.round_id, there.district), {there.facility_id: values | {"uuid": wish.uuid}}, by)
    return session.scalars(taken).one()


def put(session: Session, part: tuple[str, str], wanted: Mapping[str, Json], by: Account) -> dict[str, int]:
    """Put assignments of a part that were checked into the table, by place, and write them down.

    Gives the numbers of those that were not there, by place.
    """
    round_id, district = part
    rows = [values | {"round_id": round_id, "facility_id": place, "given_by": by.label}
            for place, values in wanted.items()]  # fmt: skip
    numbers = _put(session, district, rows)
    given = {place: numbers[values["uuid"]] for place, values in wanted.items() if values["uuid"] in numbers}
    write_down_each(session, [
        Act(by.label, "assignment_given", f"assignment:{number} place:{place}", district, round_id,
            after=digest_of(wanted[place])) for place, number in given.items()
    ])  # fmt: skip
    return given


def follow_up(session: Session, decision: Decision, district: str | None, round_id: str | None) -> None:
    """Give the assignment that a follow-up is, by the number that was chosen with the decision."""
    place = known_place(session, str(decision.facility_id)).place
    _put(session, district or district_of(place.village or ""), [{
        "uuid": decision.uuid, "round_id": round_id, "facility_id": decision.facility_id, "decision_id": decision.id,
        "question": decision.text, "why": decision.why, "deadline": decision.deadline, "given_by": decision.decided_by,
    }])  # fmt: skip


def _put(session: Session, district: str, wanted: Sequence[Json]) -> dict[str, int]:
    """Put them into the table and ask for their way to phones; gives the numbers of those that were not there.

    A plan gives thousands at once: the zone is asked once, and what is written goes in a statement for many.
    """
    if not wanted:
        return {}
    moment, zone = now(), zone_of(session, None, district)
    alike = {"district": district, "given_at": moment, "given_on": day_in(zone, moment), "state": GIVEN}
    rows = [values | alike | {"due_at": end_of(values["deadline"], zone)} for values in wanted]
    insert = insert_into(session, Assignment).on_conflict_do_nothing().returning(Assignment.uuid, Assignment.id)
    numbers: dict[str, int] = dict(session.execute(insert, rows).all())
    ask_each(session, [Assign(number) for number in numbers.values()])
    return numbers


def end_of(day: date, zone: str) -> datetime:
    """Tell when a day ends, by a zone's calendar."""
    return datetime.combine(day + timedelta(days=1), time(), ZONES[zone])


def unfit_for_phones(place: VisitedPlace) -> Reason | None:
    """Say why no phone may have a place, where that is so: a shelter is on no list."""
    return None if place.place.shown in PHONE.lists else Reason("follow_up_on_no_list")


def hindrance(session: Session, there: There, place: VisitedPlace) -> Reason | None:
    """Say why nobody can be sent to a place in a round, where that is so."""
    return part_is_closed(session, there.round_id, there.district) or unfit_for_phones(place)


def part_is_closed(session: Session, round_id: str, district: str) -> Reason | None:
    """Say why nobody can be sent anywhere in a part of a round, where that is so."""
    states = select(RoundPart.state, Round.state).join(Round, Round.id == RoundPart.round_id)
    found = session.execute(states.where(RoundPart.round_id == round_id, RoundPart.district == district)).one_or_none()
    return why_closed(*(found or (None, None)))


def why_closed(part: str | None, found_round: str | None) -> Reason | None:
    """Say why nobody can be sent anywhere, by the states of the part and of its round."""
    return None if (part, found_round) == (OPEN, OPEN) else Reason("assignment_part_closed")


def _uuid(typed: str) -> str:
    try:
        return read_uuid(typed)
    except Undecidable as wrong:
        raise NotAssigned({PAGE: wrong.reason}) from None


def read_fields(session: Session, round_id: str, district: str, wish: AssignmentWish) -> tuple[Json, dict[str, Reason]]:
    """Read what was typed; gives also what is wrong, of all fields at once."""
    problems: dict[str, Reason] = {}
    today, teams = today_in(session, district), teams_going(session, round_id, district)
    values = {
        "question": read_field(problems, "question", lambda: read_text(wish.question)),
        "why": read_field(problems, "why", lambda: read_why(wish.why)),
        "deadline": read_field(problems, "deadline", lambda: read_deadline(today, wish.deadline)),
    }  # fmt: skip
    team_id, person_id = read_field(problems, "who", lambda: _who(teams, wish.who)) or (None, None)
    return values | {"team_id": team_id, "person_id": person_id}, problems


def given_away(place: VisitedPlace, wish: AssignmentWish) -> dict[str, Reason]:
    """Name the fields that give a home away."""
    typed = {"question": wish.question, "why": wish.why}
    return {name: Reason("decision_names_a_home") for name, text in typed.items() if place.is_given_away_by(text)}


def today_in(session: Session, district: str) -> date:
    """Tell which day it is in a district."""
    return day_in(zone_of(session, None, district), now())


def _who(teams: list[Going], typed: str) -> tuple[int | None, int | None]:
    """Read for whom it is: nobody who has a tie to the district, or to a place in it, is sent there."""
    if not typed:
        return None, None
    team_text, _, person_text = typed.partition("/")
    team = next((one for one in teams if str(one.id) == team_text), None)
    if team is None:
        raise Undecidable("assignment_team_unknown")
    if not person_text:
        if team.tied:
            raise Undecidable("assignment_team_tied", count=len(team.tied))
        return team.id, None
    person_id = next((number for number in team.members if str(number) == person_text), None)
    if person_id is None:
        raise Undecidable("assignment_member_unknown")
    if person_id in team.tied:
        raise Undecidable("assignment_member_tied")
    return team.id, person_id
