"""Releasing a plan: verifiers get what changed since the last time, as assignments; and only that.

What was released stays so until somebody changes it: an assignment that a person withdrew is not given again.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.giving import end_of, part_is_closed, put, today_in, unfit_for_phones
from server.assignments.states import GIVEN, OPEN, move
from server.assignments.states import WITHDRAWN as TAKEN_BACK
from server.assignments.tables import Assignment
from server.audit.entries import Act, digest_of, write_down, write_down_each
from server.db import Json, now
from server.decisions.typed import new_uuid
from server.plan.states import WITHDRAWN, of_part, waits_for_agreement
from server.plan.tables import PlannedVisit
from server.plan.wishes import NotPlanned
from server.roles.account import Account, must
from server.roles.table import Permission
from server.roles.teams import Going, teams_going
from server.rounds.states import hold_part
from server.visits.places import VisitedPlace, known_places
from server.words import catalogue
from server.work.kinds import Assign
from server.work.queue import ask_each
from verification.reason import Reason

AT_ONCE = 500  # by a page, which somebody waits for
GIVES, CHANGES, TAKES_BACK, NOTHING = "given", "changed", "taken_back", "nothing"


@dataclass
class Released:
    """What became of a release: how many were given, changed and taken back; what stayed, and why; what waits."""

    given: int = 0
    changed: int = 0
    taken_back: int = 0
    waiting: int = 0
    left_out: list[tuple[VisitedPlace, Reason]] = field(default_factory=list)


@dataclass(frozen=True)
class Awaiting:
    """A row that awaits its release: whether it is given, changed or taken back then; or why nothing comes of it."""

    row: PlannedVisit
    asked: Assignment | None
    place: VisitedPlace
    becomes: str
    against: Reason | None = None


def awaiting(session: Session, part: tuple[str, str]) -> list[Awaiting]:
    """List the rows of a part's plan that await their release, in the order in which they are released."""
    one = PlannedVisit
    query = (
        select(one, Assignment)
        .outerjoin(Assignment, Assignment.id == one.assignment_id)
        .where(of_part(*part), one.released.is_(False), ~waits_for_agreement())
        .order_by(one.day, one.substitute_order.is_not(None), one.id)
    )
    rows = session.execute(query).all()
    places = known_places(session, {row.facility_id for row, _ in rows})
    teams, today = {team.id: team for team in teams_going(session, *part)}, today_in(session, part[1])
    found = []
    for row, asked in rows:
        place, has_it = places[row.facility_id], asked is not None and asked.state in OPEN
        if row.state == WITHDRAWN:
            found.append(Awaiting(row, asked, place, TAKES_BACK if has_it else NOTHING))
        else:
            against = _against(row, place, teams.get(row.team_id), today)
            found.append(Awaiting(row, asked, place, NOTHING if against else CHANGES if has_it else GIVES, against))
    return found


def _against(row: PlannedVisit, place: VisitedPlace, team: Going | None, today: date) -> Reason | None:
    """Say why nobody can be sent as planned, where that is so: much may have happened since it was planned."""
    if team is None:
        return Reason("plan_team_unknown")
    if row.person_id is None and team.tied:
        return Reason("assignment_team_tied", {"count": len(team.tied)})
    if row.person_id is not None and row.person_id not in team.members:
        return Reason("assignment_member_unknown")
    if row.person_id in team.tied:
        return Reason("assignment_member_tied")
    if row.day < today:
        return Reason("plan_day_past", {"day": row.day.isoformat()})
    return unfit_for_phones(place)


def mark_of(rows: Sequence[Awaiting]) -> str:
    """Give that by which it is known that rows are still those that were shown."""
    said = [(one.row.id, one.becomes, one.row.team_id, one.row.person_id, one.row.day, one.row.mode, one.row.modules,
             one.row.substitute_for) for one in rows]  # fmt: skip
    return digest_of([[str(value) for value in row] for row in said])


def waiting_counts(session: Session, part: tuple[str, str]) -> tuple[int, int]:
    """Count the rows of a part's plan that verifiers do not have as they stand, and could be given; and those to which
    Tim Penilai has not agreed yet.
    """
    of_it = select(waits_for_agreement().label("waits")).where(of_part(*part), PlannedVisit.released.is_(False))
    rows = of_it.subquery()
    counted = session.execute(select(rows.c.waits, func.count()).group_by(rows.c.waits))
    found = {bool(waits): count for waits, count in counted}
    return found.get(False, 0), found.get(True, 0)


def release(
    session: Session, part: tuple[str, str], by: Account, most: int | None = None, mark: str | None = None
) -> Released:  # fmt: skip
    """Give, change and take back assignments so that they are as the plan is, the first days first, at most so many.

    What Tim Penilai has not agreed to yet waits. A second time it does nothing. `mark` is of the rows that were shown.
    Raises NotPlanned where they are others by now, Forbidden.
    """
    round_id, district = part
    must(by, Permission.ASSIGN, district, round_id)
    hold_part(session, round_id, district)
    if against := part_is_closed(session, round_id, district):
        raise NotPlanned(against.code)
    return _Releasing(session, part, by).all_of(most, mark)


@dataclass
class _Releasing:
    session: Session
    part: tuple[str, str]
    by: Account

    def all_of(self, most: int | None, mark: str | None) -> Released:
        session, rows, done = self.session, awaiting(self.session, self.part), Released()
        if rows and mark not in (None, mark_of(rows)):
            raise NotPlanned("plan_changed_meanwhile")
        given: list[PlannedVisit] = []
        changed: list[Assignment] = []
        withdrawn: list[Assignment] = []
        zone = zone_of(session, None, self.part[1])
        for one in rows:
            if most is not None and len(given) + len(changed) + len(withdrawn) >= most:
                done.waiting += 1
            elif one.against:
                done.left_out.append((one.place, one.against))
            elif one.row.state == WITHDRAWN:
                one.row.released = True
                withdrawn += [one.asked] if one.asked and one.becomes == TAKES_BACK else []
            elif one.asked and one.becomes == CHANGES:
                changed.append(self._brought_up_to_date(one.row, one.asked, zone))
            else:
                given.append(one.row)
        done.given, done.changed, done.taken_back = len(given), len(changed), len(withdrawn)
        self._give(given)
        ask_each(session, [Assign(one.id) for one in changed])
        take_back(session, withdrawn, "plan.was_withdrawn", self.by.label)
        if done.given + done.changed + done.taken_back:
            told = digest_of([done.given, done.changed, done.taken_back])
            write_down(session, Act(self.by.label, "plan_released", f"round:{self.part[0]}", self.part[1], self.part[0],
                                    after=told))  # fmt: skip
        return done

    def _said(self, row: PlannedVisit) -> Json:
        words = catalogue("id")
        question = words.say("plan.on_phone_substitute" if row.substitute_for else "plan.on_phone")
        return {
            "team_id": row.team_id, "person_id": row.person_id, "deadline": row.day, "mode": row.mode,
            "modules": row.modules, "substitute_for": row.substitute_for, "question": question,
            "why": row.why or words.say("plan.is_planned"),
        }  # fmt: skip

    def _give(self, rows: Sequence[PlannedVisit]) -> None:
        """Give what is new: of several teams' rows for one place each is an assignment of its own."""
        of_teams: dict[int, dict[str, PlannedVisit]] = defaultdict(dict)
        for row in rows:
            of_teams[row.team_id][row.facility_id] = row
        for places in of_teams.values():
            wanted = {place: self._said(row) | {"uuid": new_uuid()} for place, row in places.items()}
            for place, number in put(self.session, self.part, wanted, self.by).items():
                places[place].assignment_id, places[place].released = number, True

    def _brought_up_to_date(self, row: PlannedVisit, asked: Assignment, zone: str) -> Assignment:
        move(asked, GIVEN, now())
        for name, value in self._said(row).items():
            setattr(asked, name, value)
        asked.due_at = end_of(row.day, zone)
        asked.changed_by, asked.changed_at = self.by.label, now()
        asked.changed_why = catalogue("id").say("plan.was_changed")
        row.released = True
        return asked


def take_back(session: Session, asked: Sequence[Assignment], why: str, by: str | None = None) -> int:
    """Take assignments off phones, those that are open; `why` is the key of a sentence. Gives how many.

    `by` nobody, where it follows from a visit.
    """
    ended = [one for one in asked if one.state in OPEN]
    said = catalogue("id").say(why)
    for one in ended:
        move(one, TAKEN_BACK, now())
        one.changed_by, one.changed_at, one.changed_why = by, now(), said
    write_down_each(session, [Act(by or "nobody", "assignment_withdrawn", f"assignment:{one.id}", one.district,
                                  one.round_id) for one in ended])  # fmt: skip
    ask_each(session, [Assign(one.id) for one in ended])
    return len(ended)
