"""What goes on from a claimed line: its assignments, another one, and what is decided about the visit it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.assignments.giving import unfit_for_phones, why_closed
from server.assignments.listing import ReadBy, ShownAssignment, of_place
from server.assignments.offering import Offer, offer_of
from server.db import now
from server.decisions.submission_view import Decidable, decidable
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.moments import day_in
from server.roles.account import Account
from server.roles.table import Permission
from server.roles.teams import Going
from server.rounds.tables import Round, RoundPart
from server.visits.history import VisitedVersion
from server.visits.places import VisitedPlace


@view
class LineActions:
    """What somebody may do from the page of a line; None of what they may not, or where there is nothing."""

    line_id: int
    round_id: Cleared
    district: Cleared
    assignments: tuple[ShownAssignment, ...]
    assign: Offer | None
    submission: Decidable | None


@dataclass(frozen=True)
class LineRead:
    """A line as its page has read it: its part, its place, the teams that verify there, and the district's zone.

    `visit` is the current version of the visit that the line was judged by; `approval_lists` name the entity lists that
    approving it would write to.
    """

    line_id: int
    part: RoundPart
    round: Round
    place: VisitedPlace
    visit: VisitedVersion | None
    approval_lists: Sequence[str]
    teams: Sequence[Going]
    zone: str


def actions_at(session: Session, account: Account, line: LineRead, reader: ReadBy) -> LineActions:
    """Say what goes on from a line."""
    round_id, district = line.part.round_id, line.part.district
    clear = Clearance(reader.words)

    def may(permission: Permission) -> bool:
        return account.may(permission, district, round_id)

    sees = may(Permission.SEE_ASSIGNMENTS)
    return LineActions(
        line.line_id, clear.id(round_id), clear.id(district),
        tuple(of_place(session, (round_id, district), line.place, reader) if sees else ()),
        _offer(line, reader) if may(Permission.ASSIGN) else None,
        decidable(line.visit, line.approval_lists, clear) if line.visit and may(Permission.COMMENT) else None,
    )  # fmt: skip


def _offer(line: LineRead, reader: ReadBy) -> Offer:
    against = why_closed(line.part.state, line.round.state) or unfit_for_phones(line.place)
    return offer_of(line.teams, day_in(line.zone, now()), reader.words, against)
