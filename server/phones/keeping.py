"""A phone for each member of a team: made, ended, lost, practised with. What Central has follows by a job."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.db import now, writing
from server.phones.places import kits_of
from server.phones.tables import Phone, PhoneKit, PhoneSheet
from server.roles.account import Account, must
from server.roles.table import Permission
from server.roles.tables import Team, TeamDistrict, TeamMember
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round
from server.work.kinds import EndPhone, Facilities, Phones, SealSheets
from server.work.queue import ask
from verification.reason import WithReason

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that could be read as another
_DRAWN = 5
_CODE = re.compile(rf"P[0-9]{{1,10}}-[0-9A-Z]{{{_DRAWN}}}")
SHEETS_KEPT = timedelta(hours=1)


class NotKept(WithReason):
    """Something about phones that cannot be so, with the reason."""


def must_tend(session: Session, by: Account, team_id: int) -> Team:
    """Find a team whose phones somebody may tend: in all of its districts. Raises NotKept, Forbidden."""
    team = session.get(Team, team_id)
    if team is None or team.ended_at is not None:
        raise NotKept("team_not_known")
    for district in session.scalars(select(TeamDistrict.district).filter_by(team_id=team_id)):
        must(by, Permission.TEND_PHONES, district, team.round_id)
    return team


def prepare(session: Session, team_id: int, by: Account) -> Sequence[Phone]:
    """Let every member of a team have a phone; those who have one keep it. Gives the new ones.

    Raises NotKept where the team has nobody, Forbidden.
    """
    team = must_tend(session, by, team_id)
    if session.get_one(Round, team.round_id).state == ARCHIVED:
        raise NotKept("phones_of_archived_round")
    if not _members(session, team_id):
        raise NotKept("phones_of_empty_team")
    if session.get(PhoneKit, team.round_id) is None:
        _begin(session, team.round_id, by.label)
        ask(session, Facilities())  # places are now to say whose they are
    made = _settle(session, team_id, by.label)
    write_down(session, Act(by.label, "phones_prepared", f"team:{team_id}", round_id=team.round_id,
                            after=digest_of([phone.code for phone in made])))  # fmt: skip
    ask(session, Phones())
    return made


def _begin(session: Session, round_id: str, by: str) -> None:
    """Let a round have a kit. Where its project's lists are shared out for another round, they are for this one too."""
    project = session.get_one(Round, round_id).project
    beside = [kit for kit in session.scalars(kits_of(project, also_closed=True)) if kit.filtered]
    since = beside[0].filtered_at if beside else None
    session.add(PhoneKit(round_id=round_id, begun_by=by, begun_at=now(), filtered=bool(beside), filtered_at=since))
    session.flush()


def settle(session: Session, team_id: int, by: str) -> None:
    """Bring a team's phones up to who is in it, where it has any: called with every change of a team."""
    if session.scalar(select(Phone.id).filter_by(team_id=team_id).limit(1)) is not None:
        _settle(session, team_id, by)
        ask(session, Phones())


def _settle(session: Session, team_id: int, by: str) -> list[Phone]:
    members = _members(session, team_id)
    living = session.scalars(select(Phone).filter_by(team_id=team_id, ended_at=None)
                             .where(Phone.person_id.is_not(None))).all()  # fmt: skip
    for phone in living:
        if phone.person_id not in members:
            _end(session, phone, by)
    theirs = {phone.person_id for phone in living}
    new = [Phone(code=_code(session, team_id), team_id=team_id, person_id=number, made_at=now())
           for number in members if number not in theirs]  # fmt: skip
    session.add_all(new)
    session.flush()
    return new


def lose(session: Session, code: str, by: Account) -> tuple[Phone, Phone | None]:
    """Let nobody in by a phone that is lost; its member gets another. Told twice, it is lost once.

    Raises NotKept where no phone has this code, Forbidden.
    """
    phone = phone_of(session, code)
    must_tend(session, by, phone.team_id)
    if phone.lost_at is None:
        phone.lost_at = now()
        _end(session, phone, by.label)
        write_down(session, Act(by.label, "phone_lost", f"phone:{phone.id} team:{phone.team_id}"))
    new = _settle(session, phone.team_id, by.label) if phone.person_id is not None else []
    ask(session, Phones())
    return phone, next((one for one in new if one.person_id == phone.person_id), None)


def practise_loss(session: Session, team_id: int, by: Account) -> Phone:
    """Begin a drill: a phone that is nobody's is made, lost as soon as Central lets it in, and timed.

    Raises NotKept, Forbidden.
    """
    must_tend(session, by, team_id)
    phone = Phone(code=_code(session, team_id), team_id=team_id, made_at=now())
    session.add(phone)
    session.flush()
    write_down(session, Act(by.label, "phone_drill", f"phone:{phone.id} team:{team_id}"))
    ask(session, Phones())
    return phone


def lost_in_practice(session: Session, phone_id: int) -> None:
    """Lose a practice phone, as its drill is to: from here on the time is taken."""
    phone = session.get_one(Phone, phone_id)
    if phone.person_id is None and phone.ended_at is None:
        phone.lost_at = now()
        _end(session, phone, "nobody")


def phone_of(session: Session, code: str) -> Phone:
    """Find a phone by its code, as it was typed. Raises NotKept."""
    wanted = "".join(code.split()).upper()
    found = session.scalar(select(Phone).filter_by(code=wanted)) if _CODE.fullmatch(wanted) else None
    if found is None:
        raise NotKept("phone_not_known")
    return found


def note_printed(session: Session, team: Team, codes: Sequence[str], by: Account) -> None:
    """Write down that the sheets of these phones were printed: who holds one can let a phone in."""
    session.execute(update(Phone).where(Phone.code.in_(codes)).values(printed_at=now()))
    write_down(session, Act(by.label, "phones_printed", f"team:{team.id}", round_id=team.round_id,
                            after=digest_of(sorted(codes))))  # fmt: skip


def ask_for_sheets(session: Session, team_id: int, by: Account, recipient: str) -> PhoneSheet:
    """Ask for a team's sheets, to be encrypted to a key of who asks. Raises NotKept, Forbidden."""
    must_tend(session, by, team_id)
    if by.person_id is None:
        raise NotKept("phone_not_known")
    session.execute(delete(PhoneSheet).filter_by(person_id=by.person_id, team_id=team_id))
    sheet = PhoneSheet(team_id=team_id, person_id=by.person_id, recipient=recipient, asked_at=now())
    session.add(sheet)
    session.flush()
    ask(session, SealSheets(sheet.id))
    return sheet


def forget_sheets(session: Session) -> None:
    """Forget what was made to be printed; nobody waits for it any more."""
    session.execute(delete(PhoneSheet).where(PhoneSheet.asked_at < now() - SHEETS_KEPT))


def follow_places(engine: Engine, project: int) -> None:
    """After an assignment changed, let places say whose they are, where a round has phones."""
    with writing(engine) as session:
        _follow(session, kits_of(project))


def follow_round(session: Session, round_id: str) -> None:
    """After a round was opened or closed, let its phones and those of rounds beside it hold what is theirs now."""
    _follow(session, kits_of(session.get_one(Round, round_id).project, also_closed=True))


def _follow(session: Session, kits: Any) -> None:
    if session.scalars(kits.limit(1)).first() is not None:
        ask(session, Facilities())
        ask(session, Phones())


def hold_all(session: Session, round_id: str, wanted: bool, by: Account) -> PhoneKit:
    """Say whether phones hold all of their districts, whatever was assigned. Raises NotKept, Forbidden."""
    kit = kit_of(session, round_id, by)
    if kit.holds_all != wanted:
        kit.holds_all = wanted
        write_down(session, Act(by.label, "phones_hold", f"round:{round_id}", None, round_id, after=digest_of(wanted)))
    ask(session, Phones())
    return kit


def kit_of(session: Session, round_id: str, by: Account) -> PhoneKit:
    """Find the kit of a round. Raises NotKept, Forbidden."""
    must(by, Permission.PUBLISH_FORMS)
    kit = session.get(PhoneKit, round_id)
    if kit is None:
        raise NotKept("phones_not_begun")
    return kit


def _members(session: Session, team_id: int) -> list[int]:
    """List the members of a team that has not ended."""
    query = select(TeamMember.person_id).join(Team, Team.id == TeamMember.team_id)
    query = query.where(Team.id == team_id, Team.ended_at.is_(None), TeamMember.ended_at.is_(None))
    return list(dict.fromkeys(session.scalars(query.order_by(TeamMember.id))))


def _end(session: Session, phone: Phone, by: str) -> None:
    phone.ended_at, phone.ended_by, phone.refused_at = now(), by, None
    session.flush()
    ask(session, EndPhone(phone.id))


def _code(session: Session, team_id: int) -> str:
    while True:
        code = f"P{team_id}-" + "".join(secrets.choice(_SIGNS) for _ in range(_DRAWN))
        if session.scalar(select(Phone.id).filter_by(code=code)) is None:
            return code
