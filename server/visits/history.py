"""Visits with all their kept versions: what a page about a claimed place, or about one submission, is made from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from server.db import Json
from server.disclosure.places import UnclearedPlace
from server.forms.tables import FormVersion
from server.forms.words import FormWords
from server.register.tables import Facility
from server.results.tables import Result, VisitResult
from server.submissions.standing import standing
from server.submissions.tables import Form, Submission, SubmissionChange, SubmissionState
from server.visits.places import said_of_a_visit
from server.visits.tables import Visit
from verification.reading.differences import AnswerChange

MOST_VISITS = 20  # on one page, those first that the result rests on
MOST_VERSIONS = 200  # of all these visits


@dataclass(frozen=True)
class VisitedVersion:
    """A kept version of a submission, with what is said of that: a row for each version, the newest first.

    `answers` are the current version's; `kind` is what the form says of the place; `point` is lon, lat, accuracy;
    `words` those of the form version that it was filled in with, None where they are not here.
    """

    state_id: int
    form_pk: int
    project: int
    form_id: str
    root_id: str
    instance_id: str
    number: int
    form_version: str | None
    is_current: bool
    submitted_at: str
    submitter: str | None
    review_state: str | None
    standing: str
    day: date | None
    began_at: datetime | None
    facility_id: str | None
    kind: str | None
    facility: Facility | None
    mode: str | None
    arrival: str | None
    point: tuple[float, float, float | None] | None
    answers: Json | None
    changes: tuple[AnswerChange, ...]
    words: FormWords | None
    flags: Sequence[Sequence[Any]]

    @property
    def kinds(self) -> tuple[str | None, ...]:
        """Give what the register and the form say of the place."""
        return said_of_a_visit(self.kind, self.facility.kind if self.facility else None)

    @property
    def village(self) -> str | None:
        """Give the village's code that the register has of the place."""
        return self.facility.village if self.facility else None

    @property
    def place(self) -> UnclearedPlace:
        """Give the place, uncleared."""
        name = self.facility.name if self.facility else None
        return UnclearedPlace(self.kinds, name, self.village, self.facility_id)


def versions_of_visits(
    session: Session, states: Sequence[int], facility_id: str | None, round_id: str | None, district: str | None
) -> list[VisitedVersion]:
    """Give these submissions, and all about a place in a district's part of a round, by the order of the numbers."""
    state = SubmissionState
    at_the_place = and_(state.facility_id == facility_id, state.round_id == round_id, state.district == district)
    chosen = or_(state.id.in_(states), at_the_place) if facility_id else state.id.in_(states)
    ranked = [case(*((state.id == number, place) for place, number in enumerate(states)), else_=len(states))]
    order = (*(ranked if states else []), state.submitted_at.desc(), state.id)
    first = select(state.id).where(chosen).order_by(*order).limit(MOST_VISITS)
    rows: Any = session.execute(_versions(round_id).where(state.id.in_(first)).limit(MOST_VERSIONS))
    known: dict[Any, FormWords] = {}
    return [_version(known, *row) for row in rows]


def _versions(round_id: str | None) -> Any:
    state, version, change, words = SubmissionState, Submission, SubmissionChange, FormVersion
    is_current = version.instance_id == state.instance_id
    return (
        select(state, Form.project, Form.form_id, version.instance_id, version.number, version.form_version,
               case((is_current, version.answers)), change.changes, Visit, Facility,
               standing(round_id=round_id), words.words, VisitResult.flags)
        .join(Form, Form.id == state.form_pk)
        .join(version, (version.form_pk == state.form_pk) & (version.root_id == state.root_id))
        .outerjoin(words, (words.form_pk == version.form_pk) & (words.version == version.form_version))
        .outerjoin(change, change.submission_id == version.id)
        .outerjoin(Visit, Visit.submission_id == version.id)
        .outerjoin(Result, (Result.round_id == state.round_id) & (Result.district == state.district))
        .outerjoin(VisitResult, (VisitResult.result_id == Result.id) & (VisitResult.visit_id == state.root_id)
                   & (VisitResult.state_id == state.id))
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .order_by(state.submitted_at.desc(), state.id, version.number.desc())
    )  # fmt: skip


def _version(
    known: dict[Any, FormWords], state: SubmissionState, project: int, form_id: str, instance_id: str, number: int,
    form_version: str | None,
    answers: str | None, changes: str | None, visit: Visit | None, facility: Facility | None, stands: str,
    words: Json | None, flags: list[list[Any]] | None,
) -> VisitedVersion:  # fmt: skip
    point = None
    if visit is not None and visit.lon is not None and visit.lat is not None:
        point = (visit.lon, visit.lat, visit.accuracy_m)
    return VisitedVersion(
        state_id=state.id, form_pk=state.form_pk, project=project, form_id=form_id, root_id=state.root_id,
        instance_id=instance_id, number=number, form_version=form_version, is_current=instance_id == state.instance_id,
        submitted_at=state.submitted_at, submitter=state.submitter, review_state=state.review_state, standing=stands,
        day=state.day, began_at=visit.began_at if visit else None, facility_id=visit.facility_id if visit else None,
        kind=visit.kind if visit else None, facility=facility,
        mode=visit.mode if visit else None, arrival=visit.arrival if visit else None, point=point,
        answers=_read(answers), changes=tuple(tuple(one) for one in json.loads(changes or "[]")),
        words=_words(words, (state.form_pk, form_version), known), flags=flags or (),
    )  # fmt: skip


def _words(kept: Json | None, key: Any, known: dict[Any, FormWords]) -> FormWords | None:
    """Read a form version's words, once for all that were filled in with it."""
    if kept is None:
        return None
    return known[key] if key in known else known.setdefault(key, FormWords.of(kept))


def _read(answers: str | None) -> Json | None:
    """Read answers; what was kept as it came, and is none, has none."""
    try:
        found = json.loads(answers or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
