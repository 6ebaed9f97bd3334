"""The form by which an assignment is given: who there is to send, and why nobody can be."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.assignments.giving import NotAssigned, There, hindrance, today_in
from server.claims.tables import Claim, ClaimLine
from server.decisions.typed import new_uuid
from server.disclosure.cleared import Cleared, ClearedValues, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.roles.teams import Going, teams_going
from server.rounds.tables import Round, RoundPart
from server.visits.places import known_place, place_name
from server.words import Catalogue
from verification.reason import Reason


@view
class Goer:
    """Somebody who could be sent, by what the form sends; `tied` may not be."""

    value: Cleared
    name: Cleared
    tied: bool


@view
class GoingTeam:
    """A team that could be sent, and its members."""

    value: Cleared
    name: Cleared
    tied: bool
    members: tuple[Goer, ...]


@view
class Offer:
    """What the form offers; `against` says why there is none. `today` is the earliest last day."""

    uuid: Cleared
    today: date
    teams: tuple[GoingTeam, ...]
    against: Cleared | None


@view
class ShownPart:
    """A district's part of a round."""

    round_id: Cleared
    round_name: Cleared
    district: Cleared
    district_name: Cleared


def line_there(session: Session, round_id: str, district: str, line_id: int) -> There | None:
    """Find the place of a claimed line in a part of a round; None where there is no such line."""
    query = select(ClaimLine.facility_id).join(Claim, Claim.id == ClaimLine.claim_id)
    facility = session.scalar(query.where(ClaimLine.id == line_id, Claim.round_id == round_id,
                                          Claim.district == district))  # fmt: skip
    return There(round_id, district, facility) if facility else None


def part_shown(session: Session, round_id: str, district: str, words: Catalogue) -> ShownPart | None:
    """Name a district's part of a round; None where there is none."""
    its_name = (Area.code == RoundPart.district) & in_version(Round.areas_id)
    query = (
        select(Round.name, Area.name)
        .join(RoundPart, RoundPart.round_id == Round.id)
        .outerjoin(Area, its_name)
        .where(Round.id == round_id, RoundPart.district == district)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    clear, (round_name, name) = Clearance(words), found
    return ShownPart(clear.id(round_id), clear.ours(round_name), clear.id(district), clear.ours(name or district))


@view
class OfferThere:
    """A place, and what the form offers for it."""

    place: Cleared
    is_home: bool
    form: Offer


def offer(session: Session, there: There, words: Catalogue, viewer: Viewer) -> OfferThere:
    """Name a place and say what the form offers for it."""
    place = known_place(session, there.facility_id)
    form = offered(session, there.round_id, there.district, words, hindrance(session, there, place))
    return OfferThere(place_name(session, place, words, viewer), place.place.is_home, form)


def offered(session: Session, round_id: str, district: str, words: Catalogue, against: Reason | None = None) -> Offer:
    """Say what the form offers in a district."""
    return offer_of(teams_going(session, round_id, district), today_in(session, district), words, against)


def offer_of(going: Iterable[Going], today: date, words: Catalogue, against: Reason | None) -> Offer:
    """Say what the form offers, of the teams that verify a district and the day that it is there."""
    clear, teams = Clearance(words), []
    for team in going:
        members = tuple(Goer(clear.id(f"{team.id}/{number}"), clear.ours(name), number in team.tied)
                        for number, name in team.members.items())  # fmt: skip
        teams.append(GoingTeam(clear.id(str(team.id)), clear.ours(team.name), bool(team.tied), members))
    sentence = clear.why(against).sentence if against is not None else None
    return Offer(clear.id(new_uuid()), today, tuple(teams), sentence)


def problems_shown(wrong: NotAssigned | None, words: Catalogue) -> ClearedValues:
    """Say what is wrong with which field; "" is the whole."""
    clear = Clearance(words)
    found = wrong.problems.items() if wrong else ()
    return ClearedValues((name or "page", clear.why(reason).sentence) for name, reason in found)
