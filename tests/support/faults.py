"""What can go wrong with one request, as values: a test or a state machine draws them, the proxy lets them act."""

import re
import time
from dataclasses import dataclass
from typing import Protocol

LOGIN_PATH = "/hotspot/login"
PAGE = b"<!doctype html><html><head><title>Login</title></head><body><form>Please log in</form></body></html>"


class Exchange(Protocol):
    """One request at the proxy, as a fault sees it."""

    def ask_central(self) -> bytes:
        """Forward the request; give the whole answer."""

    def send(self, data: bytes) -> None:
        """Give the client bytes; once the fault is done, the connection ends."""

    def wait_for_end(self) -> None:
        """Say nothing until the client gives up."""

    def reset(self) -> None:
        """Let the connection end with a reset."""


class Fault(Protocol):
    """Something that happens to a request."""

    def act(self, exchange: Exchange) -> None:
        """Do it."""


@dataclass(frozen=True)
class Nothing:
    """Nothing happens: the request and its answer pass as they are."""

    def act(self, exchange: Exchange) -> None:
        exchange.send(exchange.ask_central())


@dataclass(frozen=True)
class Answer:
    """Somebody answers in Central's place; the request never reaches it."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()

    def act(self, exchange: Exchange) -> None:
        lines = [f"HTTP/1.1 {self.status} Fault", f"Content-Type: {self.content_type}", "Connection: close"]
        lines += [f"Content-Length: {len(self.body)}", *(f"{name}: {value}" for name, value in self.headers)]
        exchange.send("\r\n".join(lines).encode() + b"\r\n\r\n" + self.body)


@dataclass(frozen=True)
class Reset:
    """The connection is reset: before the request reached Central, or after, so that only the answer is lost."""

    reached_central: bool = False

    def act(self, exchange: Exchange) -> None:
        if self.reached_central:
            exchange.ask_central()
        exchange.reset()


@dataclass(frozen=True)
class Hang:
    """Nothing comes, and the connection stays open."""

    reached_central: bool = False

    def act(self, exchange: Exchange) -> None:
        if self.reached_central:
            exchange.ask_central()
        exchange.wait_for_end()


@dataclass(frozen=True)
class Cut:
    """Central's answer ends in the middle of its body; where it `stalls`, the connection stays open."""

    share: float = 0.5
    stalls: bool = False

    def act(self, exchange: Exchange) -> None:
        head, end, body = exchange.ask_central().partition(b"\r\n\r\n")
        exchange.send(head + end + body[: int(len(body) * self.share)])
        if self.stalls:
            exchange.wait_for_end()


@dataclass(frozen=True)
class Trickle:
    """Central's answer comes in drops."""

    bytes_at_once: int = 100
    pause_s: float = 0.001

    def act(self, exchange: Exchange) -> None:
        answer = exchange.ask_central()
        for start in range(0, len(answer), self.bytes_at_once):
            exchange.send(answer[start : start + self.bytes_at_once])
            time.sleep(self.pause_s)


@dataclass(frozen=True)
class Dated:
    """Central's clock shows another moment than ours."""

    date: str

    def act(self, exchange: Exchange) -> None:
        head, end, body = exchange.ask_central().partition(b"\r\n\r\n")
        exchange.send(re.sub(rb"(?im)^date: .*?$", b"Date: " + self.date.encode(), head) + end + body)


def status(code: int, **headers: str) -> Answer:
    """Give what a reverse proxy in front of Central says of its own."""
    page = f"<html><body><h1>{code}</h1></body></html>".encode()
    return Answer(code, page, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))


LOGIN_PAGE = Answer(200, PAGE)
REDIRECT_TO_LOGIN = Answer(302, headers=(("Location", LOGIN_PATH),))
MALFORMED = Answer(200, b'{"value":[{"__id":"uuid:1","__system":{]}', "application/json; charset=utf-8")

QUICK: dict[str, Fault] = {
    "429": status(429, Retry_After="0"), "500": status(500), "502": status(502), "503": status(503, Retry_After="0"),
    "504": status(504), "cut": Cut(), "malformed": MALFORMED, "login page": LOGIN_PAGE,
    "redirect to a login page": REDIRECT_TO_LOGIN, "reset": Reset(), "answer lost": Reset(reached_central=True),
}  # fmt: skip
SLOW: dict[str, Fault] = {  # these take the client's whole patience
    "hang": Hang(), "hang after it was done": Hang(reached_central=True), "stall": Cut(stalls=True),
}  # fmt: skip
