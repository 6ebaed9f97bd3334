"""Sealed assignments: who is to look at a shelter's papers. Which shelter it is, the letter says, and nothing here.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.tables import Person
from server.roles.tables import Team
from server.rounds.tables import Round


class SealedAssignment(Base):
    """Two members of a team who look at a shelter's papers together, by a written decision, in a month.

    `decision` is the letter's number. `code` is the digest of what opens the page, `drawn` how often one was drawn, and
    `wrong_codes` how often a wrong one was typed since. There is no name, village, point or day of the visit.
    """

    __tablename__ = "sealed_assignments"
    __table_args__ = (Index(None, "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(30))
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    first_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    decision: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    month: Mapped[str] = mapped_column(String(7))  # 2026-11
    code: Mapped[str] = mapped_column(String(200))
    drawn: Mapped[int]
    wrong_codes: Mapped[int]
    given_by: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None] = mapped_column(String(100))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None] = mapped_column(String(30))
