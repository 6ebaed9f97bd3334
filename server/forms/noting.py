"""What each version of a form changed, kept with the round in which it came: so it can be said, and asked for again."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import insert_into, now
from server.forms.changes import FormChanges
from server.forms.tables import FormChange
from server.rounds.states import OPEN
from server.rounds.tables import Round


def open_round_at(session: Session, project: int) -> str | None:
    """Name the open round whose visits come by a project of Central; the newest, where there are several."""
    here = (Round.project == project) | Round.project.is_(None)
    return session.scalar(
        select(Round.id).where(Round.state == OPEN, here).order_by(Round.data_year.desc(), Round.id.desc()).limit(1)
    )


def versions_noted(session: Session, project: int) -> Collection[tuple[str, str]]:
    """Name the form versions of which it is noted what they changed: each form with its version."""
    query = select(FormChange.form_id, FormChange.version).where(FormChange.project == project)
    return {(form_id, version) for form_id, version in session.execute(query)}


def note_form_change(
    session: Session, project: int, form_id: str, version: str, before: str | None, changes: FormChanges | None
) -> None:  # fmt: skip
    """Note what a published version changed in the one before it; once. `changes` is None where nobody can say."""
    row = {
        "project": project, "form_id": form_id, "version": version, "before": before,
        "round_id": open_round_at(session, project), "what": None if changes is None else changes.kept(),
        "noted_at": now(),
    }  # fmt: skip
    session.execute(insert_into(session, FormChange).values(row).on_conflict_do_nothing())
