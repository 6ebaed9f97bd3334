"""What is left of traces of places once a district is closed: that they were deleted, and what visits had shown"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trace_removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("photographs", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_removals")),
        sa.UniqueConstraint("uuid", name=op.f("uq_trace_removals_uuid")),
    )
    op.create_index(
        op.f("ix_trace_removals_round_id_district"), "trace_removals", ["round_id", "district"], unique=False
    )
    op.create_table(
        "traces_gone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=255), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("removal_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_traces_gone_form_pk")),
        sa.ForeignKeyConstraint(["removal_id"], ["trace_removals.id"], name=op.f("fk_traces_gone_removal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces_gone")),
        sa.UniqueConstraint("form_pk", "root_id", name=op.f("uq_traces_gone_form_pk_root_id")),
    )
    op.create_index(op.f("ix_traces_gone_removal_id"), "traces_gone", ["removal_id"], unique=False)
    op.create_index(
        op.f("ix_traces_gone_round_id_district_done"), "traces_gone", ["round_id", "district", "done"], unique=False
    )
