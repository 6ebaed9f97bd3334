"""What came from Central, to the letter: its own timestamps are kept as it sends them (ISO 8601, UTC, milliseconds).

Personal data in here, with purpose and retention: docs/data.md.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base, Json
from server.rounds.tables import Round
from server.store.interface import IN_THE_STORE
from verification.reason import Reason


class Form(Base):
    """A form at Central, and how far it has been pulled.

    `watermark` is the start of the last complete pull by Central's clock. A pull that was cut leaves its own start,
    the watermark it began from and the oldest submission it reached, and the next one goes on from there.
    `approval_lists` names the entity lists that approving a submission would write to: {"lists": [...]}. `read_as` says
    what its submissions are read as.
    """

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("project", "form_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[int]
    form_id: Mapped[str] = mapped_column(String(255))
    read_as: Mapped[str | None] = mapped_column(String(20))  # visit
    published_version: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str | None] = mapped_column(String(20))
    watermark: Mapped[str | None] = mapped_column(String(30))
    cycle_started: Mapped[str | None] = mapped_column(String(30))
    cycle_reached: Mapped[str | None] = mapped_column(String(30))
    pulled_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]  # from Central: deleted there; what was pulled stays
    approval_lists: Mapped[Json | None]
    problem: Mapped[Reason | None]


class VersionColumns:
    """What is kept of a version, as long as it counts and after something else was kept in its place."""

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255))
    instance_id: Mapped[str] = mapped_column(String(255))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(5))  # odata, xml
    form_version: Mapped[str | None] = mapped_column(String(255))
    answers: Mapped[str] = mapped_column(Text)  # JSON, or what somebody made of it


class Submission(VersionColumns, Base):
    """Exactly what Central sent: one row per version, never changed. `source` says which view of Central it came from.

    `root_id` is the first version's instance id and stays for life; `instance_id` is this version's own, `number` its
    place among the versions, from 1.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "instance_id"),)


class ReplacedVersion(VersionColumns, Base):
    """What was kept of a version until a repair wrote it anew, or another came in its place; nothing else names it."""

    __tablename__ = "replaced_versions"
    __table_args__ = (Index(None, "form_pk", "root_id"),)

    replaced_at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(20))  # repaired, sent_anew


class FormSettlement(Base):
    """What a person decided about a form that Central no longer has: whether its submissions go on counting.

    It is about the absence that began at `absent_since`; of two about the same one the later counts.
    """

    __tablename__ = "form_settlements"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id), index=True)
    absent_since: Mapped[datetime]
    counts: Mapped[bool]
    settled_by: Mapped[str] = mapped_column(String(100))
    settled_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)


class SubmissionState(Base):
    """What Central last said of a submission: its current version, review, deletion, attachments; and where it belongs.

    `seen_at` is when the feed it was last seen in was opened, `gone_at` when it was first missed there (purged, thirty
    days after it was deleted, or its form made anew), both by Central's clock. Its versions stay. `problem` is why a
    version is not here. `settlement_id` is a person's word that it goes on counting though Central has its form no
    longer; seen there again, it counts by itself.

    From `changes` on it is ours. It counts what changed that matters for counting, `changes_read` how many of those had
    happened when it was last read. Read as a visit, it has the version that was read (`version_id`: until the next is
    read, that one counts), its kind of place, its place in the register, its district (of that place, else of the
    point, else unknown), the day there, and its round; or `aside` says why it counts for nothing. `photographs` counts
    how often what its photographs show came to be known, or became another.
    `looked` has how Central showed it when it was last asked about what no feed tells, `compared` how it did when its
    comments were last compared (`server.submissions.looking`).
    """

    __tablename__ = "submission_states"
    __table_args__ = (
        UniqueConstraint("form_pk", "root_id"),
        Index(None, "round_id", "district"),
        Index("ix_submission_states_unread", "id", sqlite_where=text("changes <> changes_read"),
              postgresql_where=text("changes <> changes_read")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
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
    submitter: Mapped[str | None] = mapped_column(String(255))  # the account or app user that sent it
    device: Mapped[str | None] = mapped_column(String(8))  # of a visit: tells the phones of that account apart
    problem: Mapped[Reason | None]
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey(FormSettlement.id))
    changes: Mapped[int] = mapped_column(default=1)
    changes_read: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int | None]  # no foreign key: with one, whatever deletes a version would look through all rows
    kind: Mapped[str | None] = mapped_column(String(30))
    facility_id: Mapped[str | None] = mapped_column(String(36), index=True)
    district: Mapped[str | None] = mapped_column(String(13))
    day: Mapped[date | None]
    round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))
    chosen_round_id: Mapped[str | None] = mapped_column(ForeignKey(Round.id))  # by a person
    aside: Mapped[Reason | None]
    looked: Mapped[str | None] = mapped_column(String(50))
    looked_at: Mapped[datetime | None]
    compared: Mapped[str | None] = mapped_column(String(50))
    photographs: Mapped[int | None]


class SubmissionChange(Base):
    """What a version answers differently from the one before it: [question's path, before, after], … as JSON."""

    __tablename__ = "submission_changes"

    submission_id: Mapped[int] = mapped_column(ForeignKey(Submission.id), primary_key=True)
    changes: Mapped[str] = mapped_column(Text)


class SubmissionComment(Base):
    """A comment at Central, which has no id there: `number` counts a submission's comments from the oldest, from 1.

    One below 0 is of a submission that was here under the same id before, and came anew.
    """

    __tablename__ = "submission_comments"
    __table_args__ = (UniqueConstraint("form_pk", "root_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None]
    created_at: Mapped[str] = mapped_column(String(30))


class FileList(Base):
    """A version that names files: asked for until all have come, or a person gives up those that have not.

    `recheck` says that those which have come are to be compared with Central's too.
    """

    __tablename__ = "file_lists"
    __table_args__ = (UniqueConstraint("form_pk", "instance_id"), Index(None, "settled", "form_pk", "next_ask_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255), index=True)
    instance_id: Mapped[str] = mapped_column(String(255))
    settled: Mapped[bool]
    recheck: Mapped[bool]
    attempts: Mapped[int]
    next_ask_at: Mapped[datetime]


_LACKING = "state <> 'stored' AND replaced_at IS NULL"
_NOT_LOOKED_AT = "traits IS NULL AND state = 'stored' AND replaced_at IS NULL"


class Attachment(Base):
    """A file a version of a submission names; `digest` is where its bytes are in the store, once they have come.

    `etag` is Central's mark of the content. A row with `replaced_at` is what Central had before; one with `compared_at`
    was found to be Central's, byte by byte, by a certificate. `traits` are what a photograph shows of itself
    (`server.visits.traits`), empty where that is nothing, and none where nobody has looked.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index(
            "uq_attachments_current", "form_pk", "instance_id", "name", unique=True,
            sqlite_where=text("replaced_at IS NULL"), postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_attachments_lacking", "form_pk", "root_id", sqlite_where=text(_LACKING),
              postgresql_where=text(_LACKING)),
        Index(None, "digest"),
        Index("ix_attachments_not_looked_at", "id", sqlite_where=text(_NOT_LOOKED_AT),
              postgresql_where=text(_NOT_LOOKED_AT)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    form_pk: Mapped[int] = mapped_column(ForeignKey(Form.id))
    root_id: Mapped[str] = mapped_column(String(255), index=True)
    instance_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))  # expected, stored, refused, given_up, removed
    digest: Mapped[str | None] = mapped_column(String(64), info=IN_THE_STORE)
    size: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(String(100))
    etag: Mapped[str | None] = mapped_column(String(100))
    replaced_at: Mapped[datetime | None]
    compared_at: Mapped[datetime | None]
    problem: Mapped[Reason | None]
    traits: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


class Bookmark(Base):
    """How far something has been read that belongs to no form; by Central's clock."""

    __tablename__ = "bookmarks"

    project: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    moment: Mapped[str] = mapped_column(String(30))
