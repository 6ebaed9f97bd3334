"""The contract of writing back: what Tilik relies on at Central when it carries decisions there."""

import time
import uuid
from typing import Any

import pytest

from tests.support.environment import new_project
from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.trial import refusal
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.xml import lists_created_in
from workers.sending.assigning import LIST, PROPERTIES
from workers.sending.publish import publish_forms
from xlsforms.build import build


@pytest.fixture
def trial(any_central: Central) -> Central:
    any_central.publish(FORM_ID, a_form(), "1")
    return any_central


# ── entities


def test_an_entity_can_be_read_and_its_id_stays_taken_after_it_is_deleted(any_central: Central) -> None:
    any_central.ensure_entity_list("facilities", ["kind"])
    entity_id = str(uuid.uuid4())
    entity = {"uuid": entity_id, "label": "x", "data": {"kind": "lksa"}}
    any_central.create_entities("facilities", [entity])
    found = any_central.entity("facilities", entity_id)["currentVersion"]
    assert (found["label"], found["data"]) == ("x", {"kind": "lksa"})
    path = f"projects/{any_central.project}/datasets/facilities/entities/{entity_id}"
    any_central.session.ask("DELETE", path).close()
    assert refusal(lambda: any_central.entity("facilities", entity_id)) == "central_not_found 404.1"
    assert refusal(lambda: any_central.create_entities("facilities", [entity])).startswith("central_refused 409")


def test_an_entitys_id_is_taken_in_all_projects(any_server: tuple[str, str, str], any_central: Central) -> None:
    there, new = ({"uuid": str(uuid.uuid4()), "label": "SD Rekaan", "data": {}} for _ in range(2))
    with new_project(*any_server) as another:
        another.ensure_entity_list("facilities", ())
        another.create_entities("facilities", [there])
    any_central.ensure_entity_list("facilities", ())
    assert any_central.create_each("facilities", [there, new]) == {there["uuid"]: Reason("entity_id_taken")}
    assert list(any_central.entities("facilities")) == [new["uuid"]]


def test_an_entity_that_is_gone_is_neither_changed_nor_deleted_again(any_central: Central) -> None:
    any_central.ensure_entity_list(LIST, PROPERTIES)
    entity: dict[str, Any] = {"uuid": str(uuid.uuid4()), "label": "x", "data": dict.fromkeys(PROPERTIES, "x")}
    any_central.create_entities(LIST, [entity])
    any_central.update_entity(LIST, entity | {"data": entity["data"] | {"task": "lain"}})
    assert any_central.entity(LIST, entity["uuid"])["currentVersion"]["data"]["task"] == "lain"
    any_central.delete_entity(LIST, entity["uuid"])
    for again in (lambda: any_central.delete_entity(LIST, entity["uuid"]),
                  lambda: any_central.update_entity(LIST, entity)):  # fmt: skip
        assert refusal(again) == "central_not_found 404.1"
    assert any_central.entities(LIST) == {}


def test_a_form_of_ours_is_linked_to_the_list_of_places_and_that_of_assignments(any_central: Central) -> None:
    form = build("visit_lksa")
    publish_forms(any_central, [form])
    path = f"projects/{any_central.project}/forms/{form.form_id}/attachments"
    files = {file["name"]: file["datasetExists"] for file in any_central.ask_for(path)}
    assert files == dict.fromkeys(("areas.csv", "districts.csv", "facilities.csv", "follow_ups.csv"), True)
    assert publish_forms(any_central, [form]).new == (), "and once is enough"


# ── approving, where it creates entities


def approval_list(central: Central, name: str = "homes") -> None:
    """Make an entity list to which submissions add only once they are approved."""
    central.ensure_entity_list(name, ["word"])
    path = f"projects/{central.project}/datasets/{name}"
    central.session.ask("PATCH", path, json={"approvalRequired": True}).close()


def entities_after_a_while(central: Central, name: str) -> list[str]:
    """Central makes entities some moments after it answered."""
    for _ in range(200):
        if found := list(central.entities(name)):
            return found
        time.sleep(0.1)
    return []


def test_lists_requiring_approval_and_the_forms_that_write_to_them(any_central: Central) -> None:
    any_central.ensure_entity_list("open", ["word"])
    approval_list(any_central)
    any_central.publish(FORM_ID, a_form(writes_to="homes"), "1")
    any_central.publish("other", a_form(form_id="other"), "1")
    assert any_central.lists_requiring_approval() == {"homes": [FORM_ID]}


def test_a_version_that_writes_to_no_list_any_more_hides_that_older_submissions_do(any_central: Central) -> None:
    approval_list(any_central)
    any_central.publish(FORM_ID, a_form(writes_to="homes"), "1")
    root, entity_id = new_id(), str(uuid.uuid4())
    any_central.submit(FORM_ID, a_submission(root, entity=f"homes/{entity_id}"))
    any_central.publish(FORM_ID, a_form("2"), "2")
    assert any_central.lists_requiring_approval() == {"homes": []}
    assert lists_created_in(any_central.xml(FORM_ID, root, root)) == {"homes"}
    any_central.review(FORM_ID, root, "approved")
    assert entities_after_a_while(any_central, "homes") == [entity_id]


def test_only_approving_creates_the_entity(any_central: Central) -> None:
    approval_list(any_central)
    any_central.ensure_entity_list("open", ["word"])
    any_central.publish(FORM_ID, a_form(writes_to="homes"), "1")
    any_central.publish("other", a_form(form_id="other", writes_to="open"), "1")
    root, ids = new_id(), (str(uuid.uuid4()), str(uuid.uuid4()))
    any_central.submit(FORM_ID, a_submission(root, entity=f"homes/{ids[0]}"))
    any_central.review(FORM_ID, root, "hasIssues")
    any_central.submit("other", a_submission(form_id="other", entity=f"open/{ids[1]}"))
    assert entities_after_a_while(any_central, "open") == [ids[1]]  # sent later, and made already
    assert any_central.entities("homes") == {}
    any_central.review(FORM_ID, root, "approved")
    assert entities_after_a_while(any_central, "homes") == [ids[0]]


def test_a_reviews_notes_are_in_the_audit_log_which_does_not_name_the_submission(trial: Central) -> None:
    root, notes = trial.submit(FORM_ID, a_submission()), f"alasan: ä, “baik” — Tilik {uuid.uuid4()}"
    trial.review(FORM_ID, root, "hasIssues", notes)
    log = trial.session.ask_json("GET", "audits", params={"action": "submission"})
    (entry,) = [entry for entry in log if entry["notes"] == notes]
    assert (entry["action"], entry["details"]["reviewState"]) == ("submission.update", "hasIssues")
    assert "instanceId" not in entry["details"]


def test_a_comment_is_kept_to_the_letter(trial: Central) -> None:
    root, body = trial.submit(FORM_ID, a_submission()), "Lihat <ruang> ä\n\n— Tilik 3f9c2a"
    trial.comment(FORM_ID, root, body)
    assert [comment.body for comment in trial.comments(FORM_ID, root)] == [body]


def test_the_same_list_or_property_twice_is_refused_as_there_already(any_central: Central) -> None:
    any_central.ensure_entity_list("follow_ups", ["question"])
    lists = f"projects/{any_central.project}/datasets"
    for path, name in ((lists, "follow_ups"), (f"{lists}/follow_ups/properties", "question")):
        with pytest.raises(CentralProblem) as caught:
            any_central.session.ask("POST", path, json={"name": name})
        assert caught.value.is_conflict
