"""What a repair replaces is kept; forms are settled; edits say their form version; files of any name are asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_REFUSED = "state = 'refused' AND CAST(problem AS TEXT) NOT LIKE '%attachment_too_large%'"
_ITS_LIST = "attachments.form_pk = file_lists.form_pk AND attachments.instance_id = file_lists.instance_id"


def upgrade() -> None:
    _ask_for_files_again()
    _make_tables()
    op.execute("UPDATE submission_states SET compared = NULL")  # now in their answers too
    # an edit had its first version's; the next full pull asks Central for its own
    op.execute("UPDATE submissions SET form_version = NULL WHERE number > 1")


def _ask_for_files_again() -> None:
    """Files of any name and kind are kept: those that were refused for theirs are asked for again."""
    refused = f"EXISTS (SELECT 1 FROM attachments WHERE {_ITS_LIST} AND {_REFUSED})"
    op.execute(f"UPDATE file_lists SET settled = false, next_ask_at = CURRENT_TIMESTAMP WHERE {refused}")
    op.execute(f"UPDATE attachments SET state = 'expected', problem = NULL, etag = NULL WHERE {_REFUSED}")


def _make_tables() -> None:
    op.create_table(
        "replaced_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=255), nullable=False),
        sa.Column("instance_id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=5), nullable=False),
        sa.Column("form_version", sa.String(length=255), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_replaced_versions_form_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_versions")),
    )
    op.create_index(op.f("ix_replaced_versions_form_pk_root_id"), "replaced_versions", ["form_pk", "root_id"])
    op.create_table(
        "form_settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("absent_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("settled_by", sa.String(length=100), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_form_settlements_form_pk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_settlements")),
    )
    op.create_index(op.f("ix_form_settlements_form_pk"), "form_settlements", ["form_pk"])
    with op.batch_alter_table("submission_states") as batch:
        batch.add_column(sa.Column("settlement_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_submission_states_settlement_id", "form_settlements", ["settlement_id"], ["id"])
