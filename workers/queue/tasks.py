"""Celery: beat and workers pass hints through Redis; what is to be done, and whether it was, is in the job table.

    celery -A workers.queue.tasks beat      one, anywhere
    celery -A workers.queue.tasks worker    as many as needed, on as many machines as needed

A hint that is lost, late or doubled changes nothing: the next asks the table the same question.
"""

import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from celery import Celery

from server.schema import open_up_to_date
from server.settings import load_settings
from server.words import catalogue
from server.work.queue import ask_what_is_due
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.queue.loop import for_a_turn, patiently
from workers.queue.schedule import SCHEDULE, TICK

LOOK = timedelta(seconds=10)  # how often the table is asked what regular work is due
ALIVE = Path(tempfile.gettempdir()) / "tilik-worker"  # touched at every turn, for a health check

app = Celery("tilik")


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Write the schedule for beat. No hint outlives its period: workers that come back find no heap of them."""
    entries: dict[str, dict[str, Any]] = {"drain": _entry("tilik.drain", TICK)}
    for regular in SCHEDULE:
        period = min(regular.every, LOOK)
        entries[f"ask {regular.work.kind} {regular.work.key}".strip()] = _entry(
            "tilik.ask", period, regular.work.kind, regular.work.key
        )
    return entries


def _entry(task: str, period: timedelta, *args: str) -> dict[str, Any]:
    return {"task": task, "args": args, "schedule": period, "options": {"expires": period.total_seconds()}}


@app.add_defaults
def configuration() -> dict[str, Any]:
    """Configure Celery when it is first used, not when this file is imported."""
    settings = load_settings()
    if settings.redis is None:
        raise SystemExit(catalogue(settings.language).say("work.no_redis"))
    return {
        "broker_url": settings.redis,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # for ever
        "broker_transport_options": {"global_keyprefix": "tilik:", "socket_keepalive": True},
        "beat_schedule": beat_schedule(),
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_default_queue": "tilik",
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
    }


@cache
def _context() -> Context:
    """Open the database, in the process that does the work."""
    settings = load_settings()
    return Context(open_up_to_date(settings), settings)


@app.task(name="tilik.ask")
def ask(kind: str, key: str) -> None:
    """Ask for regular work, if it is due."""
    with patiently():
        ask_what_is_due(_context().engine, [r for r in SCHEDULE if (r.work.kind, r.work.key) == (kind, key)])


@app.task(name="tilik.drain")
def drain_jobs() -> None:
    """Do what is due, for a turn."""
    ALIVE.touch()
    with patiently():
        drain(_context(), go_on=for_a_turn())
