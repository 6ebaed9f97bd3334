"""Queries over the words of form versions."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import insert_into, now
from server.forms.tables import FormVersion
from server.forms.words import FormWords
from verification.reason import Reason

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(days=1)


def note_versions(session: Session, form_pk: int, versions: Iterable[str | None]) -> None:
    """Note with which versions of a form submissions were filled in, so that their words are asked for."""
    rows = [{"form_pk": form_pk, "version": version, "attempts": 0, "next_ask_at": now()}
            for version in sorted({version for version in versions if version is not None})]  # fmt: skip
    if rows:
        session.execute(insert_into(session, FormVersion).values(rows).on_conflict_do_nothing())


def without_words(session: Session, form_pk: int) -> Sequence[str]:
    """Name the versions of a form whose words are to be asked for now."""
    query = select(FormVersion.version).where(FormVersion.form_pk == form_pk, FormVersion.next_ask_at <= now())
    return session.scalars(query.order_by(FormVersion.version)).all()


def keep_words(session: Session, form_pk: int, version: str, words: FormWords) -> None:
    """Keep a version's words; those that are here already stay."""
    found = session.get_one(FormVersion, (form_pk, version))
    if found.words is None:
        found.words, found.problem, found.next_ask_at = words.kept(), None, None


def ask_later(session: Session, form_pk: int, version: str, problem: Reason) -> None:
    """Note why a version's words could not be had, and ask again: each time later, at last once a day."""
    found = session.get_one(FormVersion, (form_pk, version))
    if found.words is None:
        pause = min(_FIRST_PAUSE * 2 ** min(found.attempts, 11), _LONGEST_PAUSE)
        found.attempts, found.problem, found.next_ask_at = found.attempts + 1, problem, now() + pause
