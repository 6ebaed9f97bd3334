"""A closed part reads as it was frozen, whatever happens to what it was computed from, and whoever stored it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, text, update

from server.app import create_app
from server.areas.tables import Area
from server.claims.importing import import_claims
from server.claims.tables import ClaimLine
from server.db import Base, snapshot, writing
from server.decisions.deciding import Wish, decide
from server.register.tables import Facility
from server.removals.removing import remove_file, remove_submission
from server.results import verifying
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.results.verifying import ask_for_outdated, verify
from server.rounds.planning import set_stages
from server.rounds.states import Entry
from server.settings import Settings
from server.store.interface import Store
from server.submissions.keeping import read_again
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.tables import Visit
from tests.support.arriving import a_visit_comes, belongs
from tests.support.builders import LAT, LON, VILLAGES
from tests.support.claiming import ROUND, claims_come, forget_jobs, open_round
from tests.support.rounds import asked_for, move_part
from tests.support.trial import read_visits
from tests.support.web import TESTER, entered
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

NAME = "Pojok ASI Pasar"
PAGE = f"/laporan/{ROUND}/{DISTRICT}"
MOMENT = "2026-11-02T00:00:00.000Z"


@pytest.fixture
def computed(district: Engine) -> Engine:
    """Give a district's part with one place that a visit confirms and one that nobody visited, computed."""
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 15}, a_place(), a_place("Lain", G=None, H=None)))
    with snapshot(district) as session:
        facility = session.scalars(select(Facility.id).filter_by(name=NAME)).one()
    form_pk = a_visit_comes(district, facility=facility)
    a_visit_comes(district, "uuid:stranger")
    with writing(district) as session:
        session.add(Attachment(form_pk=form_pk, root_id="uuid:1", instance_id="uuid:1", name="x.jpg", state="stored",
                               digest="d" * 64))  # fmt: skip
    assert verify(district, ROUND, DISTRICT)
    return district


@pytest.fixture
def closed(computed: Engine) -> Engine:
    move_part(computed, DISTRICT, "closed")
    return computed


def stored(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Give all rows of all results."""
    tables = [model.__table__ for model in (Result, IndicatorResult, LineResult, VisitResult)]
    with snapshot(engine) as session:
        return {
            str(table): sorted(map(dict, session.execute(select(table)).mappings()), key=repr) for table in tables
        }  # fmt: skip


def all_work_is_done(engine: Engine) -> None:
    """Read what has changed, verify what is asked for, and the part itself besides."""
    read_visits(engine)
    with writing(engine) as session:
        ask_for_outdated(session)
    verify(engine, ROUND, DISTRICT)


def the_state(**values: Any) -> Callable[[Engine], object]:
    def change(engine: Engine) -> None:
        with writing(engine) as session:
            mine = SubmissionState.root_id == "uuid:1"
            session.execute(
                update(SubmissionState).where(mine).values(values | {"changes": SubmissionState.changes + 1})
            )

    return change


def it_is_removed(engine: Engine) -> None:
    with writing(engine) as session:
        remove_submission(session, session.scalars(select(Form)).one(), "uuid:1", "withdrawn_consent", "terminal:test")


def its_photograph_is_removed(engine: Engine) -> None:
    with writing(engine) as session:
        remove_file(
            session, session.scalars(select(Form)).one(), "uuid:1", "x.jpg", "withdrawn_consent", "terminal:test"
        )


def another_claim_comes(engine: Engine) -> None:
    claims_come(engine, filled({f"Klaim!E{row_of(17)}": 1}, a_place("Baru")))


def another_round_is_chosen(engine: Engine) -> None:
    open_round(engine, "2027")
    state = belongs(engine)
    with writing(engine) as session:
        wish = Wish("round", state.instance_id, round_id="2027", why="x")
        decide(session, state.form_pk, state.root_id, wish, TESTER)


def the_visits_days_change(engine: Engine) -> None:
    with writing(engine) as session:
        set_stages(session, ROUND, {"visits": (date(2027, 1, 1), None)}, Entry("terminal:test"))
        read_again(session)


def places_and_areas_get_other_names(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Area).values(name="Lain"))
        session.execute(update(Facility).values(village=VILLAGES[3].code))
        read_again(session)


def other_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], object]:
    return lambda _engine: monkeypatch.setattr(verifying, "code_digest", lambda: "another")


CHANGES: dict[str, Callable[[Engine], object]] = {
    "a later visit": lambda engine: a_visit_comes(engine, "uuid:2", submitted_at=MOMENT),
    "an edit": lambda engine: a_visit_comes(engine, version="uuid:1b", edits=1, seen={"chair": "no"}),
    "a rejection": the_state(review_state="rejected"),
    "another claim": another_claim_comes,
    "another round, by a person": another_round_is_chosen,
    "another round, by its days": the_visits_days_change,
    "names and places": places_and_areas_get_other_names,
    "a deletion": the_state(deleted_at=MOMENT),
    "a purge": the_state(gone_at=MOMENT),
    "a lawful removal": it_is_removed,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_an_open_part(computed: Engine, change: Callable[[Engine], object]) -> None:
    before = stored(computed)
    change(computed)
    all_work_is_done(computed)
    assert stored(computed) != before


def test_none_of_that_changes_a_closed_one(closed: Engine) -> None:
    before = stored(closed)
    for what, change in ({"a photograph's removal": its_photograph_is_removed} | CHANGES).items():
        change(closed)
        all_work_is_done(closed)
        assert stored(closed) == before, what


def test_nor_do_other_rules_which_ask_for_nothing(closed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored(closed)
    forget_jobs(closed)
    other_rules(monkeypatch)(closed)
    all_work_is_done(closed)
    assert (stored(closed), asked_for(closed)) == (before, [])


def test_a_part_that_is_opened_again_goes_on_from_what_is_so_now(closed: Engine) -> None:
    before = stored(closed)
    it_is_removed(closed)
    all_work_is_done(closed)
    move_part(closed, DISTRICT, "open")
    all_work_is_done(closed)
    assert "confirmed" in outcomes(before)
    assert "confirmed" not in outcomes(stored(closed))


def outcomes(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["outcome"] for row in rows["line_results"]}


def test_a_claim_for_a_closed_part_is_refused_with_a_sentence_and_leaves_nothing(closed: Engine, store: Store) -> None:
    content = filled({f"Klaim!E{row_of(17)}": 1}, a_place("Baru"))
    plan = import_claims(closed, store, content, "baru.xlsx", "terminal:test", lambda _plan: True)
    assert [problem.reason.code for problem in plan.problems] == ["part_closed"] and not plan.agreed
    with snapshot(closed) as session:
        assert set(session.scalars(select(ClaimLine.name))) == {NAME, "Lain"}
    assert list(store.digests()) == []


# ── what stays beside it ─────────────────────────────────────────────────────────────────────────────────────────────


def web(engine: Engine, tmp_path: Path) -> FlaskClient:
    return entered(create_app(engine, Settings(data=tmp_path, central_project=1)))


def pages(engine: Engine, tmp_path: Path) -> dict[str, str]:
    """Give the index and the report in everything it leaves as; all must be there."""
    client, found = web(engine, tmp_path), {}
    for path in ("/", PAGE, f"{PAGE}?lang=en", f"{PAGE}.json", f"{PAGE}.csv"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = answer.text
    return found


def reported(engine: Engine, tmp_path: Path) -> list[dict[str, Any]]:
    """Give the lines that the report tells."""
    report = json.loads(web(engine, tmp_path).get(f"{PAGE}.json").text)
    return [line for indicator in report["indicators"] for line in indicator["lines"]]


def test_no_point_and_no_name_is_in_a_result(closed: Engine) -> None:
    rows = json.dumps(stored(closed), default=str)
    for secret in (NAME, "Lain", str(LON), str(LAT), "110.0", "5.00"):
        assert secret not in rows


def test_points_and_names_can_be_taken_away_and_what_was_found_stays(closed: Engine, tmp_path: Path) -> None:
    before, shown = stored(closed), reported(closed, tmp_path)
    with writing(closed) as session:
        session.execute(update(Visit).values(lon=None, lat=None, accuracy_m=None, name=None, registry_no=None))
        session.execute(update(ClaimLine).values(lon=None, lat=None, half_cell_m=None, name="–"))
        session.execute(update(Facility).values(name="–"))
        session.execute(delete(Attachment))
    found = pages(closed, tmp_path)
    assert stored(closed) == before
    assert NAME not in " ".join(found.values()) and str(LON) not in " ".join(found.values())
    now = reported(closed, tmp_path)
    for name in ("outcome", "distance_m", "error_m", "grade", "match_probability", "criteria"):
        assert [line[name] for line in now] == [line[name] for line in shown]
    assert "confirmed" in [line["outcome"] for line in now]


def test_a_result_whose_visits_were_removed_is_shown_without_them(closed: Engine, tmp_path: Path) -> None:
    it_is_removed(closed)
    pages(closed, tmp_path)
    (line,) = [line for line in reported(closed, tmp_path) if line["outcome"] == "confirmed"]
    assert line["visit"] is None and line["distance_m"] is not None


# ── whoever stored it ────────────────────────────────────────────────────────────────────────────────────────────────

OLDER: dict[str, dict[str, Any]] = {
    "results": {"shape": 0, "code": "", "rules": {}, "rules_version": "0"},
    "indicator_results": {
        "reasons": [{"code": "lines_confirmed"}, {"values": {}}, "a word", None, {"code": "x", "values": None, "y": 1}],
        "findings": [{"code": "x"}, "a word", None, {"code": "y", "verdict": "as_then", "values": {"what": "gone"}}],
        "readings": [{"name": "as_then", "lowest": 1, "highest": 2}, {"name": "existence"}, "a word", None],
    },
    "line_results": {
        "reasons": [{"code": "criteria_counted"}, {"values": {}}, "a word",
                    {"code": "x", "values": {"line": 99, "criteria": "gone"}, "y": 1}],
        "comparisons": [{"what": "name"}, {"level": "same"}, {}, {"what": "x", "level": "y", "z": 1}],
        "criteria": [{"code": "chair"}, {}, {"code": "chair", "seen": "yes", "strict": None, "more": [1]},
                     {"code": "chair", "seen": "half"}, {"code": "no_longer_there", "seen": "yes"}],
        "outcome": "as_called_then", "grade": "as_then", "probability": None, "sure": None,
    },
    "visit_results": {"reason": text("""'{"code": "in_village", "more": 1}'"""), "lines": [], "villages": [],
                      "kind": "kind_of_then"},
}  # fmt: skip


def an_older_tilik_stored_it(engine: Engine) -> None:
    with writing(engine) as session:
        for table, values in OLDER.items():
            session.execute(update(Base.metadata.tables[table]).values(values))


def test_rows_that_an_older_tilik_stored_are_shown_and_left_as_they_are(closed: Engine, tmp_path: Path) -> None:
    an_older_tilik_stored_it(closed)
    before = stored(closed)
    found = pages(closed, tmp_path)
    all_work_is_done(closed)
    assert stored(closed) == before
    assert not [key for key in ("match.", "seen.half") if key in found[PAGE]], "a key without its sentence"
    assert len(reported(closed, tmp_path)) == 2


def test_an_outcome_that_is_no_longer_known_says_nothing_adverse(closed: Engine, tmp_path: Path) -> None:
    with writing(closed) as session:
        session.execute(update(LineResult).values(outcome="refuted"))
    assert {line["outcome"] for line in reported(closed, tmp_path)} == {"not_yet_confirmed"}
    assert "refuted" not in " ".join(pages(closed, tmp_path).values())


def test_of_an_open_part_they_are_shown_until_it_is_computed_again(computed: Engine, tmp_path: Path) -> None:
    wanted = stored(computed)
    an_older_tilik_stored_it(computed)
    pages(computed, tmp_path)
    forget_jobs(computed)
    with writing(computed) as session:
        assert ask_for_outdated(session) == 1
    assert asked_for(computed) == [("verify", f"{ROUND}/{DISTRICT}")]
    assert verify(computed, ROUND, DISTRICT)
    again = stored(computed)
    for rows in (wanted, again):
        rows["results"][0].pop("computed_at")
    assert again == wanted


def test_a_part_without_a_result_is_on_the_index_and_has_no_report_yet(computed: Engine, tmp_path: Path) -> None:
    with writing(computed) as session:
        for model in (IndicatorResult, LineResult, VisitResult, Result):
            session.execute(delete(model))
    client = web(computed, tmp_path)
    assert client.get("/").status_code == 200 and client.get(PAGE).status_code == 404
