"""One schedule in two shapes: what beat sends, and what the loop asks for, is the same work."""

import os
import subprocess
import sys

import pytest

from server.settings import CHECKOUT
from workers.queue.handlers import HANDLERS, TALK_TO_CENTRAL
from workers.queue.schedule import SCHEDULE
from workers.queue.tasks import app, beat_schedule


def test_every_beat_entry_names_a_task_and_expires_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_REDIS_URL", "redis://127.0.0.1:1/0")  # never connected to
    entries = beat_schedule()
    assert len(entries) == len(SCHEDULE) + 1
    for entry in entries.values():
        assert entry["task"] in app.tasks
        assert 0 < entry["options"]["expires"] <= entry["schedule"].total_seconds()


def test_beat_asks_for_all_regular_work_at_least_as_often_as_it_is_due() -> None:
    asking = {tuple(e["args"]): e["schedule"] for e in beat_schedule().values() if e["task"] == "tilik.ask"}
    assert asking.keys() == {(regular.work.kind, regular.work.key) for regular in SCHEDULE}
    assert all(asking[regular.work.kind, regular.work.key] <= regular.every for regular in SCHEDULE)


def test_every_kind_of_work_that_is_due_by_time_has_somebody_who_does_it() -> None:
    assert {regular.work.kind for regular in SCHEDULE} == {
        "phones",
        "scan",
        "pulls",
        "checks",
        "certify",
        "catch_up",
        "seal",
        "sweep",
        "facilities",
        "what_waits",
        "alerts",
        "tell",
        "tombstones",
        "watch_register",
    }
    assert {regular.work.kind for regular in SCHEDULE} <= {work.kind for work in HANDLERS}


def test_whoever_connects_to_central_counts_for_its_limit() -> None:
    talking = {work.kind for work, handler in HANDLERS.items() if "central" in handler.__code__.co_names}
    assert talking <= TALK_TO_CENTRAL
    assert not TALK_TO_CENTRAL & {"read", "place", "verify", "catch_up", "seal", "sweep", "tombstones"}


@pytest.mark.ci
def test_celery_without_a_redis_ends_with_a_sentence() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TILIK_")}
    result = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "workers.queue.tasks", "beat"], cwd=CHECKOUT,
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert result.returncode == 1 and result.stderr.startswith("TILIK_REDIS_URL belum diatur")


@pytest.mark.ci
def test_hints_are_json_and_nothing_else() -> None:
    """Whoever can write into Redis has no object made here, and steers no worker."""
    program = "from workers.queue.tasks import app as a; c = a.conf; print(c.accept_content, c.task_serializer, " \
              "c.worker_enable_remote_control)"  # fmt: skip
    environment = os.environ | {"TILIK_REDIS_URL": "redis://127.0.0.1:1/0"}  # never connected to
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, env=environment, capture_output=True, text=True
    )
    assert told.stdout == "['json'] json False\n", told.stderr
