"""What districts claim, and the files it came in.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base
from server.register.tables import Facility
from server.rounds.tables import Round
from server.store.interface import IN_THE_STORE
from verification.claim_form.cells import longest

NAME_LIMIT = 255  # of a file


class ClaimFile(Base):
    """A workbook that was imported; its bytes are in the store under `digest`."""

    __tablename__ = "claim_files"
    __table_args__ = (UniqueConstraint("round_id", "district", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    digest: Mapped[str] = mapped_column(String(64), info=IN_THE_STORE)
    filename: Mapped[str] = mapped_column(String(NAME_LIMIT))
    template_version: Mapped[str] = mapped_column(String(20))
    imported_at: Mapped[datetime]


class Claim(Base):
    """What a district reports for one indicator in one round, and the cell of its own score."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("round_id", "district", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    indicator: Mapped[int]
    self_score: Mapped[float | None]
    cell: Mapped[str | None] = mapped_column(String(40))
    file_id: Mapped[int] = mapped_column(ForeignKey("claim_files.id"))

    file: Mapped[ClaimFile] = relationship()
    answers: Mapped[list["Answer"]] = relationship(cascade="all, delete-orphan", order_by="Answer.id")
    documents: Mapped[list["Document"]] = relationship(cascade="all, delete-orphan", order_by="Document.id")
    lines: Mapped[list["ClaimLine"]] = relationship(cascade="all, delete-orphan", order_by="ClaimLine.id")


class Answer(Base):
    """An answer to one field of a regulation's question, for the data year and the year before."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    value: Mapped[str | None] = mapped_column(Text)
    value_before: Mapped[str | None] = mapped_column(Text)
    data_date: Mapped[date | None]
    cell: Mapped[str] = mapped_column(String(40))


class Document(Base):
    """A document that supports a claim, by number and date."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    number: Mapped[str] = mapped_column(String(longest("Dokumen", "document_number")))
    dated: Mapped[date | None]
    title: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str] = mapped_column(String(40))


class ClaimLine(Base):
    """One facility a district lists under a claim. `half_cell_m` is half of the coordinate's last written decimal."""

    __tablename__ = "claim_lines"
    __table_args__ = (UniqueConstraint("claim_id", "facility_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    facility_id: Mapped[str] = mapped_column(ForeignKey(Facility.id), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(longest("Fasilitas", "facility_name")))
    registry_no: Mapped[str | None] = mapped_column(String(longest("Fasilitas", "registry_no")))
    village: Mapped[str] = mapped_column(String(13))
    since_year: Mapped[int | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    half_cell_m: Mapped[float | None]
    cell: Mapped[str] = mapped_column(String(40))
