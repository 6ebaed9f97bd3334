"""What the pages of opening show."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version, zone_of
from server.areas.tables import Area
from server.db import now
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import day_in
from server.opening.conditions import is_fresh, missing_for_visits, standing_contacts
from server.opening.tables import Contact, EthicsAcceptance
from server.opening.tending import rounds_of
from server.roles.queries import people_called
from server.rounds.tables import Round, RoundPart


@view
class ContactShown:
    """An office to call; whether it was phoned lately enough."""

    number_of_it: int
    kind: Cleared
    office: Cleared
    number: Cleared
    phoned_on: date | None
    phoned_by: Cleared | None
    fresh: bool


@view
class OpeningView:
    """A district's part of a round, with what is missing before its visits begin."""

    round_id: Cleared
    round: Cleared
    district: Cleared
    name: Cleared
    zone: Cleared
    asked_for: bool  # a round of before conditions were asked for goes on without
    missing: tuple[Cleared, ...]
    contacts: tuple[ContactShown, ...]


@view
class EthicsShown:
    """A round in whose teams somebody is, and whether they accepted its code of ethics."""

    round_id: Cleared
    round: Cleared
    accepted: date | None


def opening_view(session: Session, round_id: str, district: str, clear: Clearance) -> OpeningView | None:
    """Give what there is to see; None where the district has no part in the round."""
    its_name = (Area.code == RoundPart.district) & in_version(Round.areas_id)
    query = select(Round, Area.name).join(RoundPart, RoundPart.round_id == Round.id).outerjoin(Area, its_name)
    row = session.execute(query.where(Round.id == round_id, RoundPart.district == district)).one_or_none()
    if row is None:
        return None
    found, name = row
    zone, contacts = zone_of(session, found.areas_id, district), standing_contacts(session, [district])
    people = people_called(session, {one.phoned_by for one in contacts if one.phoned_by})
    missing = missing_for_visits(session, round_id, district)
    return OpeningView(
        clear.id(round_id), clear.ours(found.name), clear.id(district), clear.ours(name or district), clear.id(zone),
        found.asks_conditions, tuple(clear.why(reason).sentence for reason in missing),
        tuple(_shown(one, people, day_in(zone, now()), clear) for one in contacts),
    )  # fmt: skip


def _shown(one: Contact, people: dict[str, str], today: date, clear: Clearance) -> ContactShown:
    by = clear.ours(people.get(one.phoned_by, one.phoned_by)) if one.phoned_by else None
    return ContactShown(one.id, clear.say(f"contact.{one.kind}"), clear.ours(one.office), clear.ours(one.number),
                        one.phoned_on, by, is_fresh(one, today))  # fmt: skip


def ethics_shown(session: Session, person_id: int, zone: str, clear: Clearance) -> tuple[EthicsShown, ...]:
    """List the rounds in whose teams somebody is."""
    theirs = (EthicsAcceptance.round_id == Round.id) & (EthicsAcceptance.person_id == person_id)
    query = select(Round.id, Round.name, EthicsAcceptance.accepted_at).outerjoin(EthicsAcceptance, theirs)
    rows = session.execute(query.where(Round.id.in_(rounds_of(session, person_id))).order_by(Round.id)).all()
    return tuple(EthicsShown(clear.id(round_id), clear.ours(name), day_in(zone, at) if at else None)
                 for round_id, name, at in rows)  # fmt: skip
