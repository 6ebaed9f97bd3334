"""That lists were to be shared out to phones, or given whole again, asked for on a page"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "phone_sharings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer()),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("problem", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_sharings")),
    )


def downgrade() -> None:
    op.drop_table("phone_sharings")
