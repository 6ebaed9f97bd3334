"""The outbox: who is to be told, and what became of it. What is said is one sentence, and is not kept.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.tables import Person
from verification.reason import Reason


class Message(Base):
    """That somebody is to be told. `about` names what by codes and ids alone; `news` is the digest of what waits.

    `once` says what there may be one of for a person: a day, or a link. `uuid` names it to whoever carries it, so that
    one which was sent twice is known again. `channel` is the one that carried it, none where nothing did.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("person_id", "kind", "once"), Index(None, "state", "next_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    kind: Mapped[str] = mapped_column(String(10))  # waits, day, alert, link, register
    about: Mapped[str] = mapped_column(String(500))
    news: Mapped[str] = mapped_column(String(64))
    once: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str | None] = mapped_column(String(10))  # mail, gateway
    state: Mapped[str] = mapped_column(String(10))  # waiting, sent, failed, by_hand, done
    attempts: Mapped[int]
    asked_at: Mapped[datetime]
    next_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when it was sent, failed, or told by a person
    ended_by: Mapped[str | None] = mapped_column(String(100))  # who told it by hand
    problem: Mapped[Reason | None]
