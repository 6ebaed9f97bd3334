"""What children answered: no child, code, device, day or order; and the questions of each version of their page.

An answer is written into `fresh_answers`, sealed, which no backup holds (`server.feedback.fresh`). After its month a
session's answers are written anew into `child_answers`, shuffled, under other keys, in one transaction
(`server.feedback.settling`).

Nothing in here is about a person; retention: docs/data.md.
"""

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.children.tables import ChildSession
from server.db import Base, Json
from server.register.tables import Facility
from server.rounds.tables import Round


class ChildForm(Base):
    """What a version of the children's form asks, as their page shows it (`xlsforms.child_page`); the last counts."""

    __tablename__ = "child_forms"

    version: Mapped[str] = mapped_column(String(40), primary_key=True)
    page: Mapped[Json] = mapped_column(JSON)
    number: Mapped[int] = mapped_column(default=1, server_default="1")


class FreshAnswer(Base):
    """What one child answered in a session whose month has not ended, sealed; in no backup.

    The key is drawn, and drawn again with each answer that comes: all of a session are written anew then.
    """

    __tablename__ = "fresh_answers"
    __table_args__ = (Index(None, "session_id"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(ChildSession.id))
    version: Mapped[str] = mapped_column(ForeignKey(ChildForm.version))
    answers: Mapped[Json] = mapped_column(JSON)


class ChildAnswer(Base):
    """What one child answered about a kind of place in a district and month, written anew among others.

    `facility_id` only where ten or more answers came. `state`: kept, passed (on to Central), aside (failed the check).
    `told_of` and `batch` say where it is told, for good (`server.feedback.gathering`): in a district, or with others in
    its province or the country (""); none while it waits.
    """

    __tablename__ = "child_answers"
    __table_args__ = (Index(None, "round_id", "district"), Index(None, "round_id", "told_of"), Index(None, "state"),
                      {"sqlite_with_rowid": False})  # fmt: skip

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    place_kind: Mapped[str] = mapped_column(String(30))
    facility_id: Mapped[str | None] = mapped_column(ForeignKey(Facility.id))
    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[str] = mapped_column(ForeignKey(ChildForm.version))
    answers: Mapped[Json] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10))
    told_of: Mapped[str | None] = mapped_column(String(13))
    batch: Mapped[int | None]


class ChildAnswersGone(Base):
    """That a month's answers were deleted when their time was over, how many of a round, and on which day."""

    __tablename__ = "child_answers_gone"

    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    answers: Mapped[int]
    gone_on: Mapped[date]


class SettledSession(Base):
    """How much came of a session, counted when its answers were written anew.

    `codes` were known to be used; where more answers came, so many more were let in by codes that a process that ended
    meanwhile had known of (`answers` less `codes`). `lost` are those whose key was no longer there.
    """

    __tablename__ = "settled_sessions"

    session_id: Mapped[int] = mapped_column(ForeignKey(ChildSession.id), primary_key=True)
    answers: Mapped[int]
    codes: Mapped[int]
    lost: Mapped[int]
