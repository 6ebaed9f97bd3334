"""Doing what is due."""

import signal
import threading

import click

from server.db import snapshot
from server.roles.table import Permission
from server.terminal import acts, opened, tell, words
from server.work.queue import FAILED, unfinished_jobs
from workers.queue.context import Context
from workers.queue.loop import run_loop


@click.command(help=words.say("help.work"))
@click.option("--once", is_flag=True, help=words.say("help.work_once"))
@acts(Permission.OPERATE)
def work(once: bool) -> None:
    """Do what is due, and go on until stopped."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())  # the job in hand is done first; Ctrl-C cuts it
    with opened() as (settings, engine):
        try:
            done = run_loop(Context(engine, settings), once=once, stop=stop)
        except KeyboardInterrupt:
            return
        if not once:
            tell("work.ended", jobs=done)
            return
        with snapshot(engine) as session:
            wrong = unfinished_jobs(session)
        tell("work.done", jobs=done, wrong=len(wrong))
        for job in wrong:
            sentence = words.reason(job.problem) if job.problem else "–"
            tell("work.wrong", job=words.say(f"job.{job.kind}"), what=f" {job.key}".rstrip(), sentence=sentence)
            if job.state != FAILED:
                tell("work.wrong_passes", next=job.run_at)
        if wrong:
            raise SystemExit(1)
