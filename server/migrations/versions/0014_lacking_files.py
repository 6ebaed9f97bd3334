"""Files that have not come are found without looking at those that have"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    lacking = sa.text("state <> 'stored' AND replaced_at IS NULL")
    op.create_index("ix_attachments_lacking", "attachments", ["form_pk", "root_id"], sqlite_where=lacking,
                    postgresql_where=lacking)  # fmt: skip
