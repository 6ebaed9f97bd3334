"""The list of reports: districts' parts of rounds, with what was found."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of, zones
from server.moments import CAPITAL
from server.results.tables import Result
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round, RoundPart
from verification.model import province_of


@dataclass(frozen=True)
class ListedPart:
    """A district's part of a round in the list; `zone` is that of its clocks, `result` None before its first."""

    round: Round
    part: RoundPart
    name: str
    zone: str
    result: Result | None


def listed_parts(session: Session) -> list[ListedPart]:
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
        ListedPart(found, part, names[found.areas_id].get(part.district, part.district),
                   clocks[found.areas_id].get(province_of(part.district), CAPITAL), result)
        for found, part, result in rows
    ]  # fmt: skip
