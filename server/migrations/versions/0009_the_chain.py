"""Entries are salted, wait to be sealed, and neither they nor seals can be changed

A later step that makes audit_entries or audit_seals anew on SQLite drops their triggers, and has to make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEPT = {"audit_entries": "id = NEW.id", "audit_seals": "sequence = NEW.sequence OR entry_id = NEW.entry_id"}


def upgrade() -> None:
    op.create_table(
        "audit_salts",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_salts_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_salts")),
    )
    op.create_table(
        "audit_unsealed",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_unsealed_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_unsealed")),
    )
    op.execute(
        "INSERT INTO audit_unsealed SELECT id FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_seals)"
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_postgresql() -> None:
    """Refuse with an error of class 42, whose text is about the schema and reaches whoever tried (server/db.py)."""
    op.execute(
        "CREATE OR REPLACE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is only added to: nothing in it is changed or deleted', TG_TABLE_NAME "
        "USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()"
        )


def _refuse_on_sqlite() -> None:
    """Refuse a change, a deletion, and REPLACE, which deletes without saying so."""
    for table, is_there in _KEPT.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only added to: nothing in it is changed or deleted'); END"
        for what in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} {refuse}")
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {is_there})"
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {there} {refuse}")
