"""Planned visits that nobody agreed to yet are found without looking through all that were ever planned"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    not_agreed = sa.text("agreed_by IS NULL AND arrival IS NULL")
    op.create_index("ix_planned_visits_not_agreed", "planned_visits", ["round_id", "district"], unique=False,
                    sqlite_where=not_agreed, postgresql_where=not_agreed)  # fmt: skip
