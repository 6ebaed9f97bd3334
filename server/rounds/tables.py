"""Rounds of the evaluation, the districts' parts of them, and who changed what of them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from server.areas.tables import AreaVersion
from server.db import Base, Json


class Round(Base):
    """One evaluation. `project` is at Central, none where any may be its own; `areas_id` the version of the areas.

    `two_checkers` says of which decisions about a line two people have to say the same. `asks_conditions`: whether
    visits wait for what server/opening says; rounds of before go on without.
    `video_counts`: whether a visit by video shows that a place is there. `keep_traces_days`: for so many days after a
    district is closed its traces of places are kept.
    """

    __tablename__ = "rounds"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    data_year: Mapped[int]
    indicator_set: Mapped[str] = mapped_column(String(100))
    areas_id: Mapped[int] = mapped_column(ForeignKey(AreaVersion.id))
    project: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))  # planned, open, closed, archived
    two_checkers: Mapped[str] = mapped_column(String(15), default="none", server_default="none")
    asks_conditions: Mapped[bool] = mapped_column(default=True, server_default=false())
    video_counts: Mapped[bool] = mapped_column(default=False, server_default=false())
    keep_traces_days: Mapped[int] = mapped_column(default=0, server_default="0")


class RoundRules(Base):
    """The rules by which a round's districts are computed, from a moment on: of several the last, all others stay.

    `rules` are all that touches points: the numbers, the country's, and a set that comes with Tilik (one that was
    loaded changes no more). The first are fixed when the round is planned; others are taken with a reason.
    """

    __tablename__ = "round_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), index=True)
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    rules: Mapped[Json]
    fixed_by: Mapped[str] = mapped_column(String(100))
    fixed_at: Mapped[datetime]
    why: Mapped[str | None] = mapped_column(Text)


class RoundStage(Base):
    """When a stage of a round is, first and last day, by the calendar of each district."""

    __tablename__ = "round_stages"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    starts: Mapped[date | None]
    ends: Mapped[date | None]


class RoundPart(Base):
    """A district's part of a round. A closed one is never computed again: its result stays as it was."""

    __tablename__ = "round_parts"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    district: Mapped[str] = mapped_column(String(13), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))  # open, closed


class RoundChange(Base):
    """Who changed a round's state, or that of a district's part of it, when and why."""

    __tablename__ = "round_changes"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "district"], [RoundPart.round_id, RoundPart.district], onupdate="CASCADE"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), index=True)
    district: Mapped[str | None] = mapped_column(String(13))
    state: Mapped[str] = mapped_column(String(10))
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]
    why: Mapped[str | None] = mapped_column(Text)
