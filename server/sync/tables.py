"""Certificates."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Certificate(Base):
    """What a comparison of everything here with everything at Central came to. `as_of` is by Central's clock.

    `bytes_hashed_at` is when the newest of the files that are compared byte by byte was.
    """

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int] = mapped_column(index=True)
    as_of: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10))  # identical, different, disagree, unstable
    digest: Mapped[str] = mapped_column(String(64))
    bytes_hashed_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(Text)  # JSON of server.sync.certificates.Detail
