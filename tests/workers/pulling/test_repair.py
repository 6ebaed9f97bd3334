"""A repair: what was altered here is what Central has again, and so is all that was read from it."""

import json
from typing import Any

from sqlalchemy import Engine, delete, select

from server.db import now, snapshot, writing
from server.decisions.submission_view import state_of, view_submission
from server.disclosure.viewer import EVERYONE
from server.removals.removing import remove_file, remove_submission
from server.roles.account import Account
from server.schema import named_files
from server.store.interface import Store
from server.submissions.changes import note_changes
from server.submissions.files import replaced_files
from server.submissions.keeping import read_again
from server.submissions.replacing import replaced_versions
from server.submissions.tables import Attachment, Form, Submission, SubmissionChange
from server.visits.tables import Visit
from server.words import catalogue
from tests.support.deciding import a_visit, form_key, publish_visit_form
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.storing import damage
from tests.support.trial import JPEG, changes_of, read_visits
from tests.support.trial import versions as the_versions
from verification.reason import Reason
from workers.central.api import Central
from workers.pulling.pull import pull_form
from workers.pulling.repair import repair
from workers.pulling.slow_pass import look_over


def test_what_was_read_from_altered_answers_is_read_again(engine: Engine, central: Central, store: Store) -> None:
    publish_visit_form(central)
    root = a_visit(engine, central)
    facility = what_was_read(engine, root)["facility"]
    edited = a_submission(new_id(), replaces=root, kind="sekolah", facility=facility, arrival="closed")
    central.edit(FORM_ID, root, edited)
    pull_form(engine, central, FORM_ID)
    rightly = read_all(engine, root)
    assert rightly["facility"] == facility and rightly["changed"] == ["arrival"]

    alter_the_answers(engine, facility="elsewhere")
    assert read_all(engine, root) == {"facility": "elsewhere", "changed": ["arrival", "facility"]}
    assert repair(engine, central, store, FORM_ID).rewritten == 1
    assert read_all(engine, root) == rightly


def test_what_a_repair_replaces_is_kept_and_shown_until_it_is_lawfully_removed(
    engine: Engine, central: Central, store: Store
) -> None:
    publish_visit_form(central)
    root = a_visit(engine, central)
    alter_the_answers(engine, facility="elsewhere")
    before = the_versions(engine)[root]
    repair(engine, central, store, FORM_ID)
    with snapshot(engine) as session:
        (kept,) = replaced_versions(session, form_key(engine), root)
        assert (kept.answers, kept.number, kept.source, kept.cause) == (before, 1, "odata", "repaired")
        assert abs((now() - kept.replaced_at).total_seconds()) < 60
        state = state_of(session, central.project, FORM_ID, root)
        assert state
        page = view_submission(session, state.id, catalogue("id"), EVERYONE, Account("terminal:test", ()))
        assert [(one.number, one.differs) for one in page.replaced] == [(1, ("facility",))]
    assert the_versions(engine)[root] != before
    repair(engine, central, store, FORM_ID)
    with writing(engine) as session:
        assert len(replaced_versions(session, form_key(engine), root)) == 1, "what is right is not replaced again"
        remove_submission(session, session.scalars(select(Form)).one(), root, "withdrawn_consent", "terminal:test")
        assert replaced_versions(session, form_key(engine), root) == []


def test_a_damaged_files_bytes_are_kept_as_what_it_was_before(engine: Engine, trial: Central, store: Store) -> None:
    root = trial.submit(FORM_ID, a_submission(photo="1.jpg"), {"1.jpg": JPEG})
    look_over(engine, trial, store, FORM_ID)
    with snapshot(engine) as session:
        digest = session.scalars(select(Attachment.digest)).one()
    damage(store, str(digest))
    assert repair(engine, trial, store, FORM_ID).broken_files == 1
    assert store.read(str(digest)) == JPEG
    with writing(engine) as session:
        (before,) = replaced_files(session, form_key(engine), root)
        assert store.read(str(before.digest)) == b"damaged"
        assert before.problem == Reason("file_was_damaged")
        kept = {before.digest, digest}
        assert kept <= named_files(session), "nothing sweeps them away"
        removed = remove_file(session, session.scalars(select(Form)).one(), root, "1.jpg", "expired", "terminal:test")
    assert set(removed.files) == kept


def alter_the_answers(engine: Engine, **answers: str) -> None:
    """Alter the newest version's answers, and read it as if it had just come."""
    with writing(engine) as session:
        version = session.scalars(select(Submission).order_by(Submission.number.desc()).limit(1)).one()
        version.answers = json.dumps(json.loads(version.answers) | answers)
        for table in (Visit, SubmissionChange):
            session.execute(delete(table).where(table.submission_id == version.id))
        read_again(session)


def read_all(engine: Engine, root: str) -> dict[str, Any]:
    read_visits(engine)
    note_changes(engine)
    return what_was_read(engine, root)


def what_was_read(engine: Engine, root: str) -> dict[str, Any]:
    """Give the facility that the newest version was a visit to, and the questions it answers otherwise than before."""
    newest = select(Visit.facility_id).join(Submission, Submission.id == Visit.submission_id)
    with snapshot(engine) as session:
        facility = session.scalars(newest.order_by(Submission.number.desc()).limit(1)).one()
        changes = changes_of(session, form_key(engine), root)
        return {"facility": facility, "changed": sorted(change[0] for _, found in changes for change in found)}
