"""What is still missing before a round, or visits in a district, may begin (Permen PP 03/2009, Pasal 10)."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.db import now
from server.moments import day_in
from server.opening.tables import Contact, EthicsAcceptance
from server.roles.queries import people_holding
from server.roles.table import Role
from server.roles.tables import Team, TeamDistrict, TeamMember
from server.rounds.tables import Round
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
    officers = [reason for role, reason in OFFICERS.items()
                if not people_holding(session, role, district, round_id)]  # fmt: skip
    return [*officers, *missing_of_contacts(session, district), *_team(session, round_id, district)]


def visits_are_open(session: Session, found: Round, district: str) -> bool:
    """Tell whether forms are open in a district whose part is: nothing is missing, or the round asks for nothing."""
    return not found.asks_conditions or not missing_for_visits(session, found.id, district)


def standing_contacts(session: Session, districts: Sequence[str]) -> Sequence[Contact]:
    """List the contacts of districts, in the order in which they are told."""
    query = select(Contact).where(Contact.district.in_(districts), Contact.ended_at.is_(None))
    rows = session.scalars(query.order_by(Contact.district, Contact.id)).all()
    return sorted(rows, key=lambda one: (one.district, one.kind not in NEEDED, one.kind != "uptd_ppa"))


def is_fresh(contact: Contact, today: date) -> bool:
    """Tell whether somebody answered there lately."""
    return contact.phoned_on is not None and contact.phoned_on >= today - timedelta(days=FRESH_DAYS)


def missing_of_contacts(session: Session, district: str) -> list[Reason]:
    """Say which contacts of a district are missing, or were not phoned lately."""
    known, today = standing_contacts(session, [district]), day_in(zone_of(session, None, district), now())
    kinds = {one.kind for one in known}
    stale = sum(not is_fresh(one, today) for one in known)
    lacking = [reason for kind, reason in NEEDED.items() if kind not in kinds]
    return lacking + ([Reason("opening_not_phoned", {"count": stale, "days": FRESH_DAYS})] if stale else [])


def _team(session: Session, round_id: str, district: str) -> list[Reason]:
    members = (
        select(TeamMember.person_id)
        .join(Team, Team.id == TeamMember.team_id)
        .join(TeamDistrict, TeamDistrict.team_id == Team.id)
        .where(Team.round_id == round_id, TeamDistrict.district == district, Team.ended_at.is_(None),
               TeamMember.ended_at.is_(None))
        .distinct()
    )  # fmt: skip
    both = members.subquery()
    accepted = exists().where(EthicsAcceptance.person_id == both.c.person_id, EthicsAcceptance.round_id == round_id)
    there, agreed = session.execute(
        select(func.count(), func.count().filter(accepted)).select_from(both)
    ).one()  # fmt: skip
    if not there:
        return [Reason("opening_no_team")]
    return [Reason("opening_code_not_accepted", {"count": there - agreed})] if agreed < there else []
