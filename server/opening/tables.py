"""Whom a district's teams call, and who accepted the code of ethics.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.tables import Person
from server.rounds.tables import Round


class Contact(Base):
    """An office that helps a child in a district, and its number: never a person's name.

    `kind`: uptd_ppa, police, other. `phoned_on` is the last day on which somebody answered there.
    """

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(String(13), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    office: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(60))
    entered_by: Mapped[str] = mapped_column(String(100))
    entered_at: Mapped[datetime]
    phoned_on: Mapped[date | None]
    phoned_by: Mapped[str | None] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))


class EthicsAcceptance(Base):
    """Somebody accepted the code of ethics for a round, and said that all their ties are declared."""

    __tablename__ = "ethics_acceptances"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    accepted_at: Mapped[datetime]
