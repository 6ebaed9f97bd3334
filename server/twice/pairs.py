"""Places of a round that were visited twice: each earlier visit beside the last one, and the teams that made them.

The place is the register's, and both visits of one kind of form. What a visit says of a shelter is left out. The order
is that of the rules (`verification/matching/latest.py`): by when visits were made; the last one is the last that saw
something, if one did, and who came after it and saw nothing is put beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from server.assignments.tables import Assignment
from server.db import among
from server.disclosure.places import UnclearedPlace
from server.moments import from_central
from server.phones.tables import Phone
from server.register.tables import Facility
from server.roles.account import Account
from server.roles.table import Permission
from server.roles.tables import Team, TeamMember
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from server.submissions.keeping import current_version
from server.submissions.standing import counts
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.tables import Visit
from verification.judging.twice import SaidOnce, SaidTwice, compare_twice
from verification.model import Seen
from verification.places.kinds import Shown
from verification.reading.moment import made_at

_SEEN = {seen.value: seen for seen in Seen}


@dataclass(frozen=True)
class OneVisit:
    """A visit to a place that was visited more than once; `number` is its submission's, `team` None: not known."""

    number: int
    form_id: str
    root_id: str
    began_at: datetime | None
    received_at: datetime
    day: date | None
    district: str
    facility_id: str
    kind: str
    team: int | None
    answers: SaidOnce

    @property
    def made_at(self) -> datetime:
        """Say when it was made, as far as the phone's clock can be right."""
        return made_at(self.began_at, self.received_at)

    @property
    def order(self) -> tuple[datetime, datetime, str, str]:
        """Say when it was made; of two at one moment, as results order them."""
        return self.made_at, self.received_at, self.root_id, self.form_id

    @property
    def saw_something(self) -> bool:
        """Tell whether it answers anything: not who stood before a closed door."""
        return bool(self.answers.noted) or any(seen is not Seen.NOT_SEEN for seen in self.answers.seen.values())


@dataclass(frozen=True)
class Pair:
    """An earlier visit and the last one to its place, and what both answered. It is told of the earlier one's team."""

    earlier: OneVisit
    later: OneVisit
    answers: tuple[SaidTwice, ...]

    @property
    def team(self) -> int | None:
        """The team that was visited after."""
        return self.earlier.team

    @property
    def differing(self) -> tuple[SaidTwice, ...]:
        """What they answer differently."""
        return tuple(one for one in self.answers if one.differs)

    @property
    def days(self) -> int | None:
        """The days between both visits, where both days are known."""
        return (self.later.day - self.earlier.day).days if self.earlier.day and self.later.day else None


def pairs_of(session: Session, by: Account, found: Round) -> list[Pair]:
    """Give the pairs of a round within somebody's reach; none of a team that they are a member of themselves."""
    own, known = _own_teams(session, by), indicators_of(session, found).criteria
    of_regulation = frozenset(code for code, criterion in known.items() if criterion.of_regulation)
    pairs = [Pair(earlier, later, compare_twice(earlier.answers, later.answers, of_regulation))
             for earlier, later in _twice(_visits(session, by, found.id))]  # fmt: skip
    return [pair for pair in pairs if pair.team is None or pair.team not in own]


def _twice(visits: Iterable[OneVisit]) -> Iterator[tuple[OneVisit, OneVisit]]:
    """Put each other visit beside the last one to its place that saw something, the earlier of both first."""
    at: dict[tuple[str, str], list[OneVisit]] = defaultdict(list)
    for visit in visits:
        at[visit.facility_id, visit.kind].append(visit)
    for those in at.values():
        last = max(those, key=lambda one: (one.saw_something, one.order))
        others = sorted((one for one in those if one is not last), key=lambda one: one.order)
        yield from ((one, last) if one.order < last.order else (last, one) for one in others)


def visited_twice(by: Account, round_id: str) -> Select[Any]:
    """Select the places of a round within reach to which more than one visit came, whether or not all of them count."""
    state = aliased(SubmissionState)
    here = _within(state, by, round_id)
    return select(state.facility_id).where(*here).group_by(state.facility_id).having(func.count() > 1)


def _within(state: type[SubmissionState], by: Account, round_id: str) -> tuple[ColumnElement[bool], ...]:
    """Write as SQL: a visit to a place of the register, of a round, in a district within reach."""
    reach = by.reach(Permission.SEE_SECOND_VISITS, state.district, state.round_id)
    return state.round_id == round_id, state.facility_id.is_not(None), reach


def _visits(session: Session, by: Account, round_id: str) -> list[OneVisit]:
    state = SubmissionState
    query = (
        select(state.id, Form.form_id, state.root_id, state.submitted_at, state.day, state.district, state.facility_id,
               state.submitter, Visit.began_at, Visit.kind, Visit.seen, Visit.noted,
               Facility.kind.label("register_kind"), Facility.name)
        .join_from(state, Form, Form.id == state.form_pk)
        .join(Submission, current_version())
        .join(Visit, Visit.submission_id == Submission.id)
        .join(Facility, Facility.id == state.facility_id)
        .where(*_within(state, by, round_id), state.facility_id.in_(visited_twice(by, round_id)),
               counts(round_id=round_id), Visit.kind.is_not(None))
    )  # fmt: skip
    rows = [row for row in session.execute(query) if not _is_a_shelter(row)]
    teams = teams_of(session, round_id, {row.id: row.submitter for row in rows})
    return [
        OneVisit(row.id, row.form_id, row.root_id, row.began_at, from_central(row.submitted_at), row.day,
                 str(row.district), str(row.facility_id), str(row.kind), teams.get(row.id),
                 SaidOnce({code: _SEEN[seen] for code, seen in (row.seen or {}).items()}, dict(row.noted or {})))
        for row in rows
    ]  # fmt: skip


def _is_a_shelter(row: Any) -> bool:
    return UnclearedPlace((row.register_kind, row.kind), row.name).shown is Shown.ON_NO_LIST


def teams_of(session: Session, round_id: str, submitters: Mapping[int, str | None]) -> dict[int, int]:
    """Map submissions, given with who sent each, to teams: by the phone's code, else by what they were asked to visit.

    A phone's name at Central ends in its code. What neither tells is not in it.
    """
    codes = select(Phone.code, Phone.team_id).join(Team, Team.id == Phone.team_id).where(Team.round_id == round_id)
    phones: dict[str, int] = dict(session.execute(codes).all())
    sent = {number: phones.get((name or "").rpartition(" ")[2]) for number, name in submitters.items()}
    asked = _asked(session, round_id, [number for number, team in sent.items() if team is None])
    return asked | {number: team for number, team in sent.items() if team is not None}


def _asked(session: Session, round_id: str, numbers: Collection[int]) -> dict[int, int]:
    told = Assignment
    query: Any = select(told.visited_state_id, told.team_id).where(
        told.round_id == round_id, told.team_id.is_not(None), among(session, told.visited_state_id, numbers)
    )
    return dict(session.execute(query.order_by(told.id)).all())


def _own_teams(session: Session, by: Account) -> Sequence[int]:
    mine = select(TeamMember.team_id).where(TeamMember.person_id == by.person_id, TeamMember.ended_at.is_(None))
    return session.scalars(mine).all()
