"""Documents that districts hand in, tombstones of those that showed children, and claim forms that wait for a yes"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT, _WHO = sa.DateTime(timezone=True), sa.String(length=100)


def _part() -> tuple[sa.Column[str], sa.Column[str]]:
    return (sa.Column("round_id", sa.String(length=20), nullable=False),
            sa.Column("district", sa.String(length=13), nullable=False))  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "handed_in",
        sa.Column("id", sa.Integer(), nullable=False),
        *_part(),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("scan", sa.String(length=20), nullable=False),
        sa.Column("handed_in_by", _WHO, nullable=False),
        sa.Column("handed_in_at", _MOMENT, nullable=False),
        sa.Column("declared_by", _WHO, nullable=True),
        sa.Column("declared_at", _MOMENT, nullable=True),
        sa.Column("marked_by", _WHO, nullable=True),
        sa.Column("marked_at", _MOMENT, nullable=True),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_handed_in_round_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["handed_in.id"], name=op.f("fk_handed_in_replaced_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_in")),
    )
    op.create_index(op.f("ix_handed_in_digest"), "handed_in", ["digest"], unique=False)
    op.create_index("ix_handed_in_part", "handed_in", ["round_id", "district"], unique=False)
    op.create_table(
        "attached_to",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["handed_in.id"], name=op.f("fk_attached_to_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attached_to")),
        sa.UniqueConstraint("file_id", "indicator", "number", name=op.f("uq_attached_to_file_id_indicator_number")),
    )
    op.create_table(
        "documents_gone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("removed_by", _WHO, nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents_gone")),
        sa.UniqueConstraint("digest", name=op.f("uq_documents_gone_digest")),
    )
    op.create_table(
        "waiting_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        *_part(),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("uploaded_by", _WHO, nullable=False),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_waiting_forms_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_forms")),
    )
