"""A conclusion about a document keeps of which files it was; none is known of those that were drawn before"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clarification_steps", sa.Column("files", sa.String(64), nullable=True))
