"""The phones of teams: by which code each is known, what became of it, and what was found out before it left.

How a phone is let in at Central (its token) is kept nowhere here. Personal data in here, with purpose and retention:
docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.people.tables import Person
from server.roles.tables import Team
from server.rounds.tables import Round
from verification.reason import Reason


class PhoneKit(Base):
    """That the teams of a round go with phones of their own accounts, since when, and how far that has come.

    `holds_all`: phones hold every place of their team's districts, also where visits were assigned. `filtered`: that
    Central is to give each phone its own places only; `filtered_at` since when it does. `training_project` is the
    project at Central in which teams practise, of which nothing is ever pulled.
    """

    __tablename__ = "phone_kits"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    begun_by: Mapped[str] = mapped_column(String(100))
    begun_at: Mapped[datetime]
    holds_all: Mapped[bool] = mapped_column(default=False, server_default=false())
    filtered: Mapped[bool] = mapped_column(default=False, server_default=false())
    filtered_at: Mapped[datetime | None]
    training_project: Mapped[int | None]


class Phone(Base):
    """A phone's account at Central, by the code that stands on its sheet; never called by its member's name.

    `person_id` is whose it is; none of a practice phone, on which a loss is practised: its row is the drill's record,
    `refused_at` less `lost_at` is how long it took. `actor` is its number at Central, `ready_at` since when Central
    has it as it is to be. `ended_at`: since when it is to be let in no more, lost or not; `refused_at`: when Central
    was seen to refuse it.
    """

    __tablename__ = "phones"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    made_at: Mapped[datetime]
    actor: Mapped[int | None]
    ready_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))
    refused_at: Mapped[datetime | None]
    problem: Mapped[Reason | None]


class PhoneSheet(Base):
    """Sheets that somebody asked to print on a page: what stands on them, encrypted to a key that only they have.

    `recipient` is the public key of that pair, the private one lies in their browser. Gone an hour after.
    """

    __tablename__ = "phone_sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    recipient: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    sealed: Mapped[bytes | None]
    problem: Mapped[Reason | None]


class PhoneCheck(Base):
    """What the last departure check of a team found; `found` as server/phones/checked.py writes it."""

    __tablename__ = "phone_checks"

    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    checked_at: Mapped[datetime]
    found: Mapped[Json]


class PhoneSharing(Base):
    """That a project's lists were to be shared out to phones, or given whole again, as somebody asked on a page.

    `ended_at`: since when it is done, or failed for `problem`; the newest of a project is what is wanted.
    """

    __tablename__ = "phone_sharings"

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int | None]
    shared: Mapped[bool]
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    problem: Mapped[Reason | None]
