"""The services of compose.yaml as real processes: what arrives at Central changes the report, and they end cleanly."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from pydantic import SecretStr
from sqlalchemy import Engine, select

from server.db import Base, open_database, snapshot, writing
from server.results.verifying import result_of
from server.schema import upgrade
from server.settings import Settings
from server.work.kinds import Verify
from server.work.queue import ask
from server.work.tables import Job
from tests.compose.stack import Stack, free_port, still_runs
from tests.compose.tls import NAME, Client, new_certificate
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.trial import kept
from workers.central.api import Central
from workers.demo.story import DISTRICT, ROUND, prepare
from workers.queue.context import Context
from workers.queue.loop import run_loop

REDIS_PASSWORD = "only-of-this-test"
pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def wait_until(true: Callable[[], object], stack: Stack, seconds: float = 180) -> None:
    """Wait for what must come; where it does not, show what the services said."""
    end = time.monotonic() + seconds
    while not true():
        logs = "\n".join(f"{name}:\n{stack.log(name)[-1500:]}" for name in stack.running)
        assert time.monotonic() < end, f"it never came\n{logs}"
        time.sleep(0.2)


@pytest.fixture
def stack(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Stack]:
    variables = {
        "TILIK_CENTRAL_URL": sandbox.url, "TILIK_CENTRAL_USER": USER, "TILIK_CENTRAL_PROJECT": str(central.project),
        "TILIK_WEB_NAME": NAME,
    }  # fmt: skip
    database = engine.url.render_as_string(hide_password=False)
    secrets = {
        "central_password": PASSWORD, "database_password": "as-the-server-here-asks-for-none",
        "redis_password": REDIS_PASSWORD, **new_certificate(tmp_path),
    }  # fmt: skip
    found = Stack(tmp_path, database, free_port(), variables, secrets)
    yield found
    found.kill_all()


def settings_for(central: Central, sandbox: Sandbox, data: Path) -> Settings:
    return Settings(
        data=data, database_url=None, central_url=sandbox.url, central_user=USER,
        central_password=SecretStr(PASSWORD), central_project=central.project,
    )  # fmt: skip


def a_twin(engine: Engine, folder: Path) -> Engine:
    """Copy all that is in a database into a new SQLite file."""
    twin = open_database(f"sqlite:///{folder / 'twin.sqlite3'}")
    upgrade(twin)
    with snapshot(engine) as there, twin.begin() as here:
        for table in Base.metadata.sorted_tables:
            if rows := [dict(row) for row in there.execute(select(table)).mappings()]:
                here.execute(table.insert(), rows)
    return twin


def result(engine: Engine) -> str | None:
    with snapshot(engine) as session:
        found = result_of(session, ROUND, DISTRICT)
        return found.inputs_digest if found else None


def files(data: Path) -> set[str]:
    return {file.name for file in (data / "store").rglob("*") if file.is_file()}


def test_what_arrives_changes_the_report_by_celery_as_by_the_loop(
    engine: Engine, central: Central, sandbox: Sandbox, stack: Stack, tmp_path: Path
) -> None:
    by_celery = settings_for(central, sandbox, tmp_path / "data")
    visits = prepare(engine, by_celery, central, lambda *_, **__: None)
    twin = a_twin(engine, tmp_path)
    visits[0].send(central)
    for service, number in (("redis", 1), ("web", 1), ("proxy", 1), ("beat", 1), ("worker", 1), ("worker", 2)):
        stack.start(service, number)
    wait_until(lambda: stack.check("web") == stack.check("proxy") == 0, stack)
    client = Client(stack)
    assert client.get("/sehat").text == "ok"
    wait_until(lambda: result(engine), stack)
    first = result(engine)

    for visit in visits[1:]:
        visit.send(central)
    by_loop = settings_for(central, sandbox, tmp_path / "twin")
    run_loop(Context(twin, by_loop), once=True)
    assert result(twin) != first
    wait_until(lambda: result(engine) == result(twin), stack)
    assert kept(engine) == kept(twin)
    wait_until(lambda: files(by_loop.data) <= files(by_celery.data), stack)
    with snapshot(engine) as session:
        assert set(session.execute(select(Job.attempts, Job.problem).where(Job.attempts > 0))) == {(1, None)}
    client.log_in(engine, by_celery.data)
    page = client.get(f"/laporan/{ROUND}/{DISTRICT}")
    assert page.status_code == 200 and "fiktif" in page.text
    assert [stack.check(service) for service in ("worker", "beat")] == [0, 0]
    twin.dispose()
    all_end_cleanly(stack)


def all_end_cleanly(stack: Stack) -> None:
    for name, process in list(stack.running.items()):
        assert stack.stop(name) == 0, stack.log(name)[-1500:]
        assert not still_runs(process), name


def test_redis_carries_hints_only_flushed_or_gone_it_loses_nothing(engine: Engine, stack: Stack) -> None:
    for service in ("redis", "beat", "worker"):
        stack.start(service)
    asked_for(engine, "before")
    wait_until(lambda: done(engine, "before"), stack)

    with redis.Redis(port=stack.redis_port, password=REDIS_PASSWORD) as connection:
        connection.flushall()
    asked_for(engine, "after it was emptied")
    wait_until(lambda: done(engine, "after it was emptied"), stack)

    stack.kill("redis-1")
    asked_for(engine, "while it is gone")
    stack.start("redis")
    wait_until(lambda: done(engine, "while it is gone"), stack)
    all_end_cleanly(stack)


def test_redis_answers_nobody_without_the_password_and_no_list_of_processes_shows_it(stack: Stack) -> None:
    stack.start("redis")
    wait_until(lambda: stack.check("redis") == 0, stack)
    with redis.Redis(port=stack.redis_port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    command = Path(f"/proc/{stack.running['redis-1'].pid}/cmdline").read_bytes()
    assert b"redis-server" in command and REDIS_PASSWORD.encode() not in command


def asked_for(engine: Engine, when: str) -> None:
    """Ask for work that finds nothing to do: a round of this name there is not."""
    with writing(engine) as session:
        ask(session, Verify(when, DISTRICT))


def done(engine: Engine, when: str) -> bool:
    with snapshot(engine) as session:
        return session.scalar(select(Job.state).filter_by(key=Verify(when, DISTRICT).key)) == "done"
