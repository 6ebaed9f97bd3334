"""What is still missing before a round, or visits in a district, may begin (Permen PP 03/2009, Pasal 10)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.areas.queries import newest, zones
from server.db import among, now
from server.moments import CAPITAL, day_in
from server.opening.tables import Contact, EthicsAcceptance
from server.roles.queries import holders_by_part, people_holding
from server.roles.table import Role
from server.roles.tables import Team, TeamDistrict, TeamMember
from server.rounds.tables import Round
from verification.model import province_of
from verification.reason import Reason

FRESH_DAYS = 90  # for so long a number that was phoned is taken to be answered
# what every district has: kinds of contacts, roles; and what is said where it is missing
NEEDED = {"uptd_ppa": Reason("opening_no_uptd_ppa"), "police": Reason("opening_no_police")}
OFFICERS = {Role.SAFEGUARDING: Reason("opening_no_officer"), Role.DEPUTY: Reason("opening_no_deputy")}


def missing_for_round(session: Session, round_id: str) -> list[Reason]:
    """Say what keeps a round from being opened: nobody answers for children in it."""
    return [reason for role, reason in OFFICERS.items() if not people_holding(session, role, None, round_id)]


def missing_for_visits(session: Session, round_id: str, district: str) -> list[Reason]:
    """Say what keeps a district's forms from being opened, in the order in which it is to be done."""
    return missing_by_district(session, round_id, [district])[district]


def missing_by_district(session: Session, round_id: str, districts: Sequence[str]) -> Mapping[str, list[Reason]]:
    """Say so of each of these districts: so many statements for one as for all."""
    officers = [(holders_by_part(session, role, [(round_id, one) for one in districts]), reason)
                for role, reason in OFFICERS.items()]  # fmt: skip
    contacts, teams = _contacts(session, districts), _teams(session, round_id, districts)
    return {one: [*(reason for held, reason in officers if not held[round_id, one]), *contacts[one], *teams[one]]
            for one in districts}  # fmt: skip


def open_for_visits(session: Session, found: Round, districts: Sequence[str]) -> Set[str]:
    """Name those of these districts whose forms are open: nothing is missing, or the round asks for nothing."""
    if not found.asks_conditions:
        return {*districts}
    return {one for one, missing in missing_by_district(session, found.id, districts).items() if not missing}


def standing_contacts(session: Session, districts: Sequence[str]) -> Sequence[Contact]:
    """List the contacts of districts, in the order in which they are told."""
    query = select(Contact).where(among(session, Contact.district, districts), Contact.ended_at.is_(None))
    rows = session.scalars(query.order_by(Contact.district, Contact.id)).all()
    return sorted(rows, key=lambda one: (one.district, one.kind not in NEEDED, one.kind != "uptd_ppa"))


def is_fresh(contact: Contact, today: date) -> bool:
    """Tell whether somebody answered there lately."""
    return contact.phoned_on is not None and contact.phoned_on >= today - timedelta(days=FRESH_DAYS)


def missing_of_contacts(session: Session, district: str) -> list[Reason]:
    """Say which contacts of a district are missing, or were not phoned lately."""
    return _contacts(session, [district])[district]


def _contacts(session: Session, districts: Sequence[str]) -> Mapping[str, list[Reason]]:
    known, clocks = defaultdict[str, list[Contact]](list), zones(session, newest())
    for one in standing_contacts(session, districts):
        known[one.district].append(one)
    return {one: _lacking(known[one], day_in(clocks.get(province_of(one), CAPITAL), now())) for one in districts}


def _lacking(known: Sequence[Contact], today: date) -> list[Reason]:
    kinds = {one.kind for one in known}
    stale = sum(not is_fresh(one, today) for one in known)
    lacking = [reason for kind, reason in NEEDED.items() if kind not in kinds]
    return lacking + ([Reason("opening_not_phoned", {"count": stale, "days": FRESH_DAYS})] if stale else [])


def _teams(session: Session, round_id: str, districts: Sequence[str]) -> Mapping[str, list[Reason]]:
    members = (
        select(TeamDistrict.district, TeamMember.person_id)
        .join(Team, Team.id == TeamMember.team_id)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .where(Team.round_id == round_id, among(session, TeamDistrict.district, districts), Team.ended_at.is_(None),
               TeamMember.ended_at.is_(None))
        .distinct()
    )  # fmt: skip
    both = members.subquery()
    accepted = exists().where(EthicsAcceptance.person_id == both.c.person_id, EthicsAcceptance.round_id == round_id)
    counted = select(both.c.district, func.count().filter(~accepted)).group_by(both.c.district)
    left: dict[str, int] = dict(session.execute(counted).all())
    lacking = {district: [Reason("opening_code_not_accepted", {"count": count})] if count else []
               for district, count in left.items()}  # fmt: skip
    return {one: lacking.get(one, [Reason("opening_no_team")]) for one in districts}
