"""A disk with as much room as a test says."""

import shutil
from typing import NamedTuple

import pytest


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def put_disk(monkeypatch: pytest.MonkeyPatch, disk: Disk) -> None:
    """Let whoever asks how much room there is be told of this disk."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk)
