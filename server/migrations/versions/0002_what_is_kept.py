"""What is kept of submissions, comments, files and removals; certificates"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# versions were kept in the order in which they were made
_NUMBERS = """
UPDATE submissions SET number = (
    SELECT count(*) FROM submissions AS older
    WHERE older.form_pk = submissions.form_pk AND older.root_id = submissions.root_id AND older.id <= submissions.id
)
"""
_LISTS = """
INSERT INTO file_lists (form_pk, root_id, instance_id, settled, recheck, attempts, next_ask_at)
SELECT form_pk, root_id, instance_id, false, false, 0, CURRENT_TIMESTAMP
FROM submission_states WHERE attachments_expected > 0
"""


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.String(length=30), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes_hashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_project"), ["project"], unique=False)

    op.create_table(
        "marks",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("moment", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("project", "name", name=op.f("pk_marks")),
    )
    op.create_table(
        "file_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=255), nullable=False),
        sa.Column("instance_id", sa.String(length=255), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("recheck", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_file_lists_form_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_lists")),
        sa.UniqueConstraint("form_pk", "instance_id", name=op.f("uq_file_lists_form_pk_instance_id")),
    )
    with op.batch_alter_table("file_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_lists_root_id"), ["root_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_file_lists_settled_form_pk_next_ask_at"), ["settled", "form_pk", "next_ask_at"], unique=False
        )

    op.create_table(
        "removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("removed_by", sa.String(length=100), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_removals_form_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
        sa.UniqueConstraint("form_pk", "root_id", "name", "digest", name="uq_removals_form_pk_root_id_name_digest"),
    )
    with op.batch_alter_table("removals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_removals_digest"), ["digest"], unique=False)

    op.create_table(
        "submission_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_submission_comments_form_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_comments")),
        sa.UniqueConstraint("form_pk", "root_id", "number", name=op.f("uq_submission_comments_form_pk_root_id_number")),
    )
    op.create_table(
        "submission_changes",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_submission_changes_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_changes")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("etag", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_attachments_form_pk_instance_id_name"), type_="unique")
        batch_op.create_index(
            "uq_attachments_current",
            ["form_pk", "instance_id", "name"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.drop_column("asked_at")

    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("absent_since", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("submission_states", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("seen_at", sa.String(length=30), nullable=False, server_default="1970-01-01T00:00:00.000Z")
        )
        batch_op.add_column(sa.Column("gone_at", sa.String(length=30), nullable=True))

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.execute(_NUMBERS)
    op.execute(_LISTS)
    for table, column in (("submission_states", "seen_at"), ("submissions", "number")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(column, server_default=None)
