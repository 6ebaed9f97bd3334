"""What a protection service counted in a year: entered by a verifier from the service's own totals, never by phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.audit.entries import Act, digest_of, write_down
from server.db import Json
from server.fields import PAGE
from server.register.tables import Facility
from server.restricted.shelter_visit import WHY_CHANGED, NotEntered
from server.restricted.tables import ServiceTotals
from server.roles.account import Account, must
from server.roles.table import Permission
from server.rounds.states import hold_part
from server.visits.places import VisitedPlace, known_places
from verification.places.kinds import Shown
from verification.protection.totals import KINDS, LARGEST, NAMES, SOURCES, read_total
from verification.reason import Reason

MOST_SERVICES = 60  # of a district, on one page; those of the district itself come first


@dataclass(frozen=True)
class TotalsWish:
    """What was typed: the version that the page showed (0 for none), numbers by name, their source, and a reason."""

    before: int
    numbers: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    why: str = ""


def services_in(session: Session, district: str) -> dict[str, VisitedPlace]:
    """Give a district's protection services by their numbers; one that anybody calls a shelter or a home is none."""
    query = select(Facility.id).where(Facility.village.startswith(f"{district}."), Facility.kind.in_(KINDS))
    ids = session.scalars(query.order_by(Facility.kind.desc(), Facility.name, Facility.id).limit(MOST_SERVICES)).all()
    found = known_places(session, ids)
    return {one: found[one] for one in ids if found[one].place.shown is Shown.OPENLY}


def newest_totals(session: Session, round_id: str, district: str) -> Sequence[ServiceTotals]:
    """Give what was entered last for each service of a district."""
    one = ServiceTotals
    mine = (one.round_id == round_id) & (one.district == district)
    newest = select(one.facility_id, func.max(one.number).label("number")).where(mine).group_by(one.facility_id)
    last = newest.subquery()
    is_newest = (last.c.facility_id == one.facility_id) & (last.c.number == one.number)
    return session.scalars(select(one).join(last, is_newest).where(mine).order_by(one.facility_id)).all()


def enter(
    session: Session, round_id: str, district: str, facility_id: str, wish: TotalsWish, by: Account
) -> ServiceTotals:
    """Enter a service's totals, or put them right by another version with a reason. Raises NotEntered, Forbidden."""
    must(by, Permission.ENTER_TOTALS, district, round_id)
    hold_part(session, round_id, district)
    if against := part_is_closed(session, round_id, district):
        raise NotEntered({PAGE: against})
    newest = session.scalar(
        select(func.max(ServiceTotals.number)).filter_by(round_id=round_id, facility_id=facility_id)
    )
    if wish.before != (newest or 0):
        raise NotEntered({PAGE: Reason("restricted_changed")})
    totals = _read(wish, corrects=newest is not None)
    entered = ServiceTotals(
        round_id=round_id, district=district, facility_id=facility_id, number=wish.before + 1, totals=totals,
        source=wish.source, why=wish.why if newest else None, entered_by=by.label,
    )  # fmt: skip
    session.add(entered)
    session.flush()
    write_down(session, Act(by.label, "totals_entered", f"place:{facility_id}", district, round_id,
                            after=digest_of(totals)))  # fmt: skip
    return entered


def _read(wish: TotalsWish, *, corrects: bool) -> Json:
    problems: dict[str, Reason] = {}
    totals: Json = {}
    for name in NAMES:
        try:
            totals[name] = read_total(wish.numbers.get(name, ""))
        except ValueError:
            problems[name] = Reason("restricted_number_wrong", {"most": LARGEST})
    if wish.source not in SOURCES:
        problems["source"] = Reason("totals_source_missing")
    if corrects and wish.why not in WHY_CHANGED:
        problems["why"] = Reason("shelter_why_missing")
    if not problems and all(number is None for number in totals.values()):
        problems[PAGE] = Reason("totals_nothing_typed")
    if problems:
        raise NotEntered(problems)
    return totals
