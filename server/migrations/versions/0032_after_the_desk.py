"""What the desk check of documents left of an indicator's points, beside what visits support"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("indicator_results") as batch:
        batch.add_column(sa.Column("desk", sa.JSON(none_as_null=True), nullable=True))
