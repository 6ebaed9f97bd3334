"""What was kept of a submission before something else was, as it may be shown: which questions differ, no answer."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.submissions.files import replaced_files
from server.submissions.replacing import replaced_versions
from server.submissions.tables import Submission
from verification.reading.differences import differences


@view
class ReplacedShown:
    """A version that was replaced, and the questions that what is kept now in its place answers otherwise."""

    number: int
    version: Cleared
    replaced_at: datetime
    cause: Cleared
    digest: Cleared
    differs: tuple[Cleared, ...]


@view
class ReplacedFile:
    """A file as it was before another came in its place."""

    name: Cleared
    replaced_at: datetime
    digest: Cleared


def shown_replaced(session: Session, form_pk: int, root_id: str, clear: Clearance) -> tuple[ReplacedShown, ...]:
    """List what was kept of a submission's versions before, oldest first."""
    replaced = replaced_versions(session, form_pk, root_id)
    if not replaced:
        return ()
    query = select(Submission.instance_id, Submission.answers).filter_by(form_pk=form_pk, root_id=root_id)
    now_kept = dict(session.execute(query).all())
    return tuple(
        ReplacedShown(
            one.number, clear.id(one.instance_id), one.replaced_at, clear.say(f"replaced.{one.cause}"),
            clear.id(one.digest), _differs(one.answers, now_kept.get(one.instance_id), clear),
        )
        for one in replaced
    )  # fmt: skip


def _differs(before: str, after: str | None, clear: Clearance) -> tuple[Cleared, ...]:
    """Name the questions, to who may see them; none where either is not what came from Central, or nothing is kept."""
    if not clear.sees_questions():
        return ()
    old, new = _answers(before), _answers(after or "")
    if old is None or new is None:
        return ()
    return tuple(clear.question(path) for path, _, _ in differences(old, new))


def _answers(text: str) -> Mapping[str, object] | None:
    try:
        read = json.loads(text)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def shown_replaced_files(session: Session, form_pk: int, root_id: str, clear: Clearance) -> tuple[ReplacedFile, ...]:
    """List a submission's files as they were before."""
    return tuple(
        ReplacedFile(clear.file(file.name), file.replaced_at, clear.id(file.digest or "–"))
        for file in replaced_files(session, form_pk, root_id)
        if file.replaced_at
    )
