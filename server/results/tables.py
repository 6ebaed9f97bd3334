"""What was found out, as rows: a district's sums, its indicators, its lines, its visits.

No coordinate and no name is in here: both stay beside it and can be removed without changing it. The lists in JSON
are read leniently, so that what an older Tilik wrote stays readable as it is.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from verification.reason import Reason

Rows = list[Json]


class Result(Base):
    """The result for a district's part of a round: what it was computed from, by which rules, and its sums.

    `shape` is of the rows that hang on it; `code` the digest of the rules' own code, `rules` their adjustable numbers.
    """

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    shape: Mapped[int]
    code: Mapped[str] = mapped_column(String(64))
    rules_version: Mapped[str] = mapped_column(String(20))
    ledger_rule: Mapped[str] = mapped_column(String(20))
    indicator_set: Mapped[str] = mapped_column(String(100))
    rules: Mapped[Json]
    inputs_digest: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime]
    maximum: Mapped[float]
    claimed: Mapped[float]
    standing: Mapped[float]
    observed_claimed: Mapped[float]
    lowest: Mapped[float]
    highest: Mapped[float]


class IndicatorResult(Base):
    """One indicator: its points, what they rest on, and what no visit can show of it."""

    __tablename__ = "indicator_results"

    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True)
    indicator: Mapped[int] = mapped_column(primary_key=True)
    maximum: Mapped[float]
    claimed: Mapped[float | None]
    observed: Mapped[bool]
    lines: Mapped[int]
    confirmed: Mapped[int]
    contradicted: Mapped[int]
    undecided: Mapped[int]
    lowest: Mapped[float | None]
    highest: Mapped[float | None]
    reasons: Mapped[Rows] = mapped_column(JSON)
    beyond: Mapped[Rows] = mapped_column(JSON)


class LineResult(Base):
    """One claimed facility: the outcome, why, and the visit it was judged by (its submission and version).

    `reason_codes` are those of `reasons`, with a blank between and around, so that one can be looked for.
    """

    __tablename__ = "line_results"
    __table_args__ = (Index(None, "result_id", "outcome"),)

    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[int]
    subdistrict: Mapped[str] = mapped_column(String(13))
    outcome: Mapped[str] = mapped_column(String(20))
    reason_codes: Mapped[str] = mapped_column(Text)
    reasons: Mapped[Rows] = mapped_column(JSON)
    visit_id: Mapped[str | None] = mapped_column(String(255))
    version: Mapped[str | None] = mapped_column(String(255))
    probability: Mapped[float | None]
    sure: Mapped[bool | None]
    comparisons: Mapped[Rows] = mapped_column(JSON)
    grade: Mapped[str | None] = mapped_column(String(20))
    distance_m: Mapped[float | None]
    error_m: Mapped[float | None]
    criteria: Mapped[Rows] = mapped_column(JSON)


class VisitResult(Base):
    """One visit: where it was, and what became of it; `lines` are those it belongs to."""

    __tablename__ = "visit_results"

    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    version: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(30))
    subdistrict: Mapped[str | None] = mapped_column(String(13))
    villages: Mapped[list[str]] = mapped_column(JSON)
    reason_code: Mapped[str] = mapped_column(String(50))
    reason: Mapped[Reason]
    lines: Mapped[list[int]] = mapped_column(JSON)
