"""Which visits count for a part of a round, and what tells each from every other reading of it.

The database puts each column together as one text, so that what is as it was is compared at once and not row by row.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from server.db import Json, among, columns_of
from server.disclosure.places import UnclearedPlace
from server.json_text import read_json
from server.register.tables import Facility
from server.submissions.files import STORED
from server.submissions.media import can_be_shown
from server.submissions.standing import counts
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.traces.frozen import frozen_of
from server.visits.places import said_of_a_visit
from server.visits.tables import Visit
from verification import model
from verification.record import record
from verification.remembering import Remembered, picked

Column = Sequence[Any]


class VisitStamp(NamedTuple):
    """A visit that counts, by what tells it from every other reading of it: where this is as before, so is the visit.

    `number` is its submission's, `version_id` the version's; `visit_id` what it is called in its district.
    """

    number: int
    form_pk: int
    root_id: str
    submitted_at: str
    submitter: str | None
    device: str | None
    day: date | None
    changes_read: int
    version_id: int
    version: str
    visit_id: str
    frozen: model.Frozen | None
    photographs: tuple[model.Photograph, ...] = ()


class _Head(NamedTuple):
    """What a version that counts is called: `arrived` is when it came to Central, its first id, and its form."""

    form_pk: int
    version: str
    arrived: tuple[str, str, str]


@record
class _Columns:
    """What counts, column by column as the database wrote it, and as it is read."""

    texts: Sequence[str]
    read: Sequence[Column]


def visit_stamps(session: Session, round_id: str, district: str, known: Remembered | None = None) -> list[VisitStamp]:
    """Give the visits that count for a district's part of a round, in the order of their arrival at Central.

    Two forms may have sent submissions of one id: the later is called by its form's name too. A stamp that is as it was
    when it was `known` is the very same object.
    """
    remembered = known or Remembered()
    columns = _read_columns(session, round_id, district, remembered)
    numbers, submitted, *_, noted, versions = columns
    heads = remembered.each("heads", lambda at: _heads(session, picked(versions, at), picked(submitted, at)), numbers,
                            submitted, versions)  # fmt: skip
    arrived = [head.arrived for head in heads]
    order = remembered.alike("order", lambda: sorted(range(len(arrived)), key=arrived.__getitem__), arrived)
    called = remembered.alike("called", lambda: _called(order, arrived), arrived)
    # in a tuple, since those are the same where they are equal
    frozen = {key: (one,) for key, one in frozen_of(session, round_id, district).items()}
    gone = [frozen.get((one.form_pk, one.arrived[1])) for one in heads] if frozen else [None] * len(heads)
    photographs = remembered.each("photographs", lambda at: _photographs_of(session, picked(numbers, at)), numbers,
                                  versions, noted)  # fmt: skip
    of: tuple[Sequence[Any], ...] = (*columns, heads, called, gone, photographs)

    def stamps(positions: Sequence[int]) -> list[VisitStamp]:
        return [_stamp(*(column[position] for column in of)) for position in positions]

    found = remembered.each("stamps", stamps, numbers, *of)
    return picked(found, order)


def _counting() -> Select[*tuple[Any, ...]]:
    """Ask for what counts, and for what tells one reading of it from another."""
    state = SubmissionState
    told = (state.id, state.submitted_at, state.submitter, state.device, state.day, state.changes_read,
            func.coalesce(state.photographs, 0), Visit.submission_id)  # fmt: skip
    mine = (state.round_id == bindparam("round_id"), state.district == bindparam("district"))
    return select(*told).join_from(state, Visit, Visit.submission_id == state.version_id).where(*mine, counts())


_COUNTING = _counting()
_IN_ORDER = _COUNTING.order_by(SubmissionState.id)


def _read_columns(session: Session, round_id: str, district: str, known: Remembered) -> Sequence[Column]:
    """Give the columns of what counts; one whose text is as before is the very same object.

    Rows in another order than before are found again, which only takes longer. SQLite walks an index, where they stay,
    and asked for an order it would copy them all once more; PostgreSQL moves a row that was written.
    """
    query = _IN_ORDER if session.get_bind().dialect.name == "postgresql" else _COUNTING
    texts = columns_of(session, query, round_id=round_id, district=district)
    before: _Columns = known.known("columns") or _Columns([""] * len(texts), [()] * len(texts))
    read = [column if text == was else read_json(text)
            for text, was, column in zip(texts, before.texts, before.read, strict=True)]  # fmt: skip
    return known.keep("columns", _Columns(texts, read)).read


def _heads(session: Session, versions: Sequence[int], submitted: Sequence[str]) -> list[_Head]:
    """Read what these versions are called, in their order; `submitted` is when their submissions came."""
    one = Submission
    query = select(one.id, one.form_pk, one.instance_id, one.root_id, Form.form_id).join(Form, Form.id == one.form_pk)
    query = query.where(among(session, one.id, versions))
    found = {number: row for number, *row in session.execute(query)}
    return [_head(when, *found[number]) for when, number in zip(submitted, versions, strict=True)]


def _head(submitted: str, form_pk: Any, instance_id: Any, root_id: Any, form_id: Any) -> _Head:
    return _Head(form_pk, instance_id, (submitted, root_id, form_id))


def _stamp(
    number: int, submitted_at: str, submitter: str | None, device: str | None, day: str | None, changes: int, _: int,
    version_id: int, head: _Head, called: str, frozen: tuple[model.Frozen] | None,
    photographs: tuple[model.Photograph, ...],
) -> VisitStamp:  # fmt: skip
    when, was, root_id = date.fromisoformat(day) if day else None, frozen[0] if frozen else None, head.arrived[1]
    return VisitStamp(number, head.form_pk, root_id, submitted_at, submitter, device, when, changes, version_id,
                      head.version, called, was, photographs)  # fmt: skip


def _called(order: Sequence[int], arrived: Sequence[tuple[str, str, str]]) -> Column:
    """Say what visits are called: as their submissions, and by the form's name too where one of that id came before."""
    ids = [root for _, root, _ in arrived]
    if len({*ids}) < len(ids):
        known: set[str] = set()
        for at in order:
            _, root, form_id = arrived[at]
            if root in known:
                ids[at] = f"{root[:150]} {form_id[:100]}"
            known.add(ids[at])
    return ids


def _photographs_of(session: Session, numbers: Sequence[int]) -> list[tuple[model.Photograph, ...]]:
    """Give what photographs of these submissions show of themselves, ordered by their names: of the versions read.

    One that shows nothing is its file all the same, unless it is of a home.
    """
    file, state = Attachment, SubmissionState
    query = (
        select(state.id, file.name, file.traits, file.digest, file.media_type)
        .join(Submission, Submission.id == state.version_id)
        .join(file, (file.form_pk == Submission.form_pk) & (file.instance_id == Submission.instance_id))
        .where(among(session, state.id, numbers), file.state == STORED, file.replaced_at.is_(None),
               file.traits.is_not(None))
        .order_by(state.id, file.name)
    )  # fmt: skip
    files = session.execute(query).all()
    bare = {number for number, _, traits, _, media_type in files if not traits and can_be_shown(media_type)}
    of_homes = _of_homes(session, bare) if bare else frozenset()
    found: dict[int, tuple[model.Photograph, ...]] = {}
    for number, name, traits, digest, media_type in files:
        if traits or (can_be_shown(media_type) and number not in of_homes):
            found[number] = (*found.get(number, ()), _photograph(name, traits or {}, digest))
    return [found.get(number, ()) for number in numbers]


def _of_homes(session: Session, numbers: Collection[int]) -> Collection[int]:
    """Say which of these submissions are of a home: of its photographs nothing is compared, not even the file."""
    query = (
        select(SubmissionState.id, Visit.kind, Facility.kind)
        .join(Visit, Visit.submission_id == SubmissionState.version_id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(among(session, SubmissionState.id, sorted(numbers)))
    )
    return {number for number, *kinds in session.execute(query) if UnclearedPlace(said_of_a_visit(*kinds)).is_home}


def _photograph(name: str, traits: Json, digest: str | None) -> model.Photograph:
    looks, taken = traits.get("looks"), traits.get("taken")
    when = datetime.fromisoformat(taken) if taken else None
    return model.Photograph(name, int(looks, 16) if looks else None, when, digest)
