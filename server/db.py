"""Connections to the database: SQLite on one machine, PostgreSQL in production, and one behaviour on both.

Who starts the work owns the transaction: `with writing(engine) as session` commits at its end, query functions never
do. On SQLite a writer takes its lock at the start (BEGIN IMMEDIATE), or two of them would read, then overwrite each
other's work without an error; readers take none and never wait.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Engine,
    ExceptionContext,
    Float,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    any_,
    cast,
    column,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
    text,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from server.json_text import read_json, write_json
from server.reasons import ReasonType
from server.store.folder import ONLY_OURS, take_back
from server.stored_moments import Day, Utc
from verification.reason import Reason

Json = dict[str, Any]
T = TypeVar("T")
HIGHEST_KEY = 2**31 - 1  # of a row, on PostgreSQL
_BUSY_SECONDS = 30
_PATIENCE = "tilik_patience"
_at_work: ContextVar[Engine | None] = ContextVar("the database at work", default=None)
# a machine that vanished inside a transaction holds its locks no longer than this; one that is gone is not waited for
_POSTGRESQL = {"options": "-c idle_in_transaction_session_timeout=5min", "connect_timeout": 5}
_ALWAYS: dict[str, Any] = {"hide_parameters": True, "json_serializer": write_json, "json_deserializer": read_json}


def open_database(url: str) -> Engine:
    """Open a database, making its folder where it is a new SQLite file. Does not touch the schema.

    Parameters and what a database says of a row stay out of errors: they are people's answers.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, connect_args=_POSTGRESQL, **_ALWAYS)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "handle_error", _hide_what_people_answered)
        return engine
    if parsed.database and parsed.database != ":memory:":
        _keep_to_ourselves(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS}, **_ALWAYS)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_to_ourselves(file: Path) -> None:
    """Make a SQLite file that no other account may read; what SQLite writes beside it takes over its permissions."""
    file.parent.mkdir(ONLY_OURS, parents=True, exist_ok=True)
    if not file.exists():
        file.touch(0o600)
    take_back(file, 0o600)


def impatient(engine: Engine, seconds: float) -> Engine:
    """Give the same database for who waits for a lock no longer than so: a person before a page."""
    return engine.execution_options(**{_PATIENCE: seconds})


def _hide_what_people_answered(context: ExceptionContext) -> None:
    """Keep an error's number and the constraint's name: PostgreSQL's own words repeat the row that it refused.

    SQLite's never do, nor do those about the schema (class 42).
    """
    error: Any = context.original_exception
    if not isinstance(error, context.dialect.loaded_dbapi.Error) or (error.sqlstate or "").startswith("42"):
        return
    error.args = (" ".join(filter(None, (type(error).__name__, error.sqlstate, error.diag.constraint_name))),)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = error.args


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own: `_begin_sqlite` does
    # the write-ahead log may grow to 32 MB: copied back less often, it costs a pull a fifth less
    # what is deleted is overwritten, or a removed answer would lie in the file until its page is needed
    # 16 MB of pages stay at hand: with SQLite's own 2 MB an index of a whole country is read again and again
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=8000",
                   "secure_delete=ON", "cache_size=-16000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    seconds = options.get(_PATIENCE, _BUSY_SECONDS)  # said each time: whoever had this connection may have said less
    connection.connection.dbapi_connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    connection.exec_driver_sql("BEGIN" if options.get("tilik_reads_only") else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if seconds := connection.get_execution_options().get(_PATIENCE):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(seconds * 1000)}ms'")


def leave_no_log(engine: Engine) -> None:
    """Copy SQLite's write-ahead log into the database and empty it, unless somebody still reads an older moment.

    What was deleted lies in it until then. PostgreSQL recycles its own, and clears tables by its autovacuum.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # in no transaction: there it cannot be done
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a transaction that commits at the end of the block, or leaves nothing behind."""
    _at_work.set(engine)
    with Session(engine) as session, session.begin():
        yield session


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """Open a transaction that sees one moment of the database and changes nothing."""
    _at_work.set(engine)
    level: dict[str, Any] = {"tilik_reads_only": True}
    if engine.dialect.name == "postgresql":
        level |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**level) as connection, Session(connection) as session:
        yield session


def moment_of(session: Session) -> Hashable:
    """Say which moment of the database a transaction sees: where two are equal, so is all that is in it.

    Two that differ say nothing: somebody else may have written elsewhere. PostgreSQL names the transactions that a
    snapshot sees. SQLite counts what others have committed, for each connection anew, and what this one has written.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql("SELECT CAST(pg_current_snapshot() AS TEXT)").scalar_one()
    of_others = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    mine = connection.info.setdefault("tilik_connection", object())  # its address may come again, this does not
    return mine, of_others, connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]


def database_at_work() -> Engine | None:
    """Give the database that a transaction was opened of last, by whoever asks: in this thread, this request.

    A row's words may name what another table has; who reads them need not carry the database along.
    """
    return _at_work.get()


def insert_into(session: Session, table: Any) -> Any:
    """Give the database's own INSERT, which knows ON CONFLICT, for a model or a table."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


class Base(DeclarativeBase):
    """Every table; constraints have names, so that a migration can drop them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Utc, date: Day, Reason: ReasonType, Json: JSON(none_as_null=True), bytes: LargeBinary,
    }  # fmt: skip


def table_of(model: type[Base]) -> Table:
    """Give a model's table: statements about many rows go to it directly, past what the models would do for each."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for the type checker
    return table


def columns_of(session: Session, query: Select[*tuple[Any, ...]], **given: object) -> list[str]:
    """Give each column of what is asked for as one list in JSON, put together by the database; all in one order.

    For many rows that is quicker than rows, and two texts are the same only where all in them is. SQLite leaves digits
    out of fractions in JSON: there each is a text, as it stands in SQL. `given` are the values that the query names.
    """
    whole = _by_columns(query, session.get_bind().dialect.name == "postgresql")
    return [text or "[]" for text in session.execute(whole, given).one()]


@lru_cache(maxsize=100)
def _by_columns(query: Select[*tuple[Any, ...]], is_postgresql: bool) -> Select[*tuple[Any, ...]]:
    rows = query.subquery().c
    exact = [func.quote(one) if isinstance(one.type, Float) and not is_postgresql else one for one in rows]
    together = func.json_agg if is_postgresql else func.json_group_array
    return select(*(cast(together(one), Text) for one in exact))


def now() -> datetime:
    """This machine's clock, in UTC."""
    return datetime.now(UTC)


def is_reachable(engine: Engine) -> bool:
    """Tell whether the database answers."""
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT 1")).scalar())


def batches(items: Iterable[T], size: int = 2000) -> Iterator[list[T]]:
    """Give items in lists of a size that a statement, and the memory, take well."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def among(session: Session, key: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Write "is one of" with one parameter, however many there are."""
    if session.get_bind().dialect.name == "postgresql":
        return key == any_(literal(list(values), postgresql.ARRAY(key.type)))
    return key.in_(select(column("value")).select_from(func.json_each(literal(list(values), JSON))))
