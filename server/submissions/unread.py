"""What has changed at Central since it was last read, whatever it is read as: found, read in batches, noted as read.

A submission says itself whether it has been read since it last changed, so nothing that did not change is looked
through.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Engine, update
from sqlalchemy.orm import Session

from server.collecting import not_collecting
from server.db import among, snapshot, table_of, writing
from server.submissions.keeping import lock_forms_of
from server.submissions.tables import Form, SubmissionState
from verification.reason import Reason

BATCH = 1000  # of each, what statements cost beside their rows is a twentieth; one is written in some 0.1 s
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
        with not_collecting():
            with snapshot(engine) as session:
                if not (batch := arrived(session)):
                    return count
                found = read(session, batch)
            with writing(engine) as session:
                lock_forms_of(session, [one.id for one in batch])  # a pull writes the same rows in another order
                keep(session, batch, found)
                _note_as_read(session, batch)
            count += len(batch)


def _note_as_read(session: Session, batch: Sequence[Changed]) -> None:
    """Note how many changes were read: most submissions have seen as many, and are noted in one go."""
    by_changes: dict[int, list[int]] = defaultdict(list)
    for one in batch:
        by_changes[one.changes].append(one.id)
    for changes, numbers in by_changes.items():
        mine = among(session, SubmissionState.id, numbers)
        session.execute(update(table_of(SubmissionState)).where(mine).values(changes_read=changes))
