"""What verifiers are asked to go and see, with or without a visit before; each follow-up there was becomes one"""

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WIB = timedelta(hours=7)  # the zone whose days end last: nobody is late too early
_FOLLOW_UPS = """
SELECT d.id, d.uuid, d.text, d.why, d.deadline, d.decided_by, d.decided_at, d.sent_at, d.facility_id,
       one.round_id, one.district, f.village
FROM decisions AS d
JOIN facilities AS f ON f.id = d.facility_id
LEFT JOIN submission_states AS one ON one.form_pk = d.form_pk AND one.root_id = d.root_id
WHERE d.kind = 'follow_up' ORDER BY d.id
"""


def upgrade() -> None:
    table = _assignments()
    types = sa.text(_FOLLOW_UPS).columns(
        deadline=sa.Date(), decided_at=sa.DateTime(timezone=True), sent_at=sa.DateTime(timezone=True)
    )
    rows = [_as_assignment(row) for row in op.get_bind().execute(types).mappings()]
    if rows:
        op.bulk_insert(table, rows)


def _as_assignment(row: sa.RowMapping) -> dict[str, object]:
    """Write a follow-up as an assignment. One whose submission was lawfully removed has no texts, and ends."""
    decided_at = row["decided_at"] if row["decided_at"].tzinfo else row["decided_at"].replace(tzinfo=UTC)
    deadline = row["deadline"]
    due_at = datetime.combine(deadline + timedelta(days=1), time(), UTC) - _WIB
    return {
        "uuid": row["uuid"], "round_id": row["round_id"], "district": row["district"] or row["village"][:5],
        "facility_id": row["facility_id"], "decision_id": row["id"], "question": row["text"], "why": row["why"],
        "deadline": deadline, "due_at": due_at, "given_on": (decided_at + _WIB).date(), "given_by": row["decided_by"],
        "given_at": decided_at, "state": "given" if row["text"] else "withdrawn", "sent_at": row["sent_at"],
    }  # fmt: skip


def _assignments() -> sa.Table:
    moment = sa.DateTime(timezone=True)
    table = op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("facility_id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(length=100), nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=True),
        sa.Column("changed_at", moment, nullable=True),
        sa.Column("changed_why", sa.Text(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("visited_state_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_assignments_round_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_assignments_facility_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_assignments_decision_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_assignments_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assignments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("uuid", name=op.f("uq_assignments_uuid")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_assignments_decision_id")),
    )
    for columns in (("round_id", "district", "state"), ("state", "due_at"), ("facility_id",)):
        op.create_index(op.f(f"ix_assignments_{'_'.join(columns)}"), "assignments", list(columns), unique=False)
    return table
