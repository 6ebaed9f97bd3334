"""The desk check of documents: what readers answered, what districts were asked and replied, what Tim Penilai scored.

Rows are added and never changed, but for the receipt of a clarification; how a document stands follows from them. A
document is known by indicator, number and question: its row on the sheet is made anew whenever a form is imported.
Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base
from server.documents.tables import NUMBER_LIMIT
from server.rounds.tables import Round
from verification.claim_form.cells import longest

QUESTION_LIMIT = longest("Dokumen", "question")
CODE = 15  # of an answer


class DeskRules(Base):
    """What holds for the desk of a round; `seed` is chosen when its first document is read, and draws from then on."""

    __tablename__ = "desk_rules"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    seed: Mapped[str] = mapped_column(String(32))
    second_percent: Mapped[float] = mapped_column(default=10, server_default="10")
    window_days: Mapped[int] = mapped_column(default=2, server_default="2")


class DeskReading(Base):
    """What a reader answered of a document and a question; `files` digests what was before them.

    `stage`: of the desk, or of the province, which coaches its districts and decides nothing. A newer one by the same
    reader stands in place of the older. `note` is free text, for Tim Penilai alone.
    """

    __tablename__ = "desk_readings"
    __table_args__ = (Index("ix_desk_readings_part", "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int]
    number: Mapped[str] = mapped_column(String(NUMBER_LIMIT))
    question: Mapped[str] = mapped_column(String(QUESTION_LIMIT))
    stage: Mapped[str] = mapped_column(String(CODE))
    files: Mapped[str] = mapped_column(String(64))
    opened: Mapped[bool]
    matches_number: Mapped[str | None] = mapped_column(String(CODE))
    matches_date: Mapped[str | None] = mapped_column(String(CODE))
    in_force: Mapped[str | None] = mapped_column(String(CODE))
    issuer_ok: Mapped[bool | None]
    covers: Mapped[list[str]] = mapped_column(JSON)
    says: Mapped[str | None] = mapped_column(String(CODE))
    child_input_named: Mapped[bool | None]
    page: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(Text)
    read_by: Mapped[str] = mapped_column(String(100))
    read_at: Mapped[datetime]


class Clarification(Base):
    """What a district is asked of a document: codes of what is in doubt, and words that it reads.

    Its window begins once the receipt is confirmed; `last_day` is by the calendar of its own zone.
    """

    __tablename__ = "clarifications"
    __table_args__ = (Index("ix_clarifications_part", "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int]
    number: Mapped[str] = mapped_column(String(NUMBER_LIMIT))
    question: Mapped[str] = mapped_column(String(QUESTION_LIMIT))
    doubts: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    received_by: Mapped[str | None] = mapped_column(String(100))
    received_at: Mapped[datetime | None]
    last_day: Mapped[date | None]

    steps: Mapped[list["ClarificationStep"]] = relationship(order_by="ClarificationStep.id")

    @property
    def last_step(self) -> str | None:
        """What came last; nothing where it was only asked."""
        return self.steps[-1].step if self.steps else None


class ClarificationStep(Base):
    """What came after a district was asked: its reply, or what Tim Penilai concluded. `step` is one of the table's.

    `has_file`: another file came with it; which one is for the document, its own row says. `files` digests those that
    something was concluded of.
    """

    __tablename__ = "clarification_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    clarification_id: Mapped[int] = mapped_column(ForeignKey(Clarification.id), index=True)
    step: Mapped[str] = mapped_column(String(CODE))
    words: Mapped[str | None] = mapped_column(Text)
    has_file: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    files: Mapped[str | None] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]


class QuestionScore(Base):
    """What Tim Penilai gives a question for its documents, with the reason; the newest counts."""

    __tablename__ = "question_scores"
    __table_args__ = (Index("ix_question_scores_part", "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int]
    question: Mapped[str] = mapped_column(String(QUESTION_LIMIT))
    points: Mapped[float]
    why: Mapped[str] = mapped_column(Text)
    scored_by: Mapped[str] = mapped_column(String(100))
    scored_at: Mapped[datetime]
