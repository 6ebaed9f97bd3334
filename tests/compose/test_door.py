"""The door in production: gunicorn behind nginx, as compose.yaml starts them, keeps the limits of `tilik serve`."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine

from tests.compose.stack import Stack, free_port
from tests.support.raw import answer_to, connected, read_all, status_of

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
HEALTH = b"GET /sehat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def stack(engine: Engine, tmp_path: Path) -> Iterator[Stack]:
    """Start the web and its proxy, and nothing that they can do without."""
    variables = {"TILIK_CENTRAL_PROJECT": "1"}
    secrets = {"database_password": "as-the-server-here-asks-for-none", "redis_password": "-"}
    database = engine.url.render_as_string(hide_password=False)
    found = Stack(tmp_path, database, free_port(), free_port(), variables, secrets)
    found.start("web")
    found.start("proxy")
    end = time.monotonic() + 120
    while found.check("web") or found.check("proxy"):
        assert time.monotonic() < end, found.log("web-1") + found.log("proxy-1")
        time.sleep(0.2)
    yield found
    found.kill_all()


def test_it_keeps_out_what_the_door_keeps_out(stack: Stack) -> None:
    url = f"http://127.0.0.1:{stack.port}"
    assert requests.get(f"{url}/sehat", timeout=10).text == "ok"
    for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
        headers = {"Host": "attacker.example", "Sec-Fetch-Site": "same-origin"}
        assert requests.request(method, url, headers=headers, timeout=10).status_code == 403
    assert requests.post(f"{url}/pekerjaan", headers={"Origin": "http://["}, timeout=10).status_code == 403
    assert requests.get(f"{url}//attacker.example", timeout=10, allow_redirects=False).status_code == 404
    assert status_of(answer_to(url, b"GET / HTTP/1.0\r\n\r\n")) in (400, 403)
    for path in ("/foto/99999999999999999999.jpg", "/laporan/2026%00/99.01", "/kiriman/%00/x", "/foto/" + "9" * 5000):
        answer = requests.get(f"{url}{path}", timeout=10)
        assert answer.status_code in (400, 404) and "Internal" not in answer.text, path
    ours = {"Sec-Fetch-Site": "same-origin"}
    for size, sentence in ((150_000, "ditolak sebelum dibaca"), (1_200_000, "Yang dikirim terlalu besar")):
        answer = requests.post(f"{url}/pekerjaan", headers=ours, data={"x": "x" * size}, timeout=10)
        assert answer.status_code == 413 and sentence in answer.text
    the_400_megabytes(url)
    the_half_requests(url)
    stack.kill("web-1")
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 503 and "tidak menjawab" in answer.text


def the_400_megabytes(url: str) -> None:
    head = b"POST /pekerjaan HTTP/1.1\r\nHost: localhost\r\nOrigin: http://x.example\r\n"
    for how in (b"Content-Length: 400000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"):
        sent = 0
        with connected(url) as line, suppress(ConnectionError):
            line.sendall(head + how)
            while sent < 400:
                line.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
                sent += 1
        assert sent < 40, "the connection was closed"


def the_half_requests(url: str) -> None:
    with ExitStack() as open_lines:
        halves = [b"GET / HT", b"POST /pekerjaan HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\njob="]
        lines = [open_lines.enter_context(connected(url)) for _ in range(300)]
        for number, line in enumerate(lines):
            line.sendall(halves[number % 2])
        began = time.monotonic()
        assert status_of(answer_to(url, HEALTH)) == 200 and time.monotonic() - began < 2
        lines[0].settimeout(20)
        read_all(lines[0])  # it is sent away
        assert time.monotonic() - began < 15
