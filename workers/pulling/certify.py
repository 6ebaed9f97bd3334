"""Make a sync certificate: Central is listed, our side read, the feed compared, and Central listed again.

Only two equal listings around one comparison count; otherwise something changed meanwhile, and it is tried again. The
listing and the feed are two views of Central that do not share their code there: they have to agree as well. Where they
do not, twice the same, those submissions are named apart and the others are compared.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.removals.tombstones import remove_again
from server.store.interface import Store
from server.submissions.forms import forms_of
from server.submissions.keeping import digest
from server.submissions.settling import settlement_of
from server.submissions.tables import Form
from server.sync.certificates import OF_CENTRAL, Cause, Detail, FormDetail, SettledForm, keep_certificate
from server.sync.compared import count_compared, count_files
from server.sync.side_by_side import AFTER, BEFORE, FEED, AtCentral, Line, SideBySide, altered_here, put_kept
from server.sync.sides import Sides, sides_on_disk
from server.traces.queries import all_without_traces
from server.traces.text import text_without_traces
from workers.central.api import Central
from workers.central.feed import FeedRow, read_listing, read_rows
from workers.pulling.child_count import compare_counts
from workers.pulling.deeply import look_into
from workers.pulling.forms import meet_forms
from workers.pulling.pull import THE_BEGINNING, Progress, changed_since

TRIES = 5
PAUSE_SECONDS = 1  # longer with each try: Central is busy with this very form


def certify(
    engine: Engine, central: Central, store: Store, *, deep: bool = False, progress: Progress | None = None
) -> str:
    """Compare every form with Central, keep the certificate and give its verdict.

    `deep` also compares the bytes of kept files, comments, and the answers that no feed shows: of all that it has not
    compared before as it is now. What was compared stays so, also where this is stopped half-way.
    """
    published, as_of = meet_forms(engine, central), central.clock()
    with snapshot(engine) as session:
        known = {form.form_id: form for form in forms_of(session, central.project)}
    details, is_here = [], store.asked_of_many()
    for form_id in sorted({*published, *known}):
        alive = partial(progress or _nobody, form_id, 1)
        certifier = _Certifier(engine, central, store, is_here, form_id, known.get(form_id), deep, alive)
        details.append(certifier.certify(there=form_id in published))
    details += filter(None, [compare_counts(engine, central)])
    with writing(engine) as session:
        for detail in details:
            undone = [found.root_id for found in detail.differences if found.code == Cause.REMOVAL_PENDING]
            if undone:  # what is said of it has to be true: the work waits
                remove_again(session, known[detail.form_id].id, undone)
        return keep_certificate(session, central.project, as_of, Detail(details))


def _nobody(_form_id: str, _done: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True)
class _Certifier:
    """Certifies one form. `alive` is called at every step."""

    engine: Engine
    central: Central
    store: Store
    is_here: Callable[[str], bool]
    form_id: str
    form: Form | None
    deep: bool
    alive: Callable[[], object]

    def certify(self, *, there: bool) -> FormDetail:
        """Compare the form until two listings around a comparison are equal."""
        if not there:
            return self._absent()
        disagreed: list[str] = []
        for attempt in range(TRIES):
            time.sleep(attempt * PAUSE_SECONDS)
            with sides_on_disk() as sides:
                detail = self._compare(sides)
                disagree = [found.root_id for found in detail.differences if found.code in OF_CENTRAL]
                is_settled = not detail.unstable and disagree == disagreed
                if is_settled or attempt == TRIES - 1:
                    self._look_into(detail, sides)
                    break
            disagreed = disagree
        return detail

    def _absent(self) -> FormDetail:
        """Say that Central has the form no longer, or who settled that; what was pulled cannot be compared."""
        with snapshot(self.engine) as session:
            made = settlement_of(session, self.form) if self.form else None
        if made is None:
            return FormDetail(self.form_id, causes={Cause.FORM_DELETED_AT_CENTRAL: 1})
        return FormDetail(self.form_id, settled=SettledForm(made.settled_by, made.settled_at, made.why, made.counts))

    def _compare(self, sides: Sides) -> FormDetail:
        detail = FormDetail(self.form_id)
        sides.put(BEFORE, self._listing())
        if self.form:
            with snapshot(self.engine) as session:
                put_kept(sides, session, self.form.id)
        watermark = (self.form and self.form.watermark) or THE_BEGINNING
        published = self.central.form(self.form_id).version
        sides.put(FEED, self._feed())
        sides.put(AFTER, self._listing())
        self.alive()
        SideBySide(detail, sides, watermark, published).compare()
        if Cause.ONLY_LISTED in detail.causes and self.central.was_deleted(self.form_id):
            detail.explain_listed()
        detail.unstable |= self.central.form(self.form_id).version != published  # the feed may be by another version
        return detail

    def _listing(self) -> Iterator[tuple[str, Line]]:
        """List the form by Central's other view."""
        for deleted in (False, True):
            self.alive()
            with self.central.listing_stream(self.form_id, deleted=deleted) as chunks:
                for entry in read_listing(chunks):
                    yield entry.root_id, Line(*entry)

    def _feed(self) -> Iterator[tuple[str, AtCentral]]:
        self.alive()
        with snapshot(self.engine) as session:
            bare = all_without_traces(session, self.form.id) if self.form else set[str]()
        with self.central.feed(self.form_id, changed_since(THE_BEGINNING)) as feed:
            for row in read_rows(feed.chunks):
                yield row.root_id, at_central(row, bare=row.root_id in bare)

    def _look_into(self, detail: FormDetail, sides: Sides) -> None:
        """Check what is kept by itself, and deeply; say how much was compared by now."""
        if self.form is None:
            return
        with snapshot(self.engine) as session:
            for difference in altered_here(session, self.form.id):
                detail.add(difference)
        look_into(self.engine, self.central, self.store, self.is_here, self.form, detail, sides, self.alive,
                  deep=self.deep)  # fmt: skip
        with snapshot(self.engine) as session:
            detail.compared = count_compared(session, self.form.id)
            files = count_files(session, self.form.id)
        detail.stored_files, detail.compared_files = files.stored, files.compared
        detail.files_compared_from, detail.files_compared_until = files.since, files.until


def at_central(row: FeedRow, *, bare: bool = False) -> AtCentral:
    """Read a feed's row as one side of a comparison; a bare one without the traces of places that were deleted here."""
    text = text_without_traces(row.text)[0] if bare else row.text
    system = row.system
    line = Line(row.root_id, row.instance_id, system.review_state, system.updated_at, system.deleted_at,
                system.submitted_at)  # fmt: skip
    said = None if row.is_encrypted else digest(text or "")
    return AtCentral(line, system.edits, system.present, system.form_version, said)
