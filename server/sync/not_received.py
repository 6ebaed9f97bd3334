"""Visits that are awaited: places nobody visited, counted by district, and those somebody has to go back to.

What is still on phones, nobody can see from here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.claims.tables import Claim, ClaimLine
from server.db import among
from server.decisions.deciding import FOLLOW_UP
from server.decisions.tables import Decision
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.moments import to_central
from server.register.tables import Facility
from server.results.tables import LineResult
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.submissions.standing import counts
from server.submissions.tables import Form, SubmissionState
from server.words import Catalogue
from verification.model import Outcome, subdistrict_of


@view
class Unvisited:
    """How many places of a district's open part of a round nobody has visited."""

    round_id: Cleared
    round: Cleared
    district: Cleared
    name: Cleared
    count: int


@view
class GoBack:
    """Places somebody has to go back to: by name where it may be shown, else how many of a kind in a subdistrict."""

    kind: Cleared
    place: Cleared
    name: Cleared | None
    deadline: date | None
    count: int = 1


@view
class NotReceived:
    """Everything that is awaited: the districts with most first, and what is due first."""

    unvisited: tuple[Unvisited, ...]
    go_back: tuple[GoBack, ...]

    @property
    def count(self) -> int:
        """How many places there are in all."""
        return sum(one.count for one in self.unvisited) + sum(one.count for one in self.go_back)


def not_received(session: Session, project: int, words: Catalogue) -> NotReceived:
    """Tell what open rounds claim and no visit has come from, and the follow-ups after which none has.

    Every claimed place is on the phones' list, so assigned.
    """
    unvisited, awaited = session.execute(_unvisited()).all(), list(_followed_up(session, project))
    villages = {facility.village for _, facility in awaited}
    names = names_of(session, None, villages | {subdistrict_of(v) for v in villages} | {row[2] for row in unvisited})
    clear = Clearance(words, names)
    return NotReceived(
        tuple(Unvisited(clear.id(round_id), clear.ours(name), clear.id(district), clear.area(district), count)
              for round_id, name, district, count in unvisited),
        tuple(_go_back(awaited, clear)),
    )  # fmt: skip


def _unvisited() -> Select[str, str, str, int]:
    """Count the lines of open parts that no visit was found for, or that were not judged yet."""
    count = func.count()
    return (
        select(Round.id, Round.name, Claim.district, count)
        .join(Claim, Claim.round_id == Round.id)
        .join(RoundPart, (RoundPart.round_id == Round.id) & (RoundPart.district == Claim.district))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .outerjoin(LineResult, LineResult.line_id == ClaimLine.id)
        .where(Round.state == OPEN, RoundPart.state == OPEN,
               or_(LineResult.outcome.is_(None), LineResult.outcome == Outcome.NOT_VISITED))
        .group_by(Round.id, Round.name, Claim.district)
        .order_by(count.desc(), Claim.district, Round.id)
    )  # fmt: skip


def _go_back(awaited: Iterable[tuple[Decision, Facility]], clear: Clearance) -> Iterable[GoBack]:
    found: dict[tuple[object, ...], GoBack] = {}
    for decision, facility in awaited:
        uncleared = UnclearedPlace((facility.kind,), facility.name, facility.village, facility.id)
        hidden, named, kind = uncleared.is_home, clear.place(uncleared), clear.code("kind", facility.kind)
        key = (kind, named.area, decision.deadline) if hidden else (facility.id, decision.deadline)
        new = GoBack(kind, named.area, None if hidden else named.label, decision.deadline)
        found[key] = replace(found[key], count=found[key].count + 1) if hidden and key in found else new
    return found.values()


def _followed_up(session: Session, project: int) -> Iterator[tuple[Decision, Facility]]:
    """Give the places somebody has to go back to, where nothing that counts has come since."""
    query = (
        select(Decision, Facility)
        .join(Facility, Facility.id == Decision.facility_id)
        .join(Form, Form.id == Decision.form_pk)
        .where(Form.project == project, Decision.kind == FOLLOW_UP)
        .order_by(Decision.deadline)
    )
    rows = session.execute(query).all()
    latest = _latest_visits(session, project, [facility.id for _, facility in rows])
    for decision, facility in rows:
        if latest.get(facility.id, "") < to_central(decision.decided_at):
            yield decision, facility


def _latest_visits(session: Session, project: int, facilities: list[str]) -> dict[str, str]:
    """Tell when the last submission that counts came from places."""
    state = SubmissionState
    query = (
        select(state.facility_id, state.submitted_at)
        .join(Form, Form.id == state.form_pk)
        .where(among(session, state.facility_id, facilities), counts(project=project))
        .order_by(state.submitted_at)
    )
    return {str(facility): at for facility, at in session.execute(query)}
