"""Tombstones of what was lawfully removed.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.submissions.tables import Form


class Removal(Base):
    """A tombstone: what was lawfully removed here and at Central, and is never brought back.

    `name` is a file's, or "" where the whole submission was removed; `digest` is of the content that was removed.
    """

    __tablename__ = "removals"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "name", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(30))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    removed_by: Mapped[str] = mapped_column(String(100))
    removed_at: Mapped[datetime]
