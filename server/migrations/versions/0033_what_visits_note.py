"""What visits' forms ask beside criteria; signs for a person, of visits and between them

Visits of parts that are open are read again: what they noted stands in their answers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_READ_AGAIN = """
UPDATE submission_states SET changes = changes + 1
WHERE EXISTS (SELECT 1 FROM round_parts p WHERE p.round_id = submission_states.round_id
              AND p.district = submission_states.district AND p.state = 'open')
"""


def upgrade() -> None:
    op.add_column("visits", sa.Column("noted", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("visits", sa.Column("signs", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("visits", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visit_results", sa.Column("flags", sa.JSON(none_as_null=True), nullable=True))
    op.execute(_READ_AGAIN)
