"""Numbers of the country that the secretariat stated. Nothing in here is about a person or a district."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class StatedBenchmark(Base):
    """What somebody stated of a code and a year: the last one stands, one without a value takes the number away.

    Rows are only ever added: what a round was planned with can be traced to who stated it.
    """

    __tablename__ = "benchmarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    value: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(200))
    stated_by: Mapped[str] = mapped_column(String(100))
    stated_at: Mapped[datetime]
