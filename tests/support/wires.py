"""What the proxies stand on: a port that can be shut and opened again, and a forwarder that knows nothing of what it
forwards.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self


class Listener:
    """A port on loopback; each connection is served in a thread. Stopped, it refuses, and drops what it has."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listening: socket.socket | None = None
        self._accepting: threading.Thread | None = None
        self._open: dict[socket.socket, threading.Thread] = {}
        with socket.create_server(("127.0.0.1", 0)) as chosen:
            self.port: int = chosen.getsockname()[1]

    def start(self) -> None:
        """Listen; nothing happens where it listens already."""
        if self._listening is None:
            self._listening = socket.create_server(("127.0.0.1", self.port), backlog=64)
            self._accepting = threading.Thread(target=self._accept, args=(self._listening,), daemon=True)
            self._accepting.start()

    def stop(self) -> None:
        """Refuse new connections, and drop those there are."""
        if self._listening and self._accepting:
            shut(self._listening)
            self._accepting.join(timeout=10)
            self._listening.close()
            self._listening = None
        for connection, thread in list(self._open.items()):
            shut(connection)
            if thread is not threading.current_thread():
                thread.join(timeout=10)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                thread = threading.Thread(target=self._handle, args=(connection,), daemon=True)
                self._open[connection] = thread
                thread.start()

    def _handle(self, connection: socket.socket) -> None:
        with suppress(OSError):  # either side may go at any moment: that is what this is for
            self._serve(connection)
        del self._open[connection]
        connection.close()


class Forwarder:
    """A TCP forwarder, such as stands before a database: `cut` it, `restore` it."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = Listener(self._serve)
        self.port = self._listener.port
        self.connections = 0

    def __enter__(self) -> Self:
        self.restore()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Drop every connection, and refuse new ones."""
        self._listener.stop()

    def restore(self) -> None:
        """Forward again."""
        self._listener.start()

    def _serve(self, client: socket.socket) -> None:
        self.connections += 1
        with socket.create_connection(self._target) as server:
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until either end is gone; then end the other."""
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    shut(target)


def shut(wire: socket.socket) -> None:
    """End a connection or a listener, whoever is waiting at it."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)


def receive_all(wire: socket.socket) -> bytes:
    """Receive until the other side ends."""
    pieces = []
    while piece := wire.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)
