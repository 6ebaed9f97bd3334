"""Who has the database and its files, the logs, the backups and Central learns of no row which child it came from.

Children answer over HTTP, in a known order; then everything that is left is looked through, while their month goes on
and once it has ended. The same is tried on stores that keep answers as they come, where the order is found.
"""

import io
import json
import logging
import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, text, update

from server.app import create_app
from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.making import BackupPlace, make_backup
from server.children.tables import ChildSession
from server.db import Base, Json, leave_no_log, now, snapshot, writing
from server.feedback.keys import Keys, unseal
from server.feedback.line import beside, line_of
from server.feedback.settling import settle_ended
from server.feedback.tables import FreshAnswer
from server.moments import ZONES
from server.settings import Settings
from server.store.opening import open_store
from server.web.serving import make_server
from server.work.kinds import ChildBatch
from tests.attacker.children import (
    CHILDREN,
    CHOICES,
    QUESTIONS,
    SESSIONS,
    Attack,
    Child,
    Sealed,
    correlation,
    post,
    some_children,
)
from tests.compose.stack import Stack, free_port
from tests.compose.tls import NAME, new_certificate
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.environment import SQLITE
from tests.support.lining import DECEMBER, SECRET, Clock, a_line
from tests.support.serving import serving
from workers.central.api import Central
from workers.queue.draining import drain
from workers.queue.handlers import Context
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
        segments = connection.scalars(
            text("SELECT name FROM pg_ls_waldir() WHERE name >= pg_walfile_name(CAST(:since AS pg_lsn)) "
                 "AND name <= pg_walfile_name(pg_current_wal_lsn()) ORDER BY name"), {"since": since},
        )  # fmt: skip
        log = b"".join(bytes(connection.scalar(text("SELECT pg_read_binary_file('pg_wal/' || :name)"), {"name": name}))
                       for name in segments.all())  # fmt: skip
    return {name: bytes(content) for name, content in heaps.items()} | {"log": log}


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
    import gzip

    import pyrage

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
    attack: Attack, engine: Engine, settings: Settings, folder: Path, since: str, copied: list[Sealed]
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
    attack.orders("ended: codes as they lie", codes_as_they_lie(attack, engine))


def codes_as_they_lie(attack: Attack, engine: Engine) -> Iterator[Json]:
    """Give for each used code, as the table has them, the answers of the child that had it: known to nobody else."""
    from server.children.codes import digest_of_code

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


@pytest.mark.ci
@pytest.mark.parametrize("engine", [SQLITE], indirect=True)
def test_on_one_machine(
    district: Engine, central: Central, sandbox: Sandbox, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    settings, clock = settings_of(district, central, sandbox, folder, SECRET), Clock()
    attack = prepared(district, central, "2026-11", SECRET)
    before, since = rows_but_fresh(district), where_its_log_is(district)
    app, line = create_app(district, settings), a_line(district, settings, clock)
    app.wsgi_app = beside(app.wsgi_app, line.wsgi_app)  # type: ignore[assignment, method-assign]
    with heard(tmp_path) as log, serving(make_server(app, 0)) as url:
        quiet("urllib3")
        assert {post(child, url, attack.version) for child in in_turn(attack)} == {204}
        assert rows_but_fresh(district) == before, "an answer writes nothing but itself"
        copied = while_their_month_goes_on(attack, district, settings, tmp_path, since)
        assert settle_ended(line_of(line).settling, DECEMBER) == SESSIONS
        drain(Context(district, settings), [ChildBatch.kind])
    once_it_has_ended(attack, district, settings, tmp_path, since, copied)
    at_central(attack, sandbox, central)
    attack.traces("logs", log.read_bytes() + "".join(capfd.readouterr()).encode())
    told(attack)


def quiet(*names: str) -> None:
    """Leave out what the children's own phones log."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def in_turn(attack: Attack) -> Iterator[Child]:
    """Let sessions go on at once, as they do, each in its own order."""
    return (child for turn in zip(*attack.children, strict=True) for child in turn)


@pytest.mark.ci
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_behind_the_proxy_as_in_production(
    district: Engine, central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    variables = {"TILIK_CENTRAL_PROJECT": "1", "TILIK_WEB_NAME": NAME}
    secrets_of = {"database_password": "none", "redis_password": "none", **new_certificate(tmp_path)}
    stack = Stack(tmp_path, district.url.render_as_string(hide_password=False), free_port(), variables, secrets_of)
    month = f"{now().astimezone(ZONES['WIB']):%Y-%m}"
    try:
        for service in ("web", "line", "proxy"):
            stack.start(service)
        stack.until_healthy("web", "line", "proxy")
        settings = settings_of(district, central, sandbox, tmp_path / "data", None)
        secret = (tmp_path / "data" / "secret_key").read_text().strip()
        attack = prepared(district, central, month, secret)
        before, since = rows_but_fresh(district), where_its_log_is(district)

        def prepare(phone: Any) -> None:
            phone.verify = str(tmp_path / "secrets" / "certificate")
            phone.headers["Host"] = NAME

        url = f"https://127.0.0.1:{stack.tls_port}"
        assert {post(child, url, attack.version, NAME, prepare) for child in in_turn(attack)} == {204}
        assert rows_but_fresh(district) == before, "an answer writes nothing but itself"
        copied = while_their_month_goes_on(attack, district, settings, tmp_path, since)
        with writing(district) as session:  # the month goes by
            earlier = f"{now() - timedelta(days=40):%Y-%m}"
            session.execute(update(ChildSession).values(month=earlier))
        stack.stop("line-1")
        stack.start("line")
        until_settled(district, stack)
        drain(Context(district, settings), [ChildBatch.kind])
        once_it_has_ended(attack, district, settings, tmp_path, since, copied)
    finally:
        stack.kill_all()
    at_central(attack, sandbox, central)
    logs = {file.name: file.read_bytes() for file in tmp_path.glob("*.log")}
    assert len(logs) >= 3
    for name, content in logs.items():
        attack.traces(f"log {name}", content)
        assert b"/anak" not in content and b"jawaban" not in content
    told(attack)


def until_settled(engine: Engine, stack: Stack) -> None:
    from tests.support.operator import eventually

    def settled() -> bool:
        with snapshot(engine) as session:
            return set(session.scalars(select(ChildSession.state))) == {"settled"}

    eventually(settled)


# ── and where answers are kept as they come, it is found


def test_where_they_are_kept_as_they_come_their_order_is_found(tmp_path: Path) -> None:
    attack = Attack(a_few_children(), "1")
    for name, made in _NAIVE.items():
        as_they_lie, content = list[Json](), b""
        for session in attack.children:
            file = tmp_path / f"{name}-{session[0].session}.sqlite3"
            with closing(sqlite3.connect(file)) as naive:
                naive.execute(made)
                for child in session:
                    naive.execute("INSERT INTO kept VALUES (?, ?)", [_KEYS[name](child), json.dumps(child.answers)])
                    naive.commit()
                as_they_lie += [json.loads(one) for (one,) in naive.execute("SELECT answers FROM kept")]
            content += file.read_bytes()
        attack.orders(f"{name}: as they lie", as_they_lie)
        attack.files(f"{name}: in the file", content, lies_here=True)
    assert attack.broken == [
        "numbers: as they lie: correlation +1.00", "numbers: in the file, in clear: correlation -1.00",
        "drawn keys: in the file, in clear: correlation -1.00",
    ], "keys that are drawn hide it in the table, and the file tells it all the same"  # fmt: skip


_NAIVE = {
    "numbers": "CREATE TABLE kept (id INTEGER PRIMARY KEY, answers TEXT)",
    "drawn keys": "CREATE TABLE kept (key TEXT PRIMARY KEY, answers TEXT) WITHOUT ROWID",
}
_KEYS: dict[str, Callable[[Child], Any]] = {"numbers": lambda _: None, "drawn keys": lambda _: os.urandom(16).hex()}


def a_few_children() -> list[list[Child]]:
    marks = iter([(a, b, c, d) for a in CHOICES for b in CHOICES for c in CHOICES for d in CHOICES])
    return [[Child(number, turn, f"C{number}-{turn}", "-" * 40, f"D{number}-{turn}", f"A{number}-{turn}",
                   {"assent": "yes", **dict(zip(QUESTIONS, next(marks), strict=True))}) for turn in range(CHILDREN)]
            for number in range(SESSIONS)]  # fmt: skip


def test_chance_alone_is_told_from_an_order() -> None:
    assert correlation(range(CHILDREN)) == 1 and correlation(range(CHILDREN)[::-1]) == -1
