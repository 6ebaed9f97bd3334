"""The command line as real processes: what it prints where, how it ends, and that it serves on loopback only."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from server.reports.text import summary_table
from server.settings import CHECKOUT
from server.words import catalogue
from tests.support.demo import Demo
from verification.reason import Reason


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TILIK_")}
    return kept | {"TILIK_DATA": str(data)}


def tilik(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tilik", *words]
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def test_exit_codes_are_those_of_the_process(tmp_path: Path) -> None:
    codes = [tilik(tmp_path, *words).returncode for words in (("--help",), ("pull",), ("sing",))]
    assert codes == [0, 1, 2]


def test_a_wrong_setting_is_named_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tilik", "pull"]
    wrong = environment(tmp_path) | {"TILIK_CENTRAL_PROJECT": "tujuh"}
    result = subprocess.run(command, cwd=CHECKOUT, env=wrong, capture_output=True, text=True, timeout=60)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)
    assert "TILIK_CENTRAL_PROJECT" in result.stderr


@pytest.mark.ci
def test_the_demo_run_again_prints_the_same_numbers(tmp_path: Path, run: Demo) -> None:
    earlier = tmp_path / "demo/tilik.sqlite3"
    earlier.parent.mkdir()
    earlier.write_bytes(b"what an earlier run left")
    again = tilik(tmp_path, "demo", "--once")
    assert again.returncode == 0, again.stderr
    assert again.stdout == summary_table(run.report(), catalogue("id")) + "\n"
    assert len(again.stdout.splitlines()) > 35 and "fiktif" in again.stdout


@contextmanager
def serving(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Serve at a free port; a Ctrl-C reaches it even where whoever runs the tests ignores one."""
    command = [sys.executable, "-u", "-m", "tilik", "serve", "--port", "0"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment(data), stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.ci
def test_serve_tells_its_address_on_loopback_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with serving(tmp_path) as process:
        assert process.stderr
        found = re.search(r"http://localhost:\d+/", process.stderr.readline())
        assert found and requests.get(f"{found[0]}sehat", timeout=30).text == "ok"
        line = requests.get(f"{found[0]}anak/sehat", timeout=30)
        assert line.text == "ok" and not line.cookies, "the children's line is served beside the pages"
        second = tilik(tmp_path, "serve", "--port", "0")
        assert second.returncode == 1 and catalogue("id").reason(Reason("line_served_twice")) in second.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        (sentence,) = process.stderr.read().splitlines()
    assert sentence, "that it has ended"


@pytest.mark.ci
def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = tilik(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1 and "Traceback" not in result.stderr


@pytest.mark.ci
def test_bench_prints_json_and_nothing_else(tmp_path: Path) -> None:
    result = tilik(tmp_path, "bench", "pull", "-n", "3", "--json")
    assert result.returncode == 0, result.stderr
    assert [row["n"] for row in json.loads(result.stdout)] == [3, 3, 3]
