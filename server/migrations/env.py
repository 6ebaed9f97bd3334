"""Alembic's entry; `server.schema` runs it with a connection, and may be told of each step."""

import time
from typing import Any, Literal

from alembic import context

from server.reasons import ReasonType
from server.schema import metadata
from server.stored_moments import Utc

_began = [time.perf_counter()]


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that old migrations never need our code."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON(none_as_null=True)" if kind == "type" and isinstance(item, ReasonType) else False


def tell_step(*, step: Any, **_: Any) -> None:
    """Say which step was made, and how long it took."""
    tell = context.config.attributes.get("tell")
    if tell is not None and step.up_revision is not None:
        tell(f"{step.up_revision_id} {step.up_revision.doc}", time.perf_counter() - _began[0])
    _began[0] = time.perf_counter()


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, render_item=render_item,
    on_version_apply=tell_step,  # type: ignore[arg-type] # Alembic calls it by names, and with more
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
