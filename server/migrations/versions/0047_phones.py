"""By which phone of its account a visit came; in which zone the phone stood when its form was opened

What came before this is of no known phone. Visits of parts that are open are read again, for the zone stands in their
answers; but not those whose points are gone, of which a reading would lose the signs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_OPEN = """
EXISTS (SELECT 1 FROM round_parts p WHERE p.round_id = t.round_id AND p.district = t.district AND p.state = 'open')
AND NOT EXISTS (SELECT 1 FROM traces_gone g WHERE g.form_pk = t.form_pk AND g.root_id = t.root_id)
"""
_READ_ANEW = f"""
UPDATE visits SET noted = NULL
WHERE submission_id IN (SELECT s.id FROM submissions s
                        JOIN submission_states t ON t.form_pk = s.form_pk AND t.root_id = s.root_id WHERE {_OPEN})
"""
_READ_AGAIN = f"""
UPDATE submission_states SET changes = changes + 1
WHERE id IN (SELECT t.id FROM submission_states t WHERE {_OPEN})
"""


def upgrade() -> None:
    op.add_column("submission_states", sa.Column("device", sa.String(length=8), nullable=True))
    op.add_column("visits", sa.Column("zone_min", sa.Integer(), nullable=True))
    op.execute(_READ_ANEW)
    op.execute(_READ_AGAIN)
