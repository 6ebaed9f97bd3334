"""Read workbooks in a process of their own, which has only so much memory and time: whatever is in them, we go on.

The process is started once and waits; for each workbook it forks one that reads it under the limits and ends. Whoever
made the workbook decides no more than how that ends: with cells, with a reason, by a limit, or by an error, which means
that the workbook is damaged. Memory is limited where the platform can (Linux); what is read is counted everywhere.
"""

import atexit
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from server.claims.package import UnusableWorkbook
from server.claims.sheet import ReadSheet
from server.claims.xlsx import read_book, read_cells, read_table
from verification.reason import Reason

MEMORY_BYTES = 400_000_000  # of addresses; a full form takes some 60 MB
CPU_SECONDS = 6  # a full form takes half a second
WALL_SECONDS = 30
_HOUSE = Path(__file__).parents[2]
_LENGTH = 8
_FORM, _TABLE, _BOOK = b"F", b"T", b"B"  # what is asked for


# ── here


class _Reader:
    """The waiting process, as those who have a workbook see it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, content: bytes) -> object:
        """Give the answer to a workbook: its cells, a reason, or None for a damaged one."""
        with self._lock:
            process = self._started()
            assert process.stdin and process.stdout  # noqa: S101  pipes, as asked for
            _send(process.stdin, content)
            answer = _receive(process.stdout)
        return pickle.loads(answer) if answer else None  # noqa: S301  written by our own process

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.stop()
            command = [sys.executable, "-m", "server.claims.limited"]
            self._process = subprocess.Popen(
                command, cwd=_HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """End the process: it does so by itself once nobody can ask any more."""
        if self._process:
            self._process.communicate()  # closes both pipes
            self._process = None


_reader = _Reader()
atexit.register(_reader.stop)


def _forget() -> None:
    """After a fork: the other process's reader answers to the other process."""
    global _reader
    _reader = _Reader()


os.register_at_fork(after_in_child=_forget)


def read_limited(content: bytes) -> dict[str, ReadSheet]:
    """Read the sheets of a claim form. Raises UnusableWorkbook, whatever is wrong with it."""
    found: dict[str, ReadSheet] = _read_by(_FORM + content)
    return found


def table_limited(content: bytes, sheet: str | None) -> ReadSheet:
    """Read a sheet of any workbook, the first in sight where none is named. Raises UnusableWorkbook likewise."""
    named = (sheet or "").encode()
    found: ReadSheet = _read_by(_TABLE + len(named).to_bytes(_LENGTH, "big") + named + content)
    return found


def book_limited(content: bytes) -> dict[str, ReadSheet]:
    """Read every sheet of any workbook, by its title. Raises UnusableWorkbook likewise."""
    found: dict[str, ReadSheet] = _read_by(_BOOK + content)
    return found


def _read_by(asked: bytes) -> Any:
    answer = _reader.ask(asked)
    if isinstance(answer, Reason):
        raise UnusableWorkbook(answer.code, **answer.values)
    if not isinstance(answer, dict | ReadSheet):
        raise UnusableWorkbook("not_a_workbook")
    return answer


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH, "big") + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    return pipe.read(int.from_bytes(pipe.read(_LENGTH), "big"))


# ── there


def _wait_for_workbooks() -> None:
    """Answer one workbook after another until nobody asks any more."""
    while head := sys.stdin.buffer.read(_LENGTH):
        content = sys.stdin.buffer.read(int.from_bytes(head, "big"))
        _send(sys.stdout.buffer, _answer_of_a_fork(content))


def _answer_of_a_fork(content: bytes) -> bytes:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        _read_and_end(content, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return pickle.dumps(Reason("workbook_too_heavy", {"seconds": WALL_SECONDS}))
    return answer if status == 0 else pickle.dumps(None)


def _read_and_end(content: bytes, pipe: int) -> None:
    """Read a workbook, write what it says, and end: in good order, or by any error at all."""
    code = 1
    try:
        _limit()
        answer = pickle.dumps(_read(content))
        with os.fdopen(pipe, "wb") as file:
            file.write(answer)
        code = 0
    finally:
        os._exit(code)


def _read(content: bytes) -> object:
    try:
        if content[:1] == _BOOK:
            return read_book(content[1:])
        if content[:1] != _TABLE:
            return read_cells(content[1:])
        name, rest = content[1 : 1 + _LENGTH], content[1 + _LENGTH :]
        length = int.from_bytes(name, "big")
        return read_table(rest[length:], rest[:length].decode() or None)
    except UnusableWorkbook as unusable:
        return unusable.reason
    except MemoryError:
        return Reason("workbook_too_heavy", {"seconds": WALL_SECONDS})


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with suppress(ValueError, OSError):  # macOS knows the first and does not keep it
            resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS)


if __name__ == "__main__":
    _wait_for_workbooks()
