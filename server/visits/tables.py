"""Submissions read as visits.

Personal data in here, with purpose and retention: docs/data.md.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.submissions.tables import Submission


class Visit(Base):
    """A submission's version as a visit: what it takes to find it by place; or why it cannot be read as one."""

    __tablename__ = "visits"

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True)
    facility_id: Mapped[str | None] = mapped_column(String(36), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    problem: Mapped[Json | None]
