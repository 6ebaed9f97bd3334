"""One day of a plan, team by team: what is expected and not here, what came, what was found otherwise."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.plan.states import (
    ARRIVED,
    AWAITED,
    ENDED,
    MISSING,
    NOT_SEEN,
    PROPOSED,
    REFUSED,
    SUBSTITUTED,
    UNAPPROVED,
    UNRELEASED,
    WITHDRAWN,
    of_part,
    over_plan,
    stands,
)
from server.plan.tables import PlannedVisit
from server.words import Catalogue

_NOT_PLANNED = (WITHDRAWN, ENDED)


@view
class TeamDay:
    """A team's day in numbers of places; `overdue` are of the days before it."""

    team_id: int
    team: Cleared
    planned: int
    arrived: int
    awaited: int
    awaited_state: Cleared
    substituted: int
    unapproved: int
    refused: int
    not_seen: int
    unreleased: int
    overdue: int


def teams_of_day(
    session: Session, part: tuple[str, str], day: date, teams: Mapping[int, str], now_here: tuple[datetime, date],
    words: Catalogue,
) -> list[TeamDay]:  # fmt: skip
    """Count a part's plan of a day by teams, by name; `now_here` is this moment, and the day it is there."""
    one, clear = PlannedVisit, Clearance(words)
    columns = (one.team_id, (one.day == day).label("of_the_day"), stands(*now_here).label("stands"))
    rows_of_it = over_plan(*columns).where(of_part(*part), one.day <= day, one.substitute_for.is_(None)).subquery()
    query = select(*rows_of_it.c, func.count()).group_by(*rows_of_it.c)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    overdue: Counter[int] = Counter()
    for team_id, of_the_day, name, count in map(tuple, session.execute(query)):
        if of_the_day:
            found[team_id][name] += count
        elif name == MISSING:
            overdue[team_id] += count
    rows = []
    for team_id in sorted({*found, *overdue}, key=lambda number: (teams.get(number, ""), number)):
        counted = found[team_id]
        planned = sum(count for name, count in counted.items() if name not in _NOT_PLANNED)
        awaited = next((name for name in AWAITED if counted[name]), MISSING)  # of one day they are all of one state
        rows.append(TeamDay(
            team_id=team_id, team=clear.ours(teams.get(team_id, "–")), planned=planned, arrived=counted[ARRIVED],
            awaited=sum(counted[name] for name in AWAITED), awaited_state=clear.ours(awaited),
            substituted=counted[SUBSTITUTED], unapproved=counted[UNAPPROVED], refused=counted[REFUSED],
            not_seen=counted[NOT_SEEN], unreleased=counted[UNRELEASED] + counted[PROPOSED], overdue=overdue[team_id],
        ))  # fmt: skip
    return rows
