"""Who holds which role where, who is in which team, and who has a tie to what they would judge.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.tables import Person
from server.register.tables import Facility
from server.rounds.tables import Round

_STANDS = "ended_at IS NULL"


class HeldRole(Base):
    """A role that a person was given. `area` is a Kemendagri code, "" everywhere; `round_id` none for every round."""

    __tablename__ = "held_roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    role: Mapped[str] = mapped_column(String(20))
    area: Mapped[str] = mapped_column(String(13))
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    given_by: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))


class Team(Base):
    """A verification team of a round."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), index=True)
    name: Mapped[str] = mapped_column(String(100))
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TeamDistrict(Base):
    """A district that a team verifies."""

    __tablename__ = "team_districts"

    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    district: Mapped[str] = mapped_column(String(13), primary_key=True)


class TeamMember(Base):
    """Somebody who belongs, or belonged, to a team."""

    __tablename__ = "team_members"
    __table_args__ = (
        Index("uq_team_members_standing", "team_id", "person_id", unique=True,
              sqlite_where=text(_STANDS), postgresql_where=text(_STANDS)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    leads: Mapped[bool]
    given_by: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))


class Tie(Base):
    """What somebody declared to be tied to: a district, or a place and with it its district."""

    __tablename__ = "ties"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    district: Mapped[str] = mapped_column(String(13))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey(Facility.id))
    why: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[str] = mapped_column(String(100))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(100))
