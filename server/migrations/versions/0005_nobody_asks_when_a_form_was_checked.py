"""What no page, command or rule reads is not kept: when a form was last looked over"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("forms") as batch_op:
        batch_op.drop_column("checked_at")
