"""What a claim is set against beside visits: the list of the district's last part that is closed, and nothing else."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.template import template_for
from server.db import snapshot, writing
from server.removals.removing import remove_submission
from server.results.beside import beside_of
from server.results.closing import close_part
from server.results.inputs import load_inputs
from server.results.tables import IndicatorResult
from server.results.verifying import result_of, verify
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from server.rulebook import load_benchmarks
from server.settings import CHECKOUT, Settings
from server.submissions.tables import Form
from tests.support.claiming import ROUND, TESTER, claims_come, forget_jobs, open_round
from tests.support.rounds import asked_for
from tests.support.told import COMMUNITY, an_interview, it_is_told
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, TEMPLATE, YEAR, a_place, filled, row_of
from verification.claim_form.cells import SHEETS
from verification.comparing.beside import Beside

NEXT = str(YEAR + 1)
STAYS = ("Pojok ASI Pasar", *(f"Pojok ASI Kantor {name}" for name in ("Satu", "Dua", "Tiga", "Empat", "Lima")))


def form_of(engine: Engine, round_id: str, *places: str) -> bytes:
    with snapshot(engine) as session:
        template = template_for(session, round_id, DISTRICT).content
    return filled({f"Klaim!E{row_of(17)}": 12}, *map(a_place, places), template=template)


@pytest.fixture
def two_rounds(district: Engine) -> Engine:
    """Claims of two rounds: of the first a place is gone in the second, and two are new."""
    claims_come(district, form_of(district, ROUND, *STAYS, "Pojok ASI Terminal"))
    open_round(district, NEXT, YEAR + 1)
    claims_come(district, form_of(district, NEXT, *STAYS, "Pojok ASI Stasiun", "Pojok ASI Balai"))
    verify(district, NEXT, DISTRICT)
    forget_jobs(district)
    return district


def set_against(engine: Engine, round_id: str) -> Beside:
    with snapshot(engine) as session:
        found = session.get_one(Round, round_id)
        return beside_of(session, found, DISTRICT, rules_of(session, found))


def rises(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    """Give what the next round's result says of the rise of 17."""
    with snapshot(engine) as session:
        result = result_of(session, NEXT, DISTRICT)
        rows = session.scalars(select(IndicatorResult.findings).filter_by(result_id=result and result.id, indicator=17))
        return [(one["code"], one["values"]) for one in rows.one() if one["about"] == "rise"]


def test_only_a_closed_part_of_an_earlier_year_is_what_a_rise_is_set_against(two_rounds: Engine) -> None:
    assert set_against(two_rounds, NEXT) == Beside(YEAR + 1, None, load_benchmarks())
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    last = set_against(two_rounds, NEXT).last
    assert last is not None and last.round_id == ROUND
    assert {number: len(of) for number, of in last.listed.items()} == {17: 7}
    assert set_against(two_rounds, ROUND).last is None


def test_closing_a_part_has_the_next_rounds_computed_again_and_the_rise_told(two_rounds: Engine) -> None:
    assert [code for code, _ in rises(two_rounds)] == ["no_last_round"]
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    assert ("verify", f"{NEXT}/{DISTRICT}") in asked_for(two_rounds)
    verify(two_rounds, NEXT, DISTRICT)
    ((code, values),) = rises(two_rounds)
    assert code == "rise_at_most"
    assert values == {"round": ROUND, "listed_then": 7, "new": 2, "gone": 1, "most": 1}


def test_what_had_ended_before_the_last_rounds_year_was_not_there_then(district: Engine) -> None:
    """The next form does not list it again (`last_lists`): two rows are one place less, and one more is a rise."""
    column = next(one.letter for one in SHEETS["Fasilitas"] if one.key == "ended_year")
    with snapshot(district) as session:
        template = template_for(session, ROUND, DISTRICT).content
    rows = [a_place("Pojok ASI Pasar"), *(a_place(f"Pojok ASI {name}", **{column: year})
            for name, year in (("Terminal", YEAR - 1), ("Stasiun", YEAR)))]  # fmt: skip
    claims_come(district, filled({f"Klaim!E{row_of(17)}": 12}, *rows, template=template))
    open_round(district, NEXT, YEAR + 1)
    close_part(district, ROUND, DISTRICT, TESTER)
    last = set_against(district, NEXT).last
    assert last is not None and len(last.listed[17]) == 2


_DIGEST = """
import sys
from server.db import open_database, snapshot
from server.results.tables import IndicatorResult
from server.results.inputs import load_inputs
with snapshot(open_database(sys.argv[1])) as session:
    print(load_inputs(session, sys.argv[2], sys.argv[3]).digest)
"""


@pytest.mark.ci
def test_every_process_digests_the_same_inputs_alike(two_rounds: Engine) -> None:
    """Else each would take a result of another for outdated."""
    close_part(two_rounds, ROUND, DISTRICT, TESTER)
    address = two_rounds.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _DIGEST, address, NEXT, DISTRICT]
    told = {
        subprocess.run(command, cwd=CHECKOUT, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True,
                       check=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1


def test_what_parents_say_stands_beside_what_the_district_says_and_goes_with_them(district: Engine) -> None:
    """E-8b: the claim says that certificates are free of charge; parents who were asked paid."""
    claims_come(district, filled({"Klaim!E11": 5, cell_of("8a1"): "ya"}, a_place()))
    forget_jobs(district)
    for number in range(12):
        paid = {"role": "parent", "topic": "registration", "akta_paid": "yes" if number < 8 else "no"}
        it_is_told(district, "interview", f"uuid:{number}", an_interview(COMMUNITY | paid))
    assert asked_for(district) == [("verify", f"{ROUND}/{DISTRICT}")]
    assert said_of(district, 8)["sources_differ"] == {
        "what": "8a1", "question": "akta_paid", "asked": 10, "low": 65, "high": 75, "there": 0, "of": 0, "sources": 2,
        "differ": 1, "topic": "8a1", "claimed": True, "said": False}  # fmt: skip
    with writing(district) as session:
        form = session.scalars(select(Form).filter_by(read_as="interview")).one()
        for number in range(3):
            remove_submission(session, form, f"uuid:{number}", "withdrawn_consent", "terminal:test")
    assert "sources_differ" not in said_of(district, 8), "of nine nothing is told"


def test_the_share_of_the_budget_is_worked_out_where_its_whole_is_listed(district: Engine) -> None:
    """E-BUDGET, in millions: 42,100 of 1,310,000, and 39,600 of 1,295,000 the year before."""
    answered = {cell_of("2_2"): 42_100, cell_of("2_2").replace("E", "F"): 39_600}
    answered |= {cell_of(f"2_{n}"): 0 for n in range(3, 8)} | {
        cell_of(f"2_{n}").replace("E", "F"): 0 for n in range(3, 8)
    }
    claims_come(district, filled({f"Klaim!E{row_of(2)}": 20} | answered))
    assert not [code for code in said_of(district, 2) if "of_budget" in code and code != "beyond_a_visit"]
    whole = {"Anggaran!A4": "total", "Anggaran!C4": 1_310_000, "Anggaran!D4": 1_295_000}
    claims_come(district, filled({f"Klaim!E{row_of(2)}": 20} | answered | whole))
    said = said_of(district, 2)["share_of_budget_rises"]
    assert isinstance(said, dict) and (said["percent"], said["before"], said["percent_points"]) == (3.21, 3.06, 0.16)


GROUPS_OF_28: tuple[tuple[str, str, object], ...] = (  # breakdown, group, number: made up
    ("28a", "violence", 32), ("28c", "violence", 30), ("28a", "disability", 74), ("28c", "disability", 58),
    ("28a", "trafficked", "<8"), ("28c", "trafficked", "<8"), ("28a", "facing_law", 9), ("28c", "facing_law", "<8"),
    ("28a", "minority", 0), ("28c", "minority", 0),
)  # fmt: skip


def broken_down(rows: Sequence[tuple[str, str, object]]) -> bytes:
    """Claim 96 of 120 served children, and so many of each group."""
    cells: dict[str, object] = {
        f"Klaim!E{row_of(28)}": 20,
        cell_of("28a1"): 50,
        cell_of("28a2"): 70,
        cell_of("28c1"): 96,
    }
    for at, (code, group, number) in enumerate(rows, start=4):
        cells |= {f"Rincian!A{at}": code, f"Rincian!E{at}": group, f"Rincian!F{at}": number}
    return filled(cells)


def shares_of(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    verify(engine, ROUND, DISTRICT)
    with snapshot(engine) as session:
        row = session.scalars(select(IndicatorResult).filter_by(indicator=28)).one()
        return [(one["code"], one["values"]) for one in row.findings if one["about"] == "share_by_group"]


def test_the_share_of_each_group_is_said_as_far_as_no_other_is_known_by_it(district: Engine, tmp_path: Path) -> None:
    """E-28: 96 of 120 are 80 per cent; of victims of violence 30 of 32, which is 93.8."""
    claims_come(district, broken_down(GROUPS_OF_28))
    said, what = shares_of(district), {"what": "28c1", "whole": "28a1 28a2"}
    assert said == [
        ("own_share_of_group", what | {"group": "violence", "low": 85, "high": 100}),
        ("own_share_of_group", what | {"group": "disability", "low": 75, "high": 85}),
        ("share_of_other_groups_unsaid", what),
    ]
    web = entered(create_app(district, Settings(data=tmp_path)), [Held(Role.SECRETARIAT)])
    page = web.get(f"/wilayah/{ROUND}/{DISTRICT}/indikator/28").text
    assert "kelompok “Anak korban kekerasan baik fisik dan/atau mental”: antara 85 dan 100 persen" in page
    assert "kelompok “Anak yang diperdagangkan”" not in page and "kelompok “Anak yang berhadapan" not in page


def test_rows_in_another_order_are_the_same_inputs_and_another_number_is_not(district: Engine) -> None:
    digests = []
    for rows in (GROUPS_OF_28, GROUPS_OF_28[::-1], (("28a", "violence", 33), *GROUPS_OF_28[1:])):
        claims_come(district, broken_down(rows))
        with snapshot(district) as session:
            digests.append(load_inputs(session, ROUND, DISTRICT).digest)
    assert digests[0] == digests[1] != digests[2]
    claims_come(district, broken_down(GROUPS_OF_28))
    with snapshot(district) as session:
        before = load_inputs(session, ROUND, DISTRICT)
        assert load_inputs(session, ROUND, DISTRICT, before).claimed is before.claimed


def cell_of(code: str) -> str:
    sheet = load_workbook(io.BytesIO(TEMPLATE), read_only=True)["Jawaban"]
    rows = sheet.iter_rows(min_col=1, max_col=1, values_only=True)
    return next(f"Jawaban!E{row}" for row, (found,) in enumerate(rows, start=1) if found == code)


def said_of(engine: Engine, indicator: int) -> dict[str, object]:
    verify(engine, ROUND, DISTRICT)
    with snapshot(engine) as session:
        row = session.scalars(select(IndicatorResult).filter_by(indicator=indicator)).one()
        return {one["code"]: one["values"] for one in row.findings}


def test_the_share_of_each_subdistrict_is_said_and_the_subdistrict_by_its_name(
    district: Engine, tmp_path: Path
) -> None:
    """E-8: birth certificates of 9,475 of 10,060 children, in two subdistricts."""
    near, far = f"{DISTRICT}.01", f"{DISTRICT}.02"
    numbers = {"8b1": (4000, 1100), "8b2": (3900, 1060), "8b3": (3950, 870), "8b4": (3850, 805)}
    rows = [
        (code, area, number) for code, both in numbers.items() for area, number in zip((near, far), both, strict=True)
    ]
    cells: dict[str, object] = {
        f"Klaim!E{row_of(8)}": 5,
        **{cell_of(code): sum(both) for code, both in numbers.items()},
    }
    for at, (code, area, number) in enumerate(rows, start=4):
        cells |= {f"Rincian!A{at}": code, f"Rincian!B{at}": area, f"Rincian!F{at}": number}
    claims_come(district, filled(cells))
    said = said_of(district, 8)
    what = {"what": "8b3 8b4", "whole": "8b1 8b2"}
    assert said["own_share_of_area"] == what | {"area": far, "low": 75, "high": 85}
    assert said["own_share_of_areas"] == what | {"count": 2, "low": 75, "high": 100}
    web = entered(create_app(district, Settings(data=tmp_path)), [Held(Role.SECRETARIAT)])
    page = web.get(f"/wilayah/{ROUND}/{DISTRICT}/indikator/8").text
    assert "di Kecamatan Dua: antara 75 dan 85 persen menurut angka daerah" in page


def test_the_clusters_that_regulations_in_force_cover_are_set_against_all_five(district: Engine) -> None:
    policy = {"A": "Perda", "B": "3", "C": 2025, "D": "Perda rekaan", **dict.fromkeys("EFGHI", "ya"), "J": "Berlaku"}
    for changes, code in (
        ({}, "policies_cover_clusters"),
        ({"G": "tidak"}, "policies_leave_out_clusters"),
        ({"J": "Rancangan"}, "policies_leave_out_clusters"),
        ({"J": None}, "policies_without_a_stage"),
    ):
        row: dict[str, object] = {f"Kebijakan!{letter}4": value for letter, value in (policy | changes).items()}
        claims_come(district, filled({f"Klaim!E{row_of(1)}": 60} | row))
        assert code in said_of(district, 1), changes
    assert said_of(district, 1)["policies_without_a_stage"] == {"list": "I, II, III, IV, V"}
