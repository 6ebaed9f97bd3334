"""What districts claim, and the files it came in.

Personal data in here, with purpose and retention: docs/data.md.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base
from server.register.tables import Facility
from server.rounds.tables import Round
from server.store.interface import IN_THE_STORE
from verification.claim_form.cells import longest

NAME_LIMIT = 255  # of a file
CODE = 30  # of what is chosen from a list


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


TO_IMPORT, TO_MERGE, TO_TAKE = "form", "merge", "table"  # what an uploaded workbook waits for


class WaitingForm(Base):
    """A workbook that somebody uploaded and has not agreed to yet: its plan is shown; after a day it is forgotten.

    What waits to be merged, or to take an agency's own table, are several files in a ZIP of ours.
    """

    __tablename__ = "waiting_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(Round.id))
    district: Mapped[str] = mapped_column(String(13))
    digest: Mapped[str] = mapped_column(String(64), info=IN_THE_STORE)
    filename: Mapped[str] = mapped_column(String(NAME_LIMIT))
    what: Mapped[str] = mapped_column(String(10), default=TO_IMPORT)
    uploaded_by: Mapped[str] = mapped_column(String(100))
    uploaded_at: Mapped[datetime]


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
    policies: Mapped[list["Policy"]] = relationship(cascade="all, delete-orphan", order_by="Policy.id")
    budget: Mapped[list["BudgetRow"]] = relationship(cascade="all, delete-orphan", order_by="BudgetRow.id")
    breakdowns: Mapped[list["BreakdownRow"]] = relationship(cascade="all, delete-orphan", order_by="BreakdownRow.id")
    groups: Mapped[list["ChildGroup"]] = relationship(cascade="all, delete-orphan", order_by="ChildGroup.id")
    proposals: Mapped[list["ChildProposal"]] = relationship(cascade="all, delete-orphan", order_by="ChildProposal.id")


class Answer(Base):
    """An answer to one field of a regulation's question, for the data year and the year before."""

    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    value: Mapped[str | None] = mapped_column(Text)
    value_before: Mapped[str | None] = mapped_column(Text)
    data_date: Mapped[date | None]
    filled_by: Mapped[str | None] = mapped_column(String(longest("Jawaban", "filled_by")))
    endorsed: Mapped[date | None]
    cell: Mapped[str] = mapped_column(String(40))


class Document(Base):
    """A document that supports a claim, by number and date; `clusters` are codes with commas between them."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    number: Mapped[str] = mapped_column(String(longest("Dokumen", "document_number")))
    dated: Mapped[date | None]
    title: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(String(longest("Dokumen", "question")))
    document_kind: Mapped[str | None] = mapped_column(String(CODE))
    issuer: Mapped[str | None] = mapped_column(String(longest("Dokumen", "issuer")))
    valid_until: Mapped[date | None]
    clusters: Mapped[str | None] = mapped_column(String(CODE))
    file: Mapped[str | None] = mapped_column(String(longest("Dokumen", "file")))
    pages: Mapped[str | None] = mapped_column(String(longest("Dokumen", "pages")))
    cell: Mapped[str] = mapped_column(String(40))


class ClaimLine(Base):
    """One facility a district lists under a claim. `half_cell_m` is half of the coordinate's last written decimal.

    What a place is said to be beside its kind is kept by codes (`verification/claim_form/choices.py`).
    """

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
    category: Mapped[str | None] = mapped_column(String(CODE))
    run_by: Mapped[str | None] = mapped_column(String(CODE))
    paid: Mapped[str | None] = mapped_column(String(CODE))
    fee_rp: Mapped[float | None]
    users: Mapped[int | None] = mapped_column(BigInteger)
    users_before: Mapped[int | None] = mapped_column(BigInteger)
    location_kind: Mapped[str | None] = mapped_column(String(CODE))
    smoke_free_kind: Mapped[str | None] = mapped_column(String(CODE))
    ended_year: Mapped[int | None]
    cell: Mapped[str] = mapped_column(String(40))


class Policy(Base):
    """A regulation or policy, the clusters it covers, and the years of a regional action plan."""

    __tablename__ = "policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    policy_kind: Mapped[str | None] = mapped_column(String(CODE))
    policy_number: Mapped[str | None] = mapped_column(String(longest("Kebijakan", "policy_number")))
    policy_year: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(Text)
    cluster_1: Mapped[bool | None]
    cluster_2: Mapped[bool | None]
    cluster_3: Mapped[bool | None]
    cluster_4: Mapped[bool | None]
    cluster_5: Mapped[bool | None]
    stage: Mapped[str | None] = mapped_column(String(CODE))
    child_input: Mapped[bool | None]
    plan_from: Mapped[int | None]
    plan_to: Mapped[int | None]
    cell: Mapped[str] = mapped_column(String(40))


class BudgetRow(Base):
    """What one agency spends on a cluster, in millions of rupiah, in the data year and the year before."""

    __tablename__ = "budget_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    cluster: Mapped[str] = mapped_column(String(CODE))
    agency: Mapped[str | None] = mapped_column(String(longest("Anggaran", "agency")))
    amount: Mapped[float | None]
    amount_before: Mapped[float | None]
    source: Mapped[str | None] = mapped_column(String(CODE))
    basis: Mapped[str | None] = mapped_column(String(CODE))
    cell: Mapped[str] = mapped_column(String(40))


class BreakdownRow(Base):
    """A number by one margin: an area, a sex, an age or a group, and never two of them. A small one is "<8"."""

    __tablename__ = "breakdown_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    breakdown: Mapped[str] = mapped_column(String(20))
    area: Mapped[str | None] = mapped_column(String(13))
    sex: Mapped[str | None] = mapped_column(String(CODE))
    age: Mapped[str | None] = mapped_column(String(CODE))
    protection_group: Mapped[str | None] = mapped_column(String(CODE))
    value: Mapped[str | None] = mapped_column(String(20))
    value_before: Mapped[str | None] = mapped_column(String(20))
    cell: Mapped[str] = mapped_column(String(40))


class ChildGroup(Base):
    """A children's group or Forum Anak, without a name."""

    __tablename__ = "child_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    level: Mapped[str | None] = mapped_column(String(CODE))
    area: Mapped[str | None] = mapped_column(String(13))
    group_kind: Mapped[str | None] = mapped_column(String(CODE))
    founded_year: Mapped[int | None]
    activities: Mapped[str | None] = mapped_column(String(longest("Kelompok Anak", "activities")))
    support: Mapped[str | None] = mapped_column(String(longest("Kelompok Anak", "support")))
    boys: Mapped[int | None] = mapped_column(BigInteger)
    girls: Mapped[int | None] = mapped_column(BigInteger)
    disability: Mapped[bool | None]
    cell: Mapped[str] = mapped_column(String(40))


class ChildProposal(Base):
    """What children proposed for a regulation, policy, programme or activity, and what became of it."""

    __tablename__ = "child_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    title: Mapped[str | None] = mapped_column(Text)
    proposal_kind: Mapped[str | None] = mapped_column(String(CODE))
    dated: Mapped[date | None]
    proposal: Mapped[str | None] = mapped_column(String(longest("Masukan Anak", "proposal")))
    accepted: Mapped[str | None] = mapped_column(String(CODE))
    children: Mapped[int | None] = mapped_column(BigInteger)
    cell: Mapped[str] = mapped_column(String(40))


class Meeting(Base):
    """A coordination meeting of a district's part of a round; its file is the one it came in."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("claim_files.id"), index=True)
    dated: Mapped[date | None]
    meeting_level: Mapped[str | None] = mapped_column(String(CODE))
    present: Mapped[str | None] = mapped_column(String(longest("Rapat", "present")))
    subject: Mapped[str | None] = mapped_column(Text)
    follow_up: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str] = mapped_column(String(40))


HANGS_ON: Mapping[str, tuple[str, Any]] = {  # by sheet: where its rows hang on a claim, and their table
    "Kebijakan": ("policies", Policy), "Anggaran": ("budget", BudgetRow), "Rincian": ("breakdowns", BreakdownRow),
    "Kelompok Anak": ("groups", ChildGroup), "Masukan Anak": ("proposals", ChildProposal),
}  # fmt: skip
