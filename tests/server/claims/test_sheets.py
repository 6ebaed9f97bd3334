"""The sheets of a claim form as a district gets them, hands them in, and finds them again."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine, select

from server.claims import text
from server.claims.choices import names_of_choices
from server.claims.importing import import_claims, plan_import
from server.claims.queries import claims_of
from server.claims.tables import HANGS_ON, ClaimLine, Meeting
from server.claims.template import template_for
from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from server.store.interface import Store
from server.words import catalogue
from tests.support.builders import INDICATORS, VILLAGES
from tests.support.claiming import ROUND, claims_come
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, TEMPLATE, YEAR, a_place, filled, opened, row_of
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, SHEETS
from verification.claim_form.choices import CHOICES
from verification.claim_form.lists import LISTS

BOOK = load_workbook(io.BytesIO(TEMPLATE))
FIRST_TEMPLATE = (Path(__file__).parent / "workbooks/template-1.xlsx").read_bytes()
NAMES = names_of_choices(INDICATORS)
ROWS: dict[str, dict[str, Any]] = {
    "Kebijakan": {"A": "Perda", "B": "3", "C": 2025, "D": "Perda perlindungan anak", "E": "ya", "J": "Berlaku"},
    "Anggaran": {"A": NAMES["cluster"]["I"], "B": "Dinas Rekaan", "C": 12.5, "D": 11, "E": "APBN"},
    "Rincian": {"A": "AMPK (28a)", "D": "0–5 tahun", "F": "<8", "G": 12},
    "Kelompok Anak": {"A": "Desa/kelurahan", "B": "Desa 00 (99.01.01.2001)", "E": "Seni, Olahraga", "G": 4, "I": "ya"},
    "Masukan Anak": {"A": "Perda rekaan", "B": "Peraturan", "D": "Lampu di jalan", "F": 3},
    "Rapat": {"A": "10/02/2026", "B": "Kabupaten/kota", "C": "Bappeda", "D": "RAD"},
}  # fmt: skip
CELLS = {f"{sheet}!{letter}4": value for sheet, row in ROWS.items() for letter, value in row.items()}


# ── handed in and kept


def test_every_sheet_is_kept_with_its_cells_and_by_codes(district: Engine) -> None:
    plan = claims_come(district, filled(CELLS))
    assert (plan.problems, plan.remarks) == ((), ())
    assert {change.indicator: change.rows for change in plan.changes} == {1: 1, 2: 1, 3: 1, 10: 1, 28: 1}
    with snapshot(district) as session:
        claims = claims_of(session, ROUND, DISTRICT, rows=True)
        (policy,), (budget,) = claims[1].policies, claims[2].budget
        assert (policy.policy_kind, policy.cluster_1, policy.cluster_2, policy.stage) == (
            "perda",
            True,
            None,
            "in_force",
        )
        assert (budget.cluster, budget.amount, budget.source, budget.cell) == ("I", 12.5, "state", "Anggaran!A4")
        (row,), (group,), (proposal,) = claims[28].breakdowns, claims[10].groups, claims[3].proposals
        assert (row.breakdown, row.age, row.value, row.value_before, row.area) == ("28a", "0-5", "<8", "12", None)
        assert (group.level, group.area, group.activities, group.boys) == ("village", "99.01.01.2001", "arts,sports", 4)
        assert (proposal.proposal_kind, proposal.proposal, proposal.children) == ("regulation", "Lampu di jalan", 3)
        (meeting,) = session.scalars(select(Meeting))
        assert (meeting.dated, meeting.meeting_level, meeting.present) == (date(2026, 2, 10), "district", "Bappeda")


def test_the_further_columns_of_a_place_a_document_and_an_answer_are_kept(district: Engine) -> None:
    place = a_place(J="Pemerintah", K="Gratis", M=40, N=30, O="Tempat umum", Q=2025)
    cells = {"Dokumen!A4": 17, "Dokumen!B4": "1/2025", "Dokumen!E4": "17a", "Dokumen!F4": "Keputusan",
             "Dokumen!H4": "31/12/2030", "Dokumen!I4": "III", "Dokumen!J4": "sk.pdf", "Dokumen!K4": "1-4",
             **answered("17a1", 1, H="Dinas Rekaan", I="15/01/2026")}  # fmt: skip
    claims_come(district, filled(cells, place))
    with snapshot(district) as session:
        claim = claims_of(session, ROUND, DISTRICT)[17]
        (line,), (document,), (answer,) = claim.lines, claim.documents, claim.answers
        assert (line.run_by, line.paid, line.users, line.users_before) == ("government", "free", 40, 30)
        assert (line.location_kind, line.ended_year, line.category) == ("public", 2025, None)
        assert (document.question, document.document_kind, document.clusters) == ("17a", "decree", "III")
        assert (document.valid_until, document.file, document.pages) == (date(2030, 12, 31), "sk.pdf", "1-4")
        assert (answer.filled_by, answer.endorsed) == ("Dinas Rekaan", date(2026, 1, 15))


def answered(code: str, value: Any, **more: Any) -> dict[str, Any]:
    row = list(INDICATORS.answer_fields).index(code) + FIRST_ROW
    return {f"Jawaban!{letter}{row}": one for letter, one in ({"E": value} | more).items()}


def test_what_is_handed_in_again_takes_the_place_of_what_was_there(district: Engine) -> None:
    claims_come(district, filled(CELLS))
    plan = claims_come(district, filled(CELLS | {"Rapat!A4": "11/03/2026", "Kebijakan!B4": "4"}))
    assert plan.replaces and plan.meetings_before == 1
    with snapshot(district) as session:
        assert session.scalars(select(Meeting.dated)).all() == [date(2026, 3, 11)]
        claims = claims_of(session, ROUND, DISTRICT, rows=True)
        assert [len(getattr(claims[n], name)) for n, name in ((1, "policies"), (2, "budget"))] == [1, 1]
        assert claims[1].policies[0].policy_number == "4"


def test_a_form_of_meetings_alone_is_a_form_and_known_the_second_time(district: Engine) -> None:
    content = filled({"Rapat!A4": "10/02/2026"})
    plan = claims_come(district, content)
    assert (plan.problems, plan.changes, len(plan.form.meetings), plan.known) == ((), (), 1, False)
    assert claims_come(district, content).known
    claims_come(district, filled({f"Klaim!E{row_of(1)}": 50}))
    with snapshot(district) as session:
        assert len(session.scalars(select(Meeting.id)).all()) == 1, "a form without meetings leaves them alone"


def test_a_form_with_areas_of_children_in_need_of_protection_is_not_kept(district: Engine, store: Store) -> None:
    for cells in (
        {"Rincian!B4": "Kec. 1 (99.01.01)", "Rincian!D4": None},
        {"Rincian!C4": "Perempuan"},
        {"Rincian!F4": 3},
    ):
        plan = import_claims(district, store, filled(CELLS | cells), "klaim.xlsx", "terminal:test", lambda _plan: True)
        assert len(plan.problems) == 1 and not plan.agreed
        assert not store.has(plan.digest)
        assert [p.sheet for p in plan.problems] == ["Rincian"]
    with snapshot(district) as session:
        assert claims_of(session, ROUND, DISTRICT) == {}


def test_a_shelters_name_is_in_no_list_of_problems(district: Engine) -> None:
    places = [a_place("Rumah Aman Melati"), a_place("Tempat", B="Rumah Aman Melati"), a_place("Melati", B="rumah_aman")]
    plan = claims_come(district, filled(None, *places))
    for told in (text.plan_text, text.plan_json, text.problems_csv):
        written = told(plan, catalogue("id"))
        assert "elati" not in written and "Rumah aman tidak didaftar" in written


# ── the layout of the first version


def test_a_form_of_the_first_version_still_comes_in(district: Engine) -> None:
    plan = claims_come(district, FIRST_TEMPLATE)
    assert (plan.problems, plan.version) == ((), "1")
    with snapshot(district) as session:
        claims = claims_of(session, ROUND, DISTRICT, rows=True)
        assert {number: claim.self_score for number, claim in claims.items()} == {1: 50, 17: 12}
        assert [line.name for line in claims[17].lines] == ["Satu", "Dua"]
        assert [(a.value, a.value_before, a.filled_by) for a in claims[17].answers] == [("2", "1", None)]
        assert [(d.number, d.question) for d in claims[1].documents] == [("Perda 3/2025", None)]
        assert claims[1].file.template_version == "1"


def test_what_stands_beside_the_columns_of_the_first_version_is_not_read(district: Engine) -> None:
    beside = {"Fasilitas!I4": "catatan sendiri", "Dokumen!E4": "catatan", "Jawaban!H4": "x" * 300}
    assert claims_come(district, filled(beside, template=FIRST_TEMPLATE)).problems == ()


def test_another_version_is_named_with_where_to_get_a_new_form(district: Engine) -> None:
    (problem,) = claims_come(district, filled({f"Klaim!E{row_of(1)}": 50}, stamp={1: "3"})).problems
    assert (problem.reason.code, problem.reason.values) == ("wrong_template_version", {"found": "3", "wanted": "2"})
    assert "tilik claims template" in catalogue("id").reason(problem.reason)


# ── the form as a district gets it


def rules_of(sheet: Worksheet) -> dict[str, Any]:
    return {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}


@pytest.mark.parametrize("title", ["Dokumen", "Fasilitas", *LISTS])
def test_every_column_is_watched_as_far_down_as_the_form_is_read(title: str) -> None:
    rules = rules_of(BOOK[title])
    assert all(rule.showErrorMessage and rule.error for rule in rules.values())
    assert all(where.endswith(f"{FIRST_ROW}:{where[0]}{LAST_ROW}") for where in rules), "down to the last row"
    free = {"Dokumen": {"B", "D"}, "Fasilitas": {"C", "D"}}.get(title, set())
    assert {where[0] for where in rules} == {column.letter for column in SHEETS[title]} - free
    assert BOOK[title].auto_filter.ref == f"A3:{SHEETS[title][-1].letter}{LAST_ROW}"
    assert not BOOK[title].protection.sort and not BOOK[title].protection.autoFilter


def test_every_cell_of_an_answer_and_every_score_is_watched() -> None:
    for title, letters in (("Klaim", "E"), ("Jawaban", "EFGHI")):
        rules = BOOK[title].data_validations.dataValidation
        assert all(rule.showErrorMessage and rule.error for rule in rules)
        watched = {cell for rule in rules for area in rule.sqref.ranges for row in area.rows for cell in row}
        for row in range(FIRST_ROW, BOOK[title].max_row + 1):
            open_cells = [letter for letter in letters if not BOOK[title][f"{letter}{row}"].protection.locked]
            assert {(row, ord(letter) - 64) for letter in open_cells} <= watched, (title, row)
            assert open_cells, row


def test_every_choice_has_a_name_of_its_own_and_stands_in_its_list() -> None:
    lists = BOOK["_tilik"]
    for key in (*CHOICES, "cluster"):
        names = list(NAMES[key].values())
        assert len(set(names)) == len(names) and not any("choice." in name for name in names)
        where = str(BOOK.defined_names[f"daftar_{key}"].attr_text).split("!")[1].replace("$", "")
        assert [cell.value for (cell,) in lists[where] if cell] == names


def test_areas_are_the_districts_subdistricts_and_then_its_villages(district: Engine) -> None:
    with snapshot(district) as session:
        book = load_workbook(io.BytesIO(template_for(session, ROUND, DISTRICT).content))
    where = str(book.defined_names["daftar_wilayah"].attr_text).split("!")[1].replace("$", "")
    codes = [str(cell.value).rpartition("(")[2].rstrip(")") for (cell,) in book["_tilik"][where]]
    assert (set(codes[:2]), set(codes[2:])) == ({"99.01.01", "99.01.02"}, {village.code for village in VILLAGES})


def test_years_are_calendar_years_and_what_practice_adds_is_marked() -> None:
    headings = {title: [BOOK[title][f"{column.letter}3"].value for column in SHEETS[title]] for title in SHEETS}
    assert headings["Jawaban"][4:9] == [
        f"Tahun data, {YEAR}", f"Tahun sebelumnya, {YEAR - 1}", "Tanggal data", "Diisi oleh (SKPD) *",
        "Disahkan tanggal *",
    ]  # fmt: skip
    assert headings["Anggaran"][2:5] == [
        f"Anggaran (juta Rp), {YEAR}", f"Anggaran (juta Rp), {YEAR - 1}", "Sumber dana *",
    ]  # fmt: skip
    marked = {title: sum(str(one).endswith("*") for one in found) for title, found in headings.items()}
    assert marked == {"Klaim": 0, "Jawaban": 2, "Dokumen": 7, "Fasilitas": 3, "Kebijakan": 2, "Anggaran": 2,
                      "Rincian": 0, "Kelompok Anak": 3, "Masukan Anak": 1, "Rapat": 5}  # fmt: skip
    assert "tidak diminta peraturan" in BOOK["Anggaran"]["A2"].value
    assert "tidak diminta peraturan" not in BOOK["Rincian"]["A2"].value


def test_each_indicators_source_and_explanation_stand_beside_its_first_question() -> None:
    answers, explained = BOOK["Jawaban"], BOOK["Penjelasan"]
    row = FIRST_ROW
    for indicator in INDICATORS.indicators:
        assert answers[f"J{row}"].value == indicator.data_source
        place = explained[answers[f"K{row}"].hyperlink.location.split("!")[1]]
        assert place.value == indicator.number
        if indicator.explanation:
            first = explained.cell(place.row + 1, 2).value
            assert first == indicator.explanation["id"].split("\n")[0]
        row += len(indicator.answer_fields)
    assert "keduanya tidak boleh dimasukkan dalam data" in " ".join(str(cell.value) for cell in explained["B"])
    clusters = [cell.value for cell in answers["L"][FIRST_ROW - 1 :] if cell.value]
    assert clusters == [cluster.name["id"] for cluster in INDICATORS.clusters]


def test_the_form_says_what_is_complete_and_prints_on_paper() -> None:
    formula = BOOK["Klaim"]["G4"].value
    assert formula == '=IF(AND(E4<>"",COUNTA(Jawaban!E4:E11)=8),"lengkap","belum lengkap")'
    assert [BOOK["Ringkasan"][f"F{row}"].value[:5] for row in range(3, 9)] == ["=IF(B"[:5]] * 6
    for sheet in (one for one in BOOK.worksheets if one.title in SHEETS):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.print_title_rows == "$1:$3" and sheet.print_options.gridLines
    panes = {title: BOOK[title].freeze_panes for title in SHEETS}
    assert panes == dict.fromkeys(SHEETS, "A4") | {"Jawaban": "B4", "Dokumen": "C4", "Fasilitas": "D4"}
    wide = {title: BOOK[title].print_title_cols for title in SHEETS if BOOK[title].page_setup.fitToWidth == 2}
    assert wide == {"Dokumen": "$A:$B", "Fasilitas": "$A:$C"}
    assert str(BOOK["Jawaban"].print_area).endswith("!$A$1:$I$173")
    shown = [[cell.value for cell in row] for row in BOOK["Contoh"].iter_rows()]
    assert {row[0] for row in shown} >= set(SHEETS), "a row of each sheet"


def test_an_example_row_can_be_read(district: Engine) -> None:
    """What the form itself shows is what it takes."""
    shown = [[cell.value for cell in row] for row in BOOK["Contoh"].iter_rows()]
    begin = {str(row[0]): at + 1 for at, row in enumerate(shown) if row[0] in LISTS}
    examples = {sheet: [row[1] for row in shown[at : at + len(SHEETS[sheet])]] for sheet, at in begin.items()}
    cells = {f"{sheet}!{column.letter}4": value for sheet, row in examples.items()
             for column, value in zip(SHEETS[sheet], row, strict=False) if value and column.key != "area"}  # fmt: skip
    cells["Rincian!B4"] = "Kec. Satu (99.01.01)"
    assert claims_come(district, filled(cells)).problems == ()


# ── found again


def test_the_claims_page_shows_what_may_be_said_of_a_row(district: Engine, app: Flask) -> None:
    claims_come(district, filled(CELLS))
    web = entered(app, (Held(Role.SUPERVISOR),))
    shown = {n: " ".join(web.get(f"/wilayah/{ROUND}/{DISTRICT}/indikator/{n}").text.split()) for n in (1, 2, 3, 10, 28)}
    assert "Perda perlindungan anak" in shown[1] and "Kebijakan!A4" in shown[1] and "Penjelasan" in shown[1]
    assert "Dinas Rekaan" in shown[2] and "12,5" in shown[2]
    assert "Lampu di jalan" not in shown[3] and "Masukan Anak!A4" in shown[3]
    assert "Seni, Olahraga" in shown[10] and "Anggota laki-laki: <span" in shown[10]
    assert "AMPK" in shown[28] and "&lt;8" not in shown[28] and ">12<" not in shown[28]


def test_a_places_page_shows_what_it_is_said_to_be_and_a_homes_does_not(district: Engine, app: Flask) -> None:
    home = a_place("Panti Rekaan", A=13, B="lksa", J="Masyarakat", K="Gratis")
    claims_come(district, filled(None, a_place(J="Dunia usaha", M=41), home))
    with snapshot(district) as session:
        lines = dict(session.execute(select(ClaimLine.kind, ClaimLine.id)).all())
    web = entered(app, (Held(Role.SUPERVISOR),))
    open_place, of_home = (web.get(f"/wilayah/{ROUND}/{DISTRICT}/baris/{lines[k]}").text for k in ("pojok_asi", "lksa"))
    assert "Dunia usaha" in open_place and ">41<" not in open_place
    assert "Masyarakat" not in of_home


def test_the_plan_says_what_would_come_of_each_sheet(district: Engine) -> None:
    with snapshot(district) as session:
        content = filled(CELLS)
        plan = plan_import(session, content, opened(content))
    told = text.plan_text(plan, catalogue("id"))
    assert "baris lembar lain 1" in told and "Rapat: 1 baris" in told
    assert set(HANGS_ON) | {"Rapat"} == set(LISTS)
