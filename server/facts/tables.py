"""What people decided is so, of claimed places and of visits.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round


class Fact(Base):
    """A person's decision on what is so: of a claimed place (no `state_id`), or of a visit. Never changed.

    A claimed place is known by round, district, indicator and facility: its line has another number once a workbook was
    imported again. `outcome` says what is so, `criteria` which were not met, `other` which line it points to, as
    {"indicator", "facility_id"}. `second`: it counts only once somebody else has said the same. `evidence` is what was
    before the person: versions, files with their digests, what the rules proposed. `bulk` is the act that it was
    decided by with others. `uuid` is chosen before it is sent: the same page sent twice is one. What it names of a
    submission that was lawfully removed goes with that, and the reason typed; `state_id` then names nothing any more.
    """

    __tablename__ = "facts"
    __table_args__ = (Index(None, "round_id", "district", "indicator", "facility_id"), Index(None, "state_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int | None]
    facility_id: Mapped[str | None] = mapped_column(String(36))
    state_id: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(20))
    criteria: Mapped[list[str]] = mapped_column(JSON)
    other: Mapped[Json | None]
    why: Mapped[str | None] = mapped_column(Text)
    second: Mapped[bool]
    evidence: Mapped[Json]
    bulk: Mapped[str | None] = mapped_column(String(36))
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]
