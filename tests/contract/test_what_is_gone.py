"""What Tilik makes of what Central no longer has, or has again: the same on the sandbox and on a real Central."""

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.removals.removing import remove_submission
from server.store.interface import Store
from server.submissions.settling import settle
from server.submissions.standing import standing
from server.submissions.tables import Form, SubmissionState
from server.sync.certificates import FormDetail, latest_certificate, read_detail
from server.work.kinds import Remove
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID, a_form, a_submission
from tests.support.purging import purge_at
from tests.support.trial import (
    delete,
    delete_form,
    make_anew,
    read_visits,
    restore,
    restore_form,
    states,
    versions,
)
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.forms import meet_forms
from workers.pulling.pull import pull_form
from workers.pulling.slow_pass import look_over


@pytest.fixture
def trial(any_central: Central) -> Central:
    any_central.publish(FORM_ID, a_form(kind="text", arrival="text"), "1")
    return any_central


@pytest.fixture
def root(engine: Engine, trial: Central, store: Store) -> str:
    """Give a submission that was pulled, read, and counts."""
    root = trial.submit(FORM_ID, a_submission(word="old", kind="sekolah", arrival="open"))
    look_over(engine, trial, store, FORM_ID)
    read_visits(engine)
    with writing(engine) as session:
        session.execute(update(SubmissionState).values(aside=None))
    assert stands(engine) == {root: "counts"}
    return root


def stands(engine: Engine) -> dict[str, str]:
    with snapshot(engine) as session:
        return dict(session.execute(select(SubmissionState.root_id, standing())).all())


def certified(engine: Engine, central: Central, store: Store) -> tuple[str, FormDetail]:
    verdict = certify(engine, central, store, deep=True)
    with snapshot(engine) as session:
        found = latest_certificate(session, central.project)
        assert found
        return verdict, read_detail(found).forms[0]


def test_deleted_and_purged_between_two_pulls(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox, root: str
) -> None:
    purge = purge_at(sandbox, trial.session.base_url.removesuffix("/v1/"))
    if purge is None:
        pytest.fail("TILIK_TEST_CENTRAL_PURGE names no command")
    delete(trial, root)
    purge(trial, [root])
    look_over(engine, trial, store, FORM_ID)
    assert stands(engine) == {root: "gone"}
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.gone, detail.living) == ("identical", 1, 0)


def test_a_form_made_anew_and_an_id_of_the_old_one_sent_again(
    engine: Engine, trial: Central, store: Store, root: str
) -> None:
    other = trial.submit(FORM_ID, a_submission(word="never sent again"))
    look_over(engine, trial, store, FORM_ID)
    make_anew(trial)
    trial.submit(FORM_ID, a_submission(root, version="2", word="new"))
    assert look_over(engine, trial, store, FORM_ID).problem is None
    assert '"new"' in versions(engine)[root] and stands(engine)[other] == "gone"
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.made_anew, detail.living, detail.gone) == ("identical", 2, 1, 1)


def test_a_deleted_form_is_settled_and_restored(engine: Engine, trial: Central, store: Store, root: str) -> None:
    delete_form(trial)
    assert certified(engine, trial, store)[0] == "different" and stands(engine) == {root: "form_gone"}
    with writing(engine) as session:
        settle(session, session.scalars(select(Form)).one(), counts=True, why="x", by="terminal:test")
    verdict, detail = certified(engine, trial, store)
    assert verdict == "identical" and detail.settled and detail.settled.by == "terminal:test"
    assert stands(engine) == {root: "counts"}
    restore_form(trial)
    meet_forms(engine, trial)
    pull_form(engine, trial, FORM_ID)
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.settled, stands(engine)) == ("identical", None, {root: "counts"})
    assert states(engine)[root].settlement_id is None


def test_a_lawful_removal_that_was_undone(engine: Engine, trial: Central, store: Store, root: str) -> None:
    with writing(engine) as session:
        remove_submission(session, session.scalars(select(Form)).one(), root, "withdrawn_consent", "terminal:test")
        session.execute(update(Job).values(state="done", finished_at=now()))
    delete(trial, root)
    restore(trial, root)
    look_over(engine, trial, store, FORM_ID)
    with snapshot(engine) as session:
        jobs = select(Job.state).filter_by(kind=Remove.kind).order_by(Job.id)
        assert session.scalars(jobs).all() == ["done", "waiting"]
    verdict, detail = certified(engine, trial, store)
    assert (verdict, detail.causes, versions(engine)) == ("different", {"removal_pending": 1}, {})
