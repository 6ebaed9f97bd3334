"""Sharing lists out to phones, or giving them whole again: what stands against it, who may, and that it was asked for.

A project's lists are those of all its rounds and teams: whoever shares them out may do so in every district of them.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.phones.expected import Holding, holding, teams_with_phones
from server.phones.keeping import NotKept
from server.phones.places import kits_of
from server.phones.tables import PhoneKit, PhoneSharing
from server.roles.account import Account
from server.roles.table import Permission
from server.work.kinds import ShareLists
from server.work.queue import ask
from verification.reason import Reason


def against_filter(found: Holding | None) -> list[Reason]:
    """Say what keeps the lists from being shared out by team: a phone that is not ready would go blank."""
    if found is None or not found.teams:
        return [Reason("phones_not_begun")]
    lacking = [one for one in found.teams if one.ready < one.members]
    wide = [one for one in found.teams if not one.goes.fits]
    said = [Reason("phones_not_ready", {"team": one.team.id, "count": one.members - one.ready}) for one in lacking]
    said += [Reason("phones_of_round_not_begun", {"round": name}) for name in found.unprepared]
    return said + [Reason("phone_team_too_wide", {"count": len(one.goes.districts)}) for one in wide]


def is_shared_out(session: Session, project: int) -> bool:
    """Tell whether Central gives each phone of a project its own places only."""
    return session.scalars(kits_of(project).where(PhoneKit.filtered).limit(1)).first() is not None


def may_share(session: Session, project: int, by: Account) -> bool:
    """Tell whether somebody may share the lists out: in every district to which a team with phones goes."""
    return all(by.may(Permission.SHARE_LISTS, district, team.round_id)
               for team, districts in teams_with_phones(session, project) for district in districts)  # fmt: skip


def last_asked(session: Session, project: int) -> PhoneSharing | None:
    """Find what was asked for last."""
    return session.scalars(select(PhoneSharing).filter_by(project=project).order_by(PhoneSharing.id.desc())).first()


def ask_to_share(session: Session, project: int | None, shared: bool, by: Account) -> None:
    """Have the lists shared out, or given whole again; what was asked for before is then no longer wanted.

    Raises NotKept where a phone would go blank, where there are no phones, or where somebody may not in all districts.
    """
    if project is None:
        raise NotKept("phones_not_begun")
    if not may_share(session, project, by):
        raise NotKept("phones_of_others")
    against = against_filter(holding(session, project)) if shared else []
    if against:
        raise NotKept(against[0].code, **against[0].values)
    session.execute(update(PhoneSharing).filter_by(project=project, ended_at=None).values(ended_at=now()))
    wanted = PhoneSharing(project=project, shared=shared, asked_by=by.label, asked_at=now())
    session.add(wanted)
    session.flush()
    for kit in session.scalars(kits_of(project)):
        write_down(session, Act(by.label, "phones_shared", f"round:{kit.round_id}", None, kit.round_id,
                                after=digest_of(shared)))  # fmt: skip
    ask(session, ShareLists(wanted.id))
