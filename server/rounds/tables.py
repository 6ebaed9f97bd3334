"""Rounds of the evaluation."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Round(Base):
    """One evaluation, by its data year."""

    __tablename__ = "rounds"

    year: Mapped[int] = mapped_column(primary_key=True)
    indicator_set: Mapped[str] = mapped_column(String(100))
