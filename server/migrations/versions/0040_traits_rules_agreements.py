"""What photographs show of themselves; the rules by which a round is computed; who agreed to planned visits"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("traits", sa.JSON(none_as_null=True), nullable=True))
    waiting = sa.text("traits IS NULL AND state = 'stored' AND replaced_at IS NULL")
    op.create_index("ix_attachments_not_looked_at", "attachments", ["id"], unique=False, sqlite_where=waiting,
                    postgresql_where=waiting)  # fmt: skip
    op.create_table(
        "round_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("fixed_by", sa.String(length=100), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_rules_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_rules")),
    )
    op.create_index(op.f("ix_round_rules_round_id"), "round_rules", ["round_id"], unique=False)
    op.add_column("planned_visits", sa.Column("agreed_by", sa.String(length=100), nullable=True))
    op.add_column("planned_visits", sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))
    # what verifiers have, or had, stays theirs; so does what a drawing brought in that was approved
    drawn = (
        "SELECT 1 FROM drawn_places JOIN draws ON draws.id = drawn_places.draw_id WHERE draws.state = 'approved' "
        "AND draws.round_id = planned_visits.round_id AND drawn_places.facility_id = planned_visits.facility_id"
    )
    op.execute(
        "UPDATE planned_visits SET agreed_by = changed_by, agreed_at = changed_at "
        f"WHERE assignment_id IS NOT NULL OR arrival IS NOT NULL OR EXISTS ({drawn})"
    )
