"""The versions of forms that submissions were filled in with, and their words; what each that went out changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from server.submissions.tables import Form
from verification.reason import Reason


class FormVersion(Base):
    """A version of a form: its words, once they are here, never change (`server.forms.words`).

    Until then it is asked for from `next_ask_at` on, each time later; `problem` says why the last time gave none.
    """

    __tablename__ = "form_versions"
    __table_args__ = (Index(None, "form_pk", "next_ask_at"),)

    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id), primary_key=True)
    version: Mapped[str] = mapped_column(String(255), primary_key=True)  # "" where the form gives itself none
    words: Mapped[Json | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_ask_at: Mapped[datetime | None]  # None: not asked for any more
    problem: Mapped[Reason | None]


class FormChange(Base):
    """What a published version of a form changed in the one `before` it (`server.forms.changes`), and in which round.

    `version` is Central's name for it. `before` is none for a form that was new; `what` is none where nobody can say.
    """

    __tablename__ = "form_changes"
    __table_args__ = (UniqueConstraint("project", "form_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int]
    form_id: Mapped[str] = mapped_column(String(255))
    version: Mapped[str] = mapped_column(String(255))
    before: Mapped[str | None] = mapped_column(String(255))
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    what: Mapped[Json | None]
    noted_at: Mapped[datetime]
