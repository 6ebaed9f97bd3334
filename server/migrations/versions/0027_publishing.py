"""Plans for publishing that were asked for on the page, and how each step of what was agreed to went"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_MOMENT, _WHO = sa.DateTime(timezone=True), sa.String(length=100)


def upgrade() -> None:
    op.create_table(
        "publishings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("asked_by", _WHO, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("planned_at", _MOMENT, nullable=True),
        sa.Column("changed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agreed_by", _WHO, nullable=True),
        sa.Column("agreed_at", _MOMENT, nullable=True),
        sa.Column("begun_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishings")),
    )
    op.create_index(op.f("ix_publishings_project"), "publishings", ["project"], unique=False)
    op.create_table(
        "publishing_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publishing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["publishing_id"], ["publishings.id"], name=op.f("fk_publishing_steps_publishing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishing_steps")),
        sa.UniqueConstraint("publishing_id", "number", name=op.f("uq_publishing_steps_publishing_id_number")),
    )
