"""Interviews and programmes, read and placed"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("read_as", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("area", sa.String(length=13), nullable=True),
        sa.Column("subdistrict", sa.String(length=13), nullable=True),
        sa.Column("what", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("aside", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("released_by", sa.String(length=100), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_told_round_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_told_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_round_id_read_as_area"), "told", ["round_id", "read_as", "area"])
