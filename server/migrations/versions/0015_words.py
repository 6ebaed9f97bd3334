"""The words of form versions; what else matching considered

Which versions submissions were filled in with is noted, so that the words of those that came before are fetched too.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # to be asked for with the next pull
_FILLED_IN = """
INSERT INTO form_versions (form_pk, version, attempts, next_ask_at)
SELECT DISTINCT form_pk, form_version, 0, :since FROM submissions WHERE form_version IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "form_versions",
        sa.Column("form_pk", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["form_pk"], ["forms.id"], name=op.f("fk_form_versions_form_pk")),
        sa.PrimaryKeyConstraint("form_pk", "version", name=op.f("pk_form_versions")),
    )
    op.create_index(
        op.f("ix_form_versions_form_pk_next_ask_at"), "form_versions", ["form_pk", "next_ask_at"], unique=False
    )
    since = sa.bindparam("since", _LONG_AGO, type_=sa.DateTime(timezone=True))
    op.get_bind().execute(sa.text(_FILLED_IN).bindparams(since))
    op.add_column("line_results", sa.Column("at_place", sa.Double(), nullable=True))
    for table in ("line_results", "visit_results"):
        op.add_column(table, sa.Column("considered", sa.JSON(none_as_null=True), nullable=True))
