"""Children are asked: what is on file before, sessions, codes by their digests, and answers that belong to nobody"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "child_switches",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_child_switches_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_child_switches")),
    )
    op.create_table(
        "child_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_child_papers_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_papers")),
    )
    op.create_index(op.f("ix_child_papers_round_id_kind"), "child_papers", ["round_id", "kind"], unique=False)
    op.create_table(
        "adult_checks",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_adult_checks_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_adult_checks_round_id")),
        sa.PrimaryKeyConstraint("person_id", "round_id", name=op.f("pk_adult_checks")),
    )
    op.create_table(
        "child_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("facilitator_id", sa.Integer(), nullable=False),
        sa.Column("place_kind", sa.String(length=30), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("attending", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("parents_agreed", sa.Integer(), nullable=True),
        sa.Column("assented", sa.Integer(), nullable=True),
        sa.Column("stopped", sa.Integer(), nullable=True),
        sa.Column("aged_10_12", sa.Integer(), nullable=True),
        sa.Column("aged_13_15", sa.Integer(), nullable=True),
        sa.Column("aged_16_17", sa.Integer(), nullable=True),
        sa.Column("with_disability", sa.Integer(), nullable=True),
        sa.Column("out_of_school", sa.Integer(), nullable=True),
        sa.Column("of_minority", sa.Integer(), nullable=True),
        sa.Column("helper", sa.String(length=20), nullable=True),
        sa.Column("same_thanks", sa.Boolean(), nullable=True),
        sa.Column("outsiders", sa.Boolean(), nullable=True),
        sa.Column("papers_destroyed_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["facilitator_id"], ["people.id"], name=op.f("fk_child_sessions_facilitator_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_child_sessions_facility_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_child_sessions_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_sessions")),
    )
    op.create_index(
        op.f("ix_child_sessions_round_id_district"), "child_sessions", ["round_id", "district"], unique=False
    )
    op.create_index(op.f("ix_child_sessions_state_month"), "child_sessions", ["state", "month"], unique=False)
    op.create_table(
        "child_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["child_sessions.id"], name=op.f("fk_child_codes_session_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_child_codes")),
    )
    op.create_index(op.f("ix_child_codes_session_id_state"), "child_codes", ["session_id", "state"], unique=False)
    op.create_table(
        "child_forms",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("page", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_child_forms")),
    )
    op.create_table(
        "fresh_answers",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["child_sessions.id"], name=op.f("fk_fresh_answers_session_id")),
        sa.ForeignKeyConstraint(["version"], ["child_forms.version"], name=op.f("fk_fresh_answers_version")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_fresh_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fresh_answers_session_id"), "fresh_answers", ["session_id"], unique=False)
    op.create_table(
        "child_answers",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("place_kind", sa.String(length=30), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("told_of", sa.String(length=13), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_child_answers_facility_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_child_answers_round_id")),
        sa.ForeignKeyConstraint(["version"], ["child_forms.version"], name=op.f("fk_child_answers_version")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_child_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_child_answers_round_id_district"), "child_answers", ["round_id", "district"], unique=False)
    op.create_index(op.f("ix_child_answers_round_id_told_of"), "child_answers", ["round_id", "told_of"], unique=False)
    op.create_index(op.f("ix_child_answers_state"), "child_answers", ["state"], unique=False)
    op.create_table(
        "retaliation_checks",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_retaliation_checks_round_id")),
        sa.PrimaryKeyConstraint("round_id", "district", "days", name=op.f("pk_retaliation_checks")),
    )
    op.create_table(
        "child_answers_gone",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_child_answers_gone_round_id")),
        sa.PrimaryKeyConstraint("round_id", "month", name=op.f("pk_child_answers_gone")),
    )
