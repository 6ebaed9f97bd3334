"""Which visits count for a part of a round, and what tells each from every other reading of it.

The database puts each column together as one text, so that what is as it was is compared at once and not row by row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.db import Json, among, columns_of
from server.disclosure.places import UnclearedPlace
from server.json_text import read_json
from server.register.tables import Facility
from server.submissions.files import STORED
from server.submissions.keeping import current_version
from server.submissions.media import can_be_shown
from server.submissions.standing import counts
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.traces.frozen import frozen_of
from server.visits.places import said_of_a_visit
from server.visits.tables import Visit
from verification import model
from verification.remembering import Remembered

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
    day: date | None
    changes_read: int
    version_id: int
    version: str
    visit_id: str
    frozen: model.Frozen | None
    photographs: tuple[model.Photograph, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    """What counts, column by column as the database wrote it, and as it is read."""

    texts: Sequence[str]
    read: Sequence[Column]


def visit_stamps(session: Session, round_id: str, district: str, known: Remembered | None = None) -> list[VisitStamp]:
    """Give the visits that count for a district's part of a round, in the order of their arrival at Central.

    Two forms may have sent submissions of one id: the later is called by its form's name too. A stamp that is as it was
    when it was `known` is the very same object.
    """
    remembered, query = known or Remembered(), _counting(round_id, district)
    columns = _read_columns(session, query, remembered)
    numbers, form_pks, roots, arrived, *_, versions, form_ids = columns
    arrival = numbers, roots, arrived, form_ids
    order = remembered.again("order", lambda: _in_order(session, query, numbers), *arrival)
    called = remembered.again("called", lambda: _called(order, roots, form_ids), order, *arrival)
    # in a tuple, since those are the same where they are equal
    frozen = {key: (one,) for key, one in frozen_of(session, round_id, district).items()}
    photographs = _photographs_in(session, round_id, district)
    of = (*columns[:-1], called, [*map(frozen.get, zip(form_pks, roots, strict=True))],
          [*map(photographs.get, zip(form_pks, versions, strict=True))])  # fmt: skip

    def stamps(positions: Sequence[int]) -> list[VisitStamp]:
        return [_stamp(*(column[position] for column in of)) for position in positions]

    found = remembered.each("stamps", stamps, numbers, *of)
    return [found[position] for position in order]


def _counting(round_id: str, district: str) -> Select[*tuple[Any, ...]]:
    """Ask for what counts, in an order that costs nothing and is the same for the same rows."""
    state = SubmissionState
    return (
        select(state.id, state.form_pk, state.root_id, state.submitted_at, state.submitter, state.day,
               state.changes_read, Submission.id, Submission.instance_id, Form.form_id)
        .join_from(state, Form, Form.id == state.form_pk)
        .join(Submission, current_version())
        .join(Visit, Visit.submission_id == Submission.id)
        .where(state.round_id == round_id, state.district == district, counts(round_id=round_id))
        .order_by(state.id)
    )  # fmt: skip


def _read_columns(session: Session, query: Select[*tuple[Any, ...]], known: Remembered) -> Sequence[Column]:
    """Give the columns of what is asked for; one whose text is as before is the very same object.

    Rows in another order than before are found again, which only takes longer. SQLite walks an index, where they stay,
    and asked for an order it would copy them all once more; PostgreSQL moves a row that was written.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    texts = columns_of(session, query if is_postgresql else query.order_by(None))
    before: _Columns = known.known("columns") or _Columns([""] * len(texts), [()] * len(texts))
    read = [column if text == was else read_json(text)
            for text, was, column in zip(texts, before.texts, before.read, strict=True)]  # fmt: skip
    return known.keep("columns", _Columns(texts, read)).read


def _in_order(session: Session, query: Select[*tuple[Any, ...]], numbers: Column) -> list[int]:
    """Give the positions of what counts, in the order of arrival; what no longer counts by now comes last."""
    state, position = SubmissionState, {number: at for at, number in enumerate(numbers)}
    by_arrival = query.order_by(None).order_by(state.submitted_at, state.root_id, Form.form_id)
    found = session.scalars(by_arrival.with_only_columns(state.id, maintain_column_froms=True))
    return [at for number in found if (at := position.pop(number, None)) is not None] + [*position.values()]


def _stamp(*of: Any) -> VisitStamp:
    *row, day, changes_read, version_id, version, visit_id, frozen, photographs = of
    when = date.fromisoformat(day) if day else None
    was = frozen[0] if frozen else None
    return VisitStamp._make((*row, when, changes_read, version_id, version, visit_id, was, photographs or ()))


def _called(order: Sequence[int], roots: Column, form_ids: Column) -> Column:
    """Say what visits are called: as their submissions, and by the form's name too where one of that id came before."""
    ids = [*roots]
    if len({*ids}) < len(ids):
        known: set[str] = set()
        for at in order:
            if roots[at] in known:
                ids[at] = f"{roots[at][:150]} {form_ids[at][:100]}"
            known.add(ids[at])
    return ids


def _photographs_in(
    session: Session, round_id: str, district: str
) -> dict[tuple[int, str], tuple[model.Photograph, ...]]:
    """Give what photographs of current versions show of themselves, by form and version, ordered by their names.

    One that shows nothing is its file all the same, unless it is of a home.
    """
    file, state = Attachment, SubmissionState
    query = (
        select(file.form_pk, file.instance_id, file.name, file.traits, file.digest, file.media_type)
        .join(state, (state.form_pk == file.form_pk) & (state.root_id == file.root_id)
              & (state.instance_id == file.instance_id))
        .where(state.round_id == round_id, state.district == district, file.state == STORED,
               file.replaced_at.is_(None), file.traits.is_not(None))
        .order_by(file.form_pk, file.instance_id, file.name)
    )  # fmt: skip
    files = session.execute(query).all()
    bare = {(one.form_pk, one.instance_id) for one in files if not one.traits and can_be_shown(one.media_type)}
    of_homes = _of_homes(session, bare) if bare else frozenset()
    found: dict[tuple[int, str], tuple[model.Photograph, ...]] = {}
    for form_pk, version, name, traits, digest, media_type in files:
        key = (form_pk, version)
        if traits or (can_be_shown(media_type) and key not in of_homes):
            found[key] = (*found.get(key, ()), _photograph(name, traits or {}, digest))
    return found


def _of_homes(session: Session, versions: Collection[tuple[int, str]]) -> Collection[tuple[int, str]]:
    """Say which of these forms' versions are of a home: of its photographs nothing is compared, not even the file."""
    query = (
        select(Submission.form_pk, Submission.instance_id, Visit.kind, Facility.kind)
        .join(Visit, Visit.submission_id == Submission.id)
        .outerjoin(Facility, Facility.id == Visit.facility_id)
        .where(among(session, Submission.instance_id, sorted({version for _, version in versions})))
    )
    return {(form_pk, version) for form_pk, version, *kinds in session.execute(query)
            if UnclearedPlace(said_of_a_visit(*kinds)).is_home}  # fmt: skip


def _photograph(name: str, traits: Json, digest: str | None) -> model.Photograph:
    looks, taken = traits.get("looks"), traits.get("taken")
    when = datetime.fromisoformat(taken) if taken else None
    return model.Photograph(name, int(looks, 16) if looks else None, when, digest)
