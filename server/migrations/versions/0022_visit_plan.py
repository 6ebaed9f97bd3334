"""The visit plan; and what it says of a visit, with the assignments that come of it"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("modules", sa.String(length=200), nullable=False),
        sa.Column("substitute_for", sa.String(length=36), nullable=True),
        sa.Column("substitute_order", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("arrival", sa.String(length=15), nullable=True),
        sa.Column("approved_by", sa.String(length=15), nullable=True),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_planned_visits_round_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_planned_visits_facility_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_planned_visits_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_planned_visits_person_id")),
        sa.ForeignKeyConstraint(["substitute_for"], ["facilities.id"], name=op.f("fk_planned_visits_substitute_for")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_planned_visits_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_visits")),
        sa.UniqueConstraint("round_id", "facility_id", "team_id",
                            name=op.f("uq_planned_visits_round_id_facility_id_team_id")),
    )  # fmt: skip
    for columns in (
        ("facility_id",),
        ("round_id", "substitute_for"),
        ("assignment_id",),
        ("round_id", "district", "day"),
    ):
        op.create_index(op.f(f"ix_planned_visits_{'_'.join(columns)}"), "planned_visits", list(columns), unique=False)
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("modules", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("substitute_for", sa.String(length=36), nullable=True))
