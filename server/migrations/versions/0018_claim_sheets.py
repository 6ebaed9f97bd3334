"""What a district hands in beside scores, answers, documents and places: more of each, and sheets of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CODE = sa.String(length=30)
_MORE = {
    "answers": (sa.Column("filled_by", sa.String(length=200)), sa.Column("endorsed", sa.Date())),
    "documents": (
        sa.Column("question", sa.String(length=10)), sa.Column("document_kind", _CODE),
        sa.Column("issuer", sa.String(length=300)), sa.Column("valid_until", sa.Date()), sa.Column("clusters", _CODE),
        sa.Column("file", sa.String(length=300)), sa.Column("pages", sa.String(length=50)),
    ),
    "claim_lines": (
        sa.Column("category", _CODE), sa.Column("run_by", _CODE), sa.Column("paid", _CODE),
        sa.Column("fee_rp", sa.Double()), sa.Column("users", sa.BigInteger()),
        sa.Column("users_before", sa.BigInteger()),
        sa.Column("location_kind", _CODE), sa.Column("smoke_free_kind", _CODE), sa.Column("ended_year", sa.Integer()),
    ),
}  # fmt: skip
_TABLES = {
    "policies": (
        sa.Column("policy_kind", _CODE), sa.Column("policy_number", sa.String(length=200)),
        sa.Column("policy_year", sa.Integer()), sa.Column("title", sa.Text()), sa.Column("cluster_1", sa.Boolean()),
        sa.Column("cluster_2", sa.Boolean()), sa.Column("cluster_3", sa.Boolean()),
        sa.Column("cluster_4", sa.Boolean()),
        sa.Column("cluster_5", sa.Boolean()), sa.Column("stage", _CODE), sa.Column("child_input", sa.Boolean()),
        sa.Column("plan_from", sa.Integer()), sa.Column("plan_to", sa.Integer()),
    ),
    "budget_rows": (
        sa.Column("cluster", _CODE, nullable=False), sa.Column("agency", sa.String(length=300)),
        sa.Column("amount", sa.Double()), sa.Column("amount_before", sa.Double()), sa.Column("source", _CODE),
        sa.Column("basis", _CODE),
    ),
    "breakdown_rows": (
        sa.Column("breakdown", sa.String(length=20), nullable=False), sa.Column("area", sa.String(length=13)),
        sa.Column("sex", _CODE), sa.Column("age", _CODE), sa.Column("protection_group", _CODE),
        sa.Column("value", sa.String(length=20)), sa.Column("value_before", sa.String(length=20)),
    ),
    "child_groups": (
        sa.Column("level", _CODE), sa.Column("area", sa.String(length=13)), sa.Column("group_kind", _CODE),
        sa.Column("founded_year", sa.Integer()), sa.Column("activities", sa.String(length=300)),
        sa.Column("support", sa.String(length=300)), sa.Column("boys", sa.BigInteger()),
        sa.Column("girls", sa.BigInteger()), sa.Column("disability", sa.Boolean()),
    ),
    "child_proposals": (
        sa.Column("title", sa.Text()), sa.Column("proposal_kind", _CODE), sa.Column("dated", sa.Date()),
        sa.Column("proposal", sa.String(length=300)), sa.Column("accepted", _CODE),
        sa.Column("children", sa.BigInteger()),
    ),
    "meetings": (
        sa.Column("dated", sa.Date()), sa.Column("meeting_level", _CODE), sa.Column("present", sa.String(length=1000)),
        sa.Column("subject", sa.Text()), sa.Column("follow_up", sa.Text()),
    ),
}  # fmt: skip


def upgrade() -> None:
    for table, columns in _MORE.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    for table, columns in _TABLES.items():
        above, hangs_on = ("file_id", "claim_files") if table == "meetings" else ("claim_id", "claims")
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column(above, sa.Integer(), nullable=False),
            *columns,
            sa.Column("cell", sa.String(length=40), nullable=False),
            sa.ForeignKeyConstraint([above], [f"{hangs_on}.id"], name=op.f(f"fk_{table}_{above}")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{above}"), table, [above], unique=False)
