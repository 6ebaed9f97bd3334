"""A server that answers from a script: the faults of a real network, at a real socket on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer. `missing` bytes of the body never come: the line is cut, or `stalls`; one that `hangs` is none."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    stalls: bool = False
    hangs: bool = False


def in_json(status: int, **content: Any) -> Answer:
    return Answer(status, json.dumps(content).encode())


TOKEN = in_json(200, token="a-token")


@dataclass
class Script:
    """What is answered, in this order, and the last of it ever after; and what was asked."""

    answers: list[Answer]
    logins: list[Answer] = field(default_factory=lambda: [TOKEN])
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    cookies: list[str | None] = field(default_factory=list)
    marks: list[str | None] = field(default_factory=list)  # the content that whoever asks has already
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def next(self, method: str, path: str, token: str | None) -> Answer:
        self.asked.append(f"{method} {path}")
        self.tokens.append(token)
        waiting = self.logins if path == "/v1/sessions" else self.answers
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def scripted(*answers: Answer, logins: tuple[Answer, ...] = (TOKEN,)) -> Iterator[Script]:
    """Run such a server."""
    script = Script(list(answers) or [Answer()], list(logins))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _handler(script: Script) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = script.next(self.command, self.path, self.headers.get("Authorization"))
            script.cookies.append(self.headers.get("Cookie"))
            script.marks.append(self.headers.get("If-None-Match"))
            if answer.hangs:
                script.over.wait(30)
                return
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.missing])
            if answer.stalls:
                script.over.wait(30)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
