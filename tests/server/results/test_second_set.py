"""Another indicator set goes the whole way, from a workbook that the secretariat loads on a page, by its claim form, to
the report, without a line of code or a file of its own.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.template import template_for
from server.db import snapshot
from server.register.tables import Facility
from server.reports.builder import build_report
from server.reports.material import load_material
from server.reports.report import Report
from server.results.tables import IndicatorResult, LineResult, Result
from server.results.verifying import result_of, verify
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.words import catalogue
from tests.support.builders import LAT, LON, load_district
from tests.support.claiming import claims_come, open_round
from tests.support.indicator_sets import OURS, looked_at
from tests.support.trial import it_comes
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled, row_of

SET, FORM = "contoh-24", "visit_school"
MOMENT = "2026-11-01T00:00:00.000Z"
EAST = LON + 0.00001  # written with five decimals, so that the claim's own error is half a metre
NORTH = {name: round(LAT + 0.00001 + n * 0.003, 5) for n, name in enumerate(("Atas", "Tengah", "Bawah", "Pojok"))}
THREE_SCHOOLS = [a_place(name, A=3, B="sekolah", G=NORTH[name], H=EAST) for name in ("Atas", "Tengah", "Bawah")]
A_ROOM = a_place("Pojok", A=8, G=NORTH["Pojok"], H=EAST)
A_SHELTER = a_place("Rumah Aman Contoh", A=21, B="rumah_aman", G=None, H=None)


def taken_by_the_page(engine: Engine, settings: Settings) -> None:
    """Bring the set's workbook as the secretariat, look at it, keep it."""
    secretariat = entered(create_app(engine, settings), [Held(Role.SECRETARIAT)])
    kept = secretariat.post("/perangkat/simpan", data={"packed": looked_at(secretariat)}, headers=OURS)
    assert (kept.status_code, kept.location) == (303, f"/perangkat/{SET}?lang=id")


@pytest.fixture
def round_of_ours(engine: Engine, tmp_path: Path) -> Engine:
    load_district(engine)
    taken_by_the_page(engine, Settings(data=tmp_path))
    open_round(engine, "contoh", YEAR + 1, indicator_set=SET)
    return engine


def the_template(engine: Engine) -> bytes:
    with snapshot(engine) as session:
        return template_for(session, "contoh", DISTRICT).content


def all_is_claimed(engine: Engine) -> None:
    scores = {f"Klaim!E{row_of(number)}": 10 for number in (3, 8, 17, 21)}
    content = filled(scores, *THREE_SCHOOLS, A_ROOM, A_SHELTER, template=the_template(engine))
    assert claims_come(engine, content).problems == ()


def a_visit_comes(engine: Engine, name: str, kind: str, **seen: str) -> None:
    with snapshot(engine) as session:
        facility = session.scalars(select(Facility.id).filter_by(name=name)).one()
    answers = {"kind": kind, "arrival": "open", "facility": facility, "point": f"{NORTH[name]} {EAST} 0 5",
               "start": "2026-11-01T08:00:00.000+07:00", "seen": seen}  # fmt: skip
    it_comes(engine, FORM, name, answers)


def computed(engine: Engine) -> tuple[Result, Sequence[IndicatorResult], Sequence[LineResult]]:
    verify(engine, "contoh", DISTRICT)
    with snapshot(engine) as session:
        result = result_of(session, "contoh", DISTRICT)
        assert result
        indicators = select(IndicatorResult).order_by(IndicatorResult.indicator)
        found = result, session.scalars(indicators).all(), session.scalars(select(LineResult)).all()
        session.expunge_all()
    return found


def reported(engine: Engine, language: str) -> Report:
    with snapshot(engine) as session:
        material = load_material(session, "contoh", DISTRICT, 1)
        assert material
        return build_report(material, catalogue(language))


def test_a_claim_form_asks_what_its_rounds_set_asks(round_of_ours: Engine) -> None:
    book = load_workbook(io.BytesIO(the_template(round_of_ours)))
    numbers = [row[0].value for row in book["Klaim"].iter_rows(min_row=4)]
    assert numbers == list(range(1, 25))
    assert [book["_tilik"].cell(row, 1).value for row in (3, 4, 5)] == [YEAR + 1, SET, "contoh"]


def test_a_form_of_another_set_is_refused(round_of_ours: Engine) -> None:
    (problem,) = claims_come(round_of_ours, filled({f"Klaim!E{row_of(2)}": 5}, stamp={5: "contoh"})).problems
    assert problem.reason.code == "other_indicator_set"


def test_the_points_are_those_of_the_set(round_of_ours: Engine) -> None:
    all_is_claimed(round_of_ours)
    result, indicators, _ = computed(round_of_ours)
    assert (result.indicator_set, result.maximum) == (SET, 332.5)
    assert [one.indicator for one in indicators] == list(range(1, 25))
    observed = {one.indicator: one.lines for one in indicators if one.observed}
    assert observed == {3: 3, 8: 1, 21: 1}, "13, 17 and 25 are numbers like any other"


YES, NO = "yes", "no"
SCHOOLS: dict[str, tuple[dict[str, str], str, str]] = {
    "Atas": ({"sign": YES, "policy": YES, "garden": YES, "toilet": NO}, "confirmed", "criteria_counted"),
    "Tengah": ({"sign": YES, "policy": YES, "garden": NO, "toilet": NO}, "unsure", "open_list_not_reached"),
    "Bawah": ({"sign": YES, "policy": NO, "garden": NO, "toilet": NO}, "criteria_not_met", "below_the_minimum"),
}


def test_its_checks_decide(round_of_ours: Engine) -> None:
    all_is_claimed(round_of_ours)
    for name, (seen, _, _) in SCHOOLS.items():
        a_visit_comes(round_of_ours, name, "sekolah", **seen)
    found = {line.visit_id: line for line in computed(round_of_ours)[2]}
    for name, (_, outcome, reason) in SCHOOLS.items():
        assert (found[name].outcome, found[name].reasons[0]["code"]) == (outcome, reason)


def test_without_a_check_being_found_is_enough(round_of_ours: Engine) -> None:
    all_is_claimed(round_of_ours)
    a_visit_comes(round_of_ours, "Pojok", "pojok_asi", chair=NO)
    outcomes = {line.indicator: line.outcome for line in computed(round_of_ours)[2] if line.visit_id}
    assert outcomes == {8: "confirmed"}


def test_the_numbers_it_decided_by_are_kept_with_the_result(round_of_ours: Engine) -> None:
    all_is_claimed(round_of_ours)
    checks: dict[str, list[dict[str, Any]]] = computed(round_of_ours)[0].rules["checks"]
    assert {number: [check["kind"] for check in listed] for number, listed in checks.items()} == {
        "3": ["contradicted_below", "at_least"], "21": ["all_of"],
    }  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_its_report_says_everything_in_words(round_of_ours: Engine, language: str) -> None:
    all_is_claimed(round_of_ours)
    a_visit_comes(round_of_ours, "Bawah", "sekolah", **SCHOOLS["Bawah"][0])
    computed(round_of_ours)
    report = reported(round_of_ours, language)
    maximum = report.totals.maximum if report.totals else None
    assert (report.law, maximum) == (
        "Perangkat contoh (fiktif), bukan peraturan",
        332.5,
    )
    whys = [why for i in report.indicators for line in i.lines for why in line.reasons]
    assert len(whys) >= 5 and not [why for why in whys if why.sentence.startswith("reason.")]


def test_its_page_and_its_paper_name_it(round_of_ours: Engine, tmp_path: Path) -> None:
    all_is_claimed(round_of_ours)
    computed(round_of_ours)
    web = entered(create_app(round_of_ours, Settings(data=tmp_path)), [Held(Role.SECRETARIAT)])
    for address in (f"/wilayah/contoh/{DISTRICT}", f"/laporan/contoh/{DISTRICT}", f"/perangkat/{SET}"):
        page = web.get(address)
        assert page.status_code == 200 and "Perangkat contoh (fiktif), bukan peraturan" in page.text, address
    assert "Dipakai putaran: contoh." in page.text
    indicator = web.get(f"/wilayah/contoh/{DISTRICT}/indikator/3")
    assert indicator.status_code == 200 and "Sekolah contoh (fiktif)" in indicator.text
