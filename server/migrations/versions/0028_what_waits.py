"""What an uploaded workbook waits for: to be imported, merged with others, or to take an agency's own table"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waiting_forms", sa.Column("what", sa.String(length=10), nullable=False, server_default="form"))
    with op.batch_alter_table("waiting_forms") as waiting:
        waiting.alter_column("what", existing_type=sa.String(length=10), existing_nullable=False, server_default=None)
