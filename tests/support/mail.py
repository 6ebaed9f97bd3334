"""A real mail server on loopback, and a gateway to phones: what reaches them, and answers that a test chooses."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

NAME = "surat.contoh.test"  # a host that is not this machine, by its name; the tests have it lead here
FROM = "tilik@contoh.test"
OK = "250 OK"


@dataclass
class Post:
    """What a mail server was sent. `answers` are given to the next recipients, `at_data` to the next contents."""

    port: int = 0
    wire: bytearray = field(default_factory=bytearray)  # every byte, as it was read
    received: list[Envelope] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    password: bytes = b""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        answer = self.answers.pop(0) if self.answers else OK
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        answer = self.at_data.pop(0) if self.at_data else OK
        if answer.startswith("2"):
            self.received.append(envelope)
        return answer

    def log_in(self, _server: Any, _session: Any, _envelope: Any, _way: str, given: LoginPassword) -> AuthResult:
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == self.password, handled=False)

    def messages(self) -> list[EmailMessage]:
        found = [
            message_from_bytes(envelope.original_content or b"", policy=policy.default) for envelope in self.received
        ]
        return [message for message in found if isinstance(message, EmailMessage)]

    def texts(self) -> list[str]:
        return [message.get_content() for message in self.messages()]


@contextmanager
def mail_server(
    at_once: ssl.SSLContext | None = None, later: ssl.SSLContext | None = None, password: str = ""
) -> Iterator[Post]:
    """Run a mail server: with TLS `at_once`, or `later` by STARTTLS, or without; asking for a password or for none."""
    post = Post(password=password.encode())

    class Recording(SMTP):
        def data_received(self, data: bytes) -> None:
            post.wire.extend(data)
            super().data_received(data)

    def begin() -> SMTP:
        asks: dict[str, Any] = {}
        if password:
            asks = {"authenticator": post.log_in, "auth_required": True, "auth_require_tls": at_once is None}
        return Recording(post, tls_context=later, require_starttls=later is not None, hostname="surat", **asks)

    with _in_a_thread() as loop:
        serving = asyncio.run_coroutine_threadsafe(
            loop.create_server(begin, "127.0.0.1", 0, ssl=at_once), loop
        ).result()
        post.port = serving.sockets[0].getsockname()[1]
        yield post
        loop.call_soon_threadsafe(serving.close)


@contextmanager
def _in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(_let_go(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _let_go() -> None:
    """End what still serves, so that nothing is left half-way."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def certified(name: str, monkeypatch: pytest.MonkeyPatch, folder: Any, *, trusted: bool = True) -> ssl.SSLContext:
    """Give what a server under a name shows; `trusted`: the authority that vouches for it is one of this machine's."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(folder / "authorities.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authorities.pem"))
    return context


def lead_here(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have host names lead to loopback, as a network's own names would."""
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **others: real(
        "127.0.0.1" if host in names else host, *more, **others))  # fmt: skip


@dataclass
class Asked:
    """A request that reached the gateway."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Phones:
    """What a gateway was asked; `answers` are the status of the next, with headers."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@contextmanager
def gateway(tls: ssl.SSLContext | None = None) -> Iterator[Phones]:
    """Run a gateway."""
    phones = Phones()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            phones.asked.append(Asked(self.path, dict(self.headers), body))
            status, headers = phones.answers.pop(0) if phones.answers else (202, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # who turns away before TLS is what is tested
    phones.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield phones
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
