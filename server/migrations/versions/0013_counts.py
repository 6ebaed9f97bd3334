"""How many of a result's lines are how far, kept with it"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COUNTED = {
    "lines": "1 = 1",
    "visited": "visit_id IS NOT NULL",
    "confirmed": "outcome = 'confirmed'",
    "contradicted": "outcome IN ('not_found', 'criteria_not_met', 'duplicate_claim', 'outside_district')",
    "waiting": "(outcome = 'unsure' OR reopened_id IS NOT NULL)",
    "decided": "fact_id IS NOT NULL",
    "reopened": "reopened_id IS NOT NULL",
}


def upgrade() -> None:
    for name in _COUNTED:
        op.add_column("results", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name, which in _COUNTED.items():
        count = f"SELECT COUNT(*) FROM line_results WHERE line_results.result_id = results.id AND {which}"
        op.execute(f"UPDATE results SET {name} = ({count})")
    with op.batch_alter_table("results") as batch:
        for name in _COUNTED:
            batch.alter_column(name, existing_type=sa.Integer(), server_default=None)
