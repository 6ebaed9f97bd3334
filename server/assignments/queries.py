"""What is asked of the assignments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.areas.tables import Area
from server.assignments.states import GIVEN, is_open, is_overdue, state_column
from server.assignments.tables import Assignment
from server.db import now
from server.roles.account import Account
from server.roles.queries import person_of
from server.roles.table import Permission
from server.roles.tables import Team, TeamMember, Tie
from server.rounds.states import OPEN as ROUND_OPEN
from server.rounds.tables import Round, RoundPart

Part = tuple[str, str]  # round, district


@dataclass(frozen=True)
class Expected:
    """A visit that was asked for and has not come: of which place, by whom, until which day; `state` may be overdue."""

    assignment_id: int
    facility_id: str
    team_id: int | None
    person_id: int | None
    deadline: date
    state: str


def expected(session: Session, round_id: str, district: str) -> Sequence[Expected]:
    """List the visits that were asked for in a district's part of a round and have not come, the first due first."""
    one = Assignment
    query = select(one.id, one.facility_id, one.team_id, one.person_id, one.deadline, state_column(now()))
    query = query.where(one.round_id == round_id, one.district == district, is_open())
    return [Expected(*row) for row in session.execute(query.order_by(one.due_at, one.id))]


def open_count(session: Session, round_id: str, district: str) -> int:
    """Count the assignments of a district's part of a round that are still open."""
    query = select(func.count()).select_from(Assignment)
    return session.scalar(query.filter_by(round_id=round_id, district=district).where(is_open())) or 0


def overdue_by_part(session: Session, account: Account) -> Sequence[tuple[str, str, str | None, int]]:
    """Count what is overdue where an account may give assignments, most first.

    Each with its district, its round and the district's name.
    """
    one, name, count = Assignment, aliased(Area), func.count()
    reach = account.reach(Permission.ASSIGN, one.district, one.round_id)
    query = (
        select(one.district, Round.id, func.max(name.name), count)
        .join(Round, (Round.id == one.round_id) & (Round.state == ROUND_OPEN))
        .join(RoundPart, (RoundPart.round_id == one.round_id) & (RoundPart.district == one.district))
        .outerjoin(name, (name.code == one.district) & name.until.is_(None))
        .where(is_overdue(now()), RoundPart.state == ROUND_OPEN, reach)
        .group_by(one.district, Round.id)
        .order_by(count.desc(), one.district, Round.id)
    )
    return session.execute(query).all()


def unsent(session: Session, before: datetime) -> Iterator[tuple[int, int]]:
    """Give what phones do not have as it stands, failed or waiting since a moment, with who gave or changed it last."""
    one = Assignment
    late = or_(one.problem.is_not(None), func.coalesce(one.changed_at, one.given_at) < before)
    query = select(func.coalesce(one.changed_by, one.given_by), one.id).where(one.state == GIVEN, late)
    for label, number in session.execute(query.order_by(one.id)):
        if (person_id := person_of(label)) is not None:  # not who did it at the terminal
            yield person_id, number


def to_go(session: Session) -> Iterator[tuple[int, int]]:
    """Give the visits that are asked for in open parts, with each person who is to go: a member, or all of a team."""
    query = _to_go(TeamMember.person_id, Assignment.id).order_by(Assignment.id, TeamMember.person_id)
    yield from ((person_id, number) for person_id, number in session.execute(query))


def to_go_by_part(session: Session, account: Account) -> list[tuple[Part, str | None, int, int | None]]:
    """Count the visits that somebody is asked for, part by part, most first; each part with its district's name.

    Last comes the team that they go with there, None where they go with several.
    """
    one = Assignment
    counted = _to_go(one.round_id, one.district, func.count().label("visits"), func.min(one.team_id).label("team"),
                     func.max(one.team_id).label("last_team"))  # fmt: skip
    mine = TeamMember.person_id == account.person_id
    of = counted.where(mine).group_by(one.round_id, one.district).subquery()
    name = select(func.max(Area.name)).where(Area.code == of.c.district, Area.until.is_(None)).scalar_subquery()
    query = select(of, name.label("name")).order_by(of.c.visits.desc(), of.c.district)
    return [((row.round_id, row.district), row.name, row.visits, row.team if row.team == row.last_team else None)
            for row in session.execute(query)] if account.person_id else []  # fmt: skip


def _to_go(*columns: Any) -> Select[Any]:
    """Select from the open assignments of open parts, each with every member of its team who is to go."""
    one, member = Assignment, TeamMember
    tied = exists().where(Tie.person_id == member.person_id, Tie.district == one.district, Tie.ended_at.is_(None))
    return (
        select(*columns)
        .select_from(one)
        .join(Team, (Team.id == one.team_id) & Team.ended_at.is_(None))
        .join(member, (member.team_id == one.team_id) & member.ended_at.is_(None))
        .join(Round, Round.id == one.round_id)
        .join(RoundPart, (RoundPart.round_id == one.round_id) & (RoundPart.district == one.district))
        .where(is_open(), Round.state == ROUND_OPEN, RoundPart.state == ROUND_OPEN, ~tied,
               one.person_id.is_(None) | (one.person_id == member.person_id))
    )  # fmt: skip
