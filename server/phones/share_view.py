"""What the page of sharing out shows: per team what its phones get now and would get, and how far it has come."""

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.phones.checked import checked
from server.phones.expected import Holding, TeamHolds, holding
from server.phones.sharing import against_filter, is_shared_out, last_asked, may_share
from server.phones.tables import PhoneCheck, PhoneSharing
from server.roles.account import Account
from server.rounds.tables import Round

MOST = 100  # teams on the page
_OF_PLACES = ("places", "places_of_all")


@view
class TeamShare:
    """A team: what its phones get now and would get, and what the last check found that they were given."""

    team_id: int
    name: Cleared
    round_name: Cleared
    now: int
    then: int
    homes: int
    tasks: int
    ready: int
    members: int
    checked: Cleared | None


@view
class SharePlan:
    """The plan of sharing out; `may` not: somebody else's teams use the same lists, and none of them is shown."""

    may: bool
    is_shared_out: bool
    teams: tuple[TeamShare, ...]
    more: int
    on_no_phone: int
    not_told: int
    why_not_told: Cleared | None
    against: tuple[Cleared, ...]
    asked_ago: Cleared | None
    asked_shared: bool
    asked_ended: bool
    asked_problem: Cleared | None


def share_plan(session: Session, project: int | None, by: Account, clear: Clearance) -> SharePlan:
    """Give what sharing a project's lists out would change, and what became of it when it was asked for last."""
    asked = last_asked(session, project) if project is not None else None
    is_out = project is not None and is_shared_out(session, project)
    may = project is not None and may_share(session, project, by)
    found = holding(session, project) if project is not None and may else None
    teams = found.teams if found else ()
    against = against_filter(found) if may else []
    untold = list(found.against.values()) if found else []
    return SharePlan(
        may, is_out, tuple(_team(session, one, found, is_out, clear) for one in teams[:MOST] if found),
        max(0, len(teams) - MOST), len(found.nobodys) if found else 0, len(untold),
        clear.why(untold[0]).sentence if untold else None, tuple(clear.why(one).sentence for one in against),
        *_asked(asked, clear),
    )  # fmt: skip


def _asked(asked: PhoneSharing | None, clear: Clearance) -> tuple[Cleared | None, bool, bool, Cleared | None]:
    if asked is None:
        return None, False, False, None
    problem = clear.why(asked.problem).sentence if asked.problem else None
    return clear.ago(asked.asked_at), asked.shared, asked.ended_at is not None, problem


def _team(session: Session, one: TeamHolds, found: Holding, is_out: bool, clear: Clearance) -> TeamShare:
    everything = len(found.nobodys.union(*(team.places for team in found.teams)))
    check = session.get(PhoneCheck, one.team.id)
    return TeamShare(
        one.team.id, clear.ours(one.team.name), clear.ours(session.get_one(Round, one.team.round_id).name),
        len(one.places) if is_out else everything, len(one.places), len(one.places & found.homes.keys()),
        len(one.follow_ups), one.ready, one.members, _checked(check, clear),
    )  # fmt: skip


def _checked(found: PhoneCheck | None, clear: Clearance) -> Cleared | None:
    """Tell of how many phones the last check found the places to be right."""
    if found is None:
        return None
    lines = [[line for line in phone.lines if line.line in _OF_PLACES] for phone in checked(found)]
    right = sum(bool(of_one) and all(line.is_fine for line in of_one) for of_one in lines)
    return clear.say("share.checked", right=right, count=len(lines), ago=clear.ago(found.checked_at))
