"""What stands here, set beside what stands at Central, submission by submission."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.removals.tables import Removal
from server.submissions.files import GIVEN_UP, REFUSED, REMOVED, STORED
from server.submissions.keeping import current_version, digest
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.sync.certificates import Cause, Difference, FormDetail


class Line(NamedTuple):
    """What both sides say of a submission."""

    root_id: str
    instance_id: str
    review_state: str | None
    updated_at: str | None
    deleted_at: str | None

    def digest(self) -> str:
        """Digest the line: SHA-256 of its values as a JSON list."""
        return hashlib.sha256(json.dumps(self, separators=(",", ":")).encode()).hexdigest()


class AtCentral(NamedTuple):
    """A submission in Central's feed; `digest` is of its answers as the feed writes them."""

    line: Line
    submitted_at: str
    edits: int
    present: int
    form_version: str | None
    digest: str


class Here(NamedTuple):
    """A submission as it is kept: its line, its versions, the current one's answers, and its files by their state."""

    line: Line
    gone_at: str | None
    versions: int
    files: Mapping[str, int]
    digest: str | None
    source: str | None
    form_version: str | None


# ── our side ─────────────────────────────────────────────────────────────────────────────────────────────────────


def kept_of(session: Session, form_pk: int) -> dict[str, Here]:
    """Give all that is kept of a form, by first instance id."""
    state, version, file = SubmissionState, Submission, Attachment
    counted = select(version.root_id, func.count()).filter_by(form_pk=form_pk).group_by(version.root_id)
    numbers = dict(session.execute(counted).all())
    named = select(file.instance_id, file.state).filter_by(form_pk=form_pk, replaced_at=None)
    files: dict[str, Counter[str]] = defaultdict(Counter)
    for instance_id, file_state in session.execute(named):
        files[instance_id][file_state] += 1
    query = (
        select(state.root_id, state.instance_id, state.review_state, state.updated_at, state.deleted_at, state.gone_at,
               version.digest, version.source, version.form_version)
        .outerjoin(version, current_version())
        .where(state.form_pk == form_pk)
    )  # fmt: skip
    return {
        row.root_id: Here(Line(*row[:5]), row.gone_at, numbers.get(row.root_id, 0),
                          files.get(row.instance_id, {}), row.digest, row.source, row.form_version)
        for row in session.execute(query)
    }  # fmt: skip


def tombstones(session: Session, form_pk: int) -> set[str]:
    """Name the submissions of a form that were lawfully removed."""
    return set(session.scalars(select(Removal.root_id).filter_by(form_pk=form_pk, name="")))


def altered_here(session: Session, form_pk: int) -> Iterator[Difference]:
    """Find versions whose answers are no longer what they were when they were kept."""
    query = select(Submission.root_id, Submission.instance_id, Submission.digest, Submission.answers)
    for root, instance, kept, answers in session.execute(query.filter_by(form_pk=form_pk).execution_options(
            yield_per=500)):  # fmt: skip
        if digest(answers) != kept:
            yield Difference(root, Cause.ALTERED_HERE, {"version": instance})


# ── the comparison ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class SideBySide:
    """Sets the feed of one form, row by row, against what is kept of it."""

    detail: FormDetail
    here: Mapping[str, Here]
    removed: set[str]
    watermark: str
    seen: set[str] = field(default_factory=set)

    def meet(self, row: AtCentral, published: str | None) -> None:
        """Compare one submission at Central with ours."""
        root = row.line.root_id
        self.seen.add(root)
        if root in self.removed:
            if row.line.deleted_at is None:
                self.detail.add(Difference(root, Cause.REMOVAL_PENDING))
            return
        if row.line.deleted_at:
            self.detail.deleted += 1
        else:
            self.detail.living += 1
            self.detail.versions += row.edits + 1
            self.detail.files += row.present
        ours = self.here.get(root)
        if ours is None:
            self._differ(row, Cause.MISSING_HERE)
        elif ours.gone_at:
            self._differ(row, Cause.BACK_AT_CENTRAL)
        elif ours.line != row.line:
            self._differ(row, _what_differs(row.line, ours.line))
        elif row.line.deleted_at is None:
            self._compare_content(row, ours, published)

    def _compare_content(self, row: AtCentral, ours: Here, published: str | None) -> None:
        if ours.digest is None:
            self._differ(row, Cause.CONTENT_NOT_KEPT)
        elif ours.versions != row.edits + 1:
            self._differ(row, Cause.VERSIONS_MISSING, here=ours.versions, there=row.edits + 1)
        elif ours.source == "odata" and ours.form_version == published and ours.digest != row.digest:
            self._differ(row, Cause.CONTENT_DIFFERS)
        self._compare_files(row, ours.files)

    def _compare_files(self, row: AtCentral, files: Mapping[str, int]) -> None:
        """A file that was refused, given up or removed is not missing; the certificate counts each of them."""
        stored, refused, given_up, removed = (files.get(state, 0) for state in (STORED, REFUSED, GIVEN_UP, REMOVED))
        self.detail.refused += refused
        self.detail.given_up += given_up
        self.detail.removed_files += removed
        if row.present > stored + refused + given_up + removed:
            self._differ(row, Cause.FILES_MISSING, here=stored, there=row.present)
        elif row.present < stored + refused:
            self._differ(row, Cause.FILES_CLEARED, here=stored, there=row.present)

    def _differ(self, row: AtCentral, code: Cause, **values: Any) -> None:
        latest = max(filter(None, (row.submitted_at, row.line.updated_at, row.line.deleted_at)), default="")
        is_new = latest >= self.watermark and code not in (Cause.FILES_MISSING, Cause.FILES_CLEARED)
        self.detail.add(Difference(row.line.root_id, Cause.NOT_PULLED_YET if is_new else code, values))

    def finish(self) -> None:
        """Find what is here and not at Central."""
        self.detail.removed = len(self.removed)
        self.detail.gone = sum(bool(ours.gone_at) for ours in self.here.values())
        for root, ours in self.here.items():
            if root not in self.seen and not ours.gone_at:
                cause = Cause.PURGED_AT_CENTRAL if ours.line.deleted_at else Cause.VANISHED_AT_CENTRAL
                self.detail.add(Difference(root, cause))


def _what_differs(there: Line, here: Line) -> Cause:
    if there.deleted_at != here.deleted_at:
        return Cause.RESTORED_AT_CENTRAL if there.deleted_at is None else Cause.DELETION_MISSED
    if there.instance_id != here.instance_id:
        return Cause.EDIT_MISSED
    return Cause.REVIEW_MISSED
