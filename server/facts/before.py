"""What is before whoever decides: the evidence and what was decided so far; and that it still is, once they have.

Of two at once the second sees the first's decision before giving an own. Where two have to say the same, neither does:
both give theirs without seeing the other's.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from server.facts.evidence import read_posted, seen_of, submissions_of, visits_now
from server.facts.history import as_decided, histories, placed_by
from server.facts.lines import FoundLine
from server.facts.tables import Fact
from server.roles.account import Account
from server.roles.table import Role
from verification.deciding.facts import WITHDRAWN, SeenVisit
from verification.deciding.reopening import changed
from verification.deciding.states import State, open_to, standing
from verification.reason import Reason, WithReason


class Refused(WithReason):
    """A decision that cannot be taken: why, the form's field it is about, and what has come meanwhile."""

    def __init__(self, code: str, /, field: str = "", came: Sequence[Reason] = (), **values: Any) -> None:
        super().__init__(code, **values)
        self.field, self.came = field, tuple(came)


def because(reason: Reason) -> Refused:
    """Refuse a decision for a reason that is not about its fields."""
    refused = Refused(reason.code)
    refused.reason = reason
    return refused


class NotThere(Exception):
    """A line or a visit that is not in this district's part of the round."""


def new_uuid() -> str:
    """Choose the id of a decision that is about to be offered."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Part:
    """A district's part of a round."""

    round_id: str
    district: str


@dataclass(frozen=True)
class FactWish:
    """A decision as a person typed it; `seen` and `newest` are the evidence and the last decision that they saw."""

    outcome: str = ""
    criteria: tuple[str, ...] = ()
    other: int = 0  # the number of a line
    row: str = ""  # or where it stands in the workbook's list of places
    why: str = ""
    seen: str = ""
    newest: int = 0
    uuid: str = field(default_factory=new_uuid)
    bulk: str | None = None


@dataclass(frozen=True)
class BeforeEyes:
    """What a page shows of a line or a visit that is to be decided: what is there, and what was decided so far.

    `names` are what the people are called who decided.
    """

    seen: tuple[SeenVisit, ...]
    history: Sequence[Fact]
    names: Mapping[str, str]


def before_eyes(session: Session, part: Part, line: FoundLine) -> BeforeEyes:
    """Say what is before whoever decides about a line."""
    return before_eyes_of(session, part, [line])[line.line_id]


def before_eyes_of(session: Session, part: Part, lines: Sequence[FoundLine]) -> dict[int, BeforeEyes]:
    """Say what is before whoever decides about lines, by line; in as many statements for many as for one."""
    numbers = {number for line in lines for number in submissions_of(line.row)}
    found = histories(session, part.round_id, part.district, [line.known_by for line in lines], numbers)
    now_ = visits_now(session, part.round_id, part.district, numbers)
    placed = placed_by(found, now_)
    return {line.line_id: BeforeEyes(seen_of(submissions_of(line.row), now_, placed), found.of(line.known_by),
                                    found.names)
            for line in lines}  # fmt: skip


def leads(by: Account, part: Part) -> bool:
    """Tell whether somebody leads those who decide there: a difference between two of them is theirs to settle."""
    return any(held.role is Role.LEAD and held.covers(part.district, part.round_id) for held in by.held)


def readable(history: Sequence[Fact], by: Account, part: Part) -> list[Fact]:
    """Give the decisions that somebody may read: not another's opinion before their own."""
    open_ = {one.number for one in open_to(map(as_decided, history), by.label, settles=leads(by, part))}
    return [one for one in history if one.id in open_]


def newest_of(history: Sequence[Fact]) -> int:
    """Number the newest decision, 0 where there is none."""
    return max((one.id for one in history), default=0)


def must_be_newest(history: Sequence[Fact], wish: FactWish, by: Account, part: Part) -> None:
    """Refuse where somebody else has decided since the page was shown, so that their decision is seen first."""
    if newest_of(readable(history, by, part)) != wish.newest:
        raise Refused("fact_other_came")


def must_undo_something(history: Sequence[Fact], wish: FactWish, by: Account, part: Part) -> None:
    """Refuse to take back what nobody decided, as far as this person may know."""
    stands = standing(map(as_decided, readable(history, by, part)))
    if wish.outcome == WITHDRAWN and stands.state in (State.PROPOSED, State.WITHDRAWN):
        raise Refused("fact_nothing_to_withdraw", "outcome")


def must_be_seen(session: Session, part: Part, here: Sequence[SeenVisit], wish: FactWish) -> tuple[SeenVisit, ...]:
    """Refuse where what the page showed is not what is here; what came, went or changed since is told."""
    shown = read_posted(wish.seen)
    if shown is None:
        raise Refused("decision_page_wrong")
    if set(shown) != set(here):
        numbers = {one.submission for one in (*shown, *here)}
        raise Refused("fact_evidence_changed", came=since(session, part, numbers, shown, here))
    return tuple(here)


def since(
    session: Session, part: Part, numbers: set[int], then: Iterable[SeenVisit], here: Iterable[SeenVisit]
) -> list[Reason]:
    """Say what is different here from what was shown then."""
    now_ = visits_now(session, part.round_id, part.district, numbers)
    shown, there = list(then), {one.submission for one in here}
    known = {one.submission for one in shown}
    new = [Reason("reopened_visit", {"visit": now_[number].visit_id, "day": now_[number].day})
           for number in sorted(there - known)]  # fmt: skip
    return [*new, *changed(shown, now_, known - there)]
