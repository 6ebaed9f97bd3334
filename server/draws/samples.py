"""What was drawn and approved, as the rules see it: the sample of each list, by indicator."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.draws.states import APPROVED
from server.draws.tables import Draw, DrawnPlace
from verification.sampling.designs import Stratum
from verification.sampling.sample import DrawnSample


def samples_of(session: Session, round_id: str, district: str) -> dict[int, DrawnSample]:
    """Give a part's approved drawings by indicator, of which each has at most one; no substitute is in any."""
    query = select(Draw).filter_by(round_id=round_id, district=district, state=APPROVED).order_by(Draw.indicator)
    draws = session.scalars(query).all()
    if not draws:
        return {}
    drawn = strata_drawn(session, [one.id for one in draws])
    return {
        one.indicator: DrawnSample(one.id, one.design, one.population, tuple(Stratum(**row) for row in one.strata),
                              drawn[one.id])
        for one in draws
    }  # fmt: skip


def strata_drawn(session: Session, draws: Sequence[int]) -> Mapping[int, dict[str, int]]:
    """Give the places that each of these drawings took, in their turn, each with its stratum; no substitute is one."""
    lot = DrawnPlace
    rows = select(lot.draw_id, lot.facility_id, lot.stratum).where(lot.draw_id.in_(draws), lot.substitute_for.is_(None))
    drawn: dict[int, dict[str, int]] = defaultdict(dict)
    for number, place, stratum in session.execute(rows.order_by(lot.draw_id, lot.turn)):
        drawn[number][place] = stratum
    return drawn
