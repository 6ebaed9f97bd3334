"""What an officer types to give a sealed assignment, read strictly: no field takes a word that could name a place."""

import re
from dataclasses import dataclass, field
from datetime import date

from server.db import Json
from server.decisions.typed import new_uuid
from server.fields import Misread, read_field
from server.roles.teams import Going
from verification.places.kinds import names_a_shelter
from verification.protection.shelter import KINDS
from verification.reason import Reason, WithReason

MOST_MONTHS_OFF = 12
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9./-]{2,59}", re.ASCII)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


class Unsealed(WithReason):
    """Something about a sealed assignment that is not so, or cannot be done, with the reason."""


class NotSealed(Misread):
    """A sealed assignment that cannot be given."""


@dataclass(frozen=True)
class SealedWish:
    """A sealed assignment as it was typed; `first` and `second` are a team's number and a member's ("3/12")."""

    uuid: str = field(default_factory=new_uuid)
    kind: str = ""
    first: str = ""
    second: str = ""
    decision: str = ""
    decided_on: str = ""
    month: str = ""


def read_sealed(wish: SealedWish, today: date, teams: list[Going]) -> Json:
    """Read what was typed as a row's values. Raises NotSealed."""
    problems: dict[str, Reason] = {}
    first = read_field(problems, "first", lambda: _who(teams, wish.first))
    second = read_field(problems, "second", lambda: _who(teams, wish.second))
    if first and second and first == second:
        problems["second"] = Reason("sealed_needs_two")
    elif first and second and first[0] != second[0]:
        problems["second"] = Reason("sealed_two_teams")
    values = {
        "kind": read_field(problems, "kind", lambda: _kind(wish.kind)),
        "decision": read_field(problems, "decision", lambda: _decision(wish.decision)),
        "decided_on": read_field(problems, "decided_on", lambda: _decided_on(today, wish.decided_on)),
        "month": read_field(problems, "month", lambda: read_month(today, wish.month)),
    }  # fmt: skip
    if problems or not (first and second):
        raise NotSealed(problems)
    return values | {"team_id": first[0], "first_id": first[1], "second_id": second[1]}


def read_month(today: date, typed: str, *, may_come: bool = True) -> str:
    """Read a month, a year before or after today at most. Raises Unsealed."""
    text = typed.strip()
    if not _MONTH.fullmatch(text):
        raise Unsealed("sealed_month_wrong")
    off = (int(text[:4]) - today.year) * 12 + int(text[5:]) - today.month
    if abs(off) > MOST_MONTHS_OFF:
        raise Unsealed("sealed_month_far_off", most=MOST_MONTHS_OFF)
    if off > 0 and not may_come:
        raise Unsealed("sealed_month_to_come")
    return text


def _kind(typed: str) -> str:
    if typed not in KINDS:
        raise Unsealed("sealed_kind_missing")
    return typed


def _decision(typed: str) -> str:
    text = typed.strip().upper()
    if not _NUMBER.fullmatch(text) or names_a_shelter(re.sub(r"[./-]", " ", text)):
        raise Unsealed("sealed_decision_wrong")
    return text


def _decided_on(today: date, typed: str) -> date:
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        raise Unsealed("sealed_day_wrong") from None
    if not date(today.year - 2, 1, 1) <= found <= today:
        raise Unsealed("sealed_day_off")
    return found


def _who(teams: list[Going], typed: str) -> tuple[int, int]:
    """Find a member by the team's number and their own."""
    for team in teams:
        for number in team.members:
            if typed == f"{team.id}/{number}":
                if number in team.tied:
                    raise Unsealed("sealed_is_tied")
                return team.id, number
    raise Unsealed("sealed_who_missing")
