"""Carrying decisions to Central: each has its effect once, whatever is lost, and none is applied to another version."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.removals.removing import remove_submission
from server.submissions.tables import Form
from server.words import catalogue
from server.work.kinds import WriteBack
from server.work.queue import ask
from server.work.unfinished import unfinished
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.builders import VILLAGES
from tests.support.deciding import (
    DEADLINE,
    HOME,
    Trial,
    a_trial,
    a_visit,
    decided,
    decision,
    effects,
    form_key,
    jobs,
    time_passes,
)
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import delete
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.sending.assigning import LIST, PROPERTIES
from workers.sending.write_back import carry_out


@pytest.fixture
def trial(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Trial]:
    with a_trial(engine, central, sandbox, tmp_path) as found:
        yield found


# ── what arrives


def test_a_review_arrives_with_its_reason_and_a_reference(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = trial.decide_and_send(root, "review", review_state="hasIssues", why="Foto “buram”.")
    assert trial.state(root) == "hasIssues"
    sent = decision(trial.engine, number)
    assert sent.sent_at is not None and sent.problem is None
    assert [entry["notes"] for entry in trial.reviews_logged()] == [f"Foto “buram”. — Tilik {sent.uuid[:6]}"]
    assert jobs(trial.engine) == [("done", None)]


def test_a_comment_arrives_and_ends_in_its_reference(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = trial.decide_and_send(root, "comment", text="Mohon dilengkapi.")
    assert trial.comments(root) == [f"Mohon dilengkapi.\n\n— Tilik {decision(trial.engine, number).uuid[:6]}"]


def test_a_follow_up_arrives_as_an_entity_with_the_decisions_own_id(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = trial.decide_and_send(root, "follow_up", text="Berapa ruang?", why="Foto buram.")
    asked = decision(trial.engine, number)
    (entity,) = trial.central.entities(LIST).values()
    asked_in = VILLAGES[0].code[:5]
    assert entity["__id"] == asked.uuid and entity["label"] == "SD Rekaan Satu, Desa Satu, Kecamatan Satu"
    assert {name: entity[name] for name in PROPERTIES} == {
        "facility": asked.facility_id, "question": "Berapa ruang?", "reason": "Foto buram.", "deadline": DEADLINE,
        "decision": f"Tilik {asked.uuid[:6]}", "kind": "sekolah", "team": "",
        "for_team": "", "for_district": asked_in,
        "task": f"Berapa ruang? (paling lambat {catalogue('id').show(asked.deadline)})",
        **dict.fromkeys(("day", "mode", "modules", "substitute_for"), ""),  # of the visit plan
    }  # fmt: skip


def test_a_follow_up_for_a_home_names_it_by_kind_code_and_subdistrict_alone(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central, kind="lksa", name=HOME)
    trial.decide_and_send(root, "follow_up")
    (entity,) = trial.central.entities(LIST).values()
    assert entity["label"] == f"LKSA/panti asuhan anak {entity['facility'][:8]}, Kecamatan Satu"
    assert not [value for value in map(str, entity.values()) if HOME in value or "Desa Satu" in value]
    known = {"facility", "kind", "question", "reason", "deadline", "decision", "team", "task", "day", "mode", "modules",
             "substitute_for", "for_team", "for_district"}  # fmt: skip
    assert set(PROPERTIES) == known, "and no point"


# ── once, whatever is lost


LOST = {
    "review": "PATCH /v1/projects", "comment": "POST /v1/projects", "follow_up": "POST /v1/projects",
}  # fmt: skip


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_lost_after_the_effect_does_not_double_it(trial: Trial, kind: str) -> None:
    root = a_visit(trial.engine, trial.central)
    if kind == "follow_up":
        trial.central.ensure_entity_list(LIST, PROPERTIES)
    trial.lose.append(LOST[kind])
    number = trial.decide_and_send(root, kind)
    assert trial.lose == [], "the answer was lost"
    assert jobs(trial.engine) == [("waiting", "central_unreachable")]
    problem = decision(trial.engine, number).problem
    assert problem is not None and problem.code == "central_unreachable"
    time_passes(trial.engine)
    trial.send()
    assert jobs(trial.engine) == [("done", None)]
    assert decision(trial.engine, number).sent_at is not None and decision(trial.engine, number).problem is None
    assert effects(trial, root, kind) == 1


def test_an_answer_lost_while_the_list_of_follow_ups_is_made(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    for _ in range(3):
        trial.lose.append("POST /v1/projects")
        decided(trial.engine, root, "follow_up")
        trial.send()
        time_passes(trial.engine)
    trial.send()
    assert {state for state, _ in jobs(trial.engine)} == {"done"}
    assert len(trial.central.entities(LIST)) == 3


def test_a_decision_that_was_sent_is_not_sent_again_when_it_is_asked_for(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    trial.decide_and_send(root, "review")
    trial.central.review(FORM_ID, root, "rejected")  # by another, at Central
    with writing(trial.engine) as session:
        ask(session, WriteBack(1))
    trial.send()
    assert trial.state(root) == "rejected"


def test_workers_that_make_the_list_of_follow_ups_at_once_do_not_fail(central: Central, sandbox: Sandbox) -> None:
    together, failed = threading.Barrier(8), []

    def make() -> None:
        with Central(sandbox.url, USER, PASSWORD, central.project) as mine:
            mine.forms()
            together.wait()
            try:
                mine.ensure_entity_list(LIST, PROPERTIES)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_follow_up_that_was_deleted_at_central_does_not_come_back(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    trial.central.ensure_entity_list(LIST, PROPERTIES)
    trial.lose.append(LOST["follow_up"])
    number = trial.decide_and_send(root, "follow_up")
    path = f"projects/{trial.central.project}/datasets/{LIST}/entities/{decision(trial.engine, number).uuid}"
    trial.central.session.ask("DELETE", path).close()
    time_passes(trial.engine)
    trial.send()
    assert jobs(trial.engine) == [("failed", "follow_up_deleted")]
    assert trial.central.entities(LIST) == {}


def test_an_id_taken_by_another_entity_is_never_called_sent(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, "follow_up")
    trial.central.ensure_entity_list(LIST, PROPERTIES)
    taken = {"uuid": decision(trial.engine, number).uuid, "label": "another", "data": {"decision": "Tilik 000000"}}
    trial.central.create_entities(LIST, [taken])
    trial.send()
    assert jobs(trial.engine) == [("failed", "follow_up_id_taken")]


# ── only what was decided upon


def test_a_review_of_a_version_that_was_edited_meanwhile_is_not_applied(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, "review")
    trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word="after"))
    trial.send()
    assert trial.state(root) == "edited"
    assert jobs(trial.engine) == [("failed", "edited_since_decision")]
    problem = decision(trial.engine, number).problem
    assert problem is not None and problem.code == "edited_since_decision"


def test_a_version_that_comes_in_the_moment_between_looking_and_reviewing_is_told(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, "review")

    def somebody_edits() -> None:
        trial.central.edit(FORM_ID, root, a_submission(new_id(), replaces=root, word="after"))

    with pytest.raises(CentralProblem) as told:
        carry_out(trial.engine, trial.central, number, must_be_ours=somebody_edits)
    assert told.value.reason.code == "edited_since_decision" and not told.value.passes
    sent = decision(trial.engine, number)
    assert sent.sent_at is None and sent.problem == told.value.reason


def test_a_review_that_central_shows_already_is_not_set_again(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    trial.central.review(FORM_ID, root, "approved")
    number = trial.decide_and_send(root, "review")
    assert len(trial.reviews_logged()) == 1
    assert decision(trial.engine, number).sent_at is not None


def test_the_later_of_two_reviews_counts_in_whatever_order_they_leave(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    trial.lose.append("GET /v1/projects")
    trial.lose.extend(["GET /v1/projects"] * 3)  # Central does not answer, however often it is asked
    first = trial.decide_and_send(root, "review", review_state="approved")
    second = trial.decide_and_send(root, "review", review_state="rejected")
    time_passes(trial.engine)
    trial.send()
    assert trial.state(root) == "rejected"
    problem = decision(trial.engine, first).problem
    assert problem is not None and problem.code == "decision_superseded"
    assert decision(trial.engine, first).sent_at is None and decision(trial.engine, second).sent_at is not None
    with snapshot(trial.engine) as session:
        assert unfinished(session, Clearance(catalogue("id"))) == []


def test_a_submission_deleted_at_central_fails_with_its_reason(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    decided(trial.engine, root, "comment")
    delete(trial.central, root)
    trial.send()
    assert jobs(trial.engine) == [("failed", "central_not_found")]


@pytest.mark.parametrize("kind", LOST)
def test_nothing_is_sent_about_what_was_lawfully_removed_and_its_texts_are_gone(trial: Trial, kind: str) -> None:
    root = a_visit(trial.engine, trial.central)
    number = decided(trial.engine, root, kind)
    with writing(trial.engine) as session:
        form = session.get_one(Form, form_key(trial.engine))
        remove_submission(session, form, root, "withdrawn_consent", "terminal:test")
    trial.send()
    assert (trial.comments(root), trial.reviews_logged()) == ([], [])
    left = decision(trial.engine, number)
    assert (left.text, left.why, left.sent_at) == (None, None, None)
    assert left.problem is not None and left.problem.code == "decision_submission_removed"


def test_a_decision_about_another_project_is_not_sent_to_this_one(trial: Trial) -> None:
    root = a_visit(trial.engine, trial.central)
    decided(trial.engine, root, "comment")
    trial.context.settings.central_project = trial.central.project + 1000
    trial.send()
    assert jobs(trial.engine) == [("failed", "decision_of_another_project")]
