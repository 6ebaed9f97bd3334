"""What people decide is so; of each result what the rules proposed, and which submission it is by; two checkers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# the submission of a visit, by its first instance id; two forms that sent the same id leave it unknown
_STATE = """
(SELECT MIN(one.id) FROM submission_states AS one JOIN results ON results.id = {table}.result_id
 WHERE one.root_id = {table}.visit_id AND one.round_id = results.round_id AND one.district = results.district
 HAVING COUNT(*) = 1)
"""


def upgrade() -> None:
    _facts()
    op.add_column("rounds", sa.Column("two_checkers", sa.String(length=15), server_default="none", nullable=False))
    op.add_column("line_results", sa.Column("proposed", sa.String(length=20), nullable=True))
    for column in ("fact_id", "reopened_id", "state_id"):
        op.add_column("line_results", sa.Column(column, sa.Integer(), nullable=True))
    for column in ("state_id", "fact_id", "reopened_id"):
        op.add_column("visit_results", sa.Column(column, sa.Integer(), nullable=True))
    op.execute("UPDATE line_results SET proposed = outcome")  # until now nobody could decide otherwise
    with op.batch_alter_table("line_results") as batch:
        batch.alter_column("proposed", existing_type=sa.String(length=20), nullable=False)
    for table in ("line_results", "visit_results"):
        op.execute(f"UPDATE {table} SET state_id = {_STATE.format(table=table)} WHERE visit_id IS NOT NULL")


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("indicator", sa.Integer(), nullable=True),
        sa.Column("facility_id", sa.String(length=36), nullable=True),
        sa.Column("state_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("other", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bulk", sa.String(length=36), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_facts_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_facts_uuid")),
    )
    op.create_index(
        op.f("ix_facts_round_id_district_indicator_facility_id"), "facts",
        ["round_id", "district", "indicator", "facility_id"], unique=False,
    )  # fmt: skip
    op.create_index(op.f("ix_facts_state_id"), "facts", ["state_id"], unique=False)
