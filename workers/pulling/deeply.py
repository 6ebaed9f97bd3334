"""What a certificate looks into one by one: kept files, and deeply what neither feed nor listing shows.

A submission's answers are compared version by version with its XML, the evidence itself, wherever the feed does not
show them as they were kept: of older versions, and of those filled in with another form version than the published one.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine, Row

from server.db import batches, snapshot, writing
from server.store.interface import Store
from server.submissions.keeping import comment_counts
from server.submissions.looking import AsShown
from server.submissions.tables import Form
from server.sync.certificates import Cause, Difference, FormDetail
from server.sync.compared import kept_versions, note_compared, note_compared_files, stored_files
from server.sync.sides import Sides, Uncompared
from server.traces.queries import roots_without_traces
from verification.reading.differences import differences
from verification.reading.traces import without_traces
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.xml import UnreadableXml, read_answers
from workers.pulling.forbearance import Forbearance

COMPARED_BATCH = 200
Answer = TypeVar("Answer")


def look_into(
    engine: Engine, central: Central, store: Store, is_here: Callable[[str], bool], form: Form, detail: FormDetail,
    sides: Sides, alive: Callable[[], object], *, deep: bool,
) -> None:  # fmt: skip
    """Look into a form's files, which `is_here` finds, and, deeply, into the submissions that are left with the sides.

    What is found is added to the detail; what was compared and is Central's is noted, batch by batch.
    """
    deeply = _Deeply(engine, central, store, is_here, form, detail, alive, deep, Forbearance(central, form.form_id))
    deeply.files()
    for left in batches(sides.uncompared(), COMPARED_BATCH) if deep else ():
        deeply.submissions(left)


@dataclass
class _Deeply:
    engine: Engine
    central: Central
    store: Store
    is_here: Callable[[str], bool]
    form: Form
    detail: FormDetail
    alive: Callable[[], object]
    deep: bool
    forbearance: Forbearance
    bare: set[str] = field(default_factory=set)  # kept without traces of places

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    def files(self) -> None:
        """Look into every file that is in the store."""
        last = 0
        while True:
            with snapshot(self.engine) as session:
                files = stored_files(session, self.form.id, last, COMPARED_BATCH)
            if not files:
                return
            self._some_files(files)
            last = files[-1].id

    def _some_files(self, files: Sequence[Row[Any]]) -> None:
        found = {}
        for file in files:
            self.alive()
            if code := self._what_is_wrong_with(file):
                found[file.id] = code
                self.detail.add(Difference(file.root_id, code, {"name": file.name}))
        sound = [file.id for file in files if self.deep and file.id not in found and not file.compared_at]
        if sound:
            with writing(self.engine) as session:
                note_compared_files(session, sound)

    def _what_is_wrong_with(self, file: Row[Any]) -> Cause | None:
        if not self.is_here(file.digest):
            return Cause.FILE_LOST_HERE
        if not self.deep or file.compared_at:
            return None
        if not self.store.is_whole(file.digest):
            return Cause.FILE_ALTERED_HERE
        try:
            opened = self.central.attachment(self.form.form_id, file.root_id, file.instance_id, file.name, file.etag)
            with opened as there:
                return None if there.chunks is None else Cause.FILE_REPLACED_AT_CENTRAL
        except CentralProblem as problem:
            if problem.passes:
                raise
            return None  # deleted or cleared: the comparison of the lines says so

    # ── submissions ──────────────────────────────────────────────────────────────────────────────────────────────

    def submissions(self, left: Sequence[Uncompared]) -> None:
        """Compare submissions' comments and versions, and note those that are Central's."""
        roots = [one.root_id for one in left]
        with snapshot(self.engine) as session:
            comments = comment_counts(session, self.form.id, roots)
            versions = kept_versions(session, self.form.id, roots)
            self.bare = roots_without_traces(session, self.form.id, roots)
        sound = []
        for one in left:
            self.alive()
            if self._is_central_s(one, versions[one.root_id], comments[one.root_id]):
                sound.append(AsShown(one.root_id, one.shown))
                self.detail.content += one.edits + 1 - one.by_feed
        with writing(self.engine) as session:
            note_compared(session, self.form.id, sound)

    def _is_central_s(self, one: Uncompared, kept: Sequence[Row[Any]], comments: int) -> bool:
        """Tell whether all of a submission was compared and found the same; what differs is added to the detail."""
        return self._has_comments(one.root_id, comments) and self._has_versions(one, kept)

    def _has_comments(self, root_id: str, kept: int) -> bool:
        there = self._ask(partial(self.central.comments, self.form.form_id, root_id))
        if there is not None and len(there) != kept:
            self._differ(root_id, Cause.COMMENTS_MISSING, here=kept, there=len(there))
        return there is not None and len(there) == kept

    def _has_versions(self, one: Uncompared, kept: Sequence[Row[Any]]) -> bool:
        if one.edits:
            there = self._ask(partial(self.central.versions, self.form.form_id, one.root_id))
            if there is None or not self._are_the_same_versions(one, kept, dict(there)):
                return False
        shown_by_feed = kept[-1:] if one.by_feed else []
        found = [self._has_content(one.root_id, version) for version in kept if version not in shown_by_feed]
        return all(found)

    def _are_the_same_versions(self, one: Uncompared, kept: Sequence[Row[Any]], there: dict[str, str | None]) -> bool:
        """Compare which versions there are, and what each was filled in with, where that is known here."""
        if {version.instance_id for version in kept} != there.keys():
            found = sum(version.instance_id in there for version in kept)
            self._differ(one.root_id, Cause.VERSIONS_MISSING, here=found, there=len(there))
            return False
        others = [v for v in kept if v.form_version is not None and v.form_version != there[v.instance_id]]
        for version in others:
            values = {"here": version.form_version, "there": there[version.instance_id]}
            self._differ(one.root_id, Cause.FORM_VERSION_DIFFERS, **values, version=version.instance_id)
        return not others

    def _has_content(self, root_id: str, version: Row[Any]) -> bool:
        xml = self._ask(partial(self.central.xml, self.form.form_id, root_id, version.instance_id))
        try:
            there = None if xml is None else read_answers(xml)
        except UnreadableXml:
            there = None  # not compared, and so not counted
        if there is not None and root_id in self.bare:
            there, _ = without_traces(there)
        if there is not None and not _is_answered_by(version.answers, there):
            self._differ(root_id, Cause.CONTENT_DIFFERS, version=version.instance_id)
            return False
        return there is not None

    def _ask(self, ask: Callable[[], Answer]) -> Answer | None:
        """Ask of one submission; None where Central does not give it: one that is odd stops no other."""
        answer = self.forbearance.ask(ask)
        return None if isinstance(answer, Reason) else answer

    def _differ(self, root_id: str, code: Cause, **values: Any) -> None:
        self.detail.add(Difference(root_id, code, values))


def _is_answered_by(kept: str, there: dict[str, Any]) -> bool:
    try:
        return not differences(json.loads(kept), there)
    except (ValueError, AttributeError):
        return False  # altered here
