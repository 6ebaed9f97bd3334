"""What is still missing before children are asked in a round, in a district, or by one facilitator."""

from collections.abc import Sequence

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from server.assignments.giving import today_in
from server.children.kinds import HOMES, OFFERED
from server.children.tables import AdultCheck, ChildPaper, ChildSwitch
from server.incidents.manned import register_is_manned
from server.opening.conditions import NEEDED, is_fresh, missing_for_round, missing_of_contacts, standing_contacts
from server.opening.tables import EthicsAcceptance
from server.roles.account import column_lies_in
from server.roles.queries import people_holding
from server.roles.table import Role
from server.roles.tables import HeldRole
from server.rounds.tables import RoundPart
from verification.reason import Reason

# papers of a round, of which one each has to be on file; and what is said where none is
PAPERS = {
    ("ethics_protocol", "ethics_exemption"): Reason("children_no_ethics"),
    ("data_protection",): Reason("children_no_assessment"),
    ("guardian_rule",): Reason("children_no_guardian_rule"),
}
_NAMED, _LOOKED_AT = 5, 20  # districts that a sentence names; whose register is looked at for a whole round


def is_on(session: Session, round_id: str) -> bool:
    """Tell whether children are asked in a round."""
    found = session.get(ChildSwitch, round_id)
    return found is not None and found.on


def missing_for_children(session: Session, round_id: str) -> list[Reason]:
    """Say what keeps children from being asked in a round, in the order in which it is to be done."""
    districts = _districts_of_facilitators(session, round_id)
    return [*missing_for_round(session, round_id), *_register(session, round_id, districts),
            *_contacts(session, districts), *_papers(session, round_id), *_adults(session, round_id)]  # fmt: skip


def missing_for_session(session: Session, round_id: str, district: str, facilitator: int | None) -> list[Reason]:
    """Say what keeps a facilitator from asking children in a district."""
    off = [] if is_on(session, round_id) else [Reason("children_off")]
    adult = missing_of_adult(session, round_id, facilitator) if facilitator else []
    manned = register_is_manned(session, round_id, district, today_in(session, district))
    return [*off, *manned, *missing_of_contacts(session, district), *adult]


def missing_of_adult(session: Session, round_id: str, person_id: int) -> list[Reason]:
    """Say what keeps an adult from being with children: code of ethics, police record, training."""
    check = session.get(AdultCheck, (person_id, round_id))
    agreed = session.get(EthicsAcceptance, (person_id, round_id)) is not None
    return [
        *([] if agreed else [Reason("children_adult_code")]),
        *([] if check and check.cleared_on else [Reason("children_adult_not_cleared")]),
        *([] if check and check.trained_on else [Reason("children_adult_not_trained")]),
    ]


def is_offered(session: Session, round_id: str, district: str, place_kind: str) -> bool:
    """Tell whether children may be asked about a kind of place: about homes only by a written rule of guardians."""
    if place_kind in HOMES:
        return _on_file(session, round_id, ("guardian_homes",), district)
    return place_kind in OFFERED


def standing_papers(round_id: str) -> Select[ChildPaper]:
    """Ask for the papers on file for a round."""
    return select(ChildPaper).where(ChildPaper.round_id == round_id, ChildPaper.ended_at.is_(None))


def facilitators_of(session: Session, round_id: str) -> Sequence[int]:
    """Number the people who are facilitators of children in a round."""
    return people_holding(session, Role.FACILITATOR, None, round_id)


def _papers(session: Session, round_id: str) -> list[Reason]:
    return [reason for kinds, reason in PAPERS.items() if not _on_file(session, round_id, kinds, None)]


def _on_file(session: Session, round_id: str, kinds: Sequence[str], district: str | None) -> bool:
    there = ChildPaper.district.is_not_distinct_from(district) & ChildPaper.kind.in_(kinds)
    return session.scalars(standing_papers(round_id).where(there).limit(1)).first() is not None


def _register(session: Session, round_id: str, districts: Sequence[str]) -> list[Reason]:
    """Say what the register of incidents lacks in the first district of facilitators where it lacks something.

    Of many districts the first are looked at: each is again before a session is planned or codes are printed there.
    """
    for district in districts[:_LOOKED_AT]:
        if missing := register_is_manned(session, round_id, district, today_in(session, district)):
            return missing
    return []


def _contacts(session: Session, districts: Sequence[str]) -> list[Reason]:
    """Name the districts of facilitators in which nobody would pick up the telephone."""
    today = {district: today_in(session, district) for district in districts}
    answered = {(one.district, one.kind) for one in standing_contacts(session, districts)
                if is_fresh(one, today[one.district])}  # fmt: skip
    lacking = [district for district in districts if any((district, kind) not in answered for kind in NEEDED)]
    if not lacking:
        return []
    return [Reason("children_no_contacts", {"count": len(lacking), "districts": ", ".join(lacking[:_NAMED])})]


def _districts_of_facilitators(session: Session, round_id: str) -> Sequence[str]:
    areas = session.scalars(
        select(HeldRole.area).where(HeldRole.role == Role.FACILITATOR, HeldRole.ended_at.is_(None),
                                    or_(HeldRole.round_id.is_(None), HeldRole.round_id == round_id)).distinct()
    ).all()  # fmt: skip
    within = or_(false(), *(column_lies_in(RoundPart.district, area) for area in areas))
    query = select(RoundPart.district).where(RoundPart.round_id == round_id, within)
    return session.scalars(query.order_by(RoundPart.district)).all()


def _adults(session: Session, round_id: str) -> list[Reason]:
    facilitators = facilitators_of(session, round_id)
    if not facilitators:
        return [Reason("children_no_facilitator")]
    ready = (
        select(func.count()).select_from(AdultCheck)
        .join(EthicsAcceptance, (EthicsAcceptance.person_id == AdultCheck.person_id)
              & (EthicsAcceptance.round_id == AdultCheck.round_id))
        .where(AdultCheck.round_id == round_id, AdultCheck.person_id.in_(facilitators),
               AdultCheck.cleared_on.is_not(None), AdultCheck.trained_on.is_not(None))
    )  # fmt: skip
    unready = len(facilitators) - (session.scalar(ready) or 0)
    return [Reason("children_adults_not_ready", {"count": unready})] if unready else []
