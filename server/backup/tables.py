"""Backups that were made."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Backup(Base):
    """A backup that was made: of the database as it was at `made_at`, and of the files it named then.

    `size` and `digest` (SHA-256) are of the encrypted file; `lacking` counts files that the store did not have whole.
    """

    __tablename__ = "backups"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    file: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    files: Mapped[int]
    lacking: Mapped[int]
