"""Indicator sets that were loaded: what each says, from which file, by whom. Nothing in here is about a person."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base

KEPT, WITHDRAWN = "kept", "withdrawn"


class KeptSet(Base):
    """An indicator set as its canonical `text` (JSON, by sheets), with its `digest`; `file_digest` is of the workbook.

    Once a round is of it, it never changes: another version has another id. One that is withdrawn is offered to no
    new round; those that are of it go on.
    """

    __tablename__ = "indicator_sets"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    file_digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # kept, withdrawn
    loaded_by: Mapped[str] = mapped_column(String(100))
    loaded_at: Mapped[datetime]
