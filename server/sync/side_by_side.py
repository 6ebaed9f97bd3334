"""What stands here, set beside what stands at Central, submission by submission."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server.removals.tables import Removal
from server.submissions.files import GIVEN_UP, REFUSED, REMOVED, STORED
from server.submissions.keeping import current_version, digest
from server.submissions.looking import shown
from server.submissions.spelling import is_spelled
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.sync.certificates import Cause, Difference, FormDetail
from server.sync.sides import Sides, Uncompared

BEFORE, FEED, AFTER = "before", "feed", "after"  # Central's listing, its feed, and its listing once more
_HERE, _FILES, _REMOVED = "here", "files", "removed"
_STREAMED = {"yield_per": 1000}


class Line(NamedTuple):
    """What both sides say of a submission."""

    root_id: str
    instance_id: str
    review_state: str | None
    updated_at: str | None
    deleted_at: str | None
    submitted_at: str

    def digest(self) -> str:
        """Digest the line: SHA-256 of its values, but for the last, as a JSON list."""
        return hashlib.sha256(json.dumps(self[:-1], separators=(",", ":")).encode()).hexdigest()


class AtCentral(NamedTuple):
    """A submission in Central's feed; `digest` is of its answers as the feed writes them, None where they are sealed.

    `form_version` is what its first version was filled in with, whatever the current one was.
    """

    line: Line
    edits: int
    present: int
    form_version: str | None
    digest: str | None

    @classmethod
    def of(cls, text: str) -> Self:
        """Read it from JSON."""
        line, *rest = json.loads(text)
        return cls(Line(*line), *rest)

    def listed(self, entries: Sequence[Line]) -> Line | None:
        """Find what the listing says of it: the same, though the feed may spell its ids otherwise, or not know one."""
        return next((entry for entry in entries if self._is(entry)), None)

    def _is(self, entry: Line) -> bool:
        ours = self.line
        return entry._replace(instance_id=ours.instance_id) == ours and _is_by_feed(entry, ours.instance_id)


def _is_by_feed(listed: Line, instance_id: str) -> bool:
    """Tell whether the feed means this version: it may spell an id otherwise, or know none and give the first one's."""
    return instance_id == listed.root_id or is_spelled(listed.instance_id, instance_id)


class Here(NamedTuple):
    """A submission as it is kept: its line, the current version, whether it was compared deeply as it is `shown`, and
    how many versions there are.

    The current version's form version is its own.
    """

    line: Line
    gone_at: str | None
    digest: str | None
    source: str | None
    form_version: str | None
    shown: str
    is_compared: bool
    versions: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Read it from JSON."""
        line, *rest = json.loads(text)
        return cls(Line(*line), *rest)


def is_shown_by_feed(source: str | None, form_version: str | None, published: str | None) -> bool:
    """Tell whether the feed shows a current version's answers as they were kept: it writes by the published form."""
    return source == "odata" and form_version == published


# ── our side ─────────────────────────────────────────────────────────────────────────────────────────────────────


def put_kept(sides: Sides, session: Session, form_pk: int) -> None:
    """Bring in all that is kept of a form: submissions, numbers of their files, tombstones."""
    sides.put(_HERE, _submissions(session, form_pk))
    file = Attachment
    named = (file.root_id, file.instance_id, file.state)
    counts = select(*named, func.count()).filter_by(form_pk=form_pk, replaced_at=None).group_by(*named)
    sides.put(_FILES, ((root, rest) for root, *rest in _streamed(session, counts)))
    removed = select(Removal.root_id, Removal.name).filter_by(form_pk=form_pk, name="")
    sides.put(_REMOVED, _streamed(session, removed))


def _submissions(session: Session, form_pk: int) -> Iterator[tuple[str, Here]]:
    state, version, each = SubmissionState, Submission, aliased(Submission)
    number = select(func.count()).where(each.form_pk == state.form_pk, each.root_id == state.root_id)
    query = (
        select(state.root_id, state.instance_id, state.review_state, state.updated_at, state.deleted_at,
               state.submitted_at, state.gone_at, version.digest, version.source, version.form_version, shown(),
               func.coalesce(state.compared == shown(), False),
               number.scalar_subquery())
        .outerjoin(version, current_version())
        .where(state.form_pk == form_pk)
    )  # fmt: skip
    for row in _streamed(session, query):
        yield row[0], Here(Line(*row[:6]), *row[6:])


def _streamed(session: Session, query: Any) -> Iterator[Any]:
    return iter(session.execute(query, execution_options=_STREAMED))


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
    """Sets all that Central says of one form beside what is kept of it."""

    detail: FormDetail
    sides: Sides
    watermark: str
    published: str | None

    def compare(self) -> None:
        """Compare every submission, and leave what is to be compared deeply with the sides."""
        for root, said in self.sides.together():
            found = sum(self.detail.causes.values())
            self._meet(root, said)
            self.detail.identical += bool(said.get(FEED)) and found == sum(self.detail.causes.values())
        self.detail.digest = self.sides.digest()

    def _meet(self, root: str, said: dict[str, list[str]]) -> None:
        before = [Line(*json.loads(entry)) for entry in said.get(BEFORE, ())]
        feed = [AtCentral.of(row) for row in said.get(FEED, ())]
        here = next(map(Here.of, said.get(_HERE, ())), None)
        removed = _REMOVED in said
        self.detail.removed += removed
        self.detail.gone += bool(here and here.gone_at)
        for row in feed:
            line = row.listed(before) or row.line
            self.sides.put_digest(line.digest())
        if sorted(said.get(BEFORE, ())) != sorted(said.get(AFTER, ())):
            self.detail.unstable = True
            self.detail.add(Difference(root, Cause.KEEPS_CHANGING))
        elif not feed:
            self._only_listed(root, here, len(before))
        elif len(feed) > 1 or not (listed := feed[0].listed(before)):
            self.detail.add(Difference(root, Cause.VIEWS_DISAGREE))
        else:
            if len(before) > 1:
                self.detail.add(Difference(root, Cause.ONLY_LISTED))
            self._at_central(feed[0]._replace(line=listed), here, said.get(_FILES, ()), removed)

    def _only_listed(self, root: str, here: Here | None, listed: int) -> None:
        """Look at what the feed, which has the deleted too, has not: it is not at Central, whatever is listed."""
        if here and not here.gone_at:
            cause = Cause.PURGED_AT_CENTRAL if here.line.deleted_at else Cause.VANISHED_AT_CENTRAL
            self.detail.add(Difference(root, cause))
        if listed:
            self.detail.add(Difference(root, Cause.ONLY_LISTED))

    def _at_central(self, row: AtCentral, here: Here | None, files: Sequence[str], removed: bool) -> None:
        if removed:
            if row.line.deleted_at is None:
                self.detail.add(Difference(row.line.root_id, Cause.REMOVAL_PENDING))
            return
        if row.line.deleted_at:
            self.detail.deleted += 1
        else:
            self.detail.living += 1
            self.detail.versions += row.edits + 1
            self.detail.files += row.present
        if here is None:
            self._differ(row, Cause.MISSING_HERE)
        elif here.gone_at:
            self._differ(row, Cause.BACK_AT_CENTRAL)
        elif cause := _what_differs(row.line, here.line):
            self._differ(row, cause)
        elif row.line.deleted_at is None:
            self._compare_content(row, here, here.versions)
            counted = map(json.loads, files)
            self._compare_files(row, {state: n for instance, state, n in counted if instance == here.line.instance_id})

    def _compare_content(self, row: AtCentral, here: Here, versions: int) -> None:
        by_feed = is_shown_by_feed(here.source, here.form_version, self.published)
        if row.digest is None:
            return  # encrypted: its answers are one of its files, which are compared
        if here.digest is None:
            self._differ(row, Cause.CONTENT_NOT_KEPT)
        elif versions != row.edits + 1:
            self._differ(row, Cause.VERSIONS_MISSING, here=versions, there=row.edits + 1)
        elif row.edits == 0 and here.form_version != row.form_version:
            values = {"here": here.form_version, "there": row.form_version, "version": here.line.instance_id}
            self._differ(row, Cause.FORM_VERSION_DIFFERS, **values)
        elif by_feed and here.digest != row.digest:
            self._differ(row, Cause.CONTENT_DIFFERS, version=here.line.instance_id)
        elif here.is_compared:
            self.detail.content += versions
        else:
            self.detail.content += by_feed
            self.sides.leave(Uncompared(row.line.root_id, here.shown, row.edits, by_feed))

    def _compare_files(self, row: AtCentral, files: dict[str, int]) -> None:
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
        line = row.line
        latest = max(filter(None, (line.submitted_at, line.updated_at, line.deleted_at)), default="")
        is_new = latest >= self.watermark and code not in (Cause.FILES_MISSING, Cause.FILES_CLEARED)
        self.detail.add(Difference(line.root_id, Cause.NOT_PULLED_YET if is_new else code, values))


def _what_differs(there: Line, here: Line) -> Cause | None:
    """Name what two lines differ in. Of what is deleted only the feed tells the current version, as it spells it."""
    if there.deleted_at and _is_by_feed(there, here.instance_id):
        here = here._replace(instance_id=there.instance_id)
    if there == here:
        return None
    if there.submitted_at != here.submitted_at:
        return Cause.SENT_AGAIN
    if there.deleted_at != here.deleted_at:
        return Cause.RESTORED_AT_CENTRAL if there.deleted_at is None else Cause.DELETION_MISSED
    if there.instance_id != here.instance_id:
        return Cause.EDIT_MISSED
    return Cause.REVIEW_MISSED
