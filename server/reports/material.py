"""What a district's report is made from, read once: its result, its claims, and the submissions it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_within, zone_of
from server.claims.queries import claims_of
from server.claims.tables import Claim, ClaimLine
from server.db import among
from server.moments import from_central
from server.register.tables import Facility
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.results.verifying import result_of
from server.rounds.rules import indicators_of
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundChange, RoundPart
from server.submissions.forms import forms_of
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.visits.photographs import photographs_of
from server.visits.places import said_of_a_visit
from server.visits.queries import SetAside, set_aside
from server.visits.tables import Visit
from verification.sets.indicators import IndicatorSet


@dataclass(frozen=True)
class JudgedVersion:
    """The version a visit was judged by, as far as it is still here; `point` is lon, lat.

    `kinds` are what the register and the form say of its place.
    """

    form_id: str
    root_id: str
    version: str
    form_version: str | None
    received_at: datetime
    point: tuple[float, float] | None
    kinds: tuple[str | None, ...]


@dataclass(frozen=True)
class Material:
    """Everything a district's report is made from."""

    round: Round
    part: RoundPart
    closed: RoundChange | None
    zone: str
    result: Result
    indicators: IndicatorSet
    by_indicator: Mapping[int, IndicatorResult]
    by_line: Mapping[int, LineResult]
    visits: Sequence[VisitResult]
    claims: Mapping[int, Claim]
    names: Mapping[str, str]
    seen: Mapping[str, JudgedVersion]  # by version
    photographs: Mapping[str, Sequence[Attachment]]  # by version
    kinds: Mapping[str, str]  # the register's, by place
    set_aside: Sequence[SetAside]
    forms: Sequence[Form]

    @property
    def district(self) -> str:
        """The district's code."""
        return self.part.district


def load_material(session: Session, round_id: str, district: str, project: int) -> Material | None:
    """Read what a report is made from; None where the district has no result yet."""
    found, part = session.get(Round, round_id), session.get(RoundPart, (round_id, district))
    result = result_of(session, round_id, district)
    if found is None or part is None or result is None:
        return None
    visits = session.scalars(select(VisitResult).filter_by(result_id=result.id).order_by(VisitResult.visit_id)).all()
    lines = session.scalars(select(LineResult).filter_by(result_id=result.id)).all()
    indicators = session.scalars(select(IndicatorResult).filter_by(result_id=result.id)).all()
    versions = [visit.version for visit in visits]
    return Material(
        round=found,
        part=part,
        closed=_closed(session, part),
        zone=zone_of(session, found.areas_id, district),
        result=result,
        indicators=indicators_of(session, found),
        by_indicator={row.indicator: row for row in indicators},
        by_line={row.line_id: row for row in lines},
        visits=visits,
        claims=claims_of(session, round_id, district),
        names=names_within(session, found.areas_id, district),
        seen=_seen(session, versions),
        photographs=photographs_of(session, project, versions),
        kinds=_kinds(session, round_id, district),
        set_aside=set_aside(session, project, round_id, district),
        forms=forms_of(session, project),
    )


def _closed(session: Session, part: RoundPart) -> RoundChange | None:
    """Say who closed a part that is closed."""
    if part.state == OPEN:
        return None
    changes = select(RoundChange).filter_by(round_id=part.round_id, district=part.district)
    return session.scalars(changes.order_by(RoundChange.id.desc()).limit(1)).first()


def _kinds(session: Session, round_id: str, district: str) -> dict[str, str]:
    """Give the kinds that the register has of the claimed places."""
    query = (
        select(Facility.id, Facility.kind)
        .join(ClaimLine, ClaimLine.facility_id == Facility.id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.round_id == round_id, Claim.district == district)
    )
    return dict(session.execute(query).all())


def _seen(session: Session, versions: Sequence[str]) -> dict[str, JudgedVersion]:
    query = (
        select(Submission, Form.form_id, SubmissionState.submitted_at, Visit.lon, Visit.lat, Visit.kind, Facility.kind)
        .join(Form, Form.id == Submission.form_pk)
        .join(SubmissionState, (SubmissionState.form_pk == Submission.form_pk)
              & (SubmissionState.root_id == Submission.root_id))
        .outerjoin(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(among(session, Submission.instance_id, versions))
    )  # fmt: skip
    return {
        one.instance_id: JudgedVersion(form_id, one.root_id, one.instance_id, one.form_version, from_central(at),
                                       None if lon is None or lat is None else (lon, lat), said_of_a_visit(*kinds))
        for one, form_id, at, lon, lat, *kinds in session.execute(query)
    }  # fmt: skip
