"""The list of facilities at Central is the register's, nothing more: no phone learns where a place lies."""

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.assignments.tables import Assignment
from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.phones import same_labels, told_apart
from server.register.tables import Facility
from server.words import catalogue
from server.work.kinds import Facilities
from server.work.queue import ask
from server.work.unfinished import unfinished
from tests.sandbox.server import Sandbox
from tests.support.builders import VILLAGES
from tests.support.claiming import claims_come
from tests.support.days import today_here
from tests.support.forms import a_form
from tests.support.mending import with_a_question
from tests.support.trial import a_context
from tests.support.workbooks import a_place, filled
from verification.reason import Reason
from workers.central.api import Central
from workers.central.entities import ENTITY_BATCH
from workers.central.session import CentralProblem
from workers.queue.draining import drain
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.assigning import PROPERTIES as FOLLOW_UP_PROPERTIES
from workers.sending.listing import ListPlan, Obstacle, WantedList, plan_list
from workers.sending.place_ids import PLACES
from workers.sending.publish import (
    PROPERTIES,
    PublishedForms,
    as_entity,
    by_its_own_kind,
    publish_facilities,
    publish_forms,
)
from xlsforms.build import build, write_xlsx

HERE = VILLAGES[0].code


def entity(number: int = 1, label: str = "Pojok ASI Pasar", **data: str) -> dict[str, Any]:
    values = {"kind": "pojok_asi", "registry_no": "", "village": HERE, "subdistrict": HERE[:8], "district": HERE[:5]}
    return {"uuid": f"uuid-{number}", "label": label, "data": values | data}


def at_central(*entities: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give entities as Central lists them."""
    return {e["uuid"]: {"__id": e["uuid"], "label": e["label"], "__system": {}} | e["data"] for e in entities}


def wanted(*entities: dict[str, Any]) -> WantedList:
    return WantedList(PLACES, PROPERTIES, {e["uuid"]: e for e in entities}, by_its_own_kind)


def test_two_places_of_one_name_are_told_apart_and_no_other_is_called_otherwise() -> None:
    there, elsewhere = VILLAGES[1].code, "99.02.01.2001"
    same = [entity(1, "SDN 1", registry_no="7"), entity(2, "sdn  1", village=there)]
    others = [entity(3, "SDN 1", district=elsewhere[:5]), entity(4, "SDN 1", kind="lksa"), entity(5, "SDN 2")]
    assert same_labels([*same, *others]) == same
    names = {HERE: "Desa Satu", there: "Desa Dua"}
    assert [told_apart(one, names)["label"] for one in same] == ["SDN 1 · Desa Satu · 7", "sdn  1 · Desa Dua"]
    nowhere = {"uuid": "3f9c2a00-0000", "label": "SDN 1", "data": entity()["data"] | {"village": ""}}
    assert told_apart(nowhere, names)["label"] == "SDN 1 · 3f9c2a00"


def test_two_places_of_one_name_of_the_register_are_told_apart_on_phones(district: Engine, central: Central) -> None:
    with writing(district) as session:
        for number, village in enumerate(VILLAGES[:2], start=1):
            session.add(Facility(id=str(uuid.uuid4()), kind="sekolah", name="SDN Kembar", village=village.code,
                                 registry_no=f"9900010{number}"))  # fmt: skip
    publish_facilities(district, central)
    labels = sorted(one["label"] for one in central.entities(PLACES).values())
    assert len(set(labels)) == 2 and all(label.startswith("SDN Kembar · ") for label in labels)
    assert publish_facilities(district, central).update == ()


def test_what_central_lacks_is_created() -> None:
    assert plan_list(wanted(entity(1), entity(2)), at_central(entity(1))) == ListPlan(PLACES, (entity(2),), ())


@pytest.mark.parametrize("changed", [
    entity(label="Pojok ASI Terminal"), entity(village=VILLAGES[1].code), entity(registry_no="7"), entity(kind="lksa"),
])  # fmt: skip
def test_what_changed_is_updated(changed: dict[str, Any]) -> None:
    assert plan_list(wanted(changed), at_central(entity())) == ListPlan(PLACES, (), (changed,))


def test_what_is_the_same_stays() -> None:
    never_set = at_central(entity()) | {"uuid-1": at_central(entity())["uuid-1"] | {"registry_no": None}}
    for central in (never_set, at_central(entity())):
        assert plan_list(wanted(entity()), central) == ListPlan(PLACES, (), ())


def test_what_the_register_does_not_know_is_left_alone() -> None:
    assert plan_list(wanted(), at_central(entity())) == ListPlan(PLACES, (), ())


@pytest.fixture
def register(district: Engine) -> Engine:
    """Give a register of two claimed places with coordinates."""
    content = filled(None, a_place("Satu"), a_place("Dua", G=-5.0062, H=110.0071))
    claims_come(district, content)
    return district


def listed(sandbox: Sandbox, central: Central) -> list[dict[str, Any]]:
    return [e for e in sandbox.state.projects[central.project].lists[PLACES].entities.values() if e]


def test_publishing_brings_every_facility_and_publishing_again_changes_nothing(
    register: Engine, central: Central, sandbox: Sandbox
) -> None:
    assert len(publish_facilities(register, central).create) == 2
    before = json.dumps(listed(sandbox, central))
    assert publish_facilities(register, central) == ListPlan(PLACES, (), ())
    assert json.dumps(listed(sandbox, central)) == before
    assert [(e["label"], e["version"]) for e in listed(sandbox, central)] in (
        [("Satu", 1), ("Dua", 1)], [("Dua", 1), ("Satu", 1)],
    )  # fmt: skip


def test_a_renamed_place_is_updated_and_its_neighbour_left_alone(
    register: Engine, central: Central, sandbox: Sandbox
) -> None:
    publish_facilities(register, central)
    with writing(register) as session:
        session.execute(update(Facility).where(Facility.name == "Satu").values(name="Satu Baru"))
    assert [e["label"] for e in publish_facilities(register, central).update] == ["Satu Baru"]
    assert {(e["label"], e["version"]) for e in listed(sandbox, central)} == {("Satu Baru", 2), ("Dua", 1)}


def test_what_was_published_half_is_completed(register: Engine, central: Central, sandbox: Sandbox) -> None:
    publish_facilities(register, central)
    entities = sandbox.state.projects[central.project].lists[PLACES].entities
    del entities[next(iter(entities))]
    assert len(publish_facilities(register, central).create) == 1
    assert {e["label"] for e in listed(sandbox, central)} == {"Satu", "Dua"}


def test_a_register_of_more_than_one_batch(district: Engine, central: Central, sandbox: Sandbox) -> None:
    count = ENTITY_BATCH + 1
    with writing(district) as session:
        for number in range(count):
            id_ = f"00000000-0000-4000-8000-{number:012}"
            session.add(Facility(id=id_, kind="sekolah", name=f"Sekolah {number}", village=HERE))
    assert len(publish_facilities(district, central).create) == count
    assert {e["label"] for e in listed(sandbox, central)} == {f"Sekolah {number}" for number in range(count)}


def test_no_coordinate_goes_to_a_phone(register: Engine, central: Central, sandbox: Sandbox) -> None:
    with snapshot(register) as session:
        points = session.execute(select(ClaimLine.lon, ClaimLine.lat)).all()
    assert len(points) == 2 and all(None not in point for point in points), "coordinates were claimed"
    publish_facilities(register, central)
    sent = json.dumps(listed(sandbox, central))
    assert [degrees for point in points for degrees in point if str(degrees) in sent] == []
    assert {name for e in listed(sandbox, central) for name in e["data"]} == set(PROPERTIES)
    assert set(sandbox.state.projects[central.project].lists[PLACES].properties) == set(PROPERTIES)


def test_a_list_that_lacks_a_property_gets_it(register: Engine, central: Central, sandbox: Sandbox) -> None:
    central.ensure_entity_list(PLACES, PROPERTIES[:2])
    publish_facilities(register, central)
    assert set(sandbox.state.projects[central.project].lists[PLACES].properties) == set(PROPERTIES)


def test_forms_are_published_once(central: Central) -> None:
    form = build("visit_school")
    assert publish_forms(central, [form]) == PublishedForms(("visit_school",))
    assert publish_forms(central, [form]) == PublishedForms(())
    assert [(found.form_id, found.version) for found in central.forms()] == [("visit_school", form.version)]


# ── homes and shelters


HOME, SHELTER, STRANGER, UNKNOWN = (f"{n}f9c2a1b-4444-4444-8444-444444444444" for n in "3456")
NAME = "Panti Rekaan Kasih"
LABEL = f"LKSA/panti asuhan anak {HOME[:8]}"


def a_home(kind: str, key: str) -> Facility:
    return Facility(id=key, kind=kind, name=NAME, registry_no="LKSA7", village=HERE)


def test_a_home_is_listed_by_kind_code_and_subdistrict_and_a_shelter_not_at_all() -> None:
    assert as_entity(a_home("lksa", HOME)) == {
        **entity(label=LABEL, kind="lksa", registry_no="", village=""),
        "uuid": HOME,
    }
    assert as_entity(a_home("rumah_aman", SHELTER)) is None is as_entity(a_home("istana", UNKNOWN))
    assert as_entity(Facility(id="f", kind="sekolah", name="SD 1", registry_no="7", village=HERE)) == {
        **entity(label="SD 1", kind="sekolah", registry_no="7"), "uuid": "f",
    }  # fmt: skip


def as_before(key: str, kind: str) -> dict[str, Any]:
    """Give an entity as an older Tilik wrote it."""
    return {**entity(label=NAME, kind=kind, registry_no="LKSA7"), "uuid": key}


def test_what_phones_had_is_taken_back(district: Engine, central: Central, sandbox: Sandbox) -> None:
    """Also of places that the register does not know any more; what is no place of ours is left alone."""
    central.ensure_entity_list(PLACES, PROPERTIES)
    kinds = {HOME: "lksa", SHELTER: "rumah_aman", STRANGER: "lksa", UNKNOWN: "taman"}
    central.create_entities(PLACES, [as_before(key, kind) for key, kind in kinds.items()])
    with writing(district) as session:
        session.add(a_home("lksa", HOME))
    plan = publish_facilities(district, central)
    assert (plan.create, plan.delete) == ((), (SHELTER,)) and len(plan.update) == 2
    found = {e["uuid"]: (e["label"], e["data"]["village"], e["data"]["registry_no"]) for e in listed(sandbox, central)}
    assert found == {
        HOME: (LABEL, "", ""), STRANGER: (f"LKSA/panti asuhan anak {STRANGER[:8]}", "", ""),
        UNKNOWN: (NAME, HERE, "LKSA7"),
    }  # fmt: skip
    assert publish_facilities(district, central) == ListPlan(PLACES, (), ())


def test_the_registers_kind_takes_a_shelter_back_whatever_the_list_calls_it(district: Engine, central: Central) -> None:
    shelter = str(uuid.uuid4())
    central.ensure_entity_list(PLACES, PROPERTIES)
    central.create_entities(PLACES, [as_before(shelter, "pojok_asi")])
    with writing(district) as session:
        session.add(a_home("rumah_aman", shelter))
    assert publish_facilities(district, central).delete == (shelter,)
    assert central.entities(PLACES) == {}


def test_a_follow_up_about_a_shelter_that_phones_had_is_taken_back(district: Engine, central: Central) -> None:
    central.ensure_entity_list(FOLLOW_UPS, FOLLOW_UP_PROPERTIES)
    sent = {key: f"{key[:8]}-5555-4555-8555-555555555555" for key in (HOME, SHELTER)}
    blank = dict.fromkeys(FOLLOW_UP_PROPERTIES, "")
    central.create_entities(FOLLOW_UPS, [
        {"uuid": entity_id, "label": "x", "data": blank | {"facility": key}} for key, entity_id in sent.items()
    ])  # fmt: skip
    with writing(district) as session:
        session.add_all([a_home("lksa", HOME), a_home("rumah_aman", SHELTER)])
        session.flush()
        session.add_all(Assignment(uuid=entity_id, district="99.01", facility_id=key, deadline=today_here(),
                                   due_at=now(), given_on=today_here(), given_by="test", given_at=now(), state="sent",
                                   sent_at=now())
                        for key, entity_id in sent.items())  # fmt: skip
    publish_facilities(district, central)
    assert set(central.entities(FOLLOW_UPS)) == {sent[HOME]}
    central.session.ask("DELETE", f"projects/{central.project}/datasets/{FOLLOW_UPS}").close()
    publish_facilities(district, central)  # the list is gone, and the places go out all the same


# ── what stands in the way of one thing stops nothing else


def a_deleted_place(register: Engine, central: Central) -> dict[str, Any]:
    """Publish the places, delete the first one at Central, and have another to publish."""
    publish_facilities(register, central)
    gone = next(iter(central.entities(PLACES).values()))
    path = f"projects/{central.project}/datasets/{PLACES}/entities/{gone['__id']}"
    central.session.ask("DELETE", path).close()
    with writing(register) as session:
        session.add(Facility(id=str(uuid.uuid4()), kind="sekolah", name="Baru", village=HERE))
    return gone


def test_a_place_deleted_at_central_is_named_and_the_others_go_out(register: Engine, central: Central) -> None:
    gone = a_deleted_place(register, central)
    for new in (["Baru"], []):
        plan = publish_facilities(register, central)
        assert [e["label"] for e in plan.create] == new
        named = f"{gone['label']} ({gone['__id']})"
        assert plan.obstacles == (Obstacle(named, Reason("entity_deleted_at_central")),)
    assert {e["label"] for e in central.entities(PLACES).values()} == {"Satu", "Dua", "Baru"} - {gone["label"]}


def test_what_was_kept_back_is_a_failure_that_a_person_sees(
    register: Engine, central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    a_deleted_place(register, central)
    with writing(register) as session:
        ask(session, Facilities())
    drain(a_context(central, register, tmp_path, sandbox.url), ["facilities"])
    with snapshot(register) as session:
        (work,) = unfinished(session, Clearance(catalogue("id")))
    assert work.failed and work.problem
    assert (work.problem.code, work.problem.values) == ("facilities_kept_back", {"count": 1})
    assert len(central.entities(PLACES)) == 2


def test_a_property_beside_ours_that_a_dot_tells_apart_changes_nothing(register: Engine, central: Central) -> None:
    central.ensure_entity_list(PLACES, ["registry.no"])
    assert len(publish_facilities(register, central).create) == 2
    assert publish_facilities(register, central) == ListPlan(PLACES, (), ())


def test_a_place_deleted_while_the_list_is_compared_is_named_too(
    register: Engine, central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_facilities(register, central)
    before = central.entities(PLACES)
    with writing(register) as session:
        session.execute(update(Facility).values(name=Facility.name + " baru"))
    gone = next(iter(before))
    central.session.ask("DELETE", f"projects/{central.project}/datasets/{PLACES}/entities/{gone}").close()
    monkeypatch.setattr(central, "entities", lambda _name: before)
    plan = publish_facilities(register, central)
    assert [o.why.code for o in plan.obstacles] == ["entity_deleted_at_central"] and gone in plan.obstacles[0].what
    assert len(plan.update) == 1


def test_a_name_in_other_capitals_is_told_to_the_operator(register: Engine, central: Central) -> None:
    central.ensure_entity_list(PLACES, ["Kind"])
    with pytest.raises(CentralProblem) as taken:
        publish_facilities(register, central)
    for language in ("id", "en"):
        sentence = catalogue(language).reason(taken.value.reason)
        assert "“Kind”" in sentence and "“kind”" in sentence and "“facilities”" in sentence


FORMS = [build("visit_lksa"), build("visit_school")]


def test_a_form_central_cannot_read_leaves_the_others_published(central: Central) -> None:
    broken = write_xlsx(survey=[{"type": "no such type", "name": "x"}], settings=[{"form_id": "contoh"}])
    done = publish_forms(central, [replace(FORMS[0], form_id="contoh", xlsx=broken), FORMS[1]])
    assert done.new == ("visit_school",)
    assert [(o.what, o.why.values["number"]) for o in done.obstacles] == [("contoh", "400.15")]


def test_another_form_under_our_id_is_left_alone(central: Central) -> None:
    central.publish("visit_lksa", a_form(form_id="visit_lksa"), "1")
    done = publish_forms(central, FORMS)
    assert done == PublishedForms(
        ("visit_school",), (Obstacle("visit_lksa", Reason("form_id_taken", {"version": "1"})),)
    )
    assert central.form("visit_lksa").version == "1"


def test_a_draft_that_somebody_prepares_is_left_alone_and_one_of_ours_is_not(
    central: Central, sandbox: Sandbox, tmp_path: Path
) -> None:
    publish_forms(central, FORMS)
    known = sandbox.state.projects[central.project].forms
    changed = [with_a_question(tmp_path, form.form_id) for form in FORMS]
    for form, version in zip(FORMS, ("somebody's", "f" * 12), strict=True):
        known[form.form_id].draft = known[form.form_id].published[0].named(version)
    done = publish_forms(central, changed)
    why = Reason("form_has_a_draft", {"version": "somebody's"})
    assert done.obstacles == (Obstacle("visit_lksa", why),)
    assert central.draft_version("visit_lksa") == "somebody's" and central.draft_version("visit_school") is None


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_forms_that_no_phone_gets_are_named(central: Central, sandbox: Sandbox, state: str) -> None:
    publish_forms(central, FORMS[1:])
    sandbox.state.projects[central.project].forms["visit_school"].state = state
    assert publish_forms(central, FORMS[1:]) == PublishedForms((), (), ("visit_school",))
