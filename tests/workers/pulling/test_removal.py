"""What was lawfully removed is gone, here and at Central, and nothing brings it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from server.db import Base, snapshot, writing
from server.removals.removing import NothingToRemove, Removed, empty_store, remove_file, remove_submission
from server.removals.tables import Removal
from server.store.interface import Store
from server.submissions.changes import note_changes
from server.submissions.tables import Attachment, Form, Submission, SubmissionChange
from server.sync.certificates import Cause, latest_certificate, read_detail
from server.visits.tables import Visit
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.listed import listing
from tests.support.storing import everything_in
from tests.support.trial import JPEG, a_context, read_visits, restore, versions
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.pull import pull_form
from workers.pulling.repair import repair
from workers.pulling.slow_pass import look_over
from workers.queue.context import Context
from workers.queue.draining import drain

SECRET = "only the removed submission says this"


@pytest.fixture
def context(engine: Engine, sandbox: Sandbox, central: Central, tmp_path: Path) -> Context:
    return a_context(central, engine, tmp_path, sandbox.url)


@pytest.fixture
def root(context: Context, trial: Central) -> str:
    root = trial.submit(FORM_ID, a_submission(word=SECRET, photo="1.jpg"), {"1.jpg": JPEG})
    trial.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word=SECRET, photo="1.jpg"))
    trial.comment(FORM_ID, root, SECRET)
    look_over(context.engine, trial, context.store, FORM_ID)
    return root


def the_form(engine: Engine) -> Form:
    with snapshot(engine) as session:
        form = session.scalars(select(Form)).one()
        session.expunge(form)
    return form


def removed(context: Context, root: str, name: str | None = None) -> Removed:
    form = the_form(context.engine)
    with writing(context.engine) as session:
        if name:
            result = remove_file(session, form, root, name, "withdrawn_consent", "terminal:test")
        else:
            result = remove_submission(session, form, root, "withdrawn_consent", "terminal:test")
    empty_store(context.store, result)
    return result


def everything(engine: Engine) -> str:
    """Give every value in the database as text."""
    with snapshot(engine) as session:
        return "\n".join(repr(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))


def stored(store: Store) -> list[bytes]:
    return list(everything_in(store).values())


def causes(context: Context, central: Central) -> dict[Cause, int]:
    certify(context.engine, central, context.store, deep=True)
    with snapshot(context.engine) as session:
        found = latest_certificate(session, central.project)
        assert found
        return read_detail(found).forms[0].causes


def test_nothing_of_it_stays_but_a_tombstone(context: Context, root: str) -> None:
    assert SECRET in everything(context.engine) and stored(context.store) == [JPEG]
    assert removed(context, root).versions == 2
    assert SECRET not in everything(context.engine)
    assert stored(context.store) == []
    with snapshot(context.engine) as session:
        tombstone = session.scalars(select(Removal)).one()
        assert (tombstone.root_id, tombstone.purpose, len(tombstone.digest)) == (root, "withdrawn_consent", 64)


def test_no_pull_no_slow_pass_and_no_repair_brings_it_back(context: Context, trial: Central, root: str) -> None:
    """It still lives at Central: the job that removes it there has not run."""
    removed(context, root)
    pull_form(context.engine, trial, FORM_ID)
    look_over(context.engine, trial, context.store, FORM_ID)
    repair(context.engine, trial, context.store, FORM_ID)
    assert SECRET not in everything(context.engine) and stored(context.store) == []
    assert causes(context, trial) == {Cause.REMOVAL_PENDING: 1}


def test_a_job_removes_it_at_central_too_and_the_certificate_agrees(
    context: Context, trial: Central, root: str
) -> None:
    removed(context, root)
    assert drain(context, ["remove"]) == 1
    assert [listed.root_id for listed in listing(trial, FORM_ID, deleted=True)] == [root]
    assert causes(context, trial) == {}
    look_over(context.engine, trial, context.store, FORM_ID)
    assert waiting(context.engine) == [], "what is deleted there is not asked for again"


def test_removing_at_central_what_is_not_there_is_done(context: Context, trial: Central, root: str) -> None:
    removed(context, root)
    trial.delete(FORM_ID, root)
    drain(context, ["remove"])
    with snapshot(context.engine) as session:
        assert session.scalars(select(Job.state).filter_by(kind="remove")).all() == ["done"]


@pytest.fixture
def undone(context: Context, trial: Central, root: str) -> str:
    """Give a submission that was removed here and at Central, and that somebody restored there."""
    removed(context, root)
    drain(context, ["remove"])
    restore(trial, root)
    assert waiting(context.engine) == []
    return root


def waiting(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(Job.kind).filter_by(state="waiting", kind="remove")))


def by_the_slow_pass(context: Context, central: Central, root: str) -> None:
    look_over(context.engine, central, context.store, FORM_ID)


def by_the_certificate(context: Context, central: Central, root: str) -> None:
    assert causes(context, central) == {Cause.REMOVAL_PENDING: 1}


def by_removing_it_again(context: Context, central: Central, root: str) -> None:
    assert removed(context, root) == Removed(0, (), again=True)


@pytest.mark.parametrize("how", [by_the_slow_pass, by_the_certificate, by_removing_it_again])
def test_a_removal_that_was_undone_at_central_is_made_again(
    context: Context, trial: Central, undone: str, how: Callable[[Context, Central, str], None]
) -> None:
    how(context, trial, undone)
    assert SECRET not in everything(context.engine)
    assert waiting(context.engine) == ["remove"], "what the certificate says of it is true"
    drain(context, ["remove"])
    assert [listed.root_id for listed in listing(trial, FORM_ID, deleted=True)] == [undone]
    assert causes(context, trial) == {} and waiting(context.engine) == []


def test_a_removed_file_that_is_sent_again_is_removed_again(context: Context, trial: Central, root: str) -> None:
    removed(context, root, "1.jpg")
    drain(context, ["remove"])
    look_over(context.engine, trial, context.store, FORM_ID)
    assert waiting(context.engine) == []
    trial.attach(FORM_ID, root, "1.jpg", JPEG)
    look_over(context.engine, trial, context.store, FORM_ID)
    assert (stored(context.store), waiting(context.engine)) == ([], ["remove"])
    drain(context, ["remove"])
    current = trial.submission(FORM_ID, root).instance_id
    assert [file.exists for file in trial.attachments(FORM_ID, root, current)] == [False]
    for _ in range(3):
        assert removed(context, root, "1.jpg").again


def test_one_file_can_be_removed_from_all_versions_and_stays_removed(
    context: Context, trial: Central, root: str
) -> None:
    removed(context, root, "1.jpg")
    assert stored(context.store) == []
    look_over(context.engine, trial, context.store, FORM_ID)
    repair(context.engine, trial, context.store, FORM_ID)
    assert stored(context.store) == []
    drain(context, ["remove"])
    look_over(context.engine, trial, context.store, FORM_ID)
    assert causes(context, trial) == {}
    assert len(versions(context.engine)) == 2


def test_the_same_picture_under_another_name_is_known_again(context: Context, trial: Central, root: str) -> None:
    removed(context, root, "1.jpg")
    trial.submit(FORM_ID, a_submission(photo="copy.jpg"), {"copy.jpg": JPEG})
    look_over(context.engine, trial, context.store, FORM_ID)
    with snapshot(context.engine) as session:
        assert session.scalars(select(Attachment.state).filter_by(name="copy.jpg")).all() == ["removed"]


def test_a_file_that_another_submission_shows_too_stays_in_the_store(
    context: Context, trial: Central, root: str
) -> None:
    other = trial.submit(FORM_ID, a_submission(photo="2.jpg"), {"2.jpg": JPEG})
    look_over(context.engine, trial, context.store, FORM_ID)
    assert removed(context, root).files == ()
    assert stored(context.store) == [JPEG]
    with snapshot(context.engine) as session:
        assert session.scalar(select(func.count()).select_from(Attachment).filter_by(root_id=other)) == 1


def test_what_was_read_from_a_neighbour_stays(context: Context, trial: Central, root: str) -> None:
    neighbour = trial.submit(FORM_ID, a_submission(word="before"))
    trial.edit(FORM_ID, neighbour, a_submission(new_id(), replaces=neighbour, word="after"))
    pull_form(context.engine, trial, FORM_ID)
    read_visits(context.engine)
    note_changes(context.engine)
    removed(context, root)
    with snapshot(context.engine) as session:
        theirs = set(session.scalars(select(Submission.id).filter_by(root_id=neighbour)))
        assert set(session.scalars(select(Visit.submission_id))) == theirs and len(theirs) == 2
        assert len(session.scalars(select(SubmissionChange.submission_id)).all()) == 1


def test_removing_what_is_not_here_changes_nothing(context: Context, root: str) -> None:
    with pytest.raises(NothingToRemove):
        removed(context, "uuid:unknown")
    with pytest.raises(NothingToRemove):
        removed(context, root, "unknown.jpg")
    with snapshot(context.engine) as session:
        assert session.scalar(select(func.count()).select_from(Removal)) == 0
