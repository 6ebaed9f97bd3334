"""Fetch the files that submissions name: streamed to disk, checked, kept by the hash of their content.

A file may arrive at Central hours after its submission; no timestamp says so. What is missing is asked for again.
"""

from collections.abc import Callable
from pathlib import PurePath

from sqlalchemy import Engine, select

from server.attachments import EXPECTED, REFUSED, STORED, Incomplete, incomplete, note, problem_of, settled_names
from server.db import reading, writing
from server.store import Store, TooLarge, WrongContent
from server.tables import Form
from workers.central import Central
from workers.central_session import CentralProblem

LIMIT_BYTES = 20_000_000
# what each kind of file must begin with; a text file may begin with anything
_TYPES = {
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"), ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"), ".csv": ("text/csv", b""),
}  # fmt: skip


def fetch_all(
    engine: Engine, central: Central, store: Store, progress: Callable[[str, int], None] | None = None
) -> int:
    """Fetch what has come of every form's missing files, but of those whose last pull failed."""
    with reading(engine) as session:
        query = select(Form.id, Form.form_id).where(Form.project == central.project, Form.problem.is_(None))
        forms = session.execute(query).all()
    return sum(fetch_attachments(engine, central, form.id, form.form_id, store, progress) for form in forms)


def fetch_attachments(
    engine: Engine, central: Central, form_pk: int, form_id: str, store: Store,
    progress: Callable[[str, int], None] | None = None,
) -> int:  # fmt: skip
    """Fetch what has come of a form's missing files; returns how many were stored.

    A file that cannot be had or kept is noted with its reason and never stops its neighbours. Raises CentralProblem
    only where Central itself fails.
    """
    with reading(engine) as session:
        versions = incomplete(session, form_pk)
    stored = 0
    for version in versions:
        stored += _fetch_version(engine, central, form_pk, form_id, store, version)
        if progress:
            progress(form_id, 1)
    return stored


def _fetch_version(
    engine: Engine, central: Central, form_pk: int, form_id: str, store: Store, version: Incomplete
) -> int:
    try:
        named = central.attachments(form_id, version.root_id, version.instance_id)
    except CentralProblem as problem:
        if problem.passes:
            raise
        return 0  # deleted or replaced since: the next pull says so
    with reading(engine) as session:
        settled = settled_names(session, form_pk, version.instance_id)
    stored = 0
    for file in named:
        if file["name"] in settled:
            continue
        values: dict[str, object] = {"state": EXPECTED}
        if file["exists"]:
            values = _fetch(central, form_id, version, file["name"], store)
        with writing(engine) as session:
            note(session, form_pk, version, file["name"], **values)
        stored += values["state"] == STORED
    return stored


def _fetch(central: Central, form_id: str, version: Incomplete, name: str, store: Store) -> dict[str, object]:
    """Fetch one file; returns what to note of it."""
    media_type, beginning = _TYPES.get(PurePath(name).suffix.lower(), (None, b""))
    if media_type is None:
        return {"state": REFUSED, "problem": problem_of("attachment_kind", name=PurePath(name).suffix)}
    try:
        with central.attachment(form_id, version.root_id, version.instance_id, name) as chunks:
            kept = store.put(chunks, LIMIT_BYTES, beginning)
    except WrongContent:
        return {"state": REFUSED, "problem": problem_of("attachment_not_what_it_says", kind=media_type)}
    except TooLarge:
        return {"state": REFUSED, "problem": problem_of("attachment_too_large", limit=LIMIT_BYTES // 10**6)}
    except CentralProblem as problem:
        if problem.passes:
            raise
        return {"state": EXPECTED}
    return {
        "state": STORED, "digest": kept.digest, "size": kept.size, "media_type": media_type, "problem": None,
    }  # fmt: skip
