"""Contacts entered, phoned and ended; the code of ethics accepted: each tells phones at once what is open."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.audit.entries import Act, digest_of, write_down
from server.db import now
from server.moments import day_in
from server.opening.tables import Contact, EthicsAcceptance
from server.roles.account import Account, must
from server.roles.table import Permission, Role
from server.roles.tables import HeldRole, Team, TeamMember
from server.rounds.states import OPEN, PLANNED
from server.rounds.tables import Round
from server.work.kinds import Facilities
from server.work.queue import ask
from verification.reason import WithReason

KINDS = ("uptd_ppa", "police", "other")
_LONGEST_OFFICE, _LONGEST_NUMBER = 100, 60
_OF_NUMBERS = set("0123456789+-() /.,extWhatsApp")


class NotTended(WithReason):
    """What was typed about a contact cannot be kept."""


@dataclass(frozen=True)
class ContactWish:
    """A contact as a person typed it."""

    kind: str
    office: str
    number: str


def add_contact(session: Session, district: str, wish: ContactWish, by: Account) -> Contact:
    """Enter a contact of a district; it still has to be phoned. Raises NotTended, Forbidden."""
    must(by, Permission.TEND_OPENING, district)
    office, number = " ".join(wish.office.split()), " ".join(wish.number.split())
    if wish.kind not in KINDS:
        raise NotTended("contact_kind_unknown")
    if not 3 <= len(office) <= _LONGEST_OFFICE:
        raise NotTended("contact_office_wrong", longest=_LONGEST_OFFICE)
    if not (2 < len(number) <= _LONGEST_NUMBER and set(number) <= _OF_NUMBERS and any(map(str.isdigit, number))):
        raise NotTended("contact_number_wrong")
    same = select(Contact).filter_by(district=district, kind=wish.kind, office=office, number=number, ended_at=None)
    if (known := session.scalar(same)) is not None:
        return known
    new = Contact(district=district, kind=wish.kind, office=office, number=number, entered_by=by.label,
                  entered_at=now())  # fmt: skip
    session.add(new)
    session.flush()
    _tell(session, by, "contact_added", new, after=digest_of([wish.kind, office, number]))
    return new


def note_phoned(session: Session, contact: Contact, by: Account) -> None:
    """Note that somebody answered there today, by the district's own calendar. Raises Forbidden."""
    must(by, Permission.TEND_OPENING, contact.district)
    contact.phoned_on, contact.phoned_by = day_in(zone_of(session, None, contact.district), now()), by.label
    _tell(session, by, "contact_phoned", contact, after=digest_of(contact.phoned_on))


def end_contact(session: Session, contact: Contact, by: Account) -> None:
    """Take a contact off the list; it stays on record. Raises Forbidden."""
    must(by, Permission.TEND_OPENING, contact.district)
    if contact.ended_at is None:
        contact.ended_at, contact.ended_by = now(), by.label
        _tell(session, by, "contact_ended", contact)


def contact_of(session: Session, district: str, number: int) -> Contact | None:
    """Find a contact of a district that stands; None where there is none of this number."""
    return session.scalars(select(Contact).filter_by(id=number, district=district, ended_at=None)).one_or_none()


def accept_code(session: Session, round_id: str, by: Account) -> None:
    """Accept the code of ethics for a round in which somebody verifies, or is with children. Raises NotTended."""
    if by.person_id is None or round_id not in rounds_of(session, by.person_id):
        raise NotTended("ethics_no_team")
    if session.get(EthicsAcceptance, (by.person_id, round_id)) is None:
        session.add(EthicsAcceptance(person_id=by.person_id, round_id=round_id, accepted_at=now()))
        write_down(session, Act(by.label, "ethics_accepted", f"round:{round_id}", None, round_id))
        ask(session, Facilities())


def rounds_of(session: Session, person_id: int) -> list[str]:
    """Name the rounds in whose teams somebody is, or in which they are a facilitator of children."""
    query = select(Team.round_id).join(TeamMember, TeamMember.team_id == Team.id)
    in_teams = query.where(TeamMember.person_id == person_id, TeamMember.ended_at.is_(None), Team.ended_at.is_(None))
    here = HeldRole.round_id.is_(None) | (HeldRole.round_id == Round.id)
    with_children = select(Round.id).join(HeldRole, here).where(
        HeldRole.person_id == person_id, HeldRole.role == Role.FACILITATOR, HeldRole.ended_at.is_(None),
        Round.state.in_((PLANNED, OPEN)),
    )  # fmt: skip
    return sorted(session.scalars(in_teams.union(with_children)))


def _tell(session: Session, by: Account, act: str, contact: Contact, after: str | None = None) -> None:
    write_down(session, Act(by.label, act, f"contact:{contact.id}", contact.district, after=after))
    ask(session, Facilities())
