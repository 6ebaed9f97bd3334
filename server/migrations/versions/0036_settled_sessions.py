"""How much came of a session of children, counted when it was settled; which version of their form is the last"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("child_forms", sa.Column("number", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "settled_sessions",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["child_sessions.id"], name=op.f("fk_settled_sessions_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_settled_sessions")),
    )
