"""A proxy on loopback between Tilik and Central that does to chosen requests what networks and servers do.

    with FaultProxy(central_url) as proxy:
        proxy.next(Cut(), at=2)         # the second request from now, and no other
        proxy.always(status(503))       # all from now, until proxy.heal()
        proxy.down(); proxy.up()        # nobody listens; somebody does again
        proxy.at_request(3, call)       # just before it is forwarded; or phase="after": just before it is answered
        proxy.requests, proxy.seen      # how many, and which

It works in front of the sandbox and of a real Central. Each request has a connection of its own; of HTTP it knows
where a request ends, where a head ends, and four headers. Everything else passes as it is.
"""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from tests.support.faults import LOGIN_PAGE, LOGIN_PATH, Fault, Nothing
from tests.support.wires import Listener, receive_all

_NO_LINGER = struct.pack("ii", 1, 0)  # closing then sends a reset


@dataclass(frozen=True)
class Request:
    """A request as the proxy counts it; `raw` is what it sends to Central."""

    method: str
    path: str
    raw: bytes


Call = Callable[[], object]
Where = Callable[[Request], bool]


def _any(_request: Request) -> bool:
    return True


class FaultProxy:
    """Listens on a port of its own, which it keeps over `down` and `up`."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        assert parts.hostname
        self._tls = parts.scheme == "https"
        self._address = (parts.hostname, parts.port or (443 if self._tls else 80))
        self._target, self._host = f"{parts.scheme}://{parts.netloc}", parts.netloc
        self._lock = threading.Lock()
        self._single: dict[int, Fault] = {}
        self._lasting: tuple[Fault, int, Where] = (Nothing(), 0, _any)
        self._calls: dict[tuple[str, int], Call] = {}
        self._listener = Listener(self._serve)
        self.url = f"http://127.0.0.1:{self._listener.port}"
        self.seen: list[Request] = []

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    # ── what a test says ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def requests(self) -> int:
        """Count the requests so far; a login page's own is none of Central's."""
        return len(self.seen)

    def next(self, fault: Fault, at: int = 1) -> None:
        """Do this to the at-th request from now."""
        with self._lock:
            self._single[len(self.seen) + at] = fault

    def always(self, fault: Fault, after: int = 0, where: Where = _any) -> None:
        """Do this to every request from now, or to all but the first ones, or to all of a kind, until healed."""
        with self._lock:
            self._lasting = (fault, len(self.seen) + after, where)

    def at_request(self, at: int, call: Call, phase: str = "before") -> None:
        """Call when the at-th request from now is about to be forwarded; or, "after", when its answer has come."""
        with self._lock:
            self._calls[phase, len(self.seen) + at] = call

    def heal(self) -> None:
        """End all faults, forget all calls, and listen again."""
        with self._lock:
            self._single, self._lasting, self._calls = {}, (Nothing(), 0, _any), {}
        self.up()

    def down(self) -> None:
        """Refuse connections, and drop those there are."""
        self._listener.stop()

    def up(self) -> None:
        """Listen again, at the same address."""
        self._listener.start()

    # ── one connection ───────────────────────────────────────────────────────────────────────────────────────────

    def _serve(self, client: socket.socket) -> None:
        request = self._read_request(client)
        if request is None:
            return
        number, fault = (0, LOGIN_PAGE) if request.path.startswith(LOGIN_PATH) else self._count(request)
        fault.act(_Exchange(self, client, request, number))

    def _count(self, request: Request) -> tuple[int, Fault]:
        with self._lock:
            self.seen.append(request)
            number = len(self.seen)
            fault, after, where = self._lasting
            lasting = fault if number > after and where(request) else Nothing()
            return number, self._single.pop(number, lasting)

    def _read_request(self, client: socket.socket) -> Request | None:
        """Read one request, made to look as if it had come to Central directly; None where none came."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = client.recv(65536)
            if not piece:
                return None
            raw += piece
        head, _, body = raw.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        while length and len(body) < int(length[1]):
            body += client.recv(65536)
        first, _, headers = head.partition(b"\r\n")
        method, address, _ = first.decode().split(" ")
        path = address.removeprefix(self.url)  # an absolute address is allowed too
        kept = [line for line in headers.split(b"\r\n") if not re.match(rb"(?i)(host|connection|keep-alive):", line)]
        own = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n".encode()
        return Request(method, path, own + b"\r\n".join(kept) + b"\r\n\r\n" + body)

    def call(self, phase: str, number: int) -> None:
        """Do what was asked for at this boundary."""
        if call := self._calls.pop((phase, number), None):
            call()

    def ask_central(self, raw: bytes) -> bytes:
        """Forward a request; give the whole answer, in which Central's own address has become the proxy's."""
        with socket.create_connection(self._address, timeout=120) as plain, self._wrapped(plain) as wire:
            wire.sendall(raw)
            head, end, body = receive_all(wire).partition(b"\r\n\r\n")
        to_itself = rb"(?im)^(location: *)" + re.escape(self._target.encode())
        return re.sub(to_itself, rb"\g<1>" + self.url.encode(), head) + end + body

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if not self._tls:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self._address[0])


@dataclass(frozen=True)
class _Exchange:
    proxy: FaultProxy
    client: socket.socket
    request: Request
    number: int

    def ask_central(self) -> bytes:
        self.proxy.call("before", self.number)
        answer = self.proxy.ask_central(self.request.raw)
        self.proxy.call("after", self.number)
        return answer

    def send(self, data: bytes) -> None:
        self.client.sendall(data)

    def wait_for_end(self) -> None:
        while self.client.recv(65536):
            pass

    def reset(self) -> None:
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
