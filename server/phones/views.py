"""What the pages of phones show: codes, who carries them, what became of them; never how a phone is let in."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.papers.printing import can_print
from server.people.tables import Person
from server.phones.checked import checked, last_drill, seconds_of
from server.phones.states import state_of
from server.phones.tables import Phone, PhoneCheck, PhoneKit, PhoneSheet
from server.roles.account import Account
from server.roles.table import Permission
from server.roles.tables import Team
from server.roles.views import ShownTeam, teams_managed


@view
class PhoneShown:
    """A phone: its code, who carries it, its state and why that is not better."""

    code: Cleared
    who: Cleared
    state: Cleared
    living: bool
    problem: Cleared | None


@view
class CheckLineShown:
    """A line of the departure check."""

    fine: bool
    said: Cleared


@view
class CheckShown:
    """The lines of one phone."""

    code: Cleared
    fine: bool
    lines: tuple[CheckLineShown, ...]


@view
class TeamPhones:
    """A team's phones, its last check, the sheets that were asked for, and the last drill of its round."""

    team: ShownTeam
    phones: tuple[PhoneShown, ...]
    without: int  # members who have none
    is_shared_out: bool
    checked_ago: Cleared | None
    checks: tuple[CheckShown, ...]
    sheet: Cleared | None  # waiting, ready, or why not
    sheet_is_ready: bool
    may_print: bool
    drill_ago: Cleared | None
    drill_seconds: int | None


@view
class TeamWithPhones:
    """A team in the list: how many of its members have a phone that is ready."""

    id: int
    name: Cleared
    round_name: Cleared
    members: int
    ready: int


def teams_with_phones_shown(session: Session, by: Account, clear: Clearance) -> tuple[TeamWithPhones, ...]:
    """List the teams whose phones somebody may tend."""
    living = select(Phone.team_id, func.count()).where(
        Phone.ended_at.is_(None), Phone.ready_at.is_not(None), Phone.person_id.is_not(None)
    )  # fmt: skip
    ready: dict[int, int] = dict(session.execute(living.group_by(Phone.team_id)).all())
    teams = teams_managed(session, by, clear, permission=Permission.TEND_PHONES)
    return tuple(TeamWithPhones(team.id, team.name, team.round_name, len(team.members), ready.get(team.id, 0))
                 for team in teams)  # fmt: skip


def team_phones(session: Session, team_id: int, by: Account, clear: Clearance) -> TeamPhones | None:
    """Give a team's phones; None where it is out of reach or not there."""
    found = teams_managed(session, by, clear, only=team_id, permission=Permission.TEND_PHONES)
    if not found:
        return None
    rows = session.execute(
        select(Phone, Person.name).outerjoin(Person, Person.id == Phone.person_id).where(Phone.team_id == team_id)
        .order_by(Phone.ended_at.is_not(None), Person.name, Phone.id)
    ).all()  # fmt: skip
    living = {phone.person_id for phone, _ in rows if phone.ended_at is None}
    check, team = session.get(PhoneCheck, team_id), session.get_one(Team, team_id)
    kit, drill = session.get(PhoneKit, team.round_id), last_drill(session, team.round_id)
    sheet = session.scalar(select(PhoneSheet).filter_by(team_id=team_id, person_id=by.person_id))
    return TeamPhones(
        found[0], tuple(_phone(phone, name, clear) for phone, name in rows),
        sum(member.person_id not in living for member in found[0].members), kit is not None and kit.filtered,
        clear.ago(check.checked_at) if check else None, _checks(check, clear), _sheet(sheet, clear),
        sheet is not None and sheet.sealed is not None, can_print(),
        clear.ago(drill.refused_at) if drill and drill.refused_at else None, seconds_of(drill) if drill else None,
    )  # fmt: skip


def _phone(phone: Phone, name: str | None, clear: Clearance) -> PhoneShown:
    who = clear.ours(name) if name else clear.say("phone.of_a_drill")
    problem = clear.why(phone.problem).sentence if phone.problem and phone.ended_at is None else None
    return PhoneShown(clear.id(phone.code), who, clear.say(f"phone.{state_of(phone)}"), phone.ended_at is None, problem)


def _checks(found: PhoneCheck | None, clear: Clearance) -> tuple[CheckShown, ...]:
    shown: Sequence[CheckShown] = [
        CheckShown(clear.id(phone.code), phone.is_fine, tuple(
            CheckLineShown(line.is_fine, clear.say(f"check.{line.line}.{'fine' if line.is_fine else 'wrong'}",
                                                   **line.values))
            for line in phone.lines))
        for phone in (checked(found) if found else ())
    ]  # fmt: skip
    return tuple(shown)


def _sheet(sheet: PhoneSheet | None, clear: Clearance) -> Cleared | None:
    if sheet is None:
        return None
    if sheet.problem is not None:
        return clear.why(sheet.problem).sentence
    return clear.say("phones.sheet_ready" if sheet.sealed is not None else "phones.sheet_waits")
