"""What somebody had planned, and agreed to, for publishing at Central; and how each step of that went."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from verification.reason import Reason


class Publishing(Base):
    """A plan that was asked for, as the page shows it; agreed to by its `digest`, which is of all that it would do.

    `changed`: what was agreed to was no longer so when its turn came; nothing was done, and this is the plan since.
    `begun_at`: from then on it is carried out. `ended_at`: it was gone through, or somebody asked for another plan.
    """

    __tablename__ = "publishings"

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int] = mapped_column(index=True)
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    plan: Mapped[Json | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    planned_at: Mapped[datetime | None]
    changed: Mapped[bool] = mapped_column(default=False, server_default=false())
    agreed_by: Mapped[str | None] = mapped_column(String(100))
    agreed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class PublishingStep(Base):
    """A step of what was agreed to. `name` is a form's or a list's; `stage` how far a form has come.

    `result` counts the rows of a list; `problem` says why Central did not take it, or not all of it.
    """

    __tablename__ = "publishing_steps"
    __table_args__ = (UniqueConstraint("publishing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publishing_id: Mapped[int] = mapped_column(ForeignKey(Publishing.id))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))  # list, form, changes, rows
    name: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(10))  # waiting, doing, done, kept_back, failed
    stage: Mapped[str | None] = mapped_column(String(10))  # draft, files, publish
    result: Mapped[Json | None]
    problem: Mapped[Reason | None]
    ended_at: Mapped[datetime | None]
