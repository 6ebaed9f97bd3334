"""What is on file before children are asked in a round, the sessions, and the codes that were handed out on paper.

Of a session there are counts alone: no child, and no paper with a name on it, is in here. Nothing in here says which
code gave which answer (`server.feedback.tables`). Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.people.tables import Person
from server.register.tables import Facility
from server.rounds.tables import Round


class ChildSwitch(Base):
    """Whether children are asked in a round: off where there is no row."""

    __tablename__ = "child_switches"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    on: Mapped[bool]
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]


class ChildPaper(Base):
    """A paper that has to be on file, by its number and date; the paper itself stays where it is.

    `kind`: ethics_protocol, ethics_exemption, data_protection, guardian_rule; guardian_homes, which holds for the
    homes of a `district`, while the others hold for the whole round. `answers` are those of the data-protection
    assessment, by question.
    """

    __tablename__ = "child_papers"
    __table_args__ = (Index(None, "round_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    kind: Mapped[str] = mapped_column(String(20))
    district: Mapped[str | None] = mapped_column(String(13))
    number: Mapped[str] = mapped_column(String(100))
    dated: Mapped[date]
    answers: Mapped[Json | None]
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]


class AdultCheck(Base):
    """That an adult may be with children in a round: when their police record was looked at, when they were trained."""

    __tablename__ = "adult_checks"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    cleared_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]


class ChildSession(Base):
    """A session in which children answer about places of one kind: counts alone, and a month, never a day.

    `facility_id` only where ten or more are expected. `state`: planned, held, settled, dropped.
    """

    __tablename__ = "child_sessions"
    __table_args__ = (Index(None, "round_id", "district"), Index(None, "state", "month"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    facilitator_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    place_kind: Mapped[str] = mapped_column(String(30))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey(Facility.id))
    month: Mapped[str] = mapped_column(String(7))  # 2026-11
    attending: Mapped[int]
    invited: Mapped[int]
    parents_agreed: Mapped[int | None]
    assented: Mapped[int | None]
    stopped: Mapped[int | None]
    aged_10_12: Mapped[int | None]
    aged_13_15: Mapped[int | None]
    aged_16_17: Mapped[int | None]
    with_disability: Mapped[int | None]
    out_of_school: Mapped[int | None]
    of_minority: Mapped[int | None]
    helper: Mapped[str | None] = mapped_column(String(20))  # none, friend, interpreter
    same_thanks: Mapped[bool | None]
    outsiders: Mapped[bool | None]
    papers_destroyed_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))


class ChildCode(Base):
    """A code on a slip of paper, by its digest; `state`: out, used, revoked. Which child drew it, nobody knows.

    A code becomes used here only when all of its session's answers are written anew (`server.feedback.settling`).
    """

    __tablename__ = "child_codes"
    __table_args__ = (Index(None, "session_id", "state"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(ChildSession.id))
    state: Mapped[str] = mapped_column(String(10))


class RetaliationCheck(Base):
    """Whether children were punished for taking part: asked in a district so many `days` (30, 90) after, and by whom.

    `outcome`: nobody, not_reached, register (something was told: it is in the register of incidents, and not here).
    """

    __tablename__ = "retaliation_checks"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    district: Mapped[str] = mapped_column(String(13), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    done_by: Mapped[str] = mapped_column(String(100))
    done_at: Mapped[datetime]
