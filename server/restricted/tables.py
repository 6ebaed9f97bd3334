"""What is entered from papers about shelters and protection services: answers by codes and totals, no text at all.

Nothing is changed in place: what is put right is another version, and each says who entered it. When, only the audit
says. Personal data in here, with purpose and retention: docs/data.md.
"""

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.people.tables import Person
from server.register.tables import Facility
from server.rounds.tables import Round
from server.sealed.tables import SealedAssignment


class ShelterVisit(Base):
    """What one of two verifiers filled in about a shelter, by its papers, and whether the other says the same.

    `answers`: criteria by their code, each as `Seen`, and numbers (`verification.protection.shelter.NUMBERS`).
    `differs`: the fields that the other one says differently. `why`: why there is another version, once both had
    confirmed one.
    """

    __tablename__ = "shelter_visits"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey(SealedAssignment.id))
    number: Mapped[int]
    month: Mapped[str] = mapped_column(String(7))
    answers: Mapped[Json]
    filled_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    why: Mapped[str | None] = mapped_column(String(30))
    differs: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))


class ServiceTotals(Base):
    """What a protection service counted in the data year and the year before, by its own totals."""

    __tablename__ = "service_totals"
    __table_args__ = (UniqueConstraint("round_id", "facility_id", "number"), Index(None, "round_id", "district"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id))
    number: Mapped[int]
    totals: Mapped[Json]
    source: Mapped[str] = mapped_column(String(20))
    why: Mapped[str | None] = mapped_column(String(30))
    entered_by: Mapped[str] = mapped_column(String(100))
