"""What has to be so before visits begin: contacts of districts, the code of ethics accepted"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("office", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phoned_on", sa.Date()),
        sa.Column("phoned_by", sa.String(length=100)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(length=100)),
    )
    op.create_index("ix_contacts_district", "contacts", ["district"])
    op.create_table(
        "ethics_acceptances",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("round_id", sa.String(length=20), sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
    )
    # rounds that were there go on as they are: a team in the field is not to find its forms closed
    op.add_column("rounds", sa.Column("asks_conditions", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rounds", sa.Column("video_counts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rounds", sa.Column("keep_traces_days", sa.Integer(), nullable=False, server_default="0"))
