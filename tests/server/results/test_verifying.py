"""A district's result: computed once for the same inputs, anew for changed ones, and stored once by however many."""

import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from shapely import to_wkb
from sqlalchemy import Engine, select, update

from server.areas.tables import Area
from server.db import snapshot, writing
from server.register.tables import Facility
from server.results import verifying
from server.results.inputs import Inputs, load_inputs
from server.results.kept import WorkedOut
from server.results.tables import LineResult, Result
from server.results.verifying import ask_for_outdated, parts_to_verify, result_of, verify
from server.rounds.states import CLOSED, OPEN, change_part
from server.rounds.tables import RoundPart
from server.submissions.tables import Form, Submission, SubmissionState
from tests.support.builders import ALL_FIVE, LAT, LON, VILLAGES
from tests.support.claiming import ROUND, TESTER, claims_come
from tests.support.statements import statements
from tests.support.trial import read_visits
from tests.support.workbooks import DISTRICT, a_place, filled, row_of
from verification import model
from verification.model import Outcome

PROJECT, FORM, MOMENT = 1, "visit_pojok_asi", "2026-11-01T00:00:00.000Z"


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
            "kind": "pojok_asi", "arrival": "open", "facility": session.scalars(select(Facility.id).limit(1)).one(),
            "point": {"type": "Point", "coordinates": [LON, LAT, 0], "properties": {"accuracy": 5}}, "seen": ALL_FIVE,
        }  # fmt: skip
        state = session.scalar(select(SubmissionState).filter_by(root_id=root_id)) or SubmissionState(
            form_pk=form.id, root_id=root_id, submitted_at=MOMENT, seen_at=MOMENT, edits=-1, attachments_present=0,
            attachments_expected=0, changes=0, changes_read=0,
        )  # fmt: skip
        state.instance_id, state.edits, state.changes = instance_id, state.edits + 1, state.changes + 1
        version = Submission(
            form_pk=form.id, root_id=root_id, instance_id=instance_id, number=state.edits + 1, digest="x",
            source="odata", form_version="1", answers=json.dumps(values | answers),
        )  # fmt: skip
        session.add_all((state, version))
    read_visits(engine)


def computes(engine: Engine) -> bool:
    return verify(engine, ROUND, DISTRICT)


def the_result(engine: Engine) -> Result:
    with snapshot(engine) as session:
        found = result_of(session, ROUND, DISTRICT)
        assert found
        session.expunge(found)
    return found


def the_line(engine: Engine) -> LineResult:
    with snapshot(engine) as session:
        found = session.scalars(select(LineResult)).one()
        session.expunge(found)
    return found


def test_the_same_inputs_are_computed_once(claimed: Engine) -> None:
    assert computes(claimed)
    assert not computes(claimed)


def test_a_result_carries_its_inputs_digest_and_the_rules_it_came_from(claimed: Engine) -> None:
    computes(claimed)
    result = the_result(claimed)
    assert len(result.inputs_digest) == len(result.code) == 64 and result.rules["version"]
    assert the_line(claimed).outcome == Outcome.NOT_VISITED


def the_state(**values: Any) -> Callable[[Engine], None]:
    def change(engine: Engine) -> None:
        with writing(engine) as session:
            session.execute(update(SubmissionState).values(**values))

    return change


def a_village_is_drawn(engine: Engine) -> None:
    """A version's areas never change; more may come."""
    code, outline = f"{DISTRICT}.01.2999", VILLAGES[0].outline
    with writing(engine) as session:
        session.add(Area(code=code, since=1, district=DISTRICT, level="village", name="Desa", outline=to_wkb(outline)))


def an_area_is_renamed(engine: Engine, code: str = DISTRICT) -> None:
    with writing(engine) as session:
        session.execute(update(Area).where(Area.code == code).values(name="Kabupaten Lain"))


CHANGES: dict[str, Callable[[Engine], object]] = {
    "another score": lambda engine: claims_come(engine, filled({f"Klaim!E{row_of(17)}": 14}, a_place())),
    "another indicator": lambda engine: claims_come(engine, filled({f"Klaim!E{row_of(1)}": 5})),
    "another place": lambda engine: claims_come(
        engine, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), a_place("Lain"))
    ),
    "another answer": lambda engine: claims_come(engine, filled({"Jawaban!E5": "Perda contoh"})),
    "another document": lambda engine: claims_come(
        engine, filled({f"Klaim!E{row_of(17)}": 15, "Dokumen!A4": 17, "Dokumen!B4": "SK 1"}, a_place())
    ),
    "another visit": lambda engine: a_visit_comes(engine, "uuid:2", "uuid:2"),
    "an edited visit": lambda engine: a_visit_comes(engine, "uuid:1b", arrival="closed"),
    "a deleted visit": the_state(deleted_at="2026-11-02T00:00:00.000Z"),
    "a visit rejected at Central": the_state(review_state="rejected"),
    "another village": a_village_is_drawn,
    "an area's name": an_area_is_renamed,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_inputs_give_a_new_result(claimed: Engine, change: Callable[[Engine], object]) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    before = the_result(claimed).inputs_digest
    change(claimed)
    assert computes(claimed)
    assert the_result(claimed).inputs_digest != before
    assert not computes(claimed)


UNCHANGED: dict[str, Callable[[Engine], object]] = {
    "a visit approved at Central": the_state(review_state="approved"),
    "the same claims from another file": lambda engine: claims_come(
        engine, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), stamp={20: "x"})
    ),
    "an area elsewhere": lambda engine: an_area_is_renamed(engine, "99.02"),
}


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_decides_nothing_is_not_computed_again(claimed: Engine, change: Callable[[Engine], object]) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    change(claimed)
    assert not computes(claimed)


def test_the_rules_see_the_claim_with_its_answers_and_documents(district: Engine) -> None:
    answers = {f"Klaim!E{row_of(1)}": 10, "Jawaban!E5": "Perda", "Jawaban!G5": date(2025, 12, 31)}
    claims_come(district, filled(answers | {"Dokumen!A4": 1, "Dokumen!B4": "Perda 3/2025", "Dokumen!D4": "Anak"}))
    with snapshot(district) as session:
        claim = load_inputs(session, ROUND, DISTRICT).claims[1]
    assert list(claim.answers.values()) == [model.Answer("Perda", None, date(2025, 12, 31))]
    assert claim.documents == (model.Document("Perda 3/2025", None, "Anak"),)


def test_a_visit_confirms_and_its_deletion_takes_that_back(claimed: Engine) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    assert the_line(claimed).outcome == Outcome.CONFIRMED
    the_state(deleted_at="2026-11-02T00:00:00.000Z")(claimed)
    computes(claimed)
    assert the_line(claimed).outcome == Outcome.NOT_VISITED


def test_two_at_once_store_one_result(claimed: Engine) -> None:
    """Both have computed and come to the write while it is held; the second finds the first's result and stops."""
    new: list[bool] = []
    workers = [threading.Thread(target=lambda: new.append(computes(claimed)), daemon=True) for _ in range(2)]
    with writing(claimed) as session:
        session.get(RoundPart, (ROUND, DISTRICT), with_for_update=True)
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=0.5)
        assert new == [], "both wait"
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(new) == [False, True]


def test_the_parts_of_rounds_that_are_open(claimed: Engine) -> None:
    with snapshot(claimed) as session:
        assert parts_to_verify(session) == [(ROUND, DISTRICT)]


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_rows_that_changed_are_written(claimed: Engine) -> None:
    claims_come(claimed, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), a_place("Lain"), a_place("Lagi")))
    computes(claimed)
    a_visit_comes(claimed, facility=None, name_given="Pojok ASI Pasar")
    with statements(claimed) as said:
        computes(claimed)
    written = [one for one in said if "_results" in one and one.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert sorted(statement.split(" (")[0].split(" SET")[0] for statement in written) == [
        "INSERT INTO visit_results", "UPDATE indicator_results", "UPDATE line_results",
    ]  # fmt: skip


def test_a_line_says_its_outcome_reasons_subdistrict_and_version_in_columns(claimed: Engine) -> None:
    a_visit_comes(claimed)
    a_visit_comes(claimed, "uuid:1b")
    computes(claimed)
    line = the_line(claimed)
    assert (line.subdistrict, line.visit_id, line.version) == ("99.01.01", "uuid:1", "uuid:1b")
    assert " criteria_counted " in line.reason_codes and line.distance_m is not None


def test_corrected_rules_compute_the_same_inputs_again(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    computes(claimed)
    with writing(claimed) as session:
        assert ask_for_outdated(session) == 0
    for room in ("verifying", "inputs"):
        monkeypatch.setattr(f"server.results.{room}.code_digest", lambda: "corrected")
    with writing(claimed) as session:
        assert ask_for_outdated(session) == 1
    assert computes(claimed)


def test_a_result_of_an_older_shape_is_computed_again(claimed: Engine) -> None:
    computes(claimed)
    with writing(claimed) as session:
        session.execute(update(Result).values(shape=0))
        assert ask_for_outdated(session) == 1
    assert computes(claimed)
    assert the_result(claimed).shape > 0


def test_a_part_without_a_result_yet_is_asked_for(claimed: Engine) -> None:
    with writing(claimed) as session:
        assert ask_for_outdated(session) == 1


# ── closed ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_part_is_never_computed_again(claimed: Engine) -> None:
    a_visit_comes(claimed)
    computes(claimed)
    with writing(claimed) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
    before = the_result(claimed).inputs_digest, the_line(claimed).outcome
    the_state(deleted_at="2026-11-02T00:00:00.000Z")(claimed)
    an_area_is_renamed(claimed)
    assert not computes(claimed)
    assert (the_result(claimed).inputs_digest, the_line(claimed).outcome) == before
    with writing(claimed) as session:
        session.execute(update(Result).values(shape=0, code="older"))
        assert ask_for_outdated(session) == 0, "however it was stored"
    with writing(claimed) as session:
        change_part(session, ROUND, DISTRICT, OPEN, TESTER)
    assert computes(claimed) and the_line(claimed).outcome == Outcome.NOT_VISITED


def test_a_part_closed_while_it_is_computed_keeps_what_it_had(claimed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    computes(claimed)
    a_visit_comes(claimed)

    def close_meanwhile(inputs: Inputs, last: WorkedOut | None) -> WorkedOut:
        with writing(claimed) as session:
            change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
        return really(inputs, last)

    really = verifying.work_out
    monkeypatch.setattr(verifying, "work_out", close_meanwhile)
    assert not computes(claimed)
    assert the_line(claimed).outcome == Outcome.NOT_VISITED
