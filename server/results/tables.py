"""What was found out, as rows: a district's sums, its indicators, its lines, its visits.

No coordinate and no name is in here: both stay beside it and can be removed without changing it. The lists in JSON
are read leniently, so that what an older Tilik wrote stays readable as it is.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from verification.reason import Reason

Rows = list[Json]


class Result(Base):
    """The result for a district's part of a round: what it was computed from, by which rules, and its sums.

    `shape` is of the rows that hang on it; `code` the digest of the rules' own code, `rules` their adjustable numbers.
    The counts are of its lines (`server.results.sums`).
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
    lines: Mapped[int] = mapped_column(default=0)
    visited: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    contradicted: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)  # for a person: undecided, or reopened
    decided: Mapped[int] = mapped_column(default=0)  # by a person
    reopened: Mapped[int] = mapped_column(default=0)

    @property
    def stamp(self) -> Hashable:
        """Tell it from those before and after it, and from any other part's."""
        return self.id, self.computed_at


class IndicatorResult(Base):
    """One indicator: its points, what they rest on, and what was found beside visits.

    `readings` are the points by each reading of the measure that the set names: the first is the one that counts.
    `desk` is what reading the documents left of its points; empty where no reader has scored a question.
    `interval` is for how many lines are confirmed, and from which drawing, where places were drawn by lot.
    """

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
    findings: Mapped[Rows] = mapped_column(JSON)
    readings: Mapped[Rows | None] = mapped_column(JSON(none_as_null=True))
    desk: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    interval: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


class LineResult(Base):
    """One claimed facility: the outcome, why, and the visit it was judged by (its submission and version).

    `reason_codes` are those of `reasons`, with a blank between and around, so that one can be looked for. `proposed` is
    what the rules say by themselves: `outcome` differs from it where a person decided, by `fact_id`. `reopened_id` is a
    person's decision that later evidence reopened: the proposal stands again. `state_id` is the visit's submission.
    `considered` has the submissions of the other visits to the place (`earlier`), which of them came after it and could
    not look (`later`), and others that might be to it, each with its probability; `at_place` the probability of having
    been as near as a place of this kind allows.
    """

    __tablename__ = "line_results"
    __table_args__ = (Index(None, "result_id", "outcome"),)

    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[int]
    subdistrict: Mapped[str] = mapped_column(String(13))
    outcome: Mapped[str] = mapped_column(String(20))
    proposed: Mapped[str] = mapped_column(String(20))
    fact_id: Mapped[int | None]
    reopened_id: Mapped[int | None]
    reason_codes: Mapped[str] = mapped_column(Text)
    reasons: Mapped[Rows] = mapped_column(JSON)
    state_id: Mapped[int | None]
    visit_id: Mapped[str | None] = mapped_column(String(255))
    version: Mapped[str | None] = mapped_column(String(255))
    probability: Mapped[float | None]
    sure: Mapped[bool | None]
    comparisons: Mapped[Rows] = mapped_column(JSON)
    grade: Mapped[str | None] = mapped_column(String(20))
    distance_m: Mapped[float | None]
    error_m: Mapped[float | None]
    at_place: Mapped[float | None]
    criteria: Mapped[Rows] = mapped_column(JSON)
    considered: Mapped[Json | None]


class VisitResult(Base):
    """One visit: where it was, and what became of it; `lines` are those it belongs to.

    `state_id` is its submission, `fact_id` what a person decided about it, `reopened_id` a decision about it that later
    evidence reopened. `considered` are other lines that it might belong to, each with its probability; `flags` are
    signs for a person, each with the visit that it takes beside this one, or the minutes by which a clock was ahead.
    """

    __tablename__ = "visit_results"

    result_id: Mapped[int] = mapped_column(ForeignKey(Result.id), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    state_id: Mapped[int | None]
    fact_id: Mapped[int | None]
    reopened_id: Mapped[int | None]
    version: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(30))
    subdistrict: Mapped[str | None] = mapped_column(String(13))
    villages: Mapped[list[str]] = mapped_column(JSON)
    reason_code: Mapped[str] = mapped_column(String(50))
    reason: Mapped[Reason]
    lines: Mapped[list[int]] = mapped_column(JSON)
    considered: Mapped[Json | None]
    flags: Mapped[list[list[Any]] | None] = mapped_column(JSON(none_as_null=True))
