"""The process that reads workbooks: whatever reading one does, it ends, and who asked gets an answer."""

import subprocess
import sys

import pytest

from server.settings import CHECKOUT

_ANSWER = """
import pickle, time
from server.claims import limited
limited.CPU_SECONDS, limited.WALL_SECONDS = 1, 3
def read_cells(content):
    {does}
limited.read_cells = read_cells
print(pickle.loads(limited._answer_of_a_fork(b"")))
print(pickle.loads(limited._answer_of_a_fork(b"")))
"""
HEAVY = "workbook_too_heavy"
ENDINGS = {
    "too much memory": ("return len(bytearray(10**9))", HEAVY),
    "an error of any kind": ("return read_cells(content)", "None"),
    "an end of its own": ("raise SystemExit", "None"),
    "too much time of the processor": ("while True: pass", HEAVY),
    "too long": ("time.sleep(60)", HEAVY),
}
SLOW = ("too much time of the processor", "too long")


@pytest.mark.parametrize(
    "does, answer",
    [pytest.param(*end, id=name, marks=[pytest.mark.ci] if name in SLOW else []) for name, end in ENDINGS.items()],
)
def test_however_reading_ends_there_is_an_answer_and_the_next_workbook_is_read(does: str, answer: str) -> None:
    program = _ANSWER.format(does=does)
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.stdout.count(answer) == 2, done.stderr
