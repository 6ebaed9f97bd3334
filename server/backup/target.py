"""The database that is restored into: found empty or emptied, its tables at the backup's step, filled, made to fit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, literal, select, text
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint, DropConstraint

from server.backup.problems import Unrestorable
from server.backup.rows import Shape, to_insert_into
from server.backup.tables import Backup
from server.documents.apart import DocumentStone, all_document_stones
from server.removals.tombstones import Tombstone, all_tombstones
from server.schema import climb, knows_step, metadata, step_of
from server.traces.apart import DeletedTraces, all_deleted_traces

_STEPS = "alembic_version"


class Replaced:
    """What the database that is replaced knew was taken away, of each kind, and if the backup was made of it."""

    def __init__(self, connection: Connection, made_at: Any) -> None:
        with Session(connection) as session:
            self.stones: Sequence[Tombstone] = tuple(all_tombstones(session))
            self.traces: Sequence[DeletedTraces] = tuple(all_deleted_traces(session))
            self.documents: Sequence[DocumentStone] = tuple(all_document_stones(session))
            self.made_it = session.scalar(select(Backup.id).filter_by(made_at=made_at).limit(1)) is not None


def make_room(connection: Connection, made_at: Any, *, replace: bool) -> Replaced | None:
    """Take our tables away, so that all can be made anew; gives what was known there. None where there were none.

    Raises Unrestorable where there are rows and nobody said that they may be replaced, or whose they are is not known.
    """
    step = step_of(connection)
    if step is None:
        if set(inspect(connection).get_table_names()) & metadata.tables.keys():
            raise Unrestorable("target_not_ours")
        return None
    if not knows_step(step):
        raise Unrestorable("target_newer")
    climb(connection, "head")
    if not replace and any(_has_rows(connection, table) for table in metadata.sorted_tables):
        raise Unrestorable("target_not_empty")
    replaced = Replaced(connection, made_at)
    metadata.drop_all(connection)
    connection.execute(text(f"DROP TABLE {_STEPS}"))
    return replaced


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None


def be_patient(connection: Connection) -> None:
    """Keep the transaction open while nothing is asked of the database: files are written meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


@contextmanager
def in_any_order(connection: Connection) -> Iterator[None]:
    """Let rows come before those they name, as where tables name each other; at the end all have to fit.

    SQLite's transaction for rebuilding does so by itself (`server.schema.rebuilding`).
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    found = MetaData()
    found.reflect(connection)
    references = [each for table in found.tables.values() for each in table.foreign_key_constraints]
    for each in references:
        connection.execute(DropConstraint(each))
    yield
    for each in references:
        connection.execute(AddConstraint(each))


def put_rows(connection: Connection, shape: Shape, rows: Sequence[dict[str, Any]]) -> None:
    """Insert some rows of a table."""
    connection.execute(insert(to_insert_into(shape)), rows)


def number_on(connection: Connection, shapes: Sequence[Shape]) -> None:
    """Let PostgreSQL go on numbering after the highest number that came; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for shape in shapes:
        for name in (name for name, kind in shape.columns if kind == "whole"):
            sequence = connection.scalar(select(func.pg_get_serial_sequence(shape.name, name)))
            if sequence is not None:
                highest = connection.scalar(text(f'SELECT max("{name}") FROM "{shape.name}"'))  # noqa: S608 - ours
                if highest is not None:
                    connection.execute(select(func.setval(sequence, highest)))
