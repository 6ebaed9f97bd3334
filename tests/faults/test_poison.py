"""What one submission brings never stops its neighbours: it is set aside with a sentence, or taken as it is."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.results.tables import Result
from server.settings import Settings
from server.submissions.tables import Attachment, Submission, SubmissionState
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.builders import LAT, LON
from tests.support.child import Place
from tests.support.visits import FORM_ID, JPEG, a_visit, assert_operator_can_act, claim_a_place, publish
from verification.reason import Reason
from workers.central.api import Central
from workers.queue.draining import drain
from workers.queue.handlers import Context


@pytest.fixture
def context(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Context:
    publish(central)
    claim_a_place(engine)
    place = Place("sqlite://", tmp_path, sandbox.url, central.project)
    values = {name.removeprefix("TILIK_").lower(): value for name, value in place.environment.items()}
    return Context(engine, Settings(**values))  # type: ignore[arg-type]


def do_everything(context: Context) -> list[tuple[Any, ...]]:
    """Drain the queue; returns the jobs that did not end well."""
    with writing(context.engine) as session:
        ask(session, Pulls())
    drain(context)
    with snapshot(context.engine) as session:
        query = select(Job.kind, Job.state, Job.problem).where(Job.state != "done")
        return [tuple(row) for row in session.execute(query)]


def test_a_submission_whose_xml_cannot_be_read(context: Context, central: Central, sandbox: Sandbox) -> None:
    before = central.submit(FORM_ID, a_visit())
    poisoned = central.submit(FORM_ID, a_visit())
    after = central.submit(FORM_ID, a_visit())
    publish(central, "2", drop="word")  # so that the XML is read, and not the feed
    version = sandbox.state.projects[central.project].forms[FORM_ID].submissions[poisoned].current
    version.xml = b'<!DOCTYPE x [<!ENTITY a "a">]><data>&a;'
    assert do_everything(context) == []
    with snapshot(context.engine) as session:
        kept = set(session.scalars(select(Submission.root_id)))
        problems = {state.root_id: state.problem for state in session.scalars(select(SubmissionState))}
    assert kept == {before, after}
    assert (problems[before], problems[after]) == (None, None)
    assert problems[poisoned] == Reason("unreadable_xml")
    assert_operator_can_act(problems[poisoned])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.jpg", b"no picture", None), ("a.exe", b"MZ", None),
     ("a.jpg", JPEG[:3] + bytes(20_000_000), "attachment_too_large"), ("n" * 300 + ".jpg", JPEG, None)],
    ids=["another kind", "a program", "too large", "a long name"],
)  # fmt: skip
def test_a_file_of_any_kind_is_kept_and_one_that_is_too_large_refused(
    context: Context, central: Central, name: str, content: bytes, code: str | None
) -> None:
    for photo, file in (("1.jpg", JPEG), (name, content), ("2.jpg", JPEG + b"2")):
        central.submit(FORM_ID, a_visit(photo=photo), {photo: file})
    assert do_everything(context) == []
    with snapshot(context.engine) as session:
        files = {file.name: (file.state, file.problem) for file in session.scalars(select(Attachment))}
    assert {files["1.jpg"][0], files["2.jpg"][0]} == {"stored"}
    state, problem = files[name]
    assert (state, problem and problem.code) == ("refused" if code else "stored", code)
    if problem:
        assert_operator_can_act(problem)


@pytest.mark.parametrize(
    "answers",
    [{"facility": "x" * 5000}, {"point": "91 500 0 5"}, {"point": "here"}, {"kind": "x" * 5000},
     {"arrival": "x" * 5000}, {"facility": "\U0001f600" * 40}],
    ids=["a long id", "no place on earth", "words", "long kind", "long answer", "pictures"],
)  # fmt: skip
@pytest.mark.parametrize("source", ["odata", "xml"])
def test_answers_that_nobody_expects(context: Context, central: Central, answers: dict[str, str], source: str) -> None:
    """The district's result is that of the neighbours alone, or the poisoned visit is read for what it says."""
    fine = [central.submit(FORM_ID, a_visit(point=f"{LAT} {LON} 4 5")) for _ in range(2)]
    poisoned = central.submit(FORM_ID, a_visit(**answers))
    if source == "xml":
        publish(central, "2", drop="word")
    assert do_everything(context) == []
    with snapshot(context.engine) as session:
        assert {*fine, poisoned} == set(session.scalars(select(Submission.root_id)))
        assert session.scalars(select(Result)).one()
