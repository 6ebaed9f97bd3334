"""A project at Central may have ids of its own for places: the first has the places' own"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "central_projects",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("own_ids", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_central_projects")),
    )
    # the first that anything came from has places by their own ids; what others have is seen at Central, when next
    # something is sent there
    op.execute(
        "INSERT INTO central_projects (number, own_ids)"
        " SELECT project, false FROM forms WHERE id = (SELECT min(id) FROM forms)"
    )
