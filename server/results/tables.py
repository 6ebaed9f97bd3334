"""What was found out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.areas.tables import Area
from server.db import Base, Json
from server.rounds.tables import Round


class Verification(Base):
    """The result for one district, with the digest of everything it was computed from and the rules it used."""

    __tablename__ = "verifications"
    __table_args__ = (Index(None, "year", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey(Round.year))
    district: Mapped[str] = mapped_column(ForeignKey(Area.code))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    rules: Mapped[Json]
    result: Mapped[str] = mapped_column(Text)  # JSON of verification.verify.DistrictResult
    computed_at: Mapped[datetime]
