"""Requests as bytes, sent to a server as nobody's browser would; and what it answers."""

import re
import select
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

TEN_SECONDS = 10


def connected(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname or "", address.port or 80), timeout=TEN_SECONDS)


def answer_to(url: str, request: bytes) -> bytes:
    """Send bytes and read until the server closes the connection, or has said nothing for ten seconds."""
    with connected(url) as line:
        with suppress(ConnectionError):  # it need not read all of it
            line.sendall(request)
        return read_all(line)


def read_all(line: socket.socket) -> bytes:
    said = b""
    with suppress(ConnectionResetError):
        while chunk := line.recv(65536):
            said += chunk
    return said


def silent(lines: Sequence[socket.socket]) -> set[int]:
    """Give the numbers of those lines that are open, and on which nothing was said."""
    asked = select.poll()
    for line in lines:
        asked.register(line, select.POLLIN)
    return {line.fileno() for line in lines} - {number for number, _ in asked.poll(0)}


def status_of(answer: bytes) -> int:
    """Read an answer's status, after "go on" (100); 0 where the connection was closed without a word."""
    said = [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.M)]
    return next((status for status in said if status != 100), 0)
