"""Approving asks first where that creates entities at Central; and what fails waits for a person."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.decisions.deciding import lists_to_confirm
from server.disclosure.clearing import Clearance
from server.submissions.tables import Form
from server.words import catalogue
from server.work.kinds import Pulls
from server.work.queue import again, ask
from server.work.unfinished import unfinished
from tests.sandbox.server import Sandbox
from tests.support.deciding import Trial, a_trial, a_visit, decided, jobs
from tests.support.forms import FORM_ID, a_form
from tests.support.odd import at_central
from tests.support.trial import delete, restore
from workers.central.api import Central
from workers.central.xml import lists_created_in
from workers.queue.draining import drain


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    with a_trial(engine, central, sandbox, tmp_path) as found:
        yield found


def a_list(central: Central) -> None:
    central.ensure_entity_list("homes", ["word"])
    path = f"projects/{central.project}/datasets/homes"
    central.session.ask("PATCH", path, json={"approvalRequired": True}).close()


def a_visit_that_writes_to_a_list(trial: Trial) -> str:
    a_list(trial.central)
    trial.central.publish(FORM_ID, a_form("2", writes_to="homes", kind="text", facility="text", arrival="text"), "2")
    return a_visit(trial.engine, trial.central, version="2", entity=f"homes/{uuid.uuid4()}")


def test_what_approving_would_write_to_is_known_here_before_anybody_decides(trial: Trial) -> None:
    root = a_visit_that_writes_to_a_list(trial)
    assert lists(trial, root) == []
    poll(trial)
    assert lists(trial, root) == ["homes"]
    trial.central.publish(FORM_ID, a_form("3"), "3")
    poll(trial)
    assert lists(trial, root) == []


def poll(trial: Trial) -> None:
    with writing(trial.engine) as session:
        ask(session, Pulls())
    drain(trial.context, ["pulls", "approval_lists"])


def lists(trial: Trial, root: str) -> list[str]:
    with snapshot(trial.engine) as session:
        return lists_to_confirm(session, session.scalars(select(Form.id)).one(), root)


def test_an_approval_of_which_nobody_was_asked_is_not_applied_and_the_next_one_asks(trial: Trial) -> None:
    root = a_visit_that_writes_to_a_list(trial)
    trial.decide_and_send(root, "review")  # nothing here knows of the list yet
    assert jobs(trial.engine) == [("failed", "approval_creates_entities")]
    assert trial.state(root) is None and trial.central.entities("homes") == {}
    assert lists(trial, root) == ["homes"]
    trial.decide_and_send(root, "review", confirmed=("homes",))
    assert trial.state(root) == "approved" and len(trial.central.entities("homes")) == 1


def test_an_approval_of_a_submission_that_nobody_can_read_waits_for_a_person(trial: Trial, sandbox: Sandbox) -> None:
    root = a_visit_that_writes_to_a_list(trial)
    at_central(sandbox, trial.central, FORM_ID, root).current.xml = b"no XML"
    trial.decide_and_send(root, "review", confirmed=("homes",))
    assert jobs(trial.engine) == [("failed", "approval_unreadable")]
    assert trial.state(root) is None


def test_other_reviews_are_not_asked_about(trial: Trial) -> None:
    root = a_visit_that_writes_to_a_list(trial)
    trial.decide_and_send(root, "review", review_state="rejected")
    assert trial.state(root) == "rejected"


def test_a_submission_that_writes_to_no_list_is_approved_without_a_question(trial: Trial) -> None:
    a_list(trial.central)
    root = a_visit(trial.engine, trial.central)
    trial.decide_and_send(root, "review")
    assert trial.state(root) == "approved"


def test_a_submission_that_only_changes_an_entity_creates_none() -> None:
    """Central changes entities when a submission arrives, never when it is approved."""
    meta = '<data><meta><entity dataset="homes" id="x" {}><label>x</label></entity></meta></data>'
    assert lists_created_in(meta.format('create="1"')) == lists_created_in(meta.format('create="true"')) == {"homes"}
    assert lists_created_in(meta.format('update="1" baseVersion="1" create=""')) == set()


# ── failures, for a person


def test_what_failed_is_listed_and_asked_for_again(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    decided(trial.engine, root, "comment")
    delete(trial.central, root)
    trial.send()
    with snapshot(trial.engine) as session:
        (work,) = unfinished(session, Clearance(catalogue("id")))
    assert (work.kind, work.failed, work.attempts, work.root_id) == ("write_back", True, 1, root)
    restore(trial.central, root)
    with writing(trial.engine) as session:
        again(session, work.id)
    trial.send()
    assert len(trial.comments(root)) == 1
    with snapshot(trial.engine) as session:
        assert unfinished(session, Clearance(catalogue("id"))) == []


def test_what_waits_after_a_failure_is_listed_and_can_be_tried_at_once(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    trial.lose.append("POST /v1/projects")
    trial.decide_and_send(root, "comment")
    with snapshot(trial.engine) as session:
        (work,) = unfinished(session, Clearance(catalogue("id")))
    assert not work.failed
    trial.send()
    assert jobs(trial.engine) == [("waiting", "central_unreachable")], "it is not due yet"
    with writing(trial.engine) as session:
        again(session, work.id)
    trial.send()
    assert jobs(trial.engine) == [("done", None)]
