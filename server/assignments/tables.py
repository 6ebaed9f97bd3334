"""What verifiers are asked to go and see.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.decisions.tables import Decision
from server.people.tables import Person
from server.register.tables import Facility
from server.roles.tables import Team
from server.rounds.tables import Round
from verification.reason import Reason


class Assignment(Base):
    """A place that somebody is to visit, visited before or not: what to look at there, why, and until when.

    `decision_id` is the follow-up that it is of, where a visit led to it. It is for a team, perhaps one member of it;
    with neither it is for whoever verifies there. `deadline` is the last day, by the district's calendar, and `due_at`
    when that day ends there; `given_on` the day from which a visit counts as the one asked for. `uuid` is its id at
    Central too. `sent_at`: since when phones have it as it stands, or still have it; none once it was taken back.
    `mode`, `modules` and `substitute_for` come from the visit plan: how it is visited, codes of further parts of its
    form with blanks between, and the place that this one stands in for.
    """

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "round_id", "district", "state"), Index(None, "state", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey(Decision.id), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    question: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    deadline: Mapped[date]
    mode: Mapped[str | None] = mapped_column(String(10))
    modules: Mapped[str | None] = mapped_column(String(200))
    substitute_for: Mapped[str | None] = mapped_column(String(36))
    due_at: Mapped[datetime]
    given_on: Mapped[date]
    given_by: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))  # given, sent, visited, withdrawn
    changed_by: Mapped[str | None] = mapped_column(String(100))  # who gave it another day, or withdrew it
    changed_at: Mapped[datetime | None]
    changed_why: Mapped[str | None] = mapped_column(Text)
    visited_on: Mapped[date | None]
    visited_state_id: Mapped[int | None]  # the visit's submission
    sent_at: Mapped[datetime | None]
    problem: Mapped[Reason | None]
