"""The slow pass sees what no timestamp tells."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.store.interface import Store
from server.submissions.changes import note_changes
from server.submissions.files import give_up, late_files
from server.submissions.tables import Attachment, FileList, Form, SubmissionComment
from server.work.tables import Job
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.faults import status
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.proxy import FaultProxy
from tests.support.trial import (
    JPEG,
    OTHER,
    changes_of,
    delete,
    pretend_that_time_has_passed,
    publish_trial,
    restore,
    states,
    versions,
)
from workers.central.api import Central
from workers.central.session import Patience
from workers.pulling.files import fetch_all
from workers.pulling.forms import meet_forms
from workers.pulling.pull import LOOK_BACK, pull_form
from workers.pulling.slow_pass import look_over, read_audits


@pytest.fixture
def slow_pass(engine: Engine, trial: Central, store: Store) -> Callable[[], object]:
    def look() -> object:
        report = look_over(engine, trial, store, FORM_ID)
        assert report.problem is None, report.problem
        return report

    return look


def files(engine: Engine) -> list[tuple[str, str, bool]]:
    with snapshot(engine) as session:
        query = select(Attachment.name, Attachment.state, Attachment.replaced_at.is_not(None)).order_by(Attachment.id)
        return [(name, state, replaced) for name, state, replaced in session.execute(query)]


def comments(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(SubmissionComment.body).order_by(SubmissionComment.number)))


def test_a_restored_submission_lives_again(engine: Engine, trial: Central, slow_pass: Callable[[], object]) -> None:
    root = trial.submit(FORM_ID, a_submission())
    delete(trial, root)
    pull_form(engine, trial, FORM_ID)
    pretend_that_time_has_passed(engine)
    restore(trial, root)
    pull_form(engine, trial, FORM_ID)
    assert states(engine)[root].deleted_at is not None, "no timestamp at Central tells of a restore"
    slow_pass()
    assert states(engine)[root].deleted_at is None


def test_what_was_purged_is_noted_and_its_versions_stay(
    engine: Engine, trial: Central, sandbox: Sandbox, slow_pass: Callable[[], object]
) -> None:
    root, living = trial.submit(FORM_ID, a_submission()), trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    delete(trial, root)
    sandbox.state.purge(sandbox.state.projects[trial.project].forms[FORM_ID])
    slow_pass()
    assert states(engine)[root].gone_at is not None and root in versions(engine)
    assert states(engine)[living].gone_at is None


def test_what_came_back_after_a_purge_is_there_again(
    engine: Engine, trial: Central, sandbox: Sandbox, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission())
    form = sandbox.state.projects[trial.project].forms[FORM_ID]
    backup = form.submissions.pop(root)
    pull_form(engine, trial, FORM_ID)
    slow_pass()
    form.submissions[root] = backup
    slow_pass()
    assert states(engine)[root].gone_at is None


def test_comments_are_kept_once_and_in_their_order(
    engine: Engine, trial: Central, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission())
    trial.comment(FORM_ID, root, "first")
    slow_pass()
    trial.comment(FORM_ID, root, "second")
    slow_pass()
    slow_pass()
    assert comments(engine) == ["first", "second"]


def test_a_late_file_is_asked_for_each_time_later_until_it_comes(engine: Engine, trial: Central, store: Store) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    pull_form(engine, trial, FORM_ID)
    assert fetch_all(engine, trial, store) == 0
    with snapshot(engine) as session:
        (late,) = late_files(session, trial.project)
        assert (late.root_id, late.name, late.attempts) == (root, "1.jpg", 1)
        assert late.next_ask_at > now()
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    assert fetch_all(engine, trial, store) == 0, "not before its time"
    with writing(engine) as session:
        session.execute(update(FileList).values(next_ask_at=now()))
    assert fetch_all(engine, trial, store) == 1
    assert files(engine) == [("1.jpg", "stored", False)]
    with snapshot(engine) as session:
        assert late_files(session, trial.project) == []


@pytest.mark.parametrize("purged", [False, True], ids=["deleted", "purged"])
def test_files_of_what_is_no_longer_at_central_are_not_awaited(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, slow_pass: Callable[[], object], purged: bool
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    slow_pass()
    with snapshot(engine) as session:
        assert [late.root_id for late in late_files(session, trial.project)] == [root]
    if purged:
        del sandbox.state.projects[trial.project].forms[FORM_ID].submissions[root]
    else:
        delete(trial, root)
    slow_pass()
    with snapshot(engine) as session:
        assert late_files(session, trial.project) == []


def test_a_clock_that_was_far_ahead_postpones_no_file(engine: Engine, trial: Central, store: Store) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    pull_form(engine, trial, FORM_ID)
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    with writing(engine) as session:
        session.execute(update(FileList).values(next_ask_at=now() + 3 * LOOK_BACK * 100))
    assert fetch_all(engine, trial, store) == 1


def test_a_file_a_person_gave_up_is_no_longer_awaited_and_still_taken_when_it_comes(
    engine: Engine, trial: Central, store: Store, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    slow_pass()
    with writing(engine) as session:
        form = session.scalars(select(Form)).one()
        assert give_up(session, form.id, root, "terminal:test") == 1
    with snapshot(engine) as session:
        assert late_files(session, trial.project) == []
    slow_pass()
    assert files(engine) == [("1.jpg", "given_up", False)]
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    slow_pass()
    assert files(engine) == [("1.jpg", "stored", False)]


def test_a_replaced_file_is_fetched_and_the_one_before_is_kept(
    engine: Engine, trial: Central, store: Store, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    slow_pass()
    trial.attach(FORM_ID, root, "1.jpg", OTHER)
    slow_pass()
    slow_pass()
    assert files(engine) == [("1.jpg", "stored", True), ("1.jpg", "stored", False)]
    with snapshot(engine) as session:
        digests = session.scalars(select(Attachment.digest).order_by(Attachment.id)).all()
    assert [store.read(str(digest)) for digest in digests] == [JPEG, OTHER]


def test_a_cleared_file_is_awaited_again_and_what_it_was_is_kept(
    engine: Engine, trial: Central, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    slow_pass()
    trial.clear(FORM_ID, root, "1.jpg")
    slow_pass()
    assert files(engine) == [("1.jpg", "stored", True), ("1.jpg", "expected", False)]


def test_the_files_of_a_version_made_between_two_polls_are_fetched(
    engine: Engine, trial: Central, slow_pass: Callable[[], object]
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="old.jpg"), {"old.jpg": JPEG})
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, photo="new.jpg"))
    trial.attach(FORM_ID, root, "new.jpg", OTHER)
    slow_pass()
    assert sorted(files(engine)) == [("new.jpg", "stored", False), ("old.jpg", "stored", False)]


def test_what_an_edit_changed_is_kept_question_by_question(engine: Engine, trial: Central) -> None:
    root, second, third = trial.submit(FORM_ID, a_submission(word="1", number=1)), new_id(), new_id()
    trial.edit(FORM_ID, root, a_submission(second, replaces=root, word="2", number=1))
    pull_form(engine, trial, FORM_ID)
    assert note_changes(engine) == 1
    trial.edit(FORM_ID, root, a_submission(third, replaces=second, word="2", number=3))
    pull_form(engine, trial, FORM_ID)
    assert (note_changes(engine), note_changes(engine)) == (1, 0)
    with snapshot(engine) as session:
        form = session.scalars(select(Form)).one()
        assert changes_of(session, form.id, root) == [(2, [("word", "1", "2")]), (3, [("number", "1", "3")])]


def test_repeats_are_replaced_as_a_set(engine: Engine, trial: Central) -> None:
    root, edited = trial.submit(FORM_ID, a_submission(rooms=("hall", "yard"))), new_id()
    pull_form(engine, trial, FORM_ID)
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, rooms=("yard",)))
    pull_form(engine, trial, FORM_ID)
    assert [room["use"] for room in json.loads(versions(engine)[edited])["room"]] == ["yard"]


def test_a_form_deleted_at_central_is_noted_and_keeps_its_submissions(
    engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    root = trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    trial.session.ask("DELETE", f"projects/{trial.project}/forms/{FORM_ID}").close()
    assert meet_forms(engine, trial) == []
    with snapshot(engine) as session:
        assert session.scalars(select(Form)).one().absent_since is not None
    assert root in versions(engine)
    publish_trial(trial)
    meet_forms(engine, trial)
    with snapshot(engine) as session:
        assert session.scalars(select(Form)).one().absent_since is None


def test_where_the_feed_fails_nothing_is_taken_for_gone(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox
) -> None:
    trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    sandbox.state.projects[trial.project].forms[FORM_ID].submissions.clear()
    with (
        FaultProxy(sandbox.url) as proxy,
        Central(proxy.url, USER, PASSWORD, trial.project, Patience(backoff=0, retries=0)) as central,
    ):
        proxy.always(status(503), where=lambda request: ".svc/" in request.path)
        report = look_over(engine, central, store, FORM_ID)
    assert report.problem and report.problem.code == "central_busy"
    assert [state.gone_at for state in states(engine).values()] == [None]


def test_who_waits_hears_of_every_submission_that_is_asked_about(engine: Engine, trial: Central, store: Store) -> None:
    """A job's lease lives by it: the comments of many take longer than any lease."""
    for _ in range(3):
        trial.submit(FORM_ID, a_submission())
    heard: list[int] = []
    look_over(engine, trial, store, FORM_ID, lambda _form_id, done: heard.append(done))
    assert sum(heard) == 3 + 3  # rows of the feed, and comments


# ── the audit log, where it may be read ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def quiet(sandbox: Sandbox) -> None:
    """Forget what other tests did: the log is the whole server's."""
    sandbox.state.audits.clear()


def jobs(engine: Engine) -> list[tuple[str, str]]:
    with snapshot(engine) as session:
        return [(job.kind, job.key) for job in session.scalars(select(Job).order_by(Job.kind))]


@pytest.mark.usefixtures("quiet")
def test_a_restore_in_the_audit_log_calls_for_a_slow_pass_of_its_form(
    quiet: None, engine: Engine, trial: Central
) -> None:
    root = trial.submit(FORM_ID, a_submission())
    pull_form(engine, trial, FORM_ID)
    delete(trial, root)
    read_audits(engine, trial)
    assert jobs(engine) == []
    restore(trial, root)
    read_audits(engine, trial)
    assert jobs(engine) == [("check", FORM_ID)]


@pytest.mark.usefixtures("quiet")
def test_a_purge_in_the_audit_log_calls_for_a_slow_pass_of_every_form(
    quiet: None, engine: Engine, trial: Central, sandbox: Sandbox
) -> None:
    read_audits(engine, trial)
    sandbox.state.purge(sandbox.state.projects[trial.project].forms[FORM_ID])
    read_audits(engine, trial)
    assert jobs(engine) == [("checks", "")]


@pytest.mark.usefixtures("quiet")
def test_a_file_in_the_audit_log_is_asked_for_at_once(
    quiet: None, engine: Engine, trial: Central, store: Store
) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"))
    pull_form(engine, trial, FORM_ID)
    fetch_all(engine, trial, store)
    read_audits(engine, trial)
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    assert fetch_all(engine, trial, store) == 0
    read_audits(engine, trial)
    assert fetch_all(engine, trial, store) == 1


@pytest.mark.usefixtures("quiet")
def test_another_projects_audits_are_not_ours(engine: Engine, trial: Central, sandbox: Sandbox) -> None:
    read_audits(engine, trial)
    sandbox.state.audits.append(
        {"action": "submission.restore", "actee": {"projectId": 999, "xmlFormId": FORM_ID}, "details": {},
         "loggedAt": "2998-01-01T00:00:00.000Z"}
    )  # fmt: skip
    try:
        read_audits(engine, trial)
    finally:
        sandbox.state.audits.pop()
    assert jobs(engine) == []
