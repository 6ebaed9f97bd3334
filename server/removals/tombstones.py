"""Tombstones: what was lawfully removed, and is never brought back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.db import among
from server.removals.tables import Removal
from server.submissions.tables import Form
from server.work.kinds import Remove
from server.work.queue import ask


class Tombstone(NamedTuple):
    """A tombstone as it is kept apart from the database: a form by its name, not by our numbering."""

    project: int
    form_id: str
    root_id: str
    name: str
    purpose: str
    digest: str
    removed_by: str
    removed_at: datetime


def all_tombstones(session: Session) -> Iterator[Tombstone]:
    """Give every tombstone, oldest first."""
    columns = (Removal.root_id, Removal.name, Removal.purpose, Removal.digest, Removal.removed_by, Removal.removed_at)
    query = select(Form.project, Form.form_id, *columns).join(Form, Form.id == Removal.form_pk).order_by(Removal.id)
    return (Tombstone(*row) for row in session.execute(query))


def removed_roots(session: Session, form_pk: int, roots: Sequence[str]) -> set[str]:
    """Tell which of these submissions were lawfully removed."""
    query = select(Removal.root_id).where(Removal.form_pk == form_pk, Removal.name == "")
    return set(session.scalars(query.where(among(session, Removal.root_id, roots))))


def remove_again(session: Session, form_pk: int, roots: Sequence[str], name: str = "") -> bool:
    """Ask again for the removal at Central of submissions, or of a file of theirs; False where there was none.

    What was removed there may have been restored since, or sent anew.
    """
    query = select(Removal.id).where(Removal.form_pk == form_pk, Removal.name == name)
    found = session.scalars(query.where(among(session, Removal.root_id, roots))).all() if roots else ()
    for number in found:
        ask(session, Remove(number))
    return bool(found)


def is_removed(session: Session, form_pk: int, root_id: str, name: str, digest: str | None = None) -> bool:
    """Tell whether a file was lawfully removed: by its name, or, whatever its name, by its content."""
    named = (Removal.form_pk == form_pk) & (Removal.root_id == root_id) & Removal.name.in_(("", name))
    query = select(func.count()).where(or_(named, (Removal.digest == digest) & (Removal.name != "")))
    return bool(session.scalar(query))


def tombstone(session: Session, removal_id: int) -> tuple[str, Removal] | None:
    """Give a tombstone with its form's id."""
    row = session.execute(select(Form.form_id, Removal).join(Form, Form.id == Removal.form_pk).filter(
        Removal.id == removal_id)).one_or_none()  # fmt: skip
    session.expunge_all()
    return (row[0], row[1]) if row else None
