"""Minutes of a children's forum: the codes they are written under, without whose they are"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forum_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_forum_codes_round_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_forum_codes")),
    )
    op.create_index(op.f("ix_forum_codes_round_id_district"), "forum_codes", ["round_id", "district"], unique=False)
