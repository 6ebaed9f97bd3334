"""The door in production: gunicorn behind nginx, as compose.yaml starts them, keeps the limits of `tilik serve`."""

import ssl
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from socket import socket

import pytest

from tests.compose.stack import Stack
from tests.compose.tls import NAME, OURS, Client, handshaken
from tests.support.raw import connected, read_all, silent, status_of

pytestmark = pytest.mark.ci
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"  # a handshake's first nine bytes
GET, POST = (f"{method} {path} HTTP/1.1\r\nHost: {NAME}\r\n".encode() for method, path in
             (("GET", "/"), ("POST", "/pekerjaan")))  # fmt: skip


def test_it_keeps_out_what_the_door_keeps_out(client: Client) -> None:
    assert client.get("/sehat").text == "ok"
    assert client.ask("POST", "/pekerjaan", headers={"Origin": "http://["}).status_code == 403
    assert client.get("//attacker.example").status_code == 404
    for path in ("/foto/99999999999999999999.jpg", "/laporan/2026%00/99.01", "/kiriman/%00/x", "/foto/" + "9" * 5000):
        answer = client.get(path)
        assert answer.status_code in (400, 404) and "Internal" not in answer.text, path
    for size, sentence in ((150_000, "ditolak sebelum dibaca"), (1_200_000, "Yang dikirim terlalu besar")):
        answer = client.ask("POST", "/pekerjaan", headers=OURS, data={"x": "x" * size})
        assert answer.status_code == 413 and sentence in answer.text


@pytest.mark.parametrize("path", [
    "/perangkat", *(f"/wilayah/2026/99.01/{page}" for page in (
        "klaim", "klaim/gabung", "klaim/tabel", "klaim/ekspor", "dokumen", "dokumen/klarifikasi/1/jawab",
        "rencana/berkas")),
])  # fmt: skip
def test_a_page_that_takes_files_hears_of_them(client: Client, path: str) -> None:
    answer = client.ask("POST", path, headers=OURS, data=b"x" * 10_000_000)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/masuk"), "asked who it is"


@pytest.mark.parametrize("how", [b"Content-Length: 400000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n",
                                 b"X-Long: "], ids=["announced", "in chunks", "in a header"])  # fmt: skip
def test_hundreds_of_megabytes_are_not_read(served: Stack, how: bytes) -> None:
    sent = 0
    with handshaken(served) as line, suppress(ConnectionError, ssl.SSLError):
        line.sendall(POST + b"Origin: http://x.example\r\n" + how)
        while sent < 400:
            line.sendall(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
            sent += 1
            time.sleep(0.05)  # the proxy throws away what comes for a second more
    assert sent < 100, "the connection was closed"


def plain(stack: Stack) -> socket:
    return connected(f"http://127.0.0.1:{stack.port}")


def before_tls(stack: Stack) -> socket:
    return connected(f"http://127.0.0.1:{stack.tls_port}")


def test_many_who_say_half_keep_nobody_out_and_are_sent_away(served: Stack, client: Client) -> None:
    halves: list[tuple[Callable[[Stack], socket], bytes]] = [
        (before_tls, b""), (before_tls, HELLO), (plain, b"GET / HT"), (plain, GET), (handshaken, b""),
        (handshaken, b"GET / HT"), (handshaken, GET), (handshaken, POST + b"Content-Length: 99\r\n\r\njob="),
    ]  # fmt: skip
    with ExitStack() as open_lines:
        lines = [(open_lines.enter_context(opened(served)), half) for opened, half in halves * 75]
        for line, half in lines:
            line.sendall(half)
        assert client.get("/sehat").status_code == 200
        assert silent([line for line, _ in lines]), "it was answered while others had still to be sent away"
        for line, half in lines:
            line.settimeout(40)  # nginx's own minute would be too long
            assert status_of(read_all(line)) in (0, 400, 408), half
