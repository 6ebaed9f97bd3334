"""ClamAV's daemon, by the one word of its protocol that is needed: INSTREAM.

zINSTREAM NUL, then pieces, each behind its length in four bytes, then a length of 0; the answer ends in NUL:
    stream: OK          stream: NAME FOUND          INSTREAM size limit exceeded. ERROR

The packages that speak it have not been kept for years, and would be longer than this. It knows no login and no TLS:
it is asked on this machine, or in a network that is ours.
"""

import socket
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from workers.outside import OutsideProblem

SECONDS = 120  # without a byte of an answer: a large document is unpacked there
_LONGEST_ANSWER = 4096
CLEAN, FOUND, TOO_LARGE = "clean", "found", "too_large"


class ScannerProblem(OutsideProblem):
    """The scanner does not do what it should; documents wait."""


def scan(address: str, pieces: Iterable[bytes], seconds: float = SECONDS) -> str:
    """Ask about a file: CLEAN, FOUND, or TOO_LARGE for the scanner's own limit. Raises ScannerProblem."""
    try:
        with _connected(address, seconds) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough, and may have said why
                connection.sendall(b"zINSTREAM\0")
                for piece in pieces:
                    if piece:
                        connection.sendall(len(piece).to_bytes(4, "big") + piece)
                connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError:
        raise ScannerProblem("scanner_unreachable", passes=True) from None
    if answer == "stream: OK":
        return CLEAN
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return FOUND
    if "size limit exceeded" in answer:
        return TOO_LARGE
    raise ScannerProblem("scanner_odd" if answer else "scanner_unreachable", passes=True)


def _connected(address: str, seconds: float) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(address.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    found = urlsplit(address)
    return socket.create_connection((found.hostname or "", found.port or 0), timeout=seconds)


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER and (more := connection.recv(_LONGEST_ANSWER)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
