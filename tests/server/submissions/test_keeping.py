"""What Central says of submissions: an older feed never overrides a newer one, and a removal wins against a pull."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from server.db import snapshot, writing
from server.removals.removing import remove_submission
from server.submissions.keeping import insert_versions, present_roots, upsert_states
from server.submissions.looking import to_look_into
from server.submissions.tables import Form, Submission, SubmissionState
from server.sync.compared import left_to_compare
from tests.support.forms import FORM_ID, a_submission
from tests.support.trial import publish_trial
from workers.central.api import Central
from workers.pulling.pull import pull_form


@pytest.fixture
def form_pk(engine: Engine) -> int:
    with writing(engine) as session:
        form = Form(project=1, form_id=FORM_ID)
        session.add(form)
        session.flush()
        return form.id


def a_state(form_pk: int, seen_at: str, **says: Any) -> dict[str, Any]:
    return {
        "form_pk": form_pk, "root_id": "a", "instance_id": "a", "submitted_at": "2026-01-01T00:00:00.000Z",
        "updated_at": None, "deleted_at": None, "review_state": None, "edits": 0, "attachments_present": 0,
        "attachments_expected": 0, "seen_at": seen_at, "gone_at": None, "problem": None,
    } | says  # fmt: skip


def review_state(engine: Engine) -> str | None:
    with snapshot(engine) as session:
        return session.scalars(select(SubmissionState.review_state)).one()


def test_an_older_feed_never_overrides_a_newer_one(engine: Engine, form_pk: int) -> None:
    for seen_at, review in (("2026-01-01T10:00:02.000Z", "approved"), ("2026-01-01T10:00:01.000Z", None)):
        with writing(engine) as session:
            upsert_states(session, [a_state(form_pk, seen_at, review_state=review)])
    assert review_state(engine) == "approved"
    with writing(engine) as session:
        upsert_states(session, [a_state(form_pk, "2026-01-01T10:00:03.000Z", review_state="rejected")])
    assert review_state(engine) == "rejected"


def test_a_version_is_kept_once_and_never_changed(engine: Engine, form_pk: int) -> None:
    version = {"form_pk": form_pk, "root_id": "a", "instance_id": "a", "number": 1, "digest": "d", "source": "odata",
               "form_version": "1", "answers": "{}"}  # fmt: skip
    with writing(engine) as session:
        assert insert_versions(session, [version]) == 1
    with writing(engine) as session:
        assert insert_versions(session, [version | {"answers": '{"word": "other"}'}]) == 0
    with snapshot(engine) as session:
        assert session.scalars(select(Submission.answers)).all() == ["{}"]


def test_a_pull_under_way_does_not_bring_back_what_is_being_removed(engine: Engine, central: Central) -> None:
    publish_trial(central)
    root = central.submit(FORM_ID, a_submission())
    pull_form(engine, central, FORM_ID)
    pull = threading.Thread(target=pull_form, args=(engine, central, FORM_ID))
    with writing(engine) as session:
        form = session.scalars(select(Form)).one()
        remove_submission(session, form, root, "withdrawn_consent", "terminal:test")
        session.flush()
        pull.start()
        time.sleep(1)  # by now it waits for the form's row
    pull.join(timeout=60)
    with snapshot(engine) as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 0
        assert session.scalar(select(func.count()).select_from(SubmissionState)) == 0


def test_what_is_asked_of_a_form_is_of_that_form_alone_and_of_what_central_still_has(
    engine: Engine, form_pk: int
) -> None:
    moment = "2026-11-01T00:00:00.000Z"
    with writing(engine) as session:
        session.add(other := Form(project=1, form_id="other"))
        session.flush()
        ended: dict[str, dict[str, str]] = {"a": {}, "deleted": {"deleted_at": moment}, "gone": {"gone_at": moment}}
        upsert_states(session, [a_state(form_pk, moment, root_id=root, **says) for root, says in ended.items()])
        upsert_states(session, [a_state(other.id, moment, root_id="of another form")])
    with snapshot(engine) as session:
        assert present_roots(session, form_pk) == {"a", "deleted"}
        assert [one.root_id for one in to_look_into(session, form_pk)] == ["a"]
        assert left_to_compare(session, 1).submissions == 2, "one of each form"
