"""The list of reports: districts' parts of rounds, with what was found."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of, zones
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import CAPITAL
from server.results.tables import Result
from server.results.totals import Totals
from server.rounds.states import ARCHIVED, CLOSED
from server.rounds.tables import Round, RoundPart
from verification.model import province_of


@view
class ListedPart:
    """A district's part of a round in the list; `zone` is that of its clocks, the sums None before its first result."""

    round_id: Cleared
    round_name: Cleared
    district: Cleared
    name: Cleared
    zone: Cleared
    closed: bool
    totals: Totals | None
    computed_at: datetime | None


def listed_parts(session: Session, clear: Clearance) -> list[ListedPart]:
    """List the districts' parts of all rounds that are not archived."""
    mine = (Result.round_id == RoundPart.round_id) & (Result.district == RoundPart.district)
    query = (
        select(Round, RoundPart, Result)
        .join(RoundPart, RoundPart.round_id == Round.id)
        .outerjoin(Result, mine)
        .where(Round.state != ARCHIVED)
        .order_by(Round.id.desc(), RoundPart.district)
    )
    rows = session.execute(query).all()
    session.expunge_all()
    codes = {part.district for _, part, _ in rows}
    versions = {found.areas_id for found, _, _ in rows}
    names = {areas_id: names_of(session, areas_id, codes) for areas_id in versions}
    clocks = {areas_id: zones(session, areas_id) for areas_id in versions}
    return [
        ListedPart(
            round_id=clear.id(found.id), round_name=clear.ours(found.name), district=clear.id(part.district),
            name=clear.ours(names[found.areas_id].get(part.district, part.district)),
            zone=clear.ours(clocks[found.areas_id].get(province_of(part.district), CAPITAL)),
            closed=part.state == CLOSED, totals=_totals(result) if result else None,
            computed_at=result.computed_at if result else None,
        )
        for found, part, result in rows
    ]  # fmt: skip


def _totals(result: Result) -> Totals:
    return Totals(result.maximum, result.claimed, result.standing, result.observed_claimed, result.lowest,
                  result.highest)  # fmt: skip
