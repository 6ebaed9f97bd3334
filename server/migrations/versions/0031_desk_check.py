"""The desk check of documents: readings, clarifications with what came after, scores, and what holds in a round"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_MOMENT, _WHO, _CODE = sa.DateTime(timezone=True), sa.String(length=100), sa.String(length=15)


def _part() -> tuple[sa.Column[str], sa.Column[str], sa.Column[str]]:
    return (sa.Column("uuid", sa.String(length=36), nullable=False),
            sa.Column("round_id", sa.String(length=20), nullable=False),
            sa.Column("district", sa.String(length=13), nullable=False))  # fmt: skip


def _document() -> tuple[sa.Column[int], sa.Column[str], sa.Column[str]]:
    return (sa.Column("indicator", sa.Integer(), nullable=False),
            sa.Column("number", sa.String(length=200), nullable=False),
            sa.Column("question", sa.String(length=10), nullable=False))  # fmt: skip


def _ends(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f(f"fk_{table}_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
    )


def upgrade() -> None:
    op.create_table(
        "desk_rules",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("second_percent", sa.Double(), server_default="10", nullable=False),
        sa.Column("window_days", sa.Integer(), server_default="2", nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_desk_rules_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_desk_rules")),
    )
    op.create_table(
        "desk_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        *_part(),
        *_document(),
        sa.Column("stage", _CODE, nullable=False),
        sa.Column("files", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("matches_number", _CODE, nullable=True),
        sa.Column("matches_date", _CODE, nullable=True),
        sa.Column("in_force", _CODE, nullable=True),
        sa.Column("issuer_ok", sa.Boolean(), nullable=True),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("says", _CODE, nullable=True),
        sa.Column("child_input_named", sa.Boolean(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("read_by", _WHO, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        *_ends("desk_readings"),
    )
    op.create_index("ix_desk_readings_part", "desk_readings", ["round_id", "district"], unique=False)
    op.create_table(
        "clarifications",
        sa.Column("id", sa.Integer(), nullable=False),
        *_part(),
        *_document(),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by", _WHO, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("received_by", _WHO, nullable=True),
        sa.Column("received_at", _MOMENT, nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        *_ends("clarifications"),
    )
    op.create_index("ix_clarifications_part", "clarifications", ["round_id", "district"], unique=False)
    op.create_table(
        "clarification_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("clarification_id", sa.Integer(), nullable=False),
        sa.Column("step", _CODE, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("has_file", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("made_by", _WHO, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["clarification_id"], ["clarifications.id"],
                                name=op.f("fk_clarification_steps_clarification_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_steps")),
        sa.UniqueConstraint("uuid", name=op.f("uq_clarification_steps_uuid")),
    )  # fmt: skip
    op.create_index(op.f("ix_clarification_steps_clarification_id"), "clarification_steps", ["clarification_id"],
                    unique=False)  # fmt: skip
    op.create_table(
        "question_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        *_part(),
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=10), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("scored_by", _WHO, nullable=False),
        sa.Column("scored_at", _MOMENT, nullable=False),
        *_ends("question_scores"),
    )
    op.create_index("ix_question_scores_part", "question_scores", ["round_id", "district"], unique=False)
