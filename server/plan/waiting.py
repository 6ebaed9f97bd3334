"""What waits before anybody is sent, and for whom: plans to agree to, drawings to approve, and then their release."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.areas.tables import Area
from server.draws.states import DRAWN
from server.draws.tables import Draw
from server.plan.states import waits_for_agreement
from server.plan.tables import PlannedVisit
from server.roles.account import Account
from server.roles.queries import people_by_part
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart

PLANS, DRAWINGS, RELEASES = "plans", "drawings", "releases"
Part = tuple[str, str]  # round, district
# rows of which table wait, which of them, and since when one of them is as it is
_WAITS: Mapping[str, tuple[type[PlannedVisit | Draw], ColumnElement[bool], InstrumentedAttribute[Any]]] = {
    PLANS: (PlannedVisit, waits_for_agreement(), PlannedVisit.changed_at),
    DRAWINGS: (Draw, Draw.state == DRAWN, Draw.drawn_at),
    RELEASES: (PlannedVisit, PlannedVisit.released.is_(False) & ~waits_for_agreement(), PlannedVisit.changed_at),
}
_SEEN_TO_BY = {PLANS: Permission.APPROVE_DRAW, DRAWINGS: Permission.APPROVE_DRAW, RELEASES: Permission.ASSIGN}


def awaited_by_part(session: Session, account: Account, what: str) -> list[tuple[Part, str | None, int]]:
    """Count the rows that wait for an account, part by part, most first; each part with its district's name."""
    table, _, _ = _WAITS[what]
    reach = account.reach(_SEEN_TO_BY[what], table.district, table.round_id)
    of = _of_open_parts(what, func.count().label("count")).where(reach).subquery()
    name = select(func.max(Area.name)).where(Area.code == of.c.district, Area.until.is_(None)).scalar_subquery()
    query = select(of.c.round_id, of.c.district, name, of.c.count).order_by(of.c.count.desc(), of.c.district)
    return [((round_id, district), called, count) for round_id, district, called, count in session.execute(query)]


def agreements_that_wait(session: Session) -> Iterator[tuple[int, str, list[int]]]:
    """Give what waits in open parts of open rounds: for whom, what it is, and since which second it is as it is.

    A row that was agreed to and then planned otherwise waits again under its old number: numbers would be no news.
    """
    found = {(what, (round_id, district)): int(since.timestamp())
             for what, (_, _, moment) in _WAITS.items() if what != RELEASES
             for round_id, district, since in session.execute(_of_open_parts(what, func.max(moment)))}  # fmt: skip
    people = people_by_part(session, Permission.APPROVE_DRAW, {part for _, part in found})
    for (what, part), since in sorted(found.items()):
        for person_id in people[part]:
            yield person_id, what, [since]


def _of_open_parts(what: str, *columns: Any) -> Select[Any]:
    """Select from what waits where somebody can still be sent, part by part."""
    table, waits, _ = _WAITS[what]
    return (
        select(table.round_id, table.district, *columns)
        .join(Round, Round.id == table.round_id)
        .join(RoundPart, (RoundPart.round_id == table.round_id) & (RoundPart.district == table.district))
        .where(waits, Round.state == OPEN, RoundPart.state == OPEN)
        .group_by(table.round_id, table.district)
    )
