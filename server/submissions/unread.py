"""What has changed at Central since it was last read, whatever it is read as: found, read in batches, noted as read.

A submission says itself whether it has been read since it last changed, so nothing that did not change is looked
through.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Engine
from sqlalchemy.orm import Session

from server.db import snapshot, update_each, writing
from server.submissions.keeping import lock_forms_of
from server.submissions.tables import Form, SubmissionState
from verification.reason import Reason

BATCH = 500
UNREADABLE = Reason("unreadable_submission")


class Changed(Protocol):
    """A submission as it stood when it was read."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def changes(self) -> int:
        """How many changes it had seen."""


One = TypeVar("One", bound=Changed)
Found = TypeVar("Found")


def is_unread(*read_as: str) -> ColumnElement[bool]:
    """Tell whether a submission changed since it was last read, of forms that are read as one of these."""
    return (SubmissionState.changes != SubmissionState.changes_read) & Form.read_as.in_(read_as)


def read_in_batches(
    engine: Engine,
    arrived: Callable[[Session], Sequence[One]],
    read: Callable[[Session, Sequence[One]], Found],
    keep: Callable[[Session, Sequence[One], Found], None],
) -> int:
    """Read what `arrived` finds, a batch at a time, until nothing is left; returns how many there were.

    What is read is kept, and noted as read, in one transaction: stopped half-way, the batch is read again.
    """
    count = 0
    while True:
        with snapshot(engine) as session:
            batch = arrived(session)
            found = read(session, batch)
        if not batch:
            return count
        with writing(engine) as session:
            lock_forms_of(session, [one.id for one in batch])  # a pull writes the same rows in another order
            keep(session, batch, found)
            read_now = [{"id": one.id, "changes_read": one.changes} for one in batch]
            update_each(session, SubmissionState, "id", read_now)
        count += len(batch)
