"""All that a machine leaves on which children answered, looked through while their month goes on and once it ended."""

import gzip
import io
import json
import logging
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyrage
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, select, text

from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.making import BackupPlace, make_backup
from server.children.codes import digest_of_code
from server.db import Base, Json, leave_no_log, now, snapshot
from server.feedback.keys import Keys, unseal
from server.feedback.tables import FreshAnswer
from server.settings import Settings
from server.store.opening import open_store
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.untraced import CHILDREN, QUESTIONS, SESSIONS, Attack, Child, Sealed, some_children
from workers.central.api import Central
from workers.sending.child_form import bring_child_form
from xlsforms.build import build
from xlsforms.forms import CHILD_FORM

KEY = new_key(now())
RESTING = (FreshAnswer.__tablename__,)


# ── what is left


def rows_but_fresh(engine: Engine) -> dict[str, str]:
    """Give all rows of all tables but the fresh answers', as text."""
    with snapshot(engine) as session:
        return {table.name: json.dumps([list(map(str, row)) for row in session.execute(select(table))])
                for table in Base.metadata.sorted_tables if table.name not in RESTING}  # fmt: skip


def database_files(engine: Engine, since: str) -> dict[str, bytes]:
    """Give the bytes of a database's files, in which these tables and what was written since may lie."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        beside = {"file": file, "log": Path(f"{file}-wal"), "index of the log": Path(f"{file}-shm")}
        return {name: path.read_bytes() for name, path in beside.items() if path.exists()}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        read = text("SELECT pg_read_binary_file(pg_relation_filepath(:name))")
        heaps = {name: connection.scalar(read, {"name": name})
                 for name in ("fresh_answers", "child_answers", "child_codes")}  # fmt: skip
        return {name: bytes(content) for name, content in heaps.items()} | {"log": log_since(connection, since)}


def log_since(connection: Connection, since: str) -> bytes:
    """Give the bytes of PostgreSQL's log since then; what lies before and behind them others wrote."""
    where = text("SELECT (pg_walfile_name_offset(CAST(:at AS pg_lsn))).file_offset")
    until = connection.scalar(text("SELECT pg_current_wal_lsn()"))
    first, last = (connection.scalar(where, {"at": at}) for at in (since, until))
    names = connection.scalars(
        text("SELECT name FROM pg_ls_waldir() WHERE name >= pg_walfile_name(CAST(:since AS pg_lsn)) "
             "AND name <= pg_walfile_name(CAST(:until AS pg_lsn)) ORDER BY name"), {"since": since, "until": until},
    ).all()  # fmt: skip
    read = text("SELECT pg_read_binary_file('pg_wal/' || :name)")
    parts = [bytes(connection.scalar(read, {"name": name})) for name in names]
    parts[-1] = parts[-1][:last]
    return b"".join([parts[0][first:], *parts[1:]])


def where_its_log_is(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return ""
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT pg_current_wal_lsn()")))


def as_it_lies(engine: Engine, table: str) -> list[tuple[Any, Json, str]]:
    """Give the answers of a table in the order in which it gives them by itself, with who wrote them (xmin)."""
    mark = "CAST(xmin AS text)" if engine.dialect.name == "postgresql" else "''"
    by = "ORDER BY ctid" if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT key, answers, {mark} FROM {table} {by}")).all()
    return [(key, json.loads(found) if isinstance(found, str) else found, mark) for key, found, mark in rows]


def a_dump(engine: Engine) -> bytes:
    """Dump all of it, by the database's own program; of SQLite as its shell would."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as connection:
            return "\n".join(connection.iterdump()).encode()
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(["pg_dump", url], capture_output=True, check=True, timeout=300).stdout


def a_backup(engine: Engine, settings: Settings, folder: Path) -> bytes:
    """Make a backup, open it with its key, and give all that is in it."""
    made = make_backup(engine, open_store(settings), BackupPlace(folder / "backups", recipients(public_key(KEY)), 30))
    content = pyrage.decrypt(made.file.read_bytes(), identities(KEY))
    found = b""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            read = archive.extractfile(member)
            assert read is not None
            assert "fresh_answers" not in member.name
            part = read.read()
            found += gzip.decompress(part) if member.name.endswith(".gz") else part
    return found


# ── the attack


def while_their_month_goes_on(
    attack: Attack, engine: Engine, settings: Settings, folder: Path, since: str
) -> list[Sealed]:  # fmt: skip
    """With the keys in hand that lie beside the database now; gives what they open."""
    held = Keys(settings.data / "line")
    keys = [key for number in held.sessions() for key in held.of(number)]
    assert len(keys) == SESSIONS, "one for each session"
    lies = as_it_lies(engine, "fresh_answers")
    opened = {key: Sealed(sealed["sealed"], unseal(sealed, keys) or {}) for key, sealed, _ in lies}
    sealed = list(opened.values())
    for name, content in database_files(engine, since).items():
        attack.files(f"now: {name}", content, sealed)
    leave_no_log(engine)
    for name, content in database_files(engine, since).items():
        whole = name in ("file", "fresh_answers") or None
        attack.files(f"now, its log written back: {name}", content, sealed, lies_here=whole)
    attack.orders("now: the table as it lies", (one.answers for one in sealed))
    attack.orders("now: by key", (opened[key].answers for key in sorted(opened)))
    attack.orders("now: by length", (one.answers for one in sorted(sealed, key=lambda one: len(one.text))))
    attack.files("now: a dump", a_dump(engine), sealed, lies_here=True)
    attack.files("now: a backup", a_backup(engine, settings, folder), sealed)
    attack.traces("now: keys", (settings.data / "line" / "keys").read_bytes())
    assert not [
        name for name, outcome in attack.tried.items() if "in clear" in name and not outcome.endswith(" 0 answers")
    ]
    writers: dict[int, set[str]] = {}
    for key, _, mark in lies:
        child = attack.child_of(opened[key].answers)
        writers.setdefault(child.session if child else -1, set()).add(mark)
    assert {len(marks) for marks in writers.values()} == {1} and len(writers) == SESSIONS, "each written at once"
    return sealed


def once_it_has_ended(
    attack: Attack, engine: Engine, settings: Settings, folder: Path, since: str, copied: list[Sealed], *,
    knows_codes: bool = True,
) -> None:  # fmt: skip
    """With what somebody copied before it ended, too: it lies there in an order that was drawn."""
    assert Keys(settings.data / "line").sessions() == []
    for name, content in database_files(engine, since).items():
        attack.files(f"ended: {name}", content, copied)
    lies = as_it_lies(engine, "child_answers")
    assert len(lies) == SESSIONS * CHILDREN and not as_it_lies(engine, "fresh_answers")
    attack.orders("ended: the table as it lies", (found for _, found, _ in lies))
    attack.orders("ended: by key", (found for _, found, _ in sorted(lies, key=lambda one: str(one[0]))))
    attack.files("ended: a dump", a_dump(engine), lies_here=True)
    attack.files("ended: a backup", a_backup(engine, settings, folder), lies_here=True)
    attack.orders("ended: codes as they lie", codes_as_they_lie(attack, engine), all_of_them=knows_codes)


def codes_as_they_lie(attack: Attack, engine: Engine) -> Iterator[Json]:
    """Give for each used code, as the table has them, the answers of the child that had it: known to nobody else."""
    digests = {digest_of_code(secret_of(engine), child.code): child for child in attack.everybody()}
    with engine.connect() as connection:
        by = "ORDER BY ctid" if engine.dialect.name == "postgresql" else ""
        for (digest,) in connection.execute(text(f"SELECT digest FROM child_codes WHERE state = 'used' {by}")):
            yield digests[digest].answers


_secrets: dict[str, str] = {}


def secret_of(engine: Engine) -> str:
    return _secrets[str(engine.url)]


def at_central(attack: Attack, sandbox: Sandbox, central: Central) -> None:
    project = sandbox.state.projects[central.project]
    there = list(project.forms[CHILD_FORM].submissions.values())
    assert len(there) == SESSIONS * CHILDREN
    marks = [(one, read_marks(one.current.xml.decode())) for one in there]
    attack.orders("Central: as they arrived", (found for _, found in marks))
    attack.orders("Central: by moment", (found for _, found in sorted(marks, key=lambda one: one[0].created_at)))
    attack.orders("Central: by id", (found for _, found in sorted(marks, key=lambda one: one[0].root_id)))
    everything = b"".join(version.xml for one in there for version in one.versions)
    attack.traces("Central: submissions", everything)
    attack.traces("Central: audit", json.dumps(sandbox.state.audits, default=str).encode())


def read_marks(xml: str) -> Json:
    return {name: xml.partition(f"<{name}>")[2].partition("<")[0] for name in QUESTIONS}


# ── the machines


def prepared(engine: Engine, central: Central, month: str, secret: str) -> Attack:
    bring_child_form(engine, central)
    _secrets[str(engine.url)] = secret
    return Attack(some_children(engine, month, secret), build(CHILD_FORM).version)


def settings_of(engine: Engine, central: Central, sandbox: Sandbox, folder: Path, secret: str | None) -> Settings:
    return Settings(
        data=folder, secret_key=SecretStr(secret) if secret else None, central_url=sandbox.url, central_user=USER,
        central_password=SecretStr(PASSWORD), central_project=central.project,
    )  # fmt: skip


@contextmanager
def heard(folder: Path) -> Iterator[Path]:
    """Keep all that this process logs, at every level."""
    file = folder / "everything.log"
    handler = logging.FileHandler(file)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield file
    finally:
        root.removeHandler(handler)
        handler.close()
        root.setLevel(level)


def told(attack: Attack) -> None:
    print(f"\n{len(attack.tried)} attempts")
    for name, outcome in attack.tried.items():
        print(f"  {name}: {outcome}")
    assert not attack.broken, attack.broken
    assert len(attack.tried) > 25


def quiet(*names: str) -> None:
    """Leave out what the children's own phones log."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def in_turn(attack: Attack) -> Iterator[Child]:
    """Let sessions go on at once, as they do, each in its own order."""
    return (child for turn in zip(*attack.children, strict=True) for child in turn)
