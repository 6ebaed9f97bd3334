"""The phones of teams: their accounts at Central, sheets that were asked for, departure checks"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "phone_kits",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("begun_by", sa.String(length=100), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("holds_all", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("filtered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("filtered_at", moment),
        sa.Column("training_project", sa.Integer()),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_phone_kits_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_phone_kits")),
    )
    op.create_table(
        "phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("actor", sa.Integer()),
        sa.Column("ready_at", moment),
        sa.Column("printed_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("lost_at", moment),
        sa.Column("ended_by", sa.String(length=100)),
        sa.Column("refused_at", moment),
        sa.Column("problem", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_phones_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phones_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("code", name=op.f("uq_phones_code")),
    )
    for column in ("team_id", "person_id"):
        op.create_index(op.f(f"ix_phones_{column}"), "phones", [column], unique=False)
    op.create_table(
        "phone_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("problem", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_phone_sheets_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phone_sheets_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_sheets")),
    )
    op.create_table(
        "phone_checks",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", moment, nullable=False),
        sa.Column("found", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_phone_checks_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_phone_checks")),
    )
