"""What is asked of the visits."""

import hashlib
import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session

from server.db import among
from server.json_text import read_json
from server.moments import from_central
from server.rounds.states import ARCHIVED, CLOSED
from server.rounds.tables import Round, RoundPart
from server.submissions.standing import Standing, standing
from server.submissions.tables import Form, SubmissionState
from server.visits.reading import VISIT
from server.visits.stamps import VisitStamp, visit_stamps
from server.visits.tables import Visit
from verification import model
from verification.flags.flag import Flag
from verification.reason import Reason


def visits_of(session: Session, stamps: Sequence[VisitStamp]) -> list[model.Visit]:
    """Give visits to the rules, in the order of these stamps."""
    return [_as_read(stamp, *row) for stamp, row in _rows_of(session, stamps)]


def visits_and_digests(session: Session, stamps: Sequence[VisitStamp]) -> list[tuple[model.Visit, bytes]]:
    """Give visits likewise, each with a digest of all that the rules are given of it."""
    return [(_as_read(stamp, *row), _digest_of(stamp, *row)) for stamp, row in _rows_of(session, stamps)]


def _rows_of(session: Session, stamps: Sequence[VisitStamp]) -> Iterator[tuple[VisitStamp, Sequence[Any]]]:
    query = select(*_FOR_THE_RULES).where(among(session, Visit.submission_id, [stamp.version_id for stamp in stamps]))
    # by the connection: a session would go through each row once more
    read = {number: columns for number, *columns in session.connection().execute(query).all()}
    return ((stamp, read[stamp.version_id]) for stamp in stamps)


_FOR_THE_RULES = (
    Visit.submission_id, Visit.kind, Visit.mode, Visit.arrival, Visit.facility_id, Visit.name, Visit.registry_no,
    Visit.lon, Visit.lat, Visit.accuracy_m, Visit.asked_third_party, cast(Visit.seen, Text), cast(Visit.noted, Text),
    cast(Visit.signs, Text), Visit.zone_min, Visit.began_at, Visit.ended_at,
)  # fmt: skip
# asking the class takes four times as long, and there are many
_SEEN = {one.value: one for one in model.Seen}
_MODES, _ARRIVALS = {one.value: one for one in model.Mode}, {one.value: one for one in model.Arrival}
_FLAGS = {one.value: one for one in Flag}


def _as_read(
    stamp: VisitStamp, kind: str | None, mode: str, arrival: str, facility_id: str | None, name: str | None,
    registry_no: str | None, lon: float | None, lat: float | None, accuracy_m: float | None, asked_third_party: str,
    seen: str | None, noted: str | None, signs: str | None, zone_min: int | None, began_at: datetime | None,
    ended_at: datetime | None,
) -> model.Visit:  # fmt: skip
    """Give a visit to the rules; one of which it was said that its point goes, with what that had shown."""
    fix = None
    if stamp.frozen is None and lon is not None and lat is not None:
        fix = model.Fix(lon, lat, accuracy_m)
    return model.Visit(
        visit_id=stamp.visit_id, version=stamp.version, kind=str(kind), mode=_MODES[mode], arrival=_ARRIVALS[arrival],
        received_at=from_central(stamp.submitted_at), facility_id=facility_id, name=name, registry_no=registry_no,
        fix=fix, asked_third_party=_SEEN[asked_third_party],
        answers={code: _SEEN[said] for code, said in read_json(seen or "{}").items()}, day=stamp.day,
        frozen=stamp.frozen, number=stamp.version_id, noted=read_json(noted or "{}"), sender=stamp.submitter,
        device=stamp.device, began_at=began_at, ended_at=ended_at, zone_min=zone_min,
        signs=tuple(_FLAGS[sign] for sign in read_json(signs or "[]") if sign in _FLAGS), photographs=stamp.photographs,
    )  # fmt: skip


def _digest_of(
    stamp: VisitStamp, kind: str | None, mode: str, arrival: str, facility_id: str | None,
    name: str | None, registry_no: str | None, lon: float | None, lat: float | None, accuracy_m: float | None,
    asked_third_party: str, seen: str | None, noted: str | None, signs: str | None, zone_min: int | None,
    *moments: datetime | None,
) -> bytes:  # fmt: skip
    """Digest what the rules are given of a visit: no number of ours, and no point of which it was said that it goes.

    As the database has it: what JSON says is not looked at once more, and there are many. Python's own way to write
    values takes a fifth of `repr`; by its version 2 equal values are written alike, whether or not they are one object.
    """
    of = (
        stamp.visit_id, stamp.version, stamp.submitted_at, stamp.submitter, stamp.device,
        stamp.day.toordinal() if stamp.day else None,
        repr((stamp.frozen, stamp.photographs)) if stamp.frozen or stamp.photographs else None,
        kind, mode, arrival, facility_id, name, registry_no,
        (lon, lat, accuracy_m) if stamp.frozen is None else None, asked_third_party,
        zone_min, [moment.timestamp() if moment else None for moment in moments], seen, noted, signs,
    )  # fmt: skip
    return hashlib.sha256(marshal.dumps(of, 2)).digest()


def visits_by_submission(session: Session, round_id: str, district: str) -> dict[int, model.Visit]:
    """Give the visits that count for a district's part of a round, by the numbers of their submissions, in order."""
    stamps = visit_stamps(session, round_id, district)
    return dict(zip((stamp.number for stamp in stamps), visits_of(session, stamps), strict=True))


@dataclass(frozen=True)
class SetAside:
    """A submission that counts for nothing, and the reason."""

    form_id: str
    root_id: str
    submitted_at: str
    problem: Reason


def set_aside(session: Session, project: int, round_id: str, district: str) -> Sequence[SetAside]:
    """List what of a district cannot be read or placed, or was rejected at Central, and is of this round or of none."""
    in_round = SubmissionState.round_id.is_(None) | (SubmissionState.round_id == round_id)
    return _set_aside(session, project, in_round, SubmissionState.district == district)


def set_aside_elsewhere(session: Session, project: int, most: int | None = None) -> Sequence[SetAside]:
    """List what is set aside and in no district's report: of no district, or of one that has no part in any round."""
    return _set_aside(session, project, _nowhere(), most=most)


def count_elsewhere(session: Session, project: int) -> int:
    """Count what is set aside and in no district's report."""
    query = select(func.count()).select_from(SubmissionState).join(Form, Form.id == SubmissionState.form_pk)
    return session.scalar(query.where(_is_aside(project), _nowhere())) or 0


def waiting_aside(session: Session, project: int) -> dict[tuple[str | None, str | None], list[int]]:
    """Number what waits for a person because it cannot be read or placed, by district and round; none is not known.

    What lies in a round that has ended waits for nobody.
    """
    state, ended = SubmissionState, select(Round.id).where(Round.state.in_([CLOSED, ARCHIVED]))
    query = select(state.district, state.round_id, state.id).join(Form, Form.id == state.form_pk).order_by(state.id)
    query = query.where(
        standing(project=project) == Standing.ASIDE, state.round_id.is_(None) | state.round_id.not_in(ended)
    )
    found: dict[tuple[str | None, str | None], list[int]] = {}
    for district, round_id, number in session.execute(query):
        found.setdefault((district, round_id), []).append(number)
    return found


def count_waiting_aside(
    session: Session, project: int, within: ColumnElement[bool]
) -> dict[tuple[str | None, str | None], int]:
    """Count what waits for a person because it cannot be read or placed, by district and round, within a reach."""
    state, ended = SubmissionState, select(Round.id).where(Round.state.in_([CLOSED, ARCHIVED]))
    query = select(state.district, state.round_id, func.count()).join(Form, Form.id == state.form_pk)
    query = query.where(
        within, state.aside.is_not(None) | state.problem.is_not(None),  # before asking how each stands
        standing(project=project) == Standing.ASIDE, state.round_id.is_(None) | state.round_id.not_in(ended),
    ).group_by(state.district, state.round_id)  # fmt: skip
    return {(district, round_id): count for district, round_id, count in session.execute(query)}


def _nowhere() -> ColumnElement[bool]:
    begun = select(RoundPart.district).join(Round, Round.id == RoundPart.round_id).where(Round.state != ARCHIVED)
    return SubmissionState.district.is_(None) | SubmissionState.district.not_in(begun)


def _is_aside(project: int) -> ColumnElement[bool]:
    """Tell whether it is set aside; what is told of people is on the same pages, but never one by one."""
    is_no_tale = func.coalesce(Form.read_as, VISIT) == VISIT
    return standing(project=project).in_([Standing.ASIDE, Standing.REJECTED]) & is_no_tale


def _set_aside(
    session: Session, project: int, *which: ColumnElement[bool], most: int | None = None
) -> Sequence[SetAside]:
    state, rejected = SubmissionState, Reason("rejected_at_central")
    query = (
        select(Form.form_id, state)
        .join(Form, Form.id == state.form_pk)
        .where(_is_aside(project), *which)
        .order_by(state.submitted_at, state.id)
        .limit(most)
    )
    return [
        SetAside(form_id, one.root_id, one.submitted_at, one.problem or one.aside or rejected)
        for form_id, one in session.execute(query)
    ]
