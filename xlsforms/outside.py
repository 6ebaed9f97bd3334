"""Lint forms that others designed, each under limits in a process that may end: whatever is in a file, we go on.

The process takes one file after another and writes a line of what it found: first by the sheets alone, then with what
pyxform made of them. Whoever made a file decides no more than how that ends: with findings, or by a limit or any error
at all, which is a finding too. The next file then has a new process.
"""

import csv
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

from pyxform.errors import PyXFormError, PyXFormReadError
from pyxform.xls2xform import convert

from xlsforms.designed import Columns, designed, raw_sheets
from xlsforms.lint import Finding, lint

MEMORY_BYTES = 1_500_000_000  # of addresses
SECONDS = 30  # for one file; a form of a thousand rows takes two
FILE_BYTES = 20_000_000
_HEADER_CHARACTERS = 100_000
_CHECKOUT = Path(__file__).parent.parent


# ── here


def lint_files(files: Sequence[Path]) -> Iterator[tuple[Path, list[Finding]]]:
    """Give what is found in each file, in their order."""
    while files:
        answers = _ask(files)
        for number, file in enumerate(files):
            findings, is_whole = answers.get(number, (None, False))
            if is_whole and findings is not None:
                yield file, findings
                continue
            ended = Finding("file_unreadable") if findings is None else Finding("pyxform_falls")
            yield file, [ended, *(findings or ())]
            files = files[number + 1 :]
            break
        else:
            return


def _ask(files: Sequence[Path]) -> dict[int, tuple[list[Finding], bool]]:
    """Give the last that a process wrote of each file, and whether it was all."""
    command = [sys.executable, "-m", "xlsforms.outside", *(str(file.absolute()) for file in files)]
    process = subprocess.run(command, cwd=_CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    answers = {}
    for line in process.stdout.splitlines():
        number, findings, is_whole = json.loads(line)
        answers[number] = ([Finding(**finding) for finding in findings], is_whole)
    return answers


# ── there


def _look_at(file: Path) -> Iterator[tuple[list[Finding], bool]]:
    """Give what is found by the sheets, then all that is found; once alone where there is no more to it."""
    try:
        if file.stat().st_size > FILE_BYTES:
            yield [Finding("file_too_large")], True
            return
        content = file.read_bytes()
        sheets = raw_sheets(content)
    except (OSError, PyXFormReadError):
        yield [Finding("not_a_workbook")], True
        return
    except PyXFormError as error:
        yield lint(designed({}, refused=str(error))), True
        return
    lists = _lists_beside(file)
    if "survey" not in sheets:
        yield lint(designed(sheets)), True
        return
    yield lint(designed(sheets, lists=lists)), False
    try:
        made = convert(BytesIO(content), file_type=".xlsx")
        form = designed(sheets, made.xform, made.warnings, lists=lists)
    except PyXFormError as error:
        form = designed(sheets, refused=str(error), lists=lists)
    yield lint(form), True


def _lists_beside(file: Path) -> Columns:
    """Read the columns of the lists that lie beside a form, as they would be uploaded with it."""
    found = {}
    for path in file.parent.glob("*.csv"):
        with suppress(OSError, csv.Error), path.open(encoding="utf-8-sig", errors="replace", newline="") as rows:
            found[path.name] = frozenset(next(csv.reader([rows.readline(_HEADER_CHARACTERS)]), []))
    return found


def _limit() -> None:
    with suppress(ValueError, OSError):  # macOS knows it and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)


def _main(files: Sequence[str]) -> None:
    """Write of each file what is found, as JSON: its number, the findings, whether that is all."""
    for number, file in enumerate(files):
        _limit()
        for findings, is_whole in _look_at(Path(file)):
            print(json.dumps([number, [asdict(finding) for finding in findings], is_whole]), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1:])
