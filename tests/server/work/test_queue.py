"""The job table, the only queue: nothing is asked for twice, done by two, lost by a death, or given up in silence."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.submissions.tables import Bookmark
from server.work.kinds import Pull
from server.work.queue import FIRST_RETRY, LAST_RETRY, LEASE, Taken, ask, extend, fail, finish, put, retry, take
from server.work.tables import Job
from verification.reason import Reason

PROBLEM = Reason("central_slow", {"seconds": 60})


def asked(engine: Engine, kind: str = "pull", key: str = "form", after: timedelta = timedelta(0)) -> None:
    with writing(engine) as session:
        put(session, kind, key, after)


def taken(engine: Engine, kind: str = "pull") -> Taken:
    job = take(engine, (kind,))
    assert job
    return job


def finished(engine: Engine, job: Taken) -> bool:
    with writing(engine) as session:
        return finish(session, job)


def jobs(engine: Engine) -> list[Job]:
    with snapshot(engine) as session:
        found = list(session.scalars(select(Job).order_by(Job.id)))
        session.expunge_all()
    return found


def keys(engine: Engine, state: str) -> list[str]:
    return [job.key for job in jobs(engine) if job.state == state]


def move(engine: Engine, **values: datetime | int) -> None:
    """Let time pass, or attempts fail, for every job."""
    with writing(engine) as session:
        session.execute(update(Job).values(**values))


def the_lease_runs_out(engine: Engine) -> None:
    move(engine, lease_until=now() - timedelta(seconds=1))


def test_the_same_work_asked_for_twice_is_one_job(engine: Engine) -> None:
    asked(engine)
    asked(engine)
    asked(engine, key="another form")
    asked(engine, kind="verify")
    assert [(job.kind, job.key) for job in jobs(engine)] == [
        ("pull", "form"), ("pull", "another form"), ("verify", "form"),
    ]  # fmt: skip


def test_what_is_asked_for_while_it_runs_waits_to_be_done_once_more(engine: Engine) -> None:
    asked(engine)
    job = taken(engine)
    asked(engine)
    asked(engine)
    assert [found.state for found in jobs(engine)] == ["running", "waiting"]
    assert finished(engine, job)
    assert taken(engine).id != job.id


def test_work_is_asked_for_in_the_transaction_of_the_change_or_not_at_all(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        ask(session, Pull("form"))
        raise RuntimeError("the change failed")
    assert jobs(engine) == []


def test_nothing_is_claimed_before_it_is_due_and_nothing_of_another_kind(engine: Engine) -> None:
    asked(engine, after=LAST_RETRY)
    asked(engine, kind="verify")
    assert take(engine, ("pull", "read")) is None
    assert taken(engine, "verify").kind == "verify"
    assert take(engine, ("verify",)) is None


def test_what_was_due_first_is_done_first(engine: Engine) -> None:
    asked(engine, key="later", after=timedelta(seconds=-10))
    asked(engine, key="first", after=timedelta(seconds=-20))
    assert [taken(engine).key for _ in range(2)] == ["first", "later"]


def test_two_workers_never_get_the_same_job(engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(40):
            ask(session, Pull(str(number)))

    def claims() -> Iterator[str]:
        while job := take(engine, ("pull",)):
            yield job.key

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda _: list(claims()), range(4)))
    assert sorted(int(key) for share in shares for key in share) == list(range(40))


def test_a_dead_workers_job_goes_to_another_and_the_dead_ones_end_counts_for_nothing(engine: Engine) -> None:
    asked(engine)
    first = taken(engine)
    assert take(engine, ("pull",)) is None, "the lease still runs"
    the_lease_runs_out(engine)
    second = taken(engine)
    assert (second.id, second.attempts) == (first.id, 2)
    assert not finished(engine, first)
    retry(engine, first, PROBLEM)
    fail(engine, first, PROBLEM)
    assert [(job.state, job.problem) for job in jobs(engine)] == [("running", None)]
    assert finished(engine, second)


def test_a_lease_is_kept_by_who_still_works(engine: Engine) -> None:
    asked(engine)
    job = taken(engine)
    move(engine, lease_until=now() + LEASE / 10)
    assert extend(engine, job)
    (found,) = jobs(engine)
    assert found.lease_until and found.lease_until > now() + LEASE / 2
    assert take(engine, ("pull",)) is None


def test_a_lease_that_went_to_another_is_not_taken_back(engine: Engine) -> None:
    asked(engine)
    first = taken(engine)
    the_lease_runs_out(engine)
    second = taken(engine)
    assert not extend(engine, first)
    assert extend(engine, second)


def test_a_job_is_finished_in_the_transaction_of_its_effect(engine: Engine) -> None:
    asked(engine)
    job = taken(engine)
    with pytest.raises(RuntimeError), writing(engine) as session:
        session.add(Bookmark(project=1, name="x", moment=""))
        assert finish(session, job)
        raise RuntimeError("the machine stops before the commit")
    assert keys(engine, "running") == ["form"]
    with snapshot(engine) as session:
        assert session.get(Bookmark, (1, "x")) is None
    with writing(engine) as session:
        session.add(Bookmark(project=1, name="x", moment=""))
        assert finish(session, job)
    assert keys(engine, "done") == ["form"]
    assert not finished(engine, job), "what is done cannot be done again"


def test_a_retry_waits_longer_each_time_and_never_longer_than_the_longest(engine: Engine) -> None:
    asked(engine)
    waits = []
    for _ in range(12):
        job = taken(engine)
        before = now()
        retry(engine, job, PROBLEM)
        (found,) = jobs(engine)
        waits.append(found.run_at - before)
        assert (found.state, found.problem) == ("waiting", PROBLEM)
        assert take(engine, ("pull",)) is None
        move(engine, run_at=now())
    assert all(wait >= FIRST_RETRY * 2**number for number, wait in enumerate(waits[:6]))
    assert all(longer > shorter for shorter, longer in pairwise(waits[:7]))
    assert all(LAST_RETRY <= wait < LAST_RETRY * 2 for wait in waits[-3:])


def test_a_central_that_is_away_for_days_still_leads_to_a_next_attempt(engine: Engine) -> None:
    asked(engine)
    move(engine, attempts=1000)
    retry(engine, taken(engine), PROBLEM)
    (found,) = jobs(engine)
    assert found.state == "waiting" and found.run_at < now() + 2 * LAST_RETRY


def test_a_retry_of_work_that_waits_already_does_not_double_it(engine: Engine) -> None:
    asked(engine)
    job = taken(engine)
    asked(engine)
    retry(engine, job, PROBLEM)
    assert [(found.state, found.problem) for found in jobs(engine)] == [("done", PROBLEM), ("waiting", None)]


def test_what_succeeds_after_all_has_no_problem_left(engine: Engine) -> None:
    asked(engine)
    retry(engine, taken(engine), PROBLEM)
    move(engine, run_at=now())
    assert finished(engine, taken(engine))
    (found,) = jobs(engine)
    assert (found.state, found.problem) == ("done", None) and found.finished_at


def test_what_is_given_up_keeps_its_reason_and_may_be_asked_for_again(engine: Engine) -> None:
    asked(engine)
    fail(engine, taken(engine), PROBLEM)
    (found,) = jobs(engine)
    assert (found.state, found.problem) == ("failed", PROBLEM) and found.finished_at
    the_lease_runs_out(engine)
    assert take(engine, ("pull",)) is None
    asked(engine)
    assert taken(engine).id != found.id
