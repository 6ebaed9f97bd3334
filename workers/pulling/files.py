"""Fetch the files that submissions name: streamed to disk, checked, kept by the hash of their content.

A file may arrive at Central hours after its submission, be replaced or cleared; no timestamp says so. What is missing
is asked for again, each time later; what has come is compared by Central's mark of its content (ETag).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.facts.evidence import evidence_changed
from server.removals.tombstones import is_removed, remove_again
from server.store.interface import Store, TooLarge
from server.submissions.files import (
    EXPECTED,
    GIVEN_UP,
    REFUSED,
    REMOVED,
    SETTLED,
    STORED,
    Asked,
    ask_later,
    current_files,
    due,
    note,
    settle,
)
from server.submissions.keeping import is_current, lock_form
from server.submissions.media import media_type
from server.submissions.tables import Attachment, Form
from server.traces.queries import TRACE_FILES, roots_without_traces
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem, unless_gone
from workers.pulling.forbearance import TROUBLES_IN_A_ROW

LIMIT_BYTES = 20_000_000
TOO_LARGE = "attachment_too_large"


def fetch_all(
    engine: Engine, central: Central, store: Store, progress: Callable[[str, int], None] | None = None
) -> int:
    """Fetch what has come of every form's missing files, but of those whose last pull failed.

    A form whose files fail leaves the others fetched; its CentralProblem is raised at the end.
    """
    with snapshot(engine) as session:
        query = select(Form.id, Form.form_id).filter_by(project=central.project, problem=None, absent_since=None)
        forms = session.execute(query).all()
    stored, trouble = 0, None
    for form in forms:
        try:
            stored += fetch_attachments(engine, central, form.id, form.form_id, store, progress)
        except CentralProblem as problem:
            trouble = trouble or problem
    if trouble:
        raise trouble
    return stored


def fetch_attachments(
    engine: Engine, central: Central, form_pk: int, form_id: str, store: Store,
    progress: Callable[[str, int], None] | None = None,
) -> int:  # fmt: skip
    """Fetch what has come of a form's missing files; returns how many were stored.

    A file that cannot be had or kept never stops its neighbours: what it is refused for is noted with it, and what
    may pass is raised as CentralProblem, at the end or where Central fails again and again.
    """
    with snapshot(engine) as session:
        asked = due(session, form_pk)
    fetcher = _Fetcher(engine, central, form_pk, form_id, store)
    stored, in_a_row, trouble = 0, 0, None
    for version in asked:
        try:
            stored += fetcher.fetch(version)
            in_a_row = 0
        except CentralProblem as problem:
            in_a_row, trouble = in_a_row + 1, problem
            with writing(engine) as session:
                ask_later(session, version)
            if in_a_row == TROUBLES_IN_A_ROW:
                break
        if progress:
            progress(form_id, 1)
    if trouble:
        raise trouble
    return stored


@dataclass(frozen=True)
class _Fetcher:
    engine: Engine
    central: Central
    form_pk: int
    form_id: str
    store: Store

    def fetch(self, asked: Asked) -> int:
        """Fetch a version's files; returns how many were stored."""
        files = unless_gone(partial(self.central.attachments, self.form_id, asked.root_id, asked.instance_id))
        if files is None:
            with writing(self.engine) as session:  # deleted since: the next pull says so
                ask_later(session, asked)
            return 0
        with snapshot(self.engine) as session:
            known = current_files(session, self.form_pk, asked.instance_id)
        stored = sum(self._settle_one(asked, file.name, file.exists, known.get(file.name)) for file in files)
        with writing(self.engine) as session:
            settle(session, asked, [file.name for file in files], self.form_pk)
        return stored

    def _settle_one(self, asked: Asked, name: str, exists: bool, known: Attachment | None) -> bool:
        if known and known.state in SETTLED and not asked.recheck:
            return False
        with snapshot(self.engine) as session:
            removed = is_removed(session, self.form_pk, asked.root_id, name) or (
                name in TRACE_FILES and bool(roots_without_traces(session, self.form_pk, [asked.root_id]))
            )
        if removed and exists:
            self._remove_again(asked, name)
        values = {"state": REMOVED} if removed else self._look(asked, name, exists, known)
        if values is None:
            return False
        with writing(self.engine) as session:
            lock_form(session, self.form_pk)
            if is_removed(session, self.form_pk, asked.root_id, name, values.get("digest")):
                values = {"state": REMOVED, "digest": None, "problem": None}
            if note(session, self.form_pk, asked, name, **values):
                evidence_changed(session, self.form_pk, asked.root_id)
        return values["state"] == STORED

    def _remove_again(self, asked: Asked, name: str) -> None:
        """Have a file that was lawfully removed taken away at Central again; of an older version it cannot be."""
        with writing(self.engine) as session:
            if is_current(session, self.form_pk, asked.root_id, asked.instance_id):
                remove_again(session, self.form_pk, [asked.root_id], name)

    def _look(self, asked: Asked, name: str, exists: bool, known: Attachment | None) -> dict[str, Any] | None:
        """Say what is to be noted of a file, having fetched it where it is new; None where nothing has changed."""
        if not exists:
            return None if known and known.state == GIVEN_UP else {"state": EXPECTED}
        return self._fetch(asked, name, known.etag if known and self._is_settled(known) else None)

    def _is_settled(self, known: Attachment) -> bool:
        """Tell whether a file that has not changed need not be fetched: it is here, or is larger than is kept."""
        if known.digest is None:
            return known.problem is not None and known.problem.code == TOO_LARGE
        return self.store.has(known.digest)

    def _fetch(self, asked: Asked, name: str, etag: str | None) -> dict[str, Any] | None:
        """Fetch one file of whatever kind, unless it is the one we have; returns what to note of it."""
        try:
            with self.central.attachment(self.form_id, asked.root_id, asked.instance_id, name, etag) as file:
                if file.chunks is None:
                    return None
                kept = self.store.put(file.chunks, LIMIT_BYTES)
        except TooLarge:
            problem = Reason(TOO_LARGE, {"limit": LIMIT_BYTES // 10**6})
        except CentralProblem as error:
            if error.passes:
                raise
            return {"state": EXPECTED}
        else:
            return {"state": STORED, "digest": kept.digest, "size": kept.size,
                    "media_type": media_type(kept.head, name), "etag": file.etag, "problem": None}  # fmt: skip
        return {"state": REFUSED, "etag": file.etag, "problem": problem}
