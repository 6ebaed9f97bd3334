"""A repair: what was altered here is what Central has again, and so is all that was read from it."""

import json
from typing import Any

from sqlalchemy import Engine, delete, select

from server.db import snapshot, writing
from server.store import Store
from server.submissions.changes import changes_of, note_changes
from server.submissions.keeping import read_again
from server.submissions.tables import Submission, SubmissionChange
from server.visits.tables import Visit
from tests.support.deciding import a_visit, form_key, publish_visit_form
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import read_visits
from workers.central.api import Central
from workers.pulling.pull import pull_form
from workers.pulling.repair import repair


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
