"""Assignments on phones: each as it stands here, once, whatever is lost; gone where it is to be gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from server.assignments.changing import EXTEND, WITHDRAW, Change, change
from server.assignments.tables import Assignment
from server.db import now, writing
from server.register.tables import Facility
from server.work.kinds import Assign
from server.work.queue import ask
from tests.sandbox.server import Sandbox
from tests.support.assigning import DEADLINE, HOME, OPEN_PLACE, Field, a_field
from tests.support.deciding import jobs, time_passes
from tests.support.faults import Reset
from tests.support.proxy import FaultProxy, Request
from tests.support.trial import a_context
from tests.support.web import TESTER
from workers.central.api import Central
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.sending.assigning import LIST, PROPERTIES, bring
from workers.sending.place_ids import PLACES
from workers.sending.publish import publish_facilities


@dataclass
class Out:
    """Claimed places nobody has visited, and Central behind a proxy that loses the answers that `lose` names."""

    field: Field
    context: Context
    central: Central
    lose: list[str]

    def send(self) -> None:
        drain(self.context, ["assign"])

    def on_phones(self) -> dict[str, dict[str, Any]]:
        return self.central.entities(LIST)

    def given(self, place: str = OPEN_PLACE, **wish: Any) -> Assignment:
        number = self.field.give(place, **wish)
        self.send()
        return self.field.found(number)

    def change(self, one: Assignment, act: str, deadline: str = "") -> None:
        wish = Change(act, "Jalan putus.", one.deadline.isoformat(), deadline)
        with writing(self.field.engine) as session:
            change(session, session.get_one(Assignment, one.id), wish, TESTER)

    def asked_again(self, one: Assignment) -> None:
        with writing(self.field.engine) as session:
            ask(session, Assign(one.id))
        self.send()


@pytest.fixture
def out(district: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Iterator[Out]:
    lose: list[str] = []

    def is_lost(request: Request) -> bool:
        entry = next((one for one in lose if f"{request.method} {request.path}".startswith(one)), None)
        if entry is not None:
            lose.remove(entry)
        return entry is not None

    with FaultProxy(sandbox.url) as proxy:
        proxy.always(Reset(reached_central=True), where=is_lost)
        central.ensure_entity_list(LIST, PROPERTIES)
        yield Out(a_field(district), a_context(central, district, tmp_path, proxy.url), central, lose)


LATER = (DEADLINE + timedelta(days=7)).isoformat()
MADE, CHANGED, DELETED = "POST /v1/projects", "PATCH /v1/projects", "DELETE /v1/projects"


# ── what phones have


def test_a_place_that_nobody_visited_goes_to_phones_as_a_follow_up_does(out: Out) -> None:
    one = out.given(who=str(out.field.team))
    (entity,) = out.on_phones().values()
    assert (entity["__id"], entity["label"]) == (one.uuid, "Tim Rekaan: Pojok ASI Pasar, Desa 00, Kecamatan Satu")
    assert {name: entity[name] for name in PROPERTIES if name != "task"} == {
        "facility": one.facility_id, "kind": "pojok_asi", "question": "Berapa ruang yang dipakai?",
        "reason": "Belum pernah dikunjungi.", "deadline": DEADLINE.isoformat(), "decision": f"Tilik {one.uuid[:6]}",
        "day": "", "mode": "", "modules": "", "substitute_for": "",
        "team": "Tim Rekaan", "for_team": str(out.field.team), "for_district": "",
    }  # fmt: skip
    assert entity["task"].startswith("Berapa ruang yang dipakai? (paling lambat ")
    assert (one.state, one.problem) == ("sent", None) and one.sent_at is not None


def test_a_home_is_named_by_kind_code_and_subdistrict_and_no_members_name_leaves(out: Out) -> None:
    out.given(HOME, who=f"{out.field.team}/{out.field.member}")
    (entity,) = out.on_phones().values()
    assert entity["label"] == f"Tim Rekaan: LKSA/panti asuhan anak {entity['facility'][:8]}, Kecamatan Satu"
    said = " ".join(map(str, entity.values()))
    assert not [word for word in (HOME, "Rekaan Kasih", "Desa 00", "Anggota Rekaan") if word in said]


def test_what_the_plan_says_goes_along_and_whatever_of_it_changes(out: Out) -> None:
    one = out.given(who=str(out.field.team))
    other = out.field.places[HOME].facility_id
    out.field.changed(one.id, mode="video", modules="practice recount", substitute_for=other, state="given")
    out.asked_again(one)
    (entity,) = out.on_phones().values()
    assert {name: entity[name] for name in ("day", "mode", "modules", "substitute_for")} == {
        "day": DEADLINE.isoformat(), "mode": "video", "modules": "practice recount", "substitute_for": other,
    }  # fmt: skip
    assert {"day", "mode", "modules", "substitute_for"} <= set(PROPERTIES)


def test_what_changes_while_it_is_on_its_way_stays_to_be_sent(out: Out) -> None:
    number = out.field.give()

    def meanwhile() -> None:
        out.field.changed(number, modules="recount", changed_at=now())

    bring(out.field.engine, out.central, number, meanwhile)
    assert (out.field.found(number).state, out.field.found(number).sent_at) == ("given", None)
    bring(out.field.engine, out.central, number, lambda: None)
    (entity,) = out.on_phones().values()
    assert (entity["modules"], out.field.found(number).state) == ("recount", "sent")


def test_what_became_a_shelter_meanwhile_is_not_sent_and_is_taken_back(out: Out) -> None:
    sent, waiting = out.given(HOME), out.field.give(HOME)
    with writing(out.field.engine) as session:
        session.execute(update(Facility).filter_by(id=sent.facility_id).values(kind="rumah_aman"))
    out.send()
    problem = out.field.found(waiting).problem
    assert problem is not None and problem.code == "follow_up_on_no_list"
    publish_facilities(out.field.engine, out.central)
    assert out.on_phones() == {}


def test_a_home_that_got_the_name_that_was_typed_is_not_sent(out: Out) -> None:
    number = out.field.give(HOME, question="Apakah Cahaya Pelangi masih buka?")
    with writing(out.field.engine) as session:
        session.execute(update(Facility).filter_by(id=out.field.places[HOME].facility_id).values(name="Cahaya Pelangi"))
    out.send()
    problem = out.field.found(number).problem
    assert problem is not None and problem.code == "decision_names_a_home" and out.on_phones() == {}


# ── as it stands, once, whatever is lost


def test_another_day_reaches_phones(out: Out) -> None:
    one = out.given()
    out.change(one, EXTEND, LATER)
    out.send()
    assert out.on_phones()[one.uuid]["deadline"] == LATER and out.field.found(one.id).state == "sent"


def test_what_is_withdrawn_or_visited_leaves_phones(out: Out) -> None:
    withdrawn, visited = out.given(), out.given(HOME)
    out.change(withdrawn, WITHDRAW)
    out.field.changed(visited.id, state="visited")
    out.asked_again(visited)
    assert out.on_phones() == {}
    assert {out.field.found(one.id).sent_at for one in (withdrawn, visited)} == {None}
    out.asked_again(withdrawn)
    assert {state for state, _ in jobs(out.field.engine)} == {"done"}, "and twice is as good as once"


@pytest.mark.parametrize("lost", [MADE, CHANGED, DELETED])
def test_an_answer_that_is_lost_after_its_effect_costs_another_look(out: Out, lost: str) -> None:
    if lost == MADE:
        out.lose.append(lost)
        one = out.given()
    else:
        one = out.given()
        out.lose.append(lost)
        out.change(one, EXTEND if lost == CHANGED else WITHDRAW, LATER)
        out.send()
    assert out.lose == []
    if lost != DELETED:  # that one is asked again at once
        assert jobs(out.field.engine)[-1] == ("waiting", "central_unreachable")
        problem = out.field.found(one.id).problem
        assert problem is not None and problem.code == "central_unreachable"
    time_passes(out.field.engine)
    out.send()
    left = out.field.found(one.id)
    assert left.problem is None and (left.state == "sent") == (lost != DELETED)
    assert [entity["deadline"] for entity in out.on_phones().values()] == {
        MADE: [DEADLINE.isoformat()], CHANGED: [LATER], DELETED: [],
    }[lost]  # fmt: skip


def test_what_changes_between_reading_and_sending_is_sent_again(out: Out) -> None:
    number = out.field.give()
    one = out.field.found(number)
    bring(out.field.engine, out.central, number, must_be_ours=lambda: out.change(one, EXTEND, LATER))
    assert out.field.found(number).state == "given", "phones have the day before"
    out.send()
    assert out.on_phones()[one.uuid]["deadline"] == LATER and out.field.found(number).state == "sent"


def test_what_is_withdrawn_between_reading_and_sending_does_not_stay_on_phones(out: Out) -> None:
    number = out.field.give()
    one = out.field.found(number)
    bring(out.field.engine, out.central, number, must_be_ours=lambda: out.change(one, WITHDRAW))
    out.send()
    assert out.on_phones() == {} and out.field.found(number).state == "withdrawn"


def test_one_withdrawn_after_a_lost_sending_is_taken_back_though_nobody_knew_it_was_there(out: Out) -> None:
    out.lose.append(MADE)
    one = out.given()
    assert one.sent_at is None and len(out.on_phones()) == 1
    out.change(one, WITHDRAW)
    time_passes(out.field.engine)
    out.send()
    assert out.on_phones() == {}


def test_what_was_deleted_at_central_does_not_come_back_and_says_so(out: Out) -> None:
    one = out.given()
    out.central.delete_entity(LIST, one.uuid)
    out.change(one, EXTEND, LATER)
    out.send()
    assert jobs(out.field.engine)[-1] == ("failed", "follow_up_deleted") and out.on_phones() == {}
    out.change(out.field.found(one.id), WITHDRAW)
    out.send()
    assert jobs(out.field.engine)[-1] == ("done", None)


def test_an_id_that_another_entity_has_is_never_called_sent(out: Out) -> None:
    number = out.field.give()
    taken = {"uuid": out.field.found(number).uuid, "label": "another", "data": {"decision": "Tilik 000000"}}
    out.central.create_entities(LIST, [taken])
    out.send()
    assert jobs(out.field.engine) == [("failed", "follow_up_id_taken")] and len(out.on_phones()) == 1


def test_while_central_is_down_it_waits(out: Out) -> None:
    number = out.field.give()
    out.lose += [MADE, "GET /v1/projects"] * 5
    out.send()
    assert jobs(out.field.engine) == [("waiting", "central_unreachable")]
    out.lose.clear()
    time_passes(out.field.engine)
    out.send()
    assert out.field.found(number).state == "sent"


# ── what an older Tilik sent


def test_what_no_form_could_show_is_sent_again_with_the_forms(out: Out) -> None:
    """An older Tilik's entity has no words for the forms; its row says "given", as the upgrade left it."""
    number = out.field.give()
    one = out.field.found(number)
    old = {"facility": one.facility_id, "question": "x", "decision": f"Tilik {one.uuid[:6]}"}
    out.central.create_entities(LIST, [{"uuid": one.uuid, "label": "x", "data": old}])
    publish_facilities(out.field.engine, out.central)
    out.send()
    assert out.on_phones()[one.uuid]["task"] and len(out.central.entities(PLACES)) == 2
    assert out.field.found(number).state == "sent"
