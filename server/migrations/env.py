"""Alembic's entry; `server.schema` runs it with a connection."""

from typing import Any, Literal

from alembic import context

from server.db import Utc
from server.schema import metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database, so that old migrations never need our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True,
    render_item=render_item,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
