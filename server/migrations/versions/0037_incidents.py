"""The register of incidents, its own log, the duty roster, and alarms of places; history and log are only added to"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ADDED_TO = ("incident_entries", "incident_reads")


def upgrade() -> None:
    _incidents()
    _log()
    _duty()
    for table in _ADDED_TO:
        _refuse_changes(table)


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("came_by", sa.String(length=10), nullable=False),
        sa.Column("callback", sa.String(length=60), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("called", sa.JSON(), nullable=False),
        sa.Column("staff", sa.String(length=10), nullable=False),
        sa.Column("told_child", sa.String(length=15), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("wish", "decision", "why_not", "feedback")),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_by", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=100), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_incidents_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("uuid", name=op.f("uq_incidents_uuid")),
        sqlite_autoincrement=True,
    )
    for name in ("next_at", "district"):
        op.create_index(op.f(f"ix_incidents_{name}"), "incidents", [name], unique=False)
    op.create_table(
        "incident_referrals",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=20), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_referrals_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "receiver", name=op.f("pk_incident_referrals")),
    )
    op.create_table(
        "incidents_gone",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_incidents_gone")),
    )


def _log() -> None:
    op.create_table(
        "incident_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("values", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_entries_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_entries")),
    )
    op.create_index(op.f("ix_incident_entries_incident_id"), "incident_entries", ["incident_id"], unique=False)
    op.create_table(
        "incident_reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_reads")),
    )
    op.create_index(op.f("ix_incident_reads_at"), "incident_reads", ["at"], unique=False)


def _duty() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=13), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duty_shifts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index(op.f("ix_duty_shifts_kind_starts_ends"), "duty_shifts", ["kind", "starts", "ends"], unique=False)
    op.create_table(
        "place_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=100), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_place_alarms_round_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_place_alarms_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_alarms")),
        sa.UniqueConstraint("round_id", "facility_id", "raised_on",
                            name=op.f("uq_place_alarms_round_id_facility_id_raised_on")),
    )  # fmt: skip
    op.create_index(op.f("ix_place_alarms_told_at"), "place_alarms", ["told_at"], unique=False)


def _refuse_changes(table: str) -> None:
    """Refuse a change; what is deleted goes when an incident's time is over."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to: nothing in it is changed'); END"
        )
