"""The next claim form with last round's lists: what a district claimed itself, to be looked at once more."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, update

from server.claims.joining import join, whole_of
from server.claims.last_lists import LastLists, last_lists
from server.claims.tables import ClaimLine
from server.claims.template import NoTemplate, stamp_for, template_of
from server.claims.workbook import open_workbook
from server.db import snapshot, writing
from tests.support.claiming import ROUND, claims_come, open_round
from tests.support.visits import assert_operator_can_act
from tests.support.workbooks import DISTRICT, YEAR, a_place, filled
from verification.claim_form.cells import AGAIN, again_letter

NEXT = str(YEAR + 1)
POLICY = {"A": "Perda", "B": "3", "C": 2025, "D": "Perda rekaan", "E": "ya", "F": "tidak", "J": "Berlaku", "M": 2028}
GROUP = {"A": "Desa/kelurahan", "B": "99.01.01.2001", "C": "Forum Anak", "E": "Seni, Olahraga", "G": 12, "I": "ya"}
CELLS = {f"{sheet}!{letter}4": value for sheet, row in (("Kebijakan", POLICY), ("Kelompok Anak", GROUP))
         for letter, value in row.items()} | {"Anggaran!A4": "I", "Anggaran!C4": 5, "Klaim!E4": 3}  # fmt: skip


@pytest.fixture
def claimed(district: Engine) -> Engine:
    places = (a_place(J="Pemerintah", M=40, L=5), a_place("Panti Rekaan", A=13, B="lksa"), a_place("Tutup", Q=2025))
    assert claims_come(district, filled(CELLS, *places)).problems == ()
    open_round(district, NEXT, YEAR + 1)
    return district


def written(engine: Engine) -> tuple[LastLists, bytes]:
    with snapshot(engine) as session:
        stamp = stamp_for(session, NEXT, DISTRICT)
        lists = last_lists(session, ROUND, stamp)
        return lists, template_of(session, stamp, lists.filled).content


def rows(content: bytes, sheet: str) -> list[dict[str, Any]]:
    found = open_workbook(content).book[sheet].values()
    return [{key: value for key, value in row.items() if value is not None} for row in found]


def test_lists_are_in_the_next_form_and_what_is_of_one_year_is_not(claimed: Engine) -> None:
    lists, content = written(claimed)
    assert (lists.count, lists.left_out, lists.homes) == (4, 1, 1)
    home, place = rows(content, "Fasilitas")
    assert place == {
        "indicator": 17, "kind": "Pojok ASI (pojok_asi)", "facility_name": "Pojok ASI Pasar",
        "village": "Desa 00, Kec. Kecamatan Satu (99.01.01.2001)", "since_year": 2020, "lat": -5.0051, "lon": 110.0049,
        "run_by": "Pemerintah", AGAIN: "periksa kembali",
    }  # fmt: skip
    assert home["facility_name"] == "Panti Rekaan" and AGAIN in home
    (policy,), (group,) = rows(content, "Kebijakan"), rows(content, "Kelompok Anak")
    assert policy == {"policy_kind": "Perda", "policy_number": "3", "policy_year": 2025, "title": "Perda rekaan",
                      "cluster_1": "ya", "cluster_2": "tidak", "stage": "Berlaku", "plan_to": 2028,
                      AGAIN: "periksa kembali"}  # fmt: skip
    assert group["activities"] == "Seni, Olahraga" and "boys" not in group and "disability" not in group
    assert rows(content, "Anggaran") == [] and all("self_score" not in row for row in rows(content, "Klaim"))


def test_what_was_looked_at_comes_in_and_what_was_not_is_remarked(claimed: Engine) -> None:
    _, content = written(claimed)
    plan = claims_come(claimed, content)
    assert plan.problems == () and plan.round_id == NEXT
    assert [(r.reason.code, r.sheet, r.reason.values) for r in plan.remarks if "again" in r.reason.code] == [
        ("rows_to_check_again", "Fasilitas", {"count": 2}), ("rows_to_check_again", "Kebijakan", {"count": 1}),
        ("rows_to_check_again", "Kelompok Anak", {"count": 1}),
    ]  # fmt: skip
    assert_operator_can_act(next(r.reason for r in plan.remarks if "again" in r.reason.code))
    looked_at = {f"{sheet}!{again_letter(sheet)}{row}": None for sheet in ("Fasilitas", "Kebijakan", "Kelompok Anak")
                 for row in (4, 5)}  # fmt: skip
    assert claims_come(claimed, filled(looked_at, template=content)).remarks == ()


def test_a_row_is_marked_in_colour_until_its_cell_is_cleared(claimed: Engine) -> None:
    _, content = written(claimed)
    sheet = load_workbook(io.BytesIO(content))["Fasilitas"]
    assert (sheet["R3"].value, sheet["R4"].value, sheet["R4"].protection.locked) == (
        "Dari putaran lalu", "periksa kembali", False,
    )  # fmt: skip
    assert not sheet["C4"].protection.locked and sheet["D4"].number_format == "General"
    (rule,) = [rule for found in sheet.conditional_formatting for rule in found.rules]
    assert rule.formula == ['$R4<>""'] and str(sheet.auto_filter.ref).startswith("A3:R")


def test_marks_stay_when_forms_are_merged_until_one_of_them_was_looked_at(claimed: Engine) -> None:
    _, content = written(claimed)
    looked_at = filled({"Fasilitas!R4": None}, template=content)
    with snapshot(claimed) as session:
        joined = join(session, [("satu.xlsx", open_workbook(content)), ("dua.xlsx", open_workbook(looked_at))])
        merged = whole_of(session, joined, ())
    assert [AGAIN in row for row in rows(merged, "Fasilitas")] == [False, True]


def test_no_shelter_and_nothing_of_another_district_is_in_it(claimed: Engine) -> None:
    with writing(claimed) as session:
        session.execute(update(ClaimLine).where(ClaimLine.name == "Panti Rekaan").values(kind="rumah_aman"))
    lists, content = written(claimed)
    assert (lists.left_out, lists.homes) == (2, 0) and b"Panti" not in content
    assert "Panti Rekaan" not in str(rows(content, "Fasilitas"))
    with writing(claimed) as session:
        session.execute(update(ClaimLine).values(village="99.02.01.2001"))
    assert written(claimed)[0].left_out == 3, "a village that the district does not have"
    with snapshot(claimed) as session, pytest.raises(NoTemplate):
        last_lists(session, "2099", stamp_for(session, NEXT, DISTRICT))
    with snapshot(claimed) as session:
        assert last_lists(session, NEXT, stamp_for(session, NEXT, DISTRICT)).count == 0
