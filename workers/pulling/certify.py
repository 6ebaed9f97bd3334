"""Make a sync certificate: Central is listed, our side read, the feed compared, and Central listed again.

Only two equal listings around one comparison count; otherwise something changed meanwhile, and it is tried again. The
listing and the feed are two views of Central that do not share their code there: they have to agree as well.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, Row

from server.db import batches, now, snapshot, writing
from server.store import Store
from server.submissions.forms import forms_of
from server.submissions.keeping import comment_counts, digest
from server.submissions.looking import AsShown
from server.submissions.tables import Form
from server.sync.certificates import (
    Cause,
    Detail,
    Difference,
    FormDetail,
    digest_of,
    keep_certificate,
)
from server.sync.compared import count_compared, note_compared, note_compared_files, stored_files, to_compare
from server.sync.side_by_side import AtCentral, Line, SideBySide, altered_here, kept_of, tombstones
from workers.central.api import Central
from workers.central.feed import FeedRow, read_listing, read_rows
from workers.central.session import CentralProblem, unless_gone
from workers.pulling.pull import THE_BEGINNING, Progress, changed_since, meet_forms

TRIES = 5
COMPARED_BATCH = 200
PAUSE_SECONDS = 1  # longer with each try: Central is busy with this very form


def certify(
    engine: Engine, central: Central, store: Store, *, deep: bool = False, progress: Progress | None = None
) -> str:
    """Compare every form with Central, keep the certificate and give its verdict.

    `deep` also reads kept files' bytes, compares them with Central's marks, and counts comments: of all that it has not
    compared before as it is now. What was compared stays so, also where this is stopped half-way.
    """
    published, as_of = meet_forms(engine, central), central.clock()
    with snapshot(engine) as session:
        known = {form.form_id: form for form in forms_of(session, central.project)}
    details = []
    for form_id in sorted({*published, *known}):
        alive = partial(progress or _nobody, form_id, 1)
        certifier = _Certifier(engine, central, store, form_id, known.get(form_id), deep, alive)
        details.append(certifier.certify(there=form_id in published))
    with writing(engine) as session:
        return keep_certificate(session, central.project, as_of, Detail(details), now() if deep else None)


def _nobody(_form_id: str, _done: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True)
class _Certifier:
    """Certifies one form. `alive` is called at every step."""

    engine: Engine
    central: Central
    store: Store
    form_id: str
    form: Form | None
    deep: bool
    alive: Callable[[], object]

    def certify(self, *, there: bool) -> FormDetail:
        """Compare the form until two listings around a comparison are equal."""
        if not there:
            return self._absent()
        for attempt in range(TRIES):
            time.sleep(attempt * PAUSE_SECONDS)
            self.alive()
            detail = self._compare()
            if not detail.unstable:
                break
        if self.form is not None:
            self._look_into(detail, self.form.id)
        return detail

    def _absent(self) -> FormDetail:
        """Say that Central has the form no longer; what was pulled stays and cannot be compared."""
        return FormDetail(self.form_id, differences=[], causes={Cause.FORM_DELETED_AT_CENTRAL: 1})

    def _compare(self) -> FormDetail:
        detail = FormDetail(self.form_id)
        before = self._listing()
        with snapshot(self.engine) as session:
            here = kept_of(session, self.form.id) if self.form else {}
            removed = tombstones(session, self.form.id) if self.form else set()
        comparison = SideBySide(detail, here, removed, (self.form and self.form.watermark) or THE_BEGINNING)
        published = self.central.form(self.form_id).version
        lines = []
        for row in self._feed():
            comparison.meet(row, published)
            lines.append(row.line.digest())
        comparison.finish()
        detail.digest = digest_of(lines)
        detail.unstable = not before == detail.digest == self._listing()
        return detail

    def _listing(self) -> str:
        """List the form by Central's other view, and digest it."""
        lines = []
        for deleted in (False, True):
            with self.central.listing_stream(self.form_id, deleted=deleted) as chunks:
                lines += [Line(*entry).digest() for entry in read_listing(chunks)]
        return digest_of(lines)

    def _feed(self) -> Iterator[AtCentral]:
        with self.central.feed(self.form_id, changed_since(THE_BEGINNING)) as feed:
            for row in read_rows(feed.chunks):
                yield at_central(row)

    def _look_into(self, detail: FormDetail, form_pk: int) -> None:
        """Check what is kept by itself: answers unaltered, files there; deeply: their bytes, and comments."""
        with snapshot(self.engine) as session:
            for difference in altered_here(session, form_pk):
                detail.add(difference)
            files, left = stored_files(session, form_pk), to_compare(session, form_pk) if self.deep else []
        for batch in batches(files, COMPARED_BATCH):
            self._look_into_files(detail, batch)
        for asked in batches(left, COMPARED_BATCH):
            self._compare_comments(detail, form_pk, asked)
        with snapshot(self.engine) as session:
            detail.compared_files, detail.compared = count_compared(session, form_pk)

    def _look_into_files(self, detail: FormDetail, files: Sequence[Row[Any]]) -> None:
        found = {}
        for file in files:
            self.alive()
            if code := self._what_is_wrong_with(file):
                found[file.id] = code
                detail.add(Difference(file.root_id, code, {"name": file.name}))
        sound = [file.id for file in files if self.deep and file.id not in found and not file.compared_at]
        if sound:
            with writing(self.engine) as session:
                note_compared_files(session, sound)

    def _compare_comments(self, detail: FormDetail, form_pk: int, asked: Sequence[AsShown]) -> None:
        with snapshot(self.engine) as session:
            kept = comment_counts(session, form_pk, [one.root_id for one in asked])
        sound = []
        for one in asked:
            self.alive()
            there = unless_gone(partial(self.central.comments, self.form_id, one.root_id))
            if there is None or len(there) == kept[one.root_id]:
                sound.append(one)
            else:
                counts = {"here": kept[one.root_id], "there": len(there)}
                detail.add(Difference(one.root_id, Cause.COMMENTS_MISSING, counts))
        with writing(self.engine) as session:
            note_compared(session, form_pk, sound)

    def _what_is_wrong_with(self, file: Row[Any]) -> Cause | None:
        path = self.store.path(file.digest)
        if not path.exists():
            return Cause.FILE_LOST_HERE
        if not self.deep or file.compared_at:
            return None
        if not self.store.is_whole(file.digest):
            return Cause.FILE_ALTERED_HERE
        try:
            opened = self.central.attachment(self.form_id, file.root_id, file.instance_id, file.name, file.etag)
            with opened as there:
                return None if there.chunks is None else Cause.FILE_REPLACED_AT_CENTRAL
        except CentralProblem as problem:
            if problem.passes:
                raise
            return None  # deleted or cleared: the comparison of the lines says so


def at_central(row: FeedRow) -> AtCentral:
    """Read a feed's row as one side of a comparison."""
    system = row.system
    line = Line(row.root_id, row.instance_id, system.review_state, system.updated_at, system.deleted_at)
    return AtCentral(
        line, system.submitted_at, system.edits, system.present, system.form_version, digest(row.text or "")
    )
