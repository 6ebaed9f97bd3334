"""Documents that districts hand in, what each is for, and tombstones of those that showed children.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base
from server.reasons import ReasonType
from server.rounds.tables import Round
from server.store.interface import IN_THE_STORE
from verification.claim_form.cells import longest
from verification.reason import Reason

NAME_LIMIT = 255
NUMBER_LIMIT = longest("Dokumen", "document_number")
WAITING, CLEAN, FOUND, UNSCANNABLE = "waiting", "clean", "found", "unscannable"  # what the virus scanner said


class HandedIn(Base):
    """A file that came, with the folder it lay in; or one that was not taken, and why.

    Its bytes are in the store under `digest`, until it is marked as showing children: then nobody has them any more.
    `declared_at`: somebody of the district's side said that no child's name or face is in it.
    """

    __tablename__ = "handed_in"
    __table_args__ = (Index("ix_handed_in_part", "round_id", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    digest: Mapped[str | None] = mapped_column(String(64), index=True, info=IN_THE_STORE)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    media_type: Mapped[str | None] = mapped_column(String(100))
    problem: Mapped[Reason | None] = mapped_column(ReasonType)
    scan: Mapped[str] = mapped_column(String(20), default=WAITING)
    handed_in_by: Mapped[str] = mapped_column(String(100))
    handed_in_at: Mapped[datetime]
    declared_by: Mapped[str | None] = mapped_column(String(100))
    declared_at: Mapped[datetime | None]
    marked_by: Mapped[str | None] = mapped_column(String(100))
    marked_at: Mapped[datetime | None]
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("handed_in.id"))  # the blackened copy

    attached: Mapped[list["AttachedTo"]] = relationship(cascade="all, delete-orphan", order_by="AttachedTo.id")


class AttachedTo(Base):
    """A row of the sheet Dokumen, by indicator and number, that a person said a file is for.

    Rows of a sheet are made anew whenever it is imported; so they are not named by their own number.
    """

    __tablename__ = "attached_to"
    __table_args__ = (UniqueConstraint("file_id", "indicator", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(HandedIn.id))
    indicator: Mapped[int]
    number: Mapped[str] = mapped_column(String(NUMBER_LIMIT))


class DocumentGone(Base):
    """A tombstone: what somebody found a child's name or face in, by its content; it is never taken again."""

    __tablename__ = "documents_gone"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    removed_by: Mapped[str] = mapped_column(String(100))
    removed_at: Mapped[datetime]
