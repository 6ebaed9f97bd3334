"""Areas: provinces, districts, subdistricts, villages."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Area(Base):
    """A province, district, subdistrict or village by its Kemendagri code.

    Villages have an outline (WKB, lon/lat) and its box in degrees.
    """

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    level: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(200))
    outline: Mapped[bytes | None]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
