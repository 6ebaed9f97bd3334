"""Draining the job table: one thing leads to the next, a failure keeps its reason, and its neighbours go on."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.register.tables import Facility
from server.results.tables import LineResult
from server.settings import Settings
from server.submissions.tables import SubmissionState
from server.work.queue import put, take
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.forms import a_form, a_submission
from tests.support.trial import a_context
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of
from verification.model import Outcome
from workers.central.api import Central
from workers.queue.context import Context
from workers.queue.draining import drain, run
from workers.queue.loop import run_loop
from workers.sending.place_ids import PLACES

FORM, OTHER = "visit_pojok_asi", "visit_school"
SECRET = "yang dijawab orang"


@pytest.fixture
def context(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Context:
    """Give what jobs work with, and two visit forms at Central."""
    for form_id in (FORM, OTHER):
        central.publish(form_id, a_form(form_id=form_id, kind="text", arrival="text", facility="text"), "1")
    return a_context(central, engine, tmp_path, sandbox.url)


@pytest.fixture
def claimed(district: Engine) -> str:
    """Let the district claim one place; gives the place's number in the register."""
    content = filled({f"Klaim!E{row_of(17)}": 15}, a_place())
    claims_come(district, content)
    forget_jobs(district)
    with snapshot(district) as session:
        return session.scalars(select(Facility.id)).one()


def visit(central: Central, facility: str = "", form_id: str = FORM, **answers: Any) -> str:
    values = {"kind": "pojok_asi", "arrival": "open", "facility": facility} | answers
    return central.submit(form_id, a_submission(form_id=form_id, **values))


def asked(context: Context, kind: str, key: str = "") -> None:
    with writing(context.engine) as session:
        put(session, kind, key)


def jobs(context: Context) -> list[tuple[str, str, str]]:
    with snapshot(context.engine) as session:
        return [(job.kind, job.key, job.state) for job in session.scalars(select(Job).order_by(Job.id))]


def problems(context: Context) -> dict[str, Any]:
    """Give the code of each job's problem by its kind and key."""
    with snapshot(context.engine) as session:
        found = session.scalars(select(Job).order_by(Job.id))
        return {f"{job.kind} {job.key}".strip(): job.problem.code for job in found if job.problem}


def results(context: Context) -> list[LineResult]:
    with snapshot(context.engine) as session:
        found = list(session.scalars(select(LineResult)))
        session.expunge_all()
    return found


def test_one_drain_leads_from_central_to_the_result(context: Context, claimed: str, central: Central) -> None:
    visit(central, claimed)
    asked(context, "pulls")
    drain(context)
    assert jobs(context) == [
        ("pulls", "", "done"), ("pull", FORM, "done"), ("pull", OTHER, "done"), ("approval_lists", "", "done"),
        ("read", "", "done"), ("verify", f"{ROUND}/{DISTRICT}", "done"),
    ]  # fmt: skip
    assert [line.outcome for line in results(context)] == [Outcome.UNSURE]


def test_draining_again_with_nothing_new_changes_no_result(context: Context, claimed: str, central: Central) -> None:
    visit(central, claimed)
    for _ in range(2):
        asked(context, "pulls")
        drain(context)
    assert len(results(context)) == 1
    assert {state for _, _, state in jobs(context)} == {"done"}


def test_nothing_is_read_where_nothing_came(context: Context) -> None:
    asked(context, "pulls")
    drain(context)
    assert [kind for kind, _, _ in jobs(context)] == ["pulls", "pull", "pull", "approval_lists"]


def test_nothing_is_drained_of_another_kind(context: Context) -> None:
    asked(context, "pulls")
    assert drain(context, ("verify",)) == 0
    assert jobs(context) == [("pulls", "", "waiting")]


def test_a_form_that_cannot_be_pulled_keeps_its_reason_and_its_neighbour_is_pulled(
    context: Context, central: Central
) -> None:
    visit(central)
    asked(context, "pull", "a form that there is not")
    asked(context, "pull", FORM)
    drain(context)
    assert problems(context) == {"pull a form that there is not": "central_not_found"}
    assert jobs(context)[:2] == [("pull", "a form that there is not", "waiting"), ("pull", FORM, "done")]
    with snapshot(context.engine) as session:
        assert session.scalars(select(Job.run_at).filter_by(state="waiting")).one() > now()


def test_what_came_is_read_though_its_files_cannot_be_had(
    context: Context, central: Central, claimed: str, sandbox: Sandbox
) -> None:
    root = visit(central, claimed, photo="1.jpg")
    files = sandbox.state.projects[central.project].forms[FORM].submissions[root].current.files
    files["1.jpg"] = object()  # type: ignore[assignment]
    asked(context, "pull", FORM)
    drain(context)
    assert problems(context) == {f"pull {FORM}": "central_busy"}
    assert len(results(context)) == 1


def test_without_a_central_the_job_is_given_up_and_says_what_to_set(context: Context) -> None:
    unnamed = replace(context, settings=Settings(data=context.settings.data, central_url=None))
    asked(unnamed, "pulls")
    drain(unnamed)
    assert jobs(unnamed) == [("pulls", "", "failed")]
    assert problems(unnamed) == {"pulls": "central_not_named"}


def test_a_changed_password_is_waited_for(context: Context) -> None:
    changed = context.settings.model_copy(update={"central_password": SecretStr("another")})
    asked(context, "pulls")
    drain(replace(context, settings=changed))
    assert (jobs(context), problems(context)) == ([("pulls", "", "waiting")], {"pulls": "central_login_refused"})
    with writing(context.engine) as session:
        session.execute(update(Job).values(run_at=now()))
    drain(context)
    assert jobs(context)[0] == ("pulls", "", "done") and problems(context) == {}


def test_a_disturbed_machine_is_tried_again(context: Context, central: Central) -> None:
    root = visit(central, photo="1.jpg")
    central.attach(FORM, root, "1.jpg", b"\xff\xd8\xff")
    context.settings.store.write_text("a file stands where the folder should")
    asked(context, "pull", FORM)
    drain(context)
    assert problems(context) == {f"pull {FORM}": "file_unusable"}
    assert ("pull", FORM, "waiting") in jobs(context)


@pytest.fixture
def our_mistake(context: Context, claimed: str, central: Central) -> Iterator[Context]:
    """Give a district whose computation breaks on something that Central sent."""
    visit(central, claimed)
    asked(context, "pulls")
    drain(context, ("pulls", "pull", "read"))
    with writing(context.engine) as session:
        session.execute(update(SubmissionState).values(submitted_at=SECRET))
    yield context


def test_a_mistake_of_ours_is_given_up_and_shown_and_stops_nobody(our_mistake: Context) -> None:
    asked(our_mistake, "facilities")
    drain(our_mistake)
    assert problems(our_mistake) == {f"verify {ROUND}/{DISTRICT}": "our_mistake"}
    assert ("verify", f"{YEAR}/{DISTRICT}", "failed") in jobs(our_mistake)
    assert ("facilities", "", "done") in jobs(our_mistake)


def test_the_log_says_where_a_mistake_arose_and_nothing_of_what_people_answered(
    our_mistake: Context, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        drain(our_mistake)
    assert "ValueError" in caplog.text and "visits/queries.py" in caplog.text
    assert SECRET not in caplog.text
    with snapshot(our_mistake.engine) as session:
        assert SECRET not in str(session.scalars(select(Job.problem)).all())


def test_a_job_that_went_to_another_worker_ends_here_without_an_end(
    context: Context, central: Central, caplog: pytest.LogCaptureFixture
) -> None:
    visit(central)
    asked(context, "pull", FORM)
    first = take(context.engine, ("pull",))
    with writing(context.engine) as session:
        session.execute(update(Job).values(lease_until=now() - timedelta(seconds=1)))
    second = take(context.engine, ("pull",))
    assert first and second
    run(context, first)
    assert ("pull", FORM, "running") in jobs(context) and "another worker" in caplog.text
    run(context, second)
    assert ("pull", FORM, "done") in jobs(context)


def test_facilities_go_to_central(context: Context, claimed: str, central: Central) -> None:
    asked(context, "facilities")
    drain(context)
    assert list(central.entities(PLACES)) == [claimed]


def test_the_loop_asks_for_what_is_due_and_drains_it(context: Context, claimed: str, central: Central) -> None:
    visit(central, claimed)
    assert run_loop(context, once=True) > 5
    assert {kind for kind, _, _ in jobs(context)} >= {"pulls", "pull", "read", "verify", "checks", "check", "certify"}
    assert {state for _, _, state in jobs(context)} == {"done"}
    assert len(results(context)) == 1
