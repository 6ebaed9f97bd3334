"""Who is logged in, and where.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.tables import Person


class LoginSession(Base):
    """A browser that somebody logged in with. `step` says how far: a password alone, or all that their roles ask."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of what the browser's cookie carries
    step: Mapped[str] = mapped_column(String(10))  # first, whole
    way: Mapped[str] = mapped_column(String(10))  # password, link, passkey, oidc, demo
    device: Mapped[str] = mapped_column(String(60))  # "Firefox, Android": enough to know one's own again
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]  # when they last showed that it is them
    wrong_proofs: Mapped[int] = mapped_column(default=0, server_default="0")  # since they last did
    ended_at: Mapped[datetime | None]


class UsedChallenge(Base):
    """What a passkey was asked and answered: kept while it would be believed, so that it is believed once."""

    __tablename__ = "used_challenges"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]
