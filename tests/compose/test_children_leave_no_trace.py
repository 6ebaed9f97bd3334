"""As tests/attacker has it, on PostgreSQL behind nginx and gunicorn: their logs are looked through as well."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.children.tables import ChildSession
from server.db import now, open_database, snapshot, writing
from server.moments import CAPITAL, month_in
from server.work.kinds import ChildBatch
from tests.compose.stack import Stack, free_port
from tests.compose.tls import NAME, new_certificate
from tests.sandbox.server import Sandbox
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.days import this_month
from tests.support.environment import on_postgres_anew, postgres_url
from tests.support.leaving import (
    at_central,
    in_turn,
    once_it_has_ended,
    prepared,
    rows_but_fresh,
    settings_of,
    told,
    where_its_log_is,
    while_their_month_goes_on,
)
from tests.support.operator import eventually
from tests.support.untraced import post
from workers.central.api import Central
from workers.queue.context import Context
from workers.queue.draining import drain

pytestmark = pytest.mark.ci


@pytest.fixture
def district(postgresql_template: str) -> Iterator[Engine]:
    """Give a database in whose files nobody else wrote before."""
    with on_postgres_anew(postgresql_template) as name:
        engine = open_database(postgres_url(name))
        load_district(engine)
        open_round(engine)
        yield engine
        engine.dispose()


def test_behind_the_proxy_nothing_tells_which_child_it_was(
    district: Engine, central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    variables = {"TILIK_CENTRAL_PROJECT": "1", "TILIK_WEB_NAME": NAME}
    secrets_of = {"database_password": "none", "redis_password": "none", **new_certificate(tmp_path)}
    stack = Stack(tmp_path, district.url.render_as_string(hide_password=False), free_port(), variables, secrets_of)
    month = this_month()
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
            earlier = month_in(CAPITAL, now() - timedelta(days=40))
            session.execute(update(ChildSession).values(month=earlier))
        stack.stop("line-1")
        stack.start("line")
        until_settled(district, stack)
        drain(Context(district, settings), [ChildBatch.kind])
        once_it_has_ended(attack, district, settings, tmp_path, since, copied, knows_codes=False)
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
    def settled() -> bool:
        with snapshot(engine) as session:
            return set(session.scalars(select(ChildSession.state))) == {"settled"}

    eventually(settled)
