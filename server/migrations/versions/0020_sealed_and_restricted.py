"""Sealed assignments, and what is entered from papers about shelters and protection services"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment, who = sa.DateTime(timezone=True), sa.String(length=100)
    _table(
        "sealed_assignments",
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("given_by", who, nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("withdrawn_by", who, nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("withdrawn_why", sa.String(length=30), nullable=True),
        sa.UniqueConstraint("uuid", name=op.f("uq_sealed_assignments_uuid")),
        refers={"round_id": "rounds", "team_id": "teams", "first_id": "people", "second_id": "people"},
    )
    for columns in (("round_id", "district"), ("first_id",), ("second_id",)):
        _index("sealed_assignments", *columns)
    _table(
        "shelter_visits",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("filled_by", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=30), nullable=True),
        sa.Column("differs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_shelter_visits_assignment_id_number")),
        refers={"assignment_id": "sealed_assignments", "filled_by": "people", "confirmed_by": "people"},
    )
    _table(
        "service_totals",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=30), nullable=True),
        sa.Column("entered_by", who, nullable=False),
        sa.UniqueConstraint(
            "round_id", "facility_id", "number", name=op.f("uq_service_totals_round_id_facility_id_number")
        ),
        refers={"round_id": "rounds", "facility_id": "facilities"},
    )
    _index("service_totals", "round_id", "district")


def _table(name: str, *parts: sa.Column | sa.UniqueConstraint, refers: dict[str, str]) -> None:
    keys = [sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in refers.items()]  # fmt: skip
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *parts, *keys,
                    sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))  # fmt: skip


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
