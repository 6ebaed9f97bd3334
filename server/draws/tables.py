"""Places drawn by lot: for which indicator, how, from what, and which; who approved that they are visited.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.register.tables import Facility
from server.roles.tables import Team
from server.rounds.tables import Round


class Draw(Base):
    """A drawing from the places that a district claims for an indicator; `number` counts those for it, from 1.

    Whoever has `seed` and the list draws the same. `population` digests the places that it was drawn from; `strata` say
    of each class how many lines it has and how many were drawn.
    """

    __tablename__ = "draws"
    __table_args__ = (
        UniqueConstraint("round_id", "district", "indicator", "number"),
        Index(None, "round_id", "district", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int]
    number: Mapped[int]
    design: Mapped[str] = mapped_column(String(10))
    seed: Mapped[str] = mapped_column(String(100))
    lines: Mapped[int]
    visits: Mapped[int]
    population: Mapped[str] = mapped_column(String(64))
    strata: Mapped[list[Json]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))  # drawn, approved, dropped
    drawn_by: Mapped[str] = mapped_column(String(100))
    drawn_at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(String(100))
    settled_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)


class DrawnPlace(Base):
    """A place that was drawn, with its probability of being drawn, or one that would stand in for it.

    `turn` is its turn by the lot, from 1, among those drawn or among substitutes. `day` and `team_id` are those of the
    place that it stands in for.
    """

    __tablename__ = "drawn_places"
    __table_args__ = (Index(None, "draw_id", "day"),)

    draw_id: Mapped[int] = mapped_column(ForeignKey(Draw.id), primary_key=True)
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id), primary_key=True)
    stratum: Mapped[int]
    probability: Mapped[float]
    turn: Mapped[int]
    day: Mapped[date]
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    substitute_for: Mapped[str | None] = mapped_column(ForeignKey(Facility.id))
    substitute_order: Mapped[int | None]
