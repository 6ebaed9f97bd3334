"""Submissions read as visits: their answers, parsed once.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.submissions.tables import Attachment, Submission
from verification.reason import Reason


class Visit(Base):
    """A version as a visit to one place, as `verification.model.Visit` has it; or why it cannot be read as one.

    `began_at` and `ended_at` are the phone's, whose clock stood `zone_min` minutes ahead of UTC; `today` is the day it
    wrote itself. `signs` are those it shows by itself (`verification/flags`), kept where its points are deleted. `seen`
    maps criteria to answers, `noted` other questions that a claim answers too; none at all where an older Tilik read
    it. Which round and district the submission belongs to is said of the submission.
    """

    __tablename__ = "visits"

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(30))
    mode: Mapped[str | None] = mapped_column(String(10))
    arrival: Mapped[str | None] = mapped_column(String(15))
    facility_id: Mapped[str | None] = mapped_column(String(36), index=True)
    name: Mapped[str | None] = mapped_column(Text)
    registry_no: Mapped[str | None] = mapped_column(Text)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    asked_third_party: Mapped[str | None] = mapped_column(String(10))
    seen: Mapped[Json | None]
    noted: Mapped[Json | None]
    signs: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    zone_min: Mapped[int | None]
    today: Mapped[date | None]
    problem: Mapped[Reason | None]


class PhotoPart(Base):
    """A part of what a photograph looks like (`verification.flags.elsewhere`), by which those like it are found.

    It is there as long as the photograph's traits are. Of what is at a home there is none.
    """

    __tablename__ = "photo_parts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy

    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(ForeignKey(Attachment.id, ondelete="CASCADE"), primary_key=True, index=True)


class ReadVersion(NamedTuple):
    """A version that was just read: what its row will have, column by column."""

    submission_id: int
    kind: str | None = None
    mode: str | None = None
    arrival: str | None = None
    facility_id: str | None = None
    name: str | None = None
    registry_no: str | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    asked_third_party: str | None = None
    seen: Json | None = None
    noted: Json | None = None
    signs: list[str] | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    zone_min: int | None = None
    today: date | None = None
    problem: Reason | None = None
