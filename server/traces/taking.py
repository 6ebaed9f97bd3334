"""Take traces of places out of everything that is kept of submissions: all versions, what was before, what changed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db import among
from server.removals.removing import remove_file
from server.removals.tables import Removal
from server.submissions.files import REMOVED
from server.submissions.keeping import lock_form
from server.submissions.tables import Attachment, Form, ReplacedVersion, Submission, SubmissionChange
from server.traces.queries import TRACE_FILES
from server.traces.tables import TracesGone
from server.traces.text import noted_without_traces, text_without_traces
from server.visits.tables import Visit

FEWEST_DIGESTED = 3  # of fewer points a digest would tell whoever tries all points of a district what they were
PURPOSE = "part_closed"


@dataclass
class TakenTraces:
    """What was taken away: so many versions had traces, `points` of them; `files` are digests nothing names any more.

    `lines` name each trace with its submission and version, to be digested.
    """

    versions: int = 0
    lines: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def points(self) -> int:
        """Count the traces."""
        return len(self.lines)

    @property
    def digest(self) -> str | None:
        """Digest what was taken away: SHA-256 of a line for each trace, sorted."""
        if self.points < FEWEST_DIGESTED:
            return None
        return hashlib.sha256("\n".join(sorted(self.lines)).encode()).hexdigest()


def traces_of(session: Session, gone: Sequence[TracesGone]) -> TakenTraces:
    """Look what there is to be taken away, and leave it."""
    found = TakenTraces()
    for version in _versions(session, gone):
        _, taken = text_without_traces(version.answers)
        _count(found, version, taken)
    return found


def take_traces(session: Session, gone: Sequence[TracesGone], by: str) -> TakenTraces:
    """Take all traces of submissions away, here; of their files with traces, at Central too."""
    for form_pk in sorted({one.form_pk for one in gone}):
        lock_form(session, form_pk)
    found = TakenTraces()
    for version in _versions(session, gone):
        text, taken = text_without_traces(version.answers)
        if taken:
            version.answers, version.digest = text, hashlib.sha256(text.encode()).hexdigest()
            _count(found, version, taken)
    _from_what_was_read(session, gone)
    found.files = [digest for one in gone for digest in _files(session, one, by)]
    return found


def _count(found: TakenTraces, version: Any, taken: Iterable[str]) -> None:
    lines = [f"{version.root_id} {version.instance_id} {trace}" for trace in taken]
    found.versions += bool(lines)
    found.lines += lines


def _versions(session: Session, gone: Sequence[TracesGone]) -> Iterable[Any]:
    for table in (Submission, ReplacedVersion):
        for form_pk, roots in _by_form(gone).items():
            mine = select(table).where(table.form_pk == form_pk, among(session, table.root_id, roots))
            yield from session.scalars(mine.order_by(table.id))


def _by_form(gone: Sequence[TracesGone]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in gone:
        found.setdefault(one.form_pk, []).append(one.root_id)
    return found


def _from_what_was_read(session: Session, gone: Sequence[TracesGone]) -> None:
    """Take the points out of what versions were read as, and out of what edits changed."""
    for form_pk, roots in _by_form(gone).items():
        mine = select(Submission.id).where(Submission.form_pk == form_pk, among(session, Submission.root_id, roots))
        numbers = session.scalars(mine).all()
        nowhere = {"lon": None, "lat": None, "accuracy_m": None}
        session.execute(update(Visit).where(among(session, Visit.submission_id, numbers)).values(nowhere))
        noted = select(SubmissionChange).where(among(session, SubmissionChange.submission_id, numbers))
        for change in session.scalars(noted):
            change.changes = noted_without_traces(change.changes)


def _files(session: Session, one: TracesGone, by: str) -> Sequence[str]:
    """Remove files that hold traces, with a tombstone each, and ask for their removal at Central."""
    mine = {"form_pk": one.form_pk, "root_id": one.root_id}
    query = select(Attachment.name).filter_by(**mine).where(
        Attachment.name.in_(TRACE_FILES), Attachment.state != REMOVED
    ).distinct()  # fmt: skip
    names = session.scalars(query).all()
    form = session.get_one(Form, one.form_pk) if names else None
    return [digest for name in names if form
            for digest in remove_file(session, form, one.root_id, name, PURPOSE, by).files]  # fmt: skip


def files_with_traces(session: Session, gone: Sequence[TracesGone]) -> Sequence[str]:
    """Give the digests of files that were removed because of their traces, and that nothing names any more."""
    named = select(Attachment.digest).where(Attachment.digest.is_not(None))
    found: list[str] = []
    for form_pk, roots in _by_form(gone).items():
        query = select(Removal.digest).where(
            Removal.form_pk == form_pk, among(session, Removal.root_id, roots), Removal.name.in_(TRACE_FILES),
            Removal.digest != "", Removal.digest.not_in(named),
        )  # fmt: skip
        found += session.scalars(query)
    return sorted(set(found))
