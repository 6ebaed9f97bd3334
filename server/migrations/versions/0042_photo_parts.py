"""Photographs are found by parts of what they look like, and by their content, in all districts of a round"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_BITS, _PARTS, _LONGEST, _LEAST_CHANGES = 256, 13, 20, 80
_BESIDE, _ABOVE = int(f"0{'1' * 15}" * 16, 2), (1 << 240) - 1


def upgrade() -> None:
    op.create_index(op.f("ix_attachments_digest"), "attachments", ["digest"], unique=False)
    parts = op.create_table(
        "photo_parts",
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["attachments.id"], name=op.f("fk_photo_parts_file_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part", "file_id", name=op.f("pk_photo_parts")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    _fill(parts)
    op.create_index(op.f("ix_photo_parts_file_id"), "photo_parts", ["file_id"], unique=False)


def _fill(parts: sa.Table) -> None:
    """Give parts to what was looked at before: a country's photographs take some minutes, once."""
    files = sa.table("attachments", sa.column("id", sa.Integer()), sa.column("traits", sa.JSON()))
    next_ones = sa.select(files).where(files.c.traits.is_not(None)).order_by(files.c.id).limit(1000)
    last = 0
    while some := op.get_bind().execute(next_ones.where(files.c.id > last)).all():
        rows = [{"part": part, "file_id": number} for number, traits in some for part in _parts_of(traits)]
        if rows:
            op.bulk_insert(parts, rows)
        last = some[-1].id


def _parts_of(traits: dict[str, str] | None) -> list[int]:
    looks = int((traits or {}).get("looks", "0"), 16)
    changes = ((looks ^ looks >> 1) & _BESIDE).bit_count() + ((looks ^ looks >> 16) & _ABOVE).bit_count()
    bits = f"{looks:0{_BITS}b}"
    return [n << _LONGEST | int(bits[n::_PARTS], 2) for n in range(_PARTS)] if changes >= _LEAST_CHANGES else []
