"""Where a request ends, nginx and gunicorn agree: nobody hides a second one in the first."""

from contextlib import suppress

import pytest

from tests.compose.mirror import SEEN
from tests.compose.stack import Stack
from tests.compose.tls import NAME, handshaken

pytestmark = pytest.mark.ci
HIDDEN = f"GET {SEEN} HTTP/1.1\r\nHost: {NAME}\r\nX-Hidden: yes\r\n\r\n"
HEAD = f"POST /masuk HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\nContent-Type: text/plain\r\n"
TWO_LENGTHS = f"Content-Length: 4\r\nContent-Length: {4 + len(HIDDEN)}\r\n\r\nabcd{HIDDEN}"
AMBIGUOUS = {
    "a length and pieces": f"Content-Length: {5 + len(HIDDEN)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "pieces and a length": f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": TWO_LENGTHS,
    "a length of two numbers": f"Content-Length: 4, {4 + len(HIDDEN)}\r\n\r\nabcd{HIDDEN}",
    "a signed length": f"Content-Length: +4\r\n\r\nabcd{HIDDEN}",
    "pieces under another name": f"Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd{HIDDEN}",
    "pieces twice": f"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a blank before the colon": f"Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a line that goes on": f"Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a piece of no number": f"Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n{HIDDEN}",
}  # fmt: skip


def answers_to(served: Stack, request: str) -> bytes:
    """Send it over one line, and read what comes until the line is closed or nothing comes any more."""
    found = b""
    with handshaken(served) as line, suppress(OSError):
        line.settimeout(3)
        line.sendall(request.encode("latin-1"))
        while piece := line.recv(65536):
            found += piece
    return found


@pytest.mark.parametrize("rest", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_no_second_request_hides_in_a_first(served: Stack, rest: str) -> None:
    """It is refused and the line closed, whatever comes behind it."""
    found = answers_to(served, HEAD + rest)
    assert found.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 503 ")) and found.count(b"HTTP/1.1 ") == 1
    assert b'"told"' not in found


def test_two_requests_of_clear_ends_are_answered_both(served: Stack) -> None:
    """So that the test above would see a second answer."""
    found = answers_to(served, HIDDEN + HIDDEN)
    assert found.count(b"HTTP/1.1 200 ") == 2 and b'"told"' in found
