"""What keeps a message from being sent: the channel does not work now, or this message cannot go."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

from verification.reason import Value
from workers.outside import OutsideProblem


class ChannelProblem(OutsideProblem):
    """Nothing goes by this channel now. An operator may have to see to it; then it goes on by itself."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code, passes=True, **values)


class Undelivered(OutsideProblem):
    """This message does not go; others may."""


@dataclass(frozen=True)
class Deadlines:
    """How long an answer may take, and a whole exchange: each of its answers may come just in time."""

    answer: float = 15
    exchange: float = 60


@contextmanager
def no_longer_than(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut a connection that takes longer in all: whoever reads from it finds its end."""
    timer = threading.Timer(seconds, lambda: _cut(connection()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS's own, which belongs to its reader


def is_here(host: str) -> bool:
    """Tell whether a host is this machine: then nobody stands between."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
