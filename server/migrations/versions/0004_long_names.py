"""Files may be called as Central lets them be called: it has no limit of 255 characters"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("attachments", "removals"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("name", existing_type=sa.String(length=255), type_=sa.Text(), existing_nullable=False)
