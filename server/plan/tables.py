"""The visit plan: which team goes to which place, on which day, and what it looks at there.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.assignments.tables import Assignment
from server.db import Base
from server.people.tables import Person
from server.register.tables import Facility
from server.roles.tables import Team
from server.rounds.tables import Round

_NOT_AGREED = "agreed_by IS NULL AND arrival IS NULL"  # what Tim Penilai is told of is looked for among these


class PlannedVisit(Base):
    """A row of the plan: a place and the team that visits it, once in a round.

    `substitute_for` is the place in the same team's plan that this one stands in for, `substitute_order` from 1.
    `modules` are codes of further parts of the forms, with blanks between. `agreed_by` is who of Tim Penilai agreed to
    the place, the team and the way it is visited; without that it is not released. `released`: verifiers have it as it
    stands here, by `assignment_id`. `arrival` is what the visit found, `approved_by` who approved the substitute,
    both as the form has them.
    """

    __tablename__ = "planned_visits"
    __table_args__ = (
        UniqueConstraint("round_id", "facility_id", "team_id"),
        Index(None, "round_id", "district", "day"),
        Index(None, "round_id", "substitute_for"),
        Index(None, "assignment_id"),
        Index("ix_planned_visits_not_agreed", "round_id", "district", sqlite_where=text(_NOT_AGREED),
              postgresql_where=text(_NOT_AGREED)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    day: Mapped[date]
    mode: Mapped[str] = mapped_column(String(10))  # on_site, video
    modules: Mapped[str] = mapped_column(String(200))
    substitute_for: Mapped[str | None] = mapped_column(ForeignKey(Facility.id))
    substitute_order: Mapped[int | None]
    why: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # planned, withdrawn
    agreed_by: Mapped[str | None] = mapped_column(String(100))
    agreed_at: Mapped[datetime | None]
    released: Mapped[bool]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey(Assignment.id))
    arrival: Mapped[str | None] = mapped_column(String(15))
    approved_by: Mapped[str | None] = mapped_column(String(15))
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]
