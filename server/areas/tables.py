"""Areas: provinces, districts, subdistricts, villages, as they were from a day on."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class AreaVersion(Base):
    """The country's areas as they were from a day on; `id` grows with each that is loaded."""

    __tablename__ = "area_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date | None]  # none: before versions had a day
    loaded_at: Mapped[datetime]


class Area(Base):
    """A province, district, subdistrict or village by its Kemendagri code, as it was in some versions.

    It is so in version `since` and in all later ones before `until`, which is None while it still is. Villages have an
    outline (WKB, lon/lat), its box in degrees and the `cell` of that (`server.areas.cells`); provinces the zone of
    their clocks; all but these a district.
    """

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    since: Mapped[int] = mapped_column(ForeignKey(AreaVersion.id), primary_key=True)
    until: Mapped[int | None] = mapped_column(ForeignKey(AreaVersion.id))
    district: Mapped[str | None] = mapped_column(String(13), index=True)
    level: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str | None] = mapped_column(String(4))
    outline: Mapped[bytes | None]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    cell: Mapped[str | None] = mapped_column(String(20), index=True)


class Recoding(Base):
    """An area that got another code by a version, or went into another area: its code in the version before."""

    __tablename__ = "recodings"

    version_id: Mapped[int] = mapped_column(ForeignKey(AreaVersion.id), primary_key=True)
    old_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    new_code: Mapped[str] = mapped_column(String(13))
