"""By which phone of its account a visit came: kept as what tells phones apart, and as nothing else."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.submissions.tables import SubmissionState
from tests.support.forms import a_form, a_submission, new_id
from tests.support.trial import kept
from workers.central.api import Central
from workers.central.wire import System
from workers.pulling.pull import pull_form

VISIT, INTERVIEW = "visit_school", "interview_adult"
SYSTEM = {"submissionDate": "2026-11-22T03:31:00.000Z", "updatedAt": None, "deletedAt": None, "reviewState": None,
          "edits": 0, "attachmentsPresent": 0, "attachmentsExpected": 0, "formVersion": "1", "status": None,
          "submitterName": "Tim Rekaan 1"}  # fmt: skip


def sent_from(central: Central, device: str | None, form_id: str = VISIT) -> str:
    """Send a submission as a phone does, which says in the address what it calls itself."""
    root = new_id()
    path = f"projects/{central.project}/forms/{form_id}/submissions"
    xml, headers = a_submission(root, form_id=form_id), {"Content-Type": "application/xml"}
    params = {"deviceID": device} if device else {}
    central.session.ask("POST", path, params=params, data=xml.encode(), headers=headers).close()
    return root


def devices(engine: Engine) -> dict[str, str | None]:
    with snapshot(engine) as session:
        return dict(session.execute(select(SubmissionState.root_id, SubmissionState.device)).all())


def publish(central: Central, form_id: str = VISIT) -> None:
    central.publish(form_id, a_form(form_id=form_id), "1")


def test_two_phones_of_one_account_are_told_apart(engine: Engine, central: Central) -> None:
    publish(central)
    ids = ["collect:9aB3x", "collect:9aB3x", "collect:Zq81k", None]
    roots = [sent_from(central, one) for one in ids]
    pull_form(engine, central, VISIT)
    first, again, other, unknown = (devices(engine)[root] for root in roots)
    assert first == again != other and unknown is None and None not in (first, other)
    assert "9aB3x" not in str(kept(engine)) and "Zq81k" not in str(kept(engine)), (
        "what it calls itself stays at Central"
    )


def test_of_an_interview_it_is_not_kept(engine: Engine, central: Central) -> None:
    publish(central, INTERVIEW)
    root = sent_from(central, "collect:9aB3x", INTERVIEW)
    pull_form(engine, central, INTERVIEW)
    assert devices(engine) == {root: None}


def test_what_came_before_it_was_kept_is_known_once_it_is_asked_for_again(engine: Engine, central: Central) -> None:
    publish(central)
    root = sent_from(central, "collect:9aB3x")
    pull_form(engine, central, VISIT)
    before = devices(engine)
    with writing(engine) as session:
        session.execute(update(SubmissionState).values(device=None, changes=1, changes_read=1))
    pull_form(engine, central, VISIT)
    with snapshot(engine) as session:
        state = session.scalars(select(SubmissionState)).one()
        assert (devices(engine), state.changes) == (before, 2), "and read again, for its signs"
    assert root in before


@pytest.mark.parametrize("odd", [7, "", [], "x" * 100_000, "\0", "\ud800", "ponsel ñ"], ids=repr)
def test_no_name_of_a_phone_makes_a_submission_unreadable(odd: Any) -> None:
    found = System.of(SYSTEM | {"deviceId": odd})
    assert found.submitter == "Tim Rekaan 1" and (found.device is None or len(found.device) == 8)
    assert System.of(SYSTEM).device is None, "where Central says nothing of phones"


def test_a_phone_is_another_one_by_another_account() -> None:
    """So nobody follows a phone, or who holds it, from one account or round to the next."""
    one, other = (System.of(SYSTEM | {"deviceId": "collect:9aB3x", "submitterName": name}) for name in ("A", "B"))
    assert one.device != other.device
