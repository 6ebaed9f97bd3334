"""What each version of a form changed that was published, and in which round"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("before", sa.String(length=255), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("what", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_form_changes_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_changes")),
        sa.UniqueConstraint("project", "form_id", "version", name=op.f("uq_form_changes_project_form_id_version")),
    )
