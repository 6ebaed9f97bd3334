"""What a departure check found, phone by phone: lines in the order in which somebody would mend what is wrong."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Json, now
from server.phones.tables import Phone, PhoneCheck
from server.roles.tables import Team

# that Central lets it in; its forms; that they are the newest; places; homes by code alone; follow-ups; sheet; drill
LINES = ("let_in", "forms", "versions", "places", "names", "follow_ups", "sheet", "drill")


@dataclass(frozen=True)
class CheckedLine:
    """A line of the check: whether it is as it should be, and the numbers that its sentence tells."""

    line: str
    is_fine: bool
    values: Json


@dataclass(frozen=True)
class CheckedPhone:
    """A phone with its lines."""

    code: str
    lines: Sequence[CheckedLine]

    @property
    def is_fine(self) -> bool:
        """Tell whether it may leave."""
        return all(line.is_fine for line in self.lines)


def keep(session: Session, team_id: int, phones: Iterable[CheckedPhone]) -> None:
    """Keep what was found, in place of what the check before found."""
    found = [[one.code, [[line.line, line.is_fine, line.values] for line in one.lines]] for one in phones]
    known = session.get(PhoneCheck, team_id) or PhoneCheck(team_id=team_id)
    known.checked_at, known.found = now(), {"phones": found}
    session.add(known)


def checked(found: PhoneCheck) -> list[CheckedPhone]:
    """Read what was kept."""
    phones: list[Any] = found.found["phones"]
    return [CheckedPhone(code, [CheckedLine(*line) for line in lines]) for code, lines in phones]


def last_drill(session: Session, round_id: str) -> Phone | None:
    """Find the last drill of a round that Central ended by refusing the phone: how long that took is its record."""
    query = select(Phone).join(Team, Team.id == Phone.team_id)
    query = query.where(Team.round_id == round_id, Phone.person_id.is_(None), Phone.refused_at.is_not(None))
    return session.scalars(query.order_by(Phone.refused_at.desc()).limit(1)).first()


def seconds_of(drill: Phone) -> int:
    """Tell within how many whole seconds of "lost" Central refused in a drill."""
    assert drill.refused_at and drill.lost_at  # noqa: S101 - it is over
    return max(1, math.ceil((drill.refused_at - drill.lost_at).total_seconds()))
