"""Places drawn by lot for the visit plan, and the interval that a drawn sample gives an indicator"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("design", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("population", sa.String(length=64), nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drawn_by", sa.String(length=100), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=100), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_draws_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("round_id", "district", "indicator", "number",
                            name=op.f("uq_draws_round_id_district_indicator_number")),
    )  # fmt: skip
    op.create_index(op.f("ix_draws_round_id_district_state"), "draws", ["round_id", "district", "state"], unique=False)
    op.create_table(
        "drawn_places",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=False),
        sa.Column("stratum", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("substitute_for", sa.String(length=36), nullable=True),
        sa.Column("substitute_order", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_drawn_places_draw_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_drawn_places_facility_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_drawn_places_team_id")),
        sa.ForeignKeyConstraint(["substitute_for"], ["facilities.id"], name=op.f("fk_drawn_places_substitute_for")),
        sa.PrimaryKeyConstraint("draw_id", "facility_id", name=op.f("pk_drawn_places")),
    )
    op.create_index(op.f("ix_drawn_places_draw_id_day"), "drawn_places", ["draw_id", "day"], unique=False)
    with op.batch_alter_table("indicator_results") as batch:
        batch.add_column(sa.Column("interval", sa.JSON(none_as_null=True), nullable=True))
