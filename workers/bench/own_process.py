"""What a measurement stands on: a process of its own, its time and its memory."""

import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def apart(measure: Callable[..., T], *arguments: Any) -> T:
    """Measure in a new process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)


def seconds(task: Callable[[], object]) -> float:
    """Give the seconds that a task takes on the clock."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def cpu_seconds(task: Callable[[], object]) -> float:
    """Give the seconds that a task keeps the processor busy: what others do meanwhile does not count."""
    start = time.process_time()
    task()
    return time.process_time() - start


def reset_peak_mb() -> float:
    """Begin a new peak (Linux); returns the memory in use."""
    refs = Path(f"/proc/{os.getpid()}/clear_refs")
    if refs.exists():
        refs.write_text("5")
    return _status_mb("VmRSS")


def peak_mb() -> float:
    """Give the most memory in use since the peak was begun."""
    return _status_mb("VmHWM")


def _status_mb(key: str) -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) / 1024
