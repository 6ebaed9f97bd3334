"""A submission says by which version it was read as a visit, and whether its photographs show what they showed"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("version_id", "photographs"):
        op.add_column("submission_states", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(
        "UPDATE submission_states SET version_id ="
        " (SELECT versions.id FROM submissions AS versions JOIN visits ON visits.submission_id = versions.id"
        " WHERE versions.form_pk = submission_states.form_pk AND versions.root_id = submission_states.root_id"
        " AND versions.instance_id = submission_states.instance_id)"
    )
