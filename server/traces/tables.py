"""What is left of traces of places: that they were deleted, when, how many, and what visits had shown by them.

No point is in here, and no distance but those that a result has: from several the point could be worked out again.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.submissions.tables import Form


class TraceRemoval(Base):
    """One deletion of traces of a district's part of a round, and its proof: what there was, counted and digested.

    `digest` is None where so few points were deleted that it could be found out by trying what they were. A part that
    was opened again, or to which something came late, has several. Round and district are named without a constraint:
    after a restore they may be younger than the backup.
    """

    __tablename__ = "trace_removals"
    __table_args__ = (Index(None, "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(13))
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    submissions: Mapped[int]
    versions: Mapped[int]
    points: Mapped[int]
    photographs: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64))


class TracesGone(Base):
    """A submission whose traces are deleted, or are about to be (not `done`): whatever comes of it comes without them.

    `frozen` is what its point showed (`verification.model.Frozen`), None where it had none or did not count.
    """

    __tablename__ = "traces_gone"
    __table_args__ = (UniqueConstraint("form_pk", "root_id"), Index(None, "round_id", "district", "done"))

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255))
    round_id: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(13))
    removal_id: Mapped[int | None] = mapped_column(ForeignKey(TraceRemoval.id), index=True)
    done: Mapped[bool]
    frozen: Mapped[Json | None]
