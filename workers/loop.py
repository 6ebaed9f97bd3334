"""The embedded clock: one process that asks for what is due by time, and drains the job table."""

import time
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from server.db import writing
from server.jobs import ask
from workers.jobs import Context, drain, log

TICK_SECONDS = 2.0
SCHEDULE = {"pulls": timedelta(minutes=1)}


def run_loop(context: Context, *, once: bool = False) -> int:
    """Ask and drain until stopped; `once` does what is due now. Returns how many jobs were done."""
    done, due = 0, dict.fromkeys(SCHEDULE, 0.0)
    while True:
        try:
            for kind, moment in due.items():
                if time.monotonic() >= moment:
                    with writing(context.engine) as session:
                        ask(session, kind, "")
                    due[kind] = time.monotonic() + SCHEDULE[kind].total_seconds()
            done += drain(context)
        except DBAPIError as error:
            log.warning("the database does not answer (%s); tried again in a moment", type(error).__name__)
        if once:
            return done
        time.sleep(TICK_SECONDS)
