"""The gateway to phones: a real HTTP server on loopback; signed, over TLS, without redirects, bounded."""

import hashlib
import hmac
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.messages.channels import Channel, Topic
from server.messages.outbox import Letter
from server.messages.sentences import said
from server.settings import Settings
from tests.support.mail import certified, gateway, lead_here
from tests.support.telling import mailing
from tests.support.wires import Listener
from workers.outside import OutsideProblem
from workers.telling.gateway import Gateway
from workers.telling.problems import ChannelProblem, Deadlines, Undelivered

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

NAME, SECRET, PHONE = "gerbang.contoh.test", "rahasia-gerbang", "+6281234567890"
AT_ONCE = Deadlines(answer=5, exchange=10)


def settings(port: int, path: str = "/kirim", scheme: str = "http", host: str = "127.0.0.1") -> Settings:
    return mailing(tell_url=f"{scheme}://{host}:{port}{path}", tell_secret=SECRET)


def letter(number: int = 1) -> Letter:
    return Letter(number, f"0000-{number}", 1, Channel.GATEWAY, PHONE, said(mailing(), Topic.WAITS, "id"))


def refusal(found: Settings, deadlines: Deadlines = AT_ONCE) -> OutsideProblem:
    with pytest.raises(OutsideProblem) as refused:
        Gateway(found, deadlines).send(letter())
    return refused.value


def test_the_sentence_goes_to_the_number_with_its_id_and_a_signature() -> None:
    with gateway() as phones:
        Gateway(settings(phones.port, "/kirim?lewat=wa"), AT_ONCE).send(letter())
    (asked,) = phones.asked
    assert asked.path == "/kirim?lewat=wa"
    body: dict[str, Any] = json.loads(asked.body)
    assert (body.keys(), body["to"], body["id"]) == ({"to", "text", "id"}, PHONE, "0000-1")
    assert body["text"].splitlines()[0] == "Ada yang menunggu di Tilik. Masuk di https://tilik.contoh.test"
    signed = f"{asked.headers['X-Tilik-Time']}.".encode() + asked.body
    wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert asked.headers["X-Tilik-Signature"] == f"sha256={wanted}"
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"


def test_without_a_secret_nothing_is_sent() -> None:
    with gateway() as phones:
        assert refusal(mailing(tell_url=f"http://127.0.0.1:{phones.port}/")).reason.code == "gateway_without_secret"
    assert phones.asked == []


def test_over_tls_and_only_to_whom_somebody_vouches_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lead_here(monkeypatch, NAME)
    with gateway(certified(NAME, monkeypatch, tmp_path)) as phones:
        Gateway(settings(phones.port, scheme="https", host=NAME), AT_ONCE).send(letter())
    assert len(phones.asked) == 1
    for tls in (certified(NAME, monkeypatch, tmp_path, trusted=False), certified("lain.test", monkeypatch, tmp_path)):
        with gateway(tls) as phones:
            problem = refusal(settings(phones.port, scheme="https", host=NAME))
        assert isinstance(problem, ChannelProblem) and problem.reason.code == "gateway_tls_wrong"
        assert phones.asked == [], "neither the secret nor the number went over"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with gateway() as elsewhere, gateway() as phones:
        phones.answers.append((status, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}))
        problem = refusal(settings(phones.port))
    assert isinstance(problem, ChannelProblem) and problem.reason.values == {"status": str(status)}
    assert (len(phones.asked), elsewhere.asked) == (1, [])


@pytest.mark.parametrize("status, passes", [(400, False), (422, False), (429, True), (500, True), (503, True)])
def test_what_is_about_this_message(status: int, passes: bool) -> None:
    with gateway() as phones:
        phones.answers.append((status, {}))
        problem = refusal(settings(phones.port))
    assert isinstance(problem, Undelivered) and problem.passes is passes
    assert problem.reason.values == {"status": str(status)}


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_wrong_secret_or_address_is_the_channels_trouble(status: int) -> None:
    with gateway() as phones:
        phones.answers.append((status, {}))
        problem = refusal(settings(phones.port))
    assert isinstance(problem, ChannelProblem) and problem.reason.code == "gateway_wrong" and problem.passes


def _hear(wire: socket.socket) -> None:
    """Read a request to its end."""
    heard = b""
    while not heard.endswith(b"}") and (piece := wire.recv(65536)):
        heard += piece


def refused_by(serve: Callable[[socket.socket], None]) -> OutsideProblem:
    """Send to one that answers so, waiting for less than half a second; gives the refusal."""
    listener = Listener(serve)
    listener.start()
    try:
        return refusal(settings(listener.port), Deadlines(answer=30, exchange=0.4))
    finally:
        listener.stop()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    assert refusal(settings(port)).reason.values == {"what": "ConnectionRefusedError"}


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 2", b"Kuncijawaban\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000]
)
def test_what_is_no_answer_is_no_delivery(answer: bytes) -> None:
    def serve(wire: socket.socket) -> None:
        _hear(wire)
        wire.sendall(answer)
        wire.recv(65536)

    problem = refused_by(serve)
    assert isinstance(problem, ChannelProblem) and "Kunci" not in str(problem.reason)


def test_one_that_says_a_letter_at_a_time_is_not_waited_for() -> None:
    ended = []

    def serve(wire: socket.socket) -> None:
        _hear(wire)
        wire.sendall(b"HTTP/1.1 ")
        wire.settimeout(0.05)
        while True:
            wire.sendall(b"x")
            try:
                ended.append(wire.recv(1))
                return
            except TimeoutError:
                continue

    problem = refused_by(serve)
    assert isinstance(problem, ChannelProblem) and ended == [b""], "it was we who ended it"


def test_the_answers_body_is_not_read() -> None:
    """It may be of any size, and say anything."""
    read = []

    def serve(wire: socket.socket) -> None:
        _hear(wire)
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        read.append(wire.recv(1))

    listener = Listener(serve)
    listener.start()
    try:
        Gateway(settings(listener.port), AT_ONCE).send(letter())
    finally:
        listener.stop()
    assert read == [b""]
