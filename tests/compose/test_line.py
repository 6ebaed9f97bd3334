"""The children's line as compose.yaml serves it: what nginx passes on of who asks, and what is written down of it."""

import re
import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from server.areas.queries import zone_of
from server.db import now, open_database, writing
from server.moments import month_in
from tests.compose.stack import Stack, free_port
from tests.compose.tls import NAME, OURS, Client, new_certificate
from tests.support.builders import load_district
from tests.support.claiming import open_round
from tests.support.environment import on_postgres_anew, postgres_url
from tests.support.lining import VERSION, Planned, plan_session
from tests.support.operator import eventually
from tests.support.workbooks import DISTRICT

pytestmark = pytest.mark.ci
SAID = {
    "User-Agent": "PonselRekaan/7", "Cookie": "tilik=kuki-rekaan; __Host-tilik=kuki", "X-Real-IP": "203.0.113.9",
    "Referer": f"https://{NAME}/dari-mana", "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9",
    "Accept-Language": "jv-rekaan", "If-None-Match": '"penanda"', "Sec-CH-UA": '"Rekaan"', "X-Anything": "rekaan",
    "Authorization": "Bearer rekaan",
}  # fmt: skip


@pytest.fixture(scope="module")
def database(postgresql_template: str) -> Iterator[Engine]:
    with on_postgres_anew(postgresql_template) as name:
        engine = open_database(postgres_url(name))
        load_district(engine)
        open_round(engine)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def stack(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("line")
    variables = {"TILIK_CENTRAL_PROJECT": "1", "TILIK_WEB_NAME": NAME}
    secrets_of = {"database_password": "as-the-server-here-asks-for-none", "redis_password": "nobody-asks",
                  **new_certificate(folder)}  # fmt: skip
    found = Stack(folder, database.url.render_as_string(hide_password=False), free_port(), variables, secrets_of)
    try:
        for service in ("web", "line", "proxy"):
            found.start(service)
        found.until_healthy("web", "line", "proxy")
        yield found
    finally:
        found.kill_all()


def planned(stack: Stack, engine: Engine) -> Planned:
    key = (stack.folder / "data" / "secret_key").read_text().strip()
    with writing(engine) as session:
        return plan_session(session, month=month_in(zone_of(session, None, DISTRICT), now()), secret=key)


def post(client: Client, path: str, **sent: object) -> tuple[int, str]:
    answer = client.ask("POST", f"/anak/{path}", json=sent, headers=OURS | SAID)
    assert "Set-Cookie" not in answer.headers and answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    return answer.status_code, answer.text


def test_children_answer_and_nothing_is_written_down_of_it(stack: Stack, database: Engine) -> None:
    client, made, once = Client(stack), planned(stack, database), secrets.token_hex(16)
    sent = {"code": made.codes[0], "version": VERSION, "answers": {"may_come": "yes"}, "once": once}
    assert post(client, "kode", code=made.codes[0])[0] == 200
    assert post(client, "jawaban", **sent)[0] == 204
    assert post(client, "jawaban", **sent)[0] == 204
    assert post(client, "jawaban", **sent | {"once": secrets.token_hex(16)}) == (410, '{"why":"used"}\n')
    assert post(client, "kode", code="AAAA-AAAA")[0] == 404
    assert client.ask("POST", "/anak/kode", data=b"x" * 9000, headers=OURS | SAID).status_code == 413
    assert client.ask("POST", "/anak/kode", json={"code": "x"}, headers=SAID).status_code == 403
    assert client.get("/anak").headers["Location"] == f"https://{NAME}/anak/"
    nothing_of_it_is_written(stack, made.codes[0], once)


def nothing_of_it_is_written(stack: Stack, *words: str) -> None:
    said = "\n".join(file.read_text() for file in stack.folder.glob("*.log"))
    for word in (
        *words,
        *SAID.values(),
        "203.0.113.9",
        "127.0.0.1",
        "/anak/",
        "kode",
        "jawaban",
        "may_come",
        "GET ",
        "POST ",
    ):
        assert word not in said, said


def test_where_the_line_rests_it_is_said_and_the_pages_go_on(stack: Stack, database: Engine) -> None:
    client, made = Client(stack), planned(stack, database)
    stack.kill("line-1")
    assert client.ask("POST", "/anak/kode", json={"code": made.codes[0]}, headers=OURS | SAID).status_code == 503
    assert client.get("/masuk").status_code == 200
    nothing_of_it_is_written(stack, made.codes[0])
    stack.start("line")
    stack.until_healthy("line")
    assert post(client, "kode", code=made.codes[0])[0] == 200


def test_it_is_served_by_one_process_and_a_second_one_says_so_and_serves_nobody(stack: Stack) -> None:
    stack.instead["line.sock"] = "second.sock"
    try:
        stack.start("line", 2)
        eventually(lambda: "satu proses saja" in stack.log("line-2"))
        assert stack.check("line") != 0
    finally:
        del stack.instead["line.sock"]
        stack.kill("line-2")
    assert stack.check("line") == 0


def test_who_asks_is_not_passed_on(stack: Stack) -> None:
    stack.kill("line-1")
    stack.instead["server.child_wsgi"] = "tests.compose.seen"
    try:
        stack.start("line")
        eventually(lambda: Client(stack).get("/anak/x").status_code == 200)
        told = Client(stack).get("/anak/x?lang=en", headers=SAID | {"Range": "bytes=0-9"}).json()
        assert {name: told[name] for name in told if name.startswith("HTTP_")} == {
            "HTTP_HOST": NAME, "HTTP_X_FORWARDED_PROTO": "https", "HTTP_RANGE": "bytes=0-9",
        } | {name: told[name] for name in ("HTTP_CONNECTION",) if name in told}  # fmt: skip
        assert not told["REMOTE_ADDR"] and not re.search("rekaan|203.0|127.0", str(told), re.IGNORECASE)
        posted = Client(stack).ask("POST", "/anak/x", json={}, headers=OURS | SAID).json()
        assert posted["CONTENT_TYPE"] == "application/json" and posted["CONTENT_LENGTH"] == "2"
        assert (posted["HTTP_ORIGIN"], posted["HTTP_SEC_FETCH_SITE"]) == (f"https://{NAME}", "same-origin")
    finally:
        del stack.instead["server.child_wsgi"]
        stack.kill("line-1")
        stack.start("line")
