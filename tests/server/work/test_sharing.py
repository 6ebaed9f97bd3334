"""The job table shared: the same work by one worker at a time, no more at once than Central can bear, by one clock."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, text, update

from server.db import now, snapshot, writing
from server.work.kinds import Pulls, Sweep
from server.work.queue import (
    KEPT,
    LAST_RETRY,
    LEASE,
    Limit,
    Regular,
    Taken,
    again,
    ask_what_is_due,
    extend,
    fail,
    finish,
    put,
    retry,
    sweep,
    take,
    unfinished_jobs,
)
from server.work.tables import Job
from verification.reason import Reason

KINDS = ("pull", "pulls", "verify")
CENTRAL = frozenset({"pull", "pulls"})
PROBLEM = Reason("central_slow", {"seconds": 60})
A_SECOND = timedelta(seconds=1)
MINUTELY = Regular(Pulls(), timedelta(minutes=1))
NIGHTLY = Regular(Sweep(), timedelta(days=1), offset=timedelta(hours=19))


def asked(engine: Engine, *keys: str, kind: str = "pull") -> None:
    with writing(engine) as session:
        for key in keys:
            put(session, kind, key)


def taken(engine: Engine, at_once: int = 99) -> Taken | None:
    return take(engine, KINDS, [Limit(CENTRAL, at_once)])


def finished(engine: Engine, job: Taken | None) -> None:
    assert job
    with writing(engine) as session:
        assert finish(session, job)


def change(engine: Engine, job: Taken | None = None, **values: object) -> None:
    with writing(engine) as session:
        every = update(Job).values(**values)
        session.execute(every.where(Job.id == job.id) if job else every)


def jobs(engine: Engine) -> list[tuple[str, str, str]]:
    with snapshot(engine) as session:
        return [(job.kind, job.key, job.state) for job in session.scalars(select(Job).order_by(Job.id))]


def running(engine: Engine) -> int:
    return sum(state == "running" for _, _, state in jobs(engine))


# ── one worker at a time ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_work_is_not_given_to_a_second_worker_while_the_first_is_at_it(engine: Engine) -> None:
    asked(engine, "school")
    first = taken(engine)
    asked(engine, "school", "lksa")
    other = taken(engine)
    assert other and other.key == "lksa"
    assert taken(engine) is None
    finished(engine, first)
    assert (second := taken(engine)) and second.key == "school"


def test_the_same_work_goes_to_another_when_its_worker_has_died(engine: Engine) -> None:
    asked(engine, "school")
    dead = taken(engine)
    asked(engine, "school")
    change(engine, dead, lease_until=now() - A_SECOND)
    again_the_first = taken(engine)
    assert dead and again_the_first and again_the_first.id == dead.id
    assert taken(engine) is None


def test_a_lease_that_has_run_out_cannot_be_kept_for_somebody_else_may_do_the_same_work(engine: Engine) -> None:
    asked(engine, "school")
    slow = taken(engine)
    assert slow and extend(engine, slow)
    change(engine, slow, lease_until=now() - A_SECOND)
    assert not extend(engine, slow)


# ── what an outside system can bear ──────────────────────────────────────────────────────────────────────────────────


def test_no_more_jobs_talk_to_central_at_once_than_it_can_bear(engine: Engine) -> None:
    asked(engine, "a", "b", "c")
    asked(engine, "", kind="pulls")
    asked(engine, "2025/33.21", kind="verify")
    first, second = taken(engine, at_once=2), taken(engine, at_once=2)
    third = taken(engine, at_once=2)
    assert third and third.kind == "verify", "which does not talk to Central"
    assert taken(engine, at_once=2) is None
    finished(engine, first)
    assert taken(engine, at_once=2)
    assert taken(engine, at_once=2) is None
    change(engine, second, lease_until=now() - A_SECOND)
    assert taken(engine, at_once=2), "the dead do not talk"


def test_the_limit_holds_however_many_claim_at_the_same_moment(engine: Engine) -> None:
    asked(engine, *map(str, range(40)))
    seen: list[int] = []

    def claims() -> Iterator[str]:
        while len(jobs_done) < 40:
            if job := taken(engine, at_once=3):
                seen.append(running(engine))
                finished(engine, job)
                jobs_done.append(job.key)
                yield job.key
            else:
                time.sleep(0.005)  # as many as may run, do

    jobs_done: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        shares = list(pool.map(lambda _: list(claims()), range(8)))
    assert sorted(int(key) for share in shares for key in share) == list(range(40))
    assert max(seen) <= 3


# ── one clock ────────────────────────────────────────────────────────────────────────────────────────────────────────

FIVE_HOURS = timedelta(hours=5)


def our_clock_goes_wrong(engine: Engine) -> timedelta:
    """Put PostgreSQL's clock five hours ahead of this machine's; SQLite has no clock but the machine's."""
    if engine.dialect.name != "postgresql":
        return timedelta(0)
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA ahead"))
        connection.execute(text(
            "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
            "AS $$ SELECT pg_catalog.clock_timestamp() + interval '5 hours' $$"
        ))  # fmt: skip
        connection.execute(text(f"ALTER DATABASE {engine.url.database} SET search_path = ahead, pg_catalog, public"))
    engine.dispose()
    return FIVE_HOURS


def moments(engine: Engine) -> list[datetime]:
    with snapshot(engine) as session:
        rows = session.execute(select(Job.asked_at, Job.run_at, Job.lease_until, Job.finished_at)).all()
    return [moment for row in rows for moment in row if moment]


def test_workers_whose_clocks_are_wrong_share_the_table_by_the_databases_own(engine: Engine) -> None:
    ahead = our_clock_goes_wrong(engine)
    asked(engine, "school", "lksa", "home")
    first, second, third = taken(engine), taken(engine), taken(engine)
    assert first and second and third
    assert extend(engine, first)
    finished(engine, first)
    retry(engine, second, PROBLEM)
    fail(engine, third, PROBLEM)
    assert taken(engine) is None, "what failed waits"
    ask_what_is_due(engine, [MINUTELY])
    ask_what_is_due(engine, [MINUTELY])
    finished(engine, taken(engine))
    wrong = [moment for moment in moments(engine) if abs(moment - now() - ahead) > LEASE + LAST_RETRY]
    assert wrong == [] and len(moments(engine)) > 8


def test_a_clock_that_was_put_back_does_not_stop_the_queue(engine: Engine) -> None:
    asked(engine, "waits", "runs")
    _, runs = taken(engine), taken(engine)
    change(engine, state="waiting", run_at=now() + FIVE_HOURS)
    change(engine, runs, state="running", lease_until=now() + FIVE_HOURS)
    assert {job.key for job in (taken(engine), taken(engine)) if job} == {"waits", "runs"}


# ── regular work ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_regular_work_is_asked_for_once_however_many_clocks_tick(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ask_what_is_due(engine, [MINUTELY, NIGHTLY]), range(8)))
    assert sorted(jobs(engine)) == [("pulls", "", "waiting"), ("sweep", "", "waiting")]


def test_regular_work_is_asked_for_again_when_it_is_due_again_and_not_before(engine: Engine) -> None:
    hourly = Regular(Pulls(), timedelta(hours=1))
    ask_what_is_due(engine, [hourly])
    finished(engine, taken(engine))
    change(engine, asked_at=hourly.last_due(now()))
    ask_what_is_due(engine, [hourly])
    assert len(jobs(engine)) == 1
    change(engine, asked_at=hourly.last_due(now()) - A_SECOND)
    ask_what_is_due(engine, [hourly])
    assert [state for _, _, state in jobs(engine)] == ["done", "waiting"]


def test_regular_work_that_was_asked_for_by_a_clock_since_put_back_is_due(engine: Engine) -> None:
    ask_what_is_due(engine, [NIGHTLY])
    change(engine, state="done", asked_at=now() + timedelta(days=2))
    ask_what_is_due(engine, [NIGHTLY])
    assert [state for _, _, state in jobs(engine)] == ["done", "waiting"]


def test_what_is_nightly_is_due_at_its_hour() -> None:
    evening, night = (datetime(2026, 11, 22, hour, 30, tzinfo=UTC) for hour in (18, 19))
    assert NIGHTLY.last_due(evening) == datetime(2026, 11, 21, 19, tzinfo=UTC)
    assert NIGHTLY.last_due(night) == datetime(2026, 11, 22, 19, tzinfo=UTC)


# ── what went wrong, and what is over ────────────────────────────────────────────────────────────────────────────────


def found_troubles(engine: Engine) -> list[tuple[str, str]]:
    with snapshot(engine) as session:
        return [(job.key, job.state) for job in unfinished_jobs(session)]


def ask_again(engine: Engine, job: Taken) -> bool:
    with writing(engine) as session:
        return again(session, job.id)


def test_what_went_wrong_is_listed_until_a_person_asks_again(engine: Engine) -> None:
    asked(engine, "given up", "waits for its next try", "fine", "not begun")
    given_up, waits, fine = taken(engine), taken(engine), taken(engine)
    assert given_up and waits and fine
    fail(engine, given_up, PROBLEM)
    retry(engine, waits, PROBLEM)
    finished(engine, fine)
    assert found_troubles(engine) == [("waits for its next try", "waiting"), ("given up", "failed")]
    assert ask_again(engine, given_up) and ask_again(engine, waits)
    assert not ask_again(engine, fine)
    assert found_troubles(engine) == [("waits for its next try", "waiting")]
    assert {job.key for job in (taken(engine), taken(engine), taken(engine)) if job} == {
        "given up", "waits for its next try", "not begun",
    }  # fmt: skip


def test_work_that_fails_every_minute_is_one_trouble_and_none_once_it_succeeds(engine: Engine) -> None:
    for _ in range(3):
        asked(engine, "school")
        job = taken(engine)
        assert job
        fail(engine, job, PROBLEM)
    assert found_troubles(engine) == [("school", "failed")]
    asked(engine, "school")
    finished(engine, taken(engine))
    assert found_troubles(engine) == []


def test_asking_again_for_what_waits_already_brings_it_forward(engine: Engine) -> None:
    asked(engine, "school")
    failed = taken(engine)
    assert failed
    fail(engine, failed, PROBLEM)
    asked(engine, "school")
    waits = taken(engine)
    assert waits
    retry(engine, waits, PROBLEM)
    assert ask_again(engine, failed)
    assert (job := taken(engine)) and job.id == waits.id


def test_what_was_done_long_ago_is_forgotten_and_what_failed_never(engine: Engine) -> None:
    asked(engine, "old", "new", "failed", "waits")
    old, new, failed = taken(engine), taken(engine), taken(engine)
    finished(engine, old)
    finished(engine, new)
    assert failed
    fail(engine, failed, PROBLEM)
    change(engine, finished_at=now() - KEPT - A_SECOND)
    change(engine, new, finished_at=now() - KEPT + timedelta(minutes=1))
    with writing(engine) as session:
        assert sweep(session) == 1
    assert [key for _, key, _ in jobs(engine)] == ["new", "failed", "waits"]


def test_a_machine_that_vanished_holds_no_lock_for_long(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "5min"
