"""What counted of interviews and programmes when a part was closed; one that is closed already keeps what counts now"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_OF_CLOSED_PARTS = """
INSERT INTO told_at_closing (round_id, district, submission_id, area, subdistrict)
SELECT parts.round_id, parts.district, told.submission_id, told.area, told.subdistrict
FROM round_parts AS parts
JOIN told ON told.round_id = parts.round_id AND told.aside IS NULL
JOIN submissions ON submissions.id = told.submission_id
JOIN submission_states AS states ON states.form_pk = submissions.form_pk AND states.root_id = submissions.root_id
     AND states.instance_id = submissions.instance_id
WHERE parts.state = 'closed' AND states.deleted_at IS NULL AND states.gone_at IS NULL
  AND COALESCE(states.review_state, '') <> 'rejected'
  AND (told.area = parts.district OR (told.read_as = 'programme'
       AND (told.area IS NULL OR told.area = substr(parts.district, 1, 2))))
"""


def upgrade() -> None:
    op.create_table(
        "told_at_closing",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=13), nullable=True),
        sa.Column("subdistrict", sa.String(length=13), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_told_at_closing_round_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_told_at_closing_submission_id")),
        sa.PrimaryKeyConstraint("round_id", "district", "submission_id", name=op.f("pk_told_at_closing")),
    )
    op.create_index(op.f("ix_told_at_closing_submission_id"), "told_at_closing", ["submission_id"], unique=False)
    op.execute(_OF_CLOSED_PARTS)
