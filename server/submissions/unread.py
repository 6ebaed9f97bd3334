"""What has changed at Central since it was last read, whatever it is read as: found, read in batches, noted as read.

A submission says itself whether it has been read since it last changed, so nothing that did not change is looked
through.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Engine
from sqlalchemy.orm import Session

from server.collecting import not_collecting
from server.db import Json, snapshot, writing
from server.many_rows import update_each
from server.submissions.keeping import lock_forms_of
from server.submissions.tables import Form, SubmissionState
from verification.reason import Reason

BATCH = 2000  # of each, what statements cost beside their rows is a fortieth; one is written in some 0.1 s
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
    keep: Callable[[Session, Sequence[One], Found], Mapping[int, Json]],
) -> int:
    """Read what `arrived` finds, a batch at a time, until nothing is left; returns how many there were.

    What is read is kept, and noted as read, in one transaction: stopped half-way, the batch is read again. `keep` gives
    what submissions are to say of themselves from now on, by their numbers: of each the same, or of none.
    """

    def read_batch() -> int:
        with snapshot(engine) as session:
            if not (batch := arrived(session)):
                return 0
            found = read(session, batch)
        with writing(engine) as session:
            lock_forms_of(session, [one.id for one in batch])  # a pull writes the same rows in another order
            said = keep(session, batch, found)
            rows = [{"id": one.id, "changes_read": one.changes, **said.get(one.id, {})} for one in batch]
            update_each(session, SubmissionState, "id", rows)
        return len(batch)

    count = 0
    while True:
        with not_collecting():  # a batch is gone before the collector goes on: it would look at all of it once
            read_now = read_batch()
        if not read_now:
            return count
        count += read_now
