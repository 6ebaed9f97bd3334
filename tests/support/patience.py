"""How long whoever waits for a lock waits, told by what was asked of the database, and not by a clock."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, ExceptionContext, event

from server.db import _PATIENCE


@contextmanager
def patience_lost(engine: Engine) -> Iterator[list[float | None]]:
    """Note of each statement that fails how many seconds it would have waited; None where nothing less was said."""
    found: list[float | None] = []

    def note(context: ExceptionContext) -> None:
        assert context.connection is not None
        found.append(context.connection.get_execution_options().get(_PATIENCE))

    event.listen(engine, "handle_error", note)
    try:
        yield found
    finally:
        event.remove(engine, "handle_error", note)
