"""A stand-in for ClamAV's daemon on loopback: it speaks the real protocol, and finds one word harmful."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HARMFUL = b"KUNCI-BERBAHAYA"


@dataclass
class Daemon:
    """What it was asked, and what it does instead of answering, if anything."""

    address: str
    asked: list[bytes] = field(default_factory=list)
    says: bytes | None = None  # in place of what it would
    most: int = 10**9  # bytes that it takes of a file


@contextmanager
def running_clamd(socket_file: Path | None = None) -> Iterator[Daemon]:
    """Run one, over TCP or on a socket of this machine."""
    daemon = Daemon("")

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _answer(daemon, self.rfile, self.wfile)

    if socket_file:
        server: Any = socketserver.ThreadingUnixStreamServer(str(socket_file), Handler)
        daemon.address = f"unix:{socket_file}"
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        daemon.address = f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield daemon
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(daemon: Daemon, source: Any, out: Any) -> None:
    if source.read(10) != b"zINSTREAM\0":
        out.write(b"UNKNOWN COMMAND\0")
        return
    content = b""
    while size := int.from_bytes(source.read(4), "big"):
        content += source.read(size)
        if len(content) > daemon.most:
            out.write(b"INSTREAM size limit exceeded. ERROR\0")
            return
    daemon.asked.append(content)
    found = b"stream: Rekaan.Uji FOUND\0" if HARMFUL in content else b"stream: OK\0"
    out.write(found if daemon.says is None else daemon.says)


def a_free_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
