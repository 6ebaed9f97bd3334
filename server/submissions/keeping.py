"""Queries over what came from Central: versions of submissions, and what Central last said of each.

Whoever keeps something takes the form's row first (`lock_form`) and leaves out what was removed: a removal takes the
same row, so that neither can undo the other.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, func, select, update
from sqlalchemy.orm import Session

from server.db import Base, Json, among
from server.reasons import as_json
from server.submissions.tables import FileList, Form, Submission, SubmissionComment, SubmissionState
from verification.reason import Reason


class Known(NamedTuple):
    """A version that is kept: its place among the versions, from 1, and what it was filled in with."""

    number: int
    form_version: str | None


_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")  # in no text of PostgreSQL's, in none of SQLite's
# for what counts, and for its signs
_MATTERS = ("instance_id", "deleted_at", "gone_at", "review_state", "problem", "device")


def digest(answers: str) -> str:
    """Digest answers as they are kept (SHA-256)."""
    return hashlib.sha256(answers.encode()).hexdigest()


def known_versions(session: Session, form_pk: int, submitted: Mapping[str, str]) -> dict[str, dict[str, Known]]:
    """Map submissions (by first instance id) to what is kept of them: their versions, by instance id.

    `submitted` has the moment at which each came to Central: one that came at another is another one, whatever its id.
    """
    version, state = Submission, SubmissionState
    query = (
        select(version.root_id, version.instance_id, version.number, version.form_version, state.submitted_at)
        .outerjoin(state, (state.form_pk == version.form_pk) & (state.root_id == version.root_id))
        .where(version.form_pk == form_pk, among(session, version.root_id, submitted))
    )
    known: dict[str, dict[str, Known]] = defaultdict(dict)
    for root_id, instance_id, number, form_version, at in session.execute(query):
        if at in (None, submitted[root_id]):
            known[root_id][instance_id] = Known(number, form_version)
    return known


def newest_stamp(session: Session, form_pk: int) -> str | None:
    """Give the latest moment that Central put on any submission of a form."""
    state = SubmissionState
    stamps = (func.max(state.submitted_at), func.max(state.updated_at), func.max(state.deleted_at))
    return max(filter(None, session.execute(select(*stamps).filter_by(form_pk=form_pk)).one()), default=None)


def current_version() -> ColumnElement[bool]:
    """Join a submission's current version, where it is here."""
    return and_(Submission.form_pk == SubmissionState.form_pk, Submission.root_id == SubmissionState.root_id,
                Submission.instance_id == SubmissionState.instance_id)  # fmt: skip


def is_current(session: Session, form_pk: int, root_id: str, instance_id: str) -> bool:
    """Tell whether a version is its submission's current one."""
    query = select(SubmissionState.instance_id).filter_by(form_pk=form_pk, root_id=root_id)
    return session.scalar(query) == instance_id


def lock_form(session: Session, form_pk: int) -> None:
    """Wait until nobody else keeps or removes anything of a form, until the end of this transaction."""
    session.execute(select(Form.id).where(Form.id == form_pk).with_for_update())


def lock_forms_of(session: Session, numbers: Sequence[int]) -> None:
    """Wait likewise for all forms of these submissions, one after the other in their order."""
    mine = select(SubmissionState.form_pk).where(among(session, SubmissionState.id, numbers))
    session.execute(select(Form.id).where(Form.id.in_(mine)).order_by(Form.id).with_for_update())


def insert_versions(session: Session, versions: Sequence[Json]) -> int:
    """Keep versions; those that are kept already stay as they are. Returns how many are new."""
    return _insert(session, Submission, versions, "ON CONFLICT DO NOTHING")


def fill_in_form_versions(session: Session, form_pk: int, found: Mapping[str, str | None]) -> None:
    """Note what versions, by instance id, were filled in with, where that was not known yet."""
    query = update(Submission).where(Submission.form_pk == form_pk, Submission.form_version.is_(None))
    for instance_id, form_version in found.items():
        session.execute(query.where(Submission.instance_id == instance_id).values(form_version=form_version))


def upsert_states(session: Session, states: Sequence[Json]) -> None:
    """Note what Central says of submissions, new or known; an older feed never overrides a newer one.

    What matters for counting and differs from what is known is to be read again.
    """
    key, table = ("form_pk", "root_id"), SubmissionState.__tablename__
    same = "IS NOT DISTINCT FROM" if session.get_bind().dialect.name == "postgresql" else "IS"
    equal = " AND ".join(f"CAST({table}.{n} AS TEXT) {same} CAST(excluded.{n} AS TEXT)" for n in _MATTERS)
    news = f"changes = {table}.changes + CASE WHEN {equal} THEN 0 ELSE 1 END"
    noted = ", ".join([*(f"{name} = excluded.{name}" for name in states[0] if name not in key), news])
    newer = f"excluded.seen_at >= {table}.seen_at"
    rows = [state | {"changes": 1, "changes_read": 0} for state in states]
    _insert(session, SubmissionState, rows, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {noted} WHERE {newer}")


def read_again(session: Session, *which: ColumnElement[bool]) -> None:
    """Have submissions read and placed again; all of them where no condition says which."""
    session.execute(update(SubmissionState).where(*which).values(changes=SubmissionState.changes + 1))


def note_photographs(session: Session, *which: ColumnElement[bool]) -> None:
    """Note that what photographs of these submissions show is known now, or is another."""
    times = func.coalesce(SubmissionState.photographs, 0) + 1
    session.execute(update(SubmissionState).where(*which).values(photographs=times))


def ask_for_files(session: Session, lists: Sequence[Json]) -> None:
    """Note versions that name files, so that they are asked for; those that are noted already stay as they are."""
    _insert(session, FileList, lists, "ON CONFLICT DO NOTHING")


def insert_comments(session: Session, comments: Sequence[Json]) -> int:
    """Keep comments; those that are kept already stay as they are. Returns how many are new."""
    return _insert(session, SubmissionComment, comments, "ON CONFLICT DO NOTHING")


def present_roots(session: Session, form_pk: int) -> set[str]:
    """Tell which submissions of a form Central had when it was last looked at, living or deleted."""
    return set(session.scalars(select(SubmissionState.root_id).filter_by(form_pk=form_pk, gone_at=None)))


def latest_sight(session: Session, form_pk: int) -> str | None:
    """Tell when the newest feed was opened that a submission of a form was seen in, by Central's clock."""
    return session.scalar(select(func.max(SubmissionState.seen_at)).filter_by(form_pk=form_pk))


def set_back(session: Session, form_pk: int, moment: str) -> None:
    """Let no submission of a form have been seen after a moment, the present one: Central's clock was ahead."""
    ahead = update(SubmissionState).where(SubmissionState.form_pk == form_pk, SubmissionState.seen_at > moment)
    session.execute(ahead.values(seen_at=moment))


def note_gone(session: Session, form_pk: int, roots: Sequence[str], moment: str) -> None:
    """Note that Central has these submissions no longer, neither living nor deleted."""
    state = SubmissionState
    query = update(state).where(state.form_pk == form_pk, state.gone_at.is_(None))
    session.execute(query.where(among(session, state.root_id, roots)).values(gone_at=moment, changes=state.changes + 1))


def comment_counts(session: Session, form_pk: int, roots: Sequence[str]) -> Counter[str]:
    """Count the comments kept of each of these submissions."""
    comment = SubmissionComment
    ours = (comment.form_pk == form_pk) & (comment.number > 0)
    query = select(comment.root_id, func.count()).where(ours).group_by(comment.root_id)
    return Counter(dict(session.execute(query.where(among(session, comment.root_id, roots))).all()))


def _insert(session: Session, model: type[Base], rows: Sequence[Json], on_conflict: str) -> int:
    """Insert rows with the driver's own fastest way; returns how many were written.

    On SQLite that is one prepared statement for all rows; on PostgreSQL one statement whose parameters are whole
    columns, sent in binary. Names and types come from the table; only values are parameters.
    """
    if not rows:
        return 0
    table, dialect, names = model.__table__, session.get_bind().dialect, list(rows[0])
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    into = f"INSERT INTO {table.name} ({', '.join(names)})"
    values = [tuple(map(_plain, row.values())) for row in rows]
    if dialect.name == "postgresql":
        arrays = ", ".join(f"%b::{table.c[name].type.compile(dialect)}[]" for name in names)
        columns = tuple(list(column) for column in zip(*values, strict=True))
        statement = f"{into} SELECT * FROM unnest({arrays}) {on_conflict}"  # noqa: S608 - names from the table
        return session.connection().exec_driver_sql(statement, columns).rowcount
    marks = ", ".join("?" * len(names))
    statement = f"{into} VALUES ({marks}) {on_conflict}"
    return session.connection().exec_driver_sql(statement, values).rowcount


def _plain(value: Any) -> Any:
    if type(value) is str and ("\0" in value or not value.isascii()):
        return _NOT_STORABLE.sub("\ufffd", value)
    return json.dumps(as_json(value)) if type(value) is Reason else value
