"""The tables. Central's own timestamps are kept as it sends them (ISO 8601, UTC, milliseconds); ours are `Utc`.

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from server.db import Utc

Json = dict[str, Any]


class Base(DeclarativeBase):
    """Every table; constraints have names, so that a migration can drop them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Utc, Json: JSON(none_as_null=True), bytes: LargeBinary}  # noqa: RUF012 - read by SQLAlchemy


class Area(Base):
    """A province, district, subdistrict or village by its Kemendagri code.

    Villages have an outline (WKB, lon/lat) and its box in degrees.
    """

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    level: Mapped[str] = mapped_column(String(11))
    name: Mapped[str] = mapped_column(String(200))
    outline: Mapped[bytes | None]
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]


class Round(Base):
    """One evaluation, by its data year."""

    __tablename__ = "rounds"

    year: Mapped[int] = mapped_column(primary_key=True)
    indicator_set: Mapped[str] = mapped_column(String(100))


class ClaimFile(Base):
    """A workbook that was imported; its bytes are in the store under `digest`."""

    __tablename__ = "claim_files"
    __table_args__ = (UniqueConstraint("year", "district", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("rounds.year"))
    district: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    digest: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(255))
    template_version: Mapped[str] = mapped_column(String(20))
    imported_at: Mapped[datetime]


class Facility(Base):
    """The register: one real place, however many claims point at it. `id` is also its entity's id at Central."""

    __tablename__ = "facilities"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(300))
    registry_no: Mapped[str | None] = mapped_column(String(30))
    village: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)


class Claim(Base):
    """What a district reports for one indicator in one round, and the cell of its own score."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("year", "district", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("rounds.year"))
    district: Mapped[str] = mapped_column(ForeignKey("areas.code"))
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
    number: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date | None]
    title: Mapped[str | None] = mapped_column(Text)
    cell: Mapped[str] = mapped_column(String(40))


class ClaimLine(Base):
    """One facility a district lists under a claim. `half_cell_m` is half of the coordinate's last written decimal."""

    __tablename__ = "claim_lines"
    __table_args__ = (UniqueConstraint("claim_id", "facility_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    facility_id: Mapped[str] = mapped_column(ForeignKey("facilities.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(300))
    registry_no: Mapped[str | None] = mapped_column(String(30))
    village: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    since_year: Mapped[int | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    half_cell_m: Mapped[float | None]
    cell: Mapped[str] = mapped_column(String(40))


class Form(Base):
    """A form at Central, and how far it has been pulled.

    `watermark` is the start of the last complete pull by Central's clock. A pull that was cut leaves its own start,
    the watermark it began from and the oldest submission it reached, and the next one goes on from there.
    `approval_lists` names the entity lists that approving a submission would write to: {"lists": [...]}.
    """

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("project", "form_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int]
    form_id: Mapped[str] = mapped_column(String(255))
    published_version: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str | None] = mapped_column(String(20))
    watermark: Mapped[str | None] = mapped_column(String(30))
    cycle_started: Mapped[str | None] = mapped_column(String(30))
    cycle_reached: Mapped[str | None] = mapped_column(String(30))
    pulled_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]  # from Central: deleted there; what was pulled stays
    approval_lists: Mapped[Json | None]
    problem: Mapped[Json | None]


class Submission(Base):
    """Exactly what Central sent: one row per version, never changed. `source` says which view of Central it came from.

    `root_id` is the first version's instance id and stays for life; `instance_id` is this version's own, `number` its
    place among the versions, from 1.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255))
    instance_id: Mapped[str] = mapped_column(String(255))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(5))  # odata, xml
    form_version: Mapped[str | None] = mapped_column(String(255))
    answers: Mapped[str] = mapped_column(Text)  # JSON


class SubmissionState(Base):
    """What Central last said about a submission: its current version, review, deletion, attachments.

    `seen_at` is when the feed it was last seen in was opened, `gone_at` when it was first missed there (purged, thirty
    days after it was deleted), both by Central's clock. Its versions stay.
    """

    __tablename__ = "submission_states"
    __table_args__ = (UniqueConstraint("form_pk", "root_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255))
    instance_id: Mapped[str] = mapped_column(String(255))
    submitted_at: Mapped[str] = mapped_column(String(30))
    updated_at: Mapped[str | None] = mapped_column(String(30))
    deleted_at: Mapped[str | None] = mapped_column(String(30))
    review_state: Mapped[str | None] = mapped_column(String(20))
    edits: Mapped[int]
    attachments_present: Mapped[int]
    attachments_expected: Mapped[int]
    seen_at: Mapped[str] = mapped_column(String(30))
    gone_at: Mapped[str | None] = mapped_column(String(30))
    problem: Mapped[Json | None]


class SubmissionChange(Base):
    """What a version answers differently from the one before it: [question's path, before, after], … as JSON."""

    __tablename__ = "submission_changes"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    changes: Mapped[str] = mapped_column(Text)


class SubmissionComment(Base):
    """A comment at Central, which has no id there: `number` counts a submission's comments from the oldest, from 1."""

    __tablename__ = "submission_comments"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None]
    created_at: Mapped[str] = mapped_column(String(30))


class Removal(Base):
    """A tombstone: what was lawfully removed here and at Central, and is never brought back.

    `name` is a file's, or "" where the whole submission was removed; `digest` is of the content that was removed.
    """

    __tablename__ = "removals"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "name", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(30))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    removed_by: Mapped[str] = mapped_column(String(100))
    removed_at: Mapped[datetime]


class FileList(Base):
    """A version that names files: asked for until all have come, or a person gives up those that have not.

    `recheck` says that those which have come are to be compared with Central's too.
    """

    __tablename__ = "file_lists"
    __table_args__ = (UniqueConstraint("form_pk", "instance_id"), Index(None, "settled", "form_pk", "next_ask_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255), index=True)
    instance_id: Mapped[str] = mapped_column(String(255))
    settled: Mapped[bool]
    recheck: Mapped[bool]
    attempts: Mapped[int]
    next_ask_at: Mapped[datetime]


class Attachment(Base):
    """A file a version of a submission names; `digest` is where its bytes are in the store, once they have come.

    `etag` is Central's mark of the content. A row with `replaced_at` is what Central had before.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index(
            "uq_attachments_current", "form_pk", "instance_id", "name", unique=True,
            sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255), index=True)
    instance_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # expected, stored, refused, given_up, removed
    digest: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(String(100))
    etag: Mapped[str | None] = mapped_column(String(100))
    replaced_at: Mapped[datetime | None]
    problem: Mapped[Json | None]


class Visit(Base):
    """A submission's version as a visit: what it takes to find it by place; or why it cannot be read as one."""

    __tablename__ = "visits"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    facility_id: Mapped[str | None] = mapped_column(String(36), index=True)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    problem: Mapped[Json | None]


class Verification(Base):
    """The result for one district, with the digest of everything it was computed from and the rules it used."""

    __tablename__ = "verifications"
    __table_args__ = (Index(None, "year", "district"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("rounds.year"))
    district: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    rules: Mapped[Json]
    result: Mapped[str] = mapped_column(Text)  # JSON of verification.verify.DistrictResult
    computed_at: Mapped[datetime]


class Mark(Base):
    """How far something has been read that belongs to no form; by Central's clock."""

    __tablename__ = "marks"

    project: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    moment: Mapped[str] = mapped_column(String(30))


class Certificate(Base):
    """What a comparison of everything here with everything at Central came to. `as_of` is by Central's clock."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int] = mapped_column(index=True)
    as_of: Mapped[str] = mapped_column(String(30))
    made_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(10))  # identical, different, unstable
    digest: Mapped[str] = mapped_column(String(64))
    bytes_hashed_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(Text)  # JSON of server.certificates.Detail


class Decision(Base):
    """What a person decided about a submission's version, and what became of it at Central.

    `uuid` is chosen before it is sent anywhere: the same page sent twice is one decision, a follow-up's entity has it
    for its id, and a comment ends in its beginning. `confirmed` names the entity lists that may be written to.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "form_pk", "root_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey("forms.id"))
    root_id: Mapped[str] = mapped_column(String(255))
    instance_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(10))  # review, comment, follow_up
    review_state: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str | None] = mapped_column(Text)  # the comment, or what the verifier is asked
    why: Mapped[str | None] = mapped_column(Text)
    facility_id: Mapped[str | None] = mapped_column(String(36))
    deadline: Mapped[date | None]
    confirmed: Mapped[Json | None]
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    problem: Mapped[Json | None]


class Job(Base):
    """A piece of work somebody asked for. The table is the only queue; a broker carries hints, never truth."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "state", "run_at"),
        Index(
            "uq_jobs_waiting", "kind", "key", unique=True,
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, running, done, failed
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    problem: Mapped[Json | None]
