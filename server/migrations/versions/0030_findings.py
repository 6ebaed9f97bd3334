"""What was found beside visits, with what it says of the claim; and every reading of a measure"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("indicator_results") as batch:
        batch.alter_column("beyond", new_column_name="findings", existing_type=sa.JSON(), existing_nullable=False)
        batch.add_column(sa.Column("readings", sa.JSON(none_as_null=True), nullable=True))
