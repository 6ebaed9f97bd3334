"""Places that a visit was assigned to and none has come from. What is still on phones, nobody can see from here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of, newest_number
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
class NotReceived:
    """Places without a visit: by name where it may be shown, else how many of a kind in a subdistrict.

    `deadline` is of a follow-up: somebody has to go back there; its round is none.
    """

    round: Cleared | None
    kind: Cleared
    place: Cleared
    name: Cleared | None
    deadline: date | None = None
    count: int = 1


@dataclass(frozen=True)
class _Awaited:
    round: str | None
    facility: Facility
    deadline: date | None = None


def not_received(session: Session, project: int, words: Catalogue) -> list[NotReceived]:
    """List what open rounds claim and no visit has come from, and follow-ups after which none has.

    Every claimed place is on the phones' list, so assigned.
    """
    awaited = [*_unvisited(session), *_followed_up(session, project)]
    villages = {one.facility.village for one in awaited}
    names = names_of(session, newest_number(session), villages | {subdistrict_of(v) for v in villages})
    clear = Clearance(words, names)
    found: dict[tuple[object, ...], NotReceived] = {}
    for one in awaited:
        facility = one.facility
        uncleared = UnclearedPlace((facility.kind,), facility.name, facility.village, facility.id)
        hidden, named, kind = uncleared.is_home, clear.place(uncleared), clear.code("kind", facility.kind)
        key = (one.round, kind, named.area, one.deadline) if hidden else (one.round, facility.id, one.deadline)
        new = NotReceived(clear.ours(one.round) if one.round else None, kind, named.area,
                          None if hidden else named.label, one.deadline)  # fmt: skip
        found[key] = replace(found[key], count=found[key].count + 1) if hidden and key in found else new
    return list(found.values())


def _unvisited(session: Session) -> Iterator[_Awaited]:
    """Give the places of open parts whose line no visit was found for, or that was not judged yet."""
    query = (
        select(Round.name, Facility)
        .distinct()
        .join(Claim, Claim.round_id == Round.id)
        .join(RoundPart, (RoundPart.round_id == Round.id) & (RoundPart.district == Claim.district))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .join(Facility, Facility.id == ClaimLine.facility_id)
        .outerjoin(LineResult, LineResult.line_id == ClaimLine.id)
        .where(Round.state == OPEN, RoundPart.state == OPEN,
               or_(LineResult.outcome.is_(None), LineResult.outcome == Outcome.NOT_VISITED))
        .order_by(Round.name, Facility.kind, Facility.village, Facility.name)
    )  # fmt: skip
    for name, facility in session.execute(query):
        yield _Awaited(name, facility)


def _followed_up(session: Session, project: int) -> Iterator[_Awaited]:
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
            yield _Awaited(None, facility, decision.deadline)


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
