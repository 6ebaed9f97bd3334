"""A district's result: computed once for the same inputs, anew for changed ones, and stored once by however many."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from server.areas.geojson import AreaPlan
from server.areas.loading import apply_areas
from server.areas.tables import Area
from server.claims.importing import apply_import, plan_import
from server.claims.workbook import open_workbook
from server.db import snapshot, writing
from server.register.tables import Facility
from server.results.tables import Verification
from server.results.verifying import all_districts_with_claims, latest, read_result, verify
from server.submissions.tables import Form, Submission, SubmissionState
from server.visits.reading import read_new_visits
from tests.support.builders import ALL_FIVE, LAT, LON, VILLAGES
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of
from verification.model import Outcome, Village

PROJECT, FORM, MOMENT = 1, "visit_pojok_asi", "2026-11-01T00:00:00.000Z"


def claims_come(engine: Engine, content: bytes) -> None:
    with writing(engine) as session:
        apply_import(session, plan_import(session, content, open_workbook(content)), "klaim.xlsx")


@pytest.fixture
def claimed(district: Engine) -> Engine:
    """Give a district that claims one place with all points of its indicator."""
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15}, a_place()))
    return district


def a_visit_comes(engine: Engine, instance_id: str = "uuid:1", root_id: str = "uuid:1", **answers: Any) -> None:
    """Store a submission about the claimed place, as a pull does, and read it."""
    with writing(engine) as session:
        form = session.scalar(select(Form)) or Form(project=PROJECT, form_id=FORM)
        session.add(form)
        session.flush()
        values = {
            "kind": "pojok_asi", "arrival": "open", "facility": session.scalars(select(Facility.id)).one(),
            "point": {"type": "Point", "coordinates": [LON, LAT, 0], "properties": {"accuracy": 5}}, "seen": ALL_FIVE,
        }  # fmt: skip
        state = session.scalar(select(SubmissionState).filter_by(root_id=root_id)) or SubmissionState(
            form_pk=form.id, root_id=root_id, submitted_at=MOMENT, seen_at=MOMENT, edits=-1, attachments_present=0,
            attachments_expected=0,
        )  # fmt: skip
        state.instance_id, state.edits = instance_id, state.edits + 1
        version = Submission(
            form_pk=form.id, root_id=root_id, instance_id=instance_id, number=state.edits + 1, digest="x",
            source="odata", form_version="1", answers=json.dumps(values | answers),
        )  # fmt: skip
        session.add_all((state, version))
    read_new_visits(engine, (FORM,))


def computes(engine: Engine) -> bool:
    return verify(engine, PROJECT, YEAR, DISTRICT)


def results(engine: Engine) -> list[Verification]:
    with snapshot(engine) as session:
        found = list(session.scalars(select(Verification).order_by(Verification.id)))
        session.expunge_all()
    return found


def the_outcome(engine: Engine) -> Outcome:
    with snapshot(engine) as session:
        newest = latest(session, YEAR, DISTRICT)
        assert newest
        return read_result(newest).lines[0].outcome


def test_the_same_inputs_are_computed_once(claimed: Engine) -> None:
    assert computes(claimed)
    assert not computes(claimed)
    assert len(results(claimed)) == 1


def test_a_result_carries_its_inputs_digest_and_the_rules_it_came_from(claimed: Engine) -> None:
    computes(claimed)
    (result,) = results(claimed)
    assert len(result.inputs_digest) == 64 and result.rules["version"]
    assert the_outcome(claimed) is Outcome.NOT_VISITED


def the_state(**values: Any) -> Callable[[Engine], None]:
    def change(engine: Engine) -> None:
        with writing(engine) as session:
            session.execute(update(SubmissionState).values(**values))

    return change


def a_village_moves(engine: Engine) -> None:
    moved = Village(VILLAGES[0].code, VILLAGES[0].name, VILLAGES[0].outline.buffer(0.001))
    with writing(engine) as session:
        apply_areas(session, AreaPlan((moved,), {moved.code: moved.name}, (), ()))


def an_area_is_renamed(engine: Engine, code: str = DISTRICT) -> None:
    with writing(engine) as session:
        session.execute(update(Area).where(Area.code == code).values(name="Kabupaten Lain"))


CHANGES: dict[str, Callable[[Engine], None]] = {
    "another score": lambda engine: claims_come(engine, filled({f"Klaim!E{row_of(17)}": 14}, a_place())),
    "another indicator": lambda engine: claims_come(engine, filled({f"Klaim!E{row_of(1)}": 5})),
    "another place": lambda engine: claims_come(
        engine, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), a_place("Lain"))
    ),
    "another visit": lambda engine: a_visit_comes(engine, "uuid:2", "uuid:2"),
    "an edited visit": lambda engine: a_visit_comes(engine, "uuid:1b", arrival="closed"),
    "a deleted visit": the_state(deleted_at="2026-11-02T00:00:00.000Z"),
    "a visit rejected at Central": the_state(review_state="rejected"),
    "a village's outline": a_village_moves,
    "an area's name": an_area_is_renamed,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_inputs_give_a_new_result_and_the_old_one_stays(
    claimed: Engine, change: Callable[[Engine], None]
) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    change(claimed)
    assert computes(claimed)
    first, second = results(claimed)
    assert first.inputs_digest != second.inputs_digest
    assert not computes(claimed)


UNCHANGED: dict[str, Callable[[Engine], None]] = {
    "a visit approved at Central": the_state(review_state="approved"),
    "the same claims from another file": lambda engine: claims_come(
        engine, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), stamp={20: "x"})
    ),
    "an area elsewhere": lambda engine: an_area_is_renamed(engine, "99.02"),
}


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_decides_nothing_is_not_computed_again(claimed: Engine, change: Callable[[Engine], None]) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    change(claimed)
    assert not computes(claimed)


def test_a_visit_confirms_and_its_deletion_takes_that_back(claimed: Engine) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    assert the_outcome(claimed) is Outcome.CONFIRMED
    the_state(deleted_at="2026-11-02T00:00:00.000Z")(claimed)
    computes(claimed)
    assert the_outcome(claimed) is Outcome.NOT_VISITED
    assert len(results(claimed)) == 2


def test_two_at_once_store_one_result(claimed: Engine) -> None:
    """Both have computed and come to the write while it is held; the second finds the first's result and stops."""
    new: list[bool] = []
    workers = [threading.Thread(target=lambda: new.append(computes(claimed)), daemon=True) for _ in range(2)]
    with writing(claimed) as session:
        session.get(Area, DISTRICT, with_for_update=True)
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=2)
        assert new == [], "both wait"
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(new) == [False, True]
    assert len(results(claimed)) == 1


def test_the_districts_that_claim_something(claimed: Engine) -> None:
    with snapshot(claimed) as session:
        assert all_districts_with_claims(session) == [(YEAR, DISTRICT)]
