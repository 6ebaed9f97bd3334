"""The versions of forms that submissions were filled in with, and their words."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
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
