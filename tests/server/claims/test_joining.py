"""A claim form split by agency, filled in part by part, merged and imported: as if one had filled in the whole."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from server.claims.choices import names_of_choices
from server.claims.joined_text import joined_text
from server.claims.joining import CannotMerge, Joined, join, whole_of
from server.claims.queries import claims_of
from server.claims.splitting import split
from server.claims.tables import HANGS_ON, Claim
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.words import catalogue
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND, claims_come
from tests.support.parts import HEALTH, SCHOOLS, answer_row, part, score_row
from tests.support.visits import assert_operator_can_act
from tests.support.workbooks import DISTRICT, a_place, filled, row_of
from verification.claim_form.cells import FIRST_ROW, SHEETS
from verification.claim_form.parts import COORDINATION, agencies_of, part_of, sheets_asked


def joined(engine: Engine, **files: bytes) -> tuple[Joined, bytes]:
    with snapshot(engine) as session:
        found = join(session, [(f"{name}.xlsx", open_workbook(content)) for name, content in files.items()])
        return found, b"" if found.problems else whole_of(session, found, joined_text(found, catalogue("id")))


def claimed(engine: Engine) -> dict[int, Any]:
    with snapshot(engine) as session:
        return {number: _all_of(claim) for number, claim in claims_of(session, ROUND, DISTRICT, rows=True).items()}


def _all_of(claim: Claim) -> Any:
    forget = {"_sa_instance_state", "id", "claim_id", "facility_id", "cell", "file_id"}
    lists = ("answers", "documents", "lines", *(name for name, _ in HANGS_ON.values()))
    rows = {name: [_said(row, forget) for row in getattr(claim, name)] for name in lists}
    return claim.self_score, rows


def _said(row: Any, forget: set[str]) -> list[tuple[str, str]]:
    return sorted((key, repr(value)) for key, value in vars(row).items() if key not in forget)


def test_each_agencys_workbook_has_its_questions_and_sheets_alone(district: Engine) -> None:
    with snapshot(district) as session:
        parts = {one.agency: one for one in split(session, ROUND, DISTRICT)}
    assert list(parts) == list(agencies_of(INDICATORS))
    assert len({one.filename for one in parts.values()}) == len(parts)
    for agency in (HEALTH, "Dinas Pekerjaan Umum", "Bappeda", COORDINATION):
        book = load_workbook(io.BytesIO(parts[agency].content))
        visible = [title for title in SHEETS if book[title].sheet_state == "visible"]
        assert visible == list(sheets_asked(part_of(INDICATORS, agency), agency))
        numbers = [cell.value for cell in book["Klaim"]["A"][FIRST_ROW - 1 :] if cell.value]
        assert tuple(numbers) == parts[agency].indicators == agencies_of(INDICATORS)[agency]
        assert agency in book["Petunjuk"]["A3"].value
        assert open_workbook(parts[agency].content).stamp.agency == agency
        assert not any(
            "#REF" in str(cell.value) or "SUM()" in str(cell.value) for row in book["Ringkasan"] for cell in row
        )
    bappeda = load_workbook(io.BytesIO(parts["Bappeda"].content))
    where = str(bappeda.defined_names["daftar_cluster"].attr_text).split("!")[1].replace("$", "")
    clusters = names_of_choices(INDICATORS)["cluster"].values()
    assert [cell.value for (cell,) in bappeda["_tilik"][where]] == list(clusters), "a budget is by all clusters"


def test_parts_merged_come_in_as_if_the_whole_had_been_filled_in(district: Engine) -> None:
    health = part(district, HEALTH, {
        f"Klaim!E{score_row(HEALTH, 17)}": 12.5, f"Jawaban!E{answer_row(HEALTH, '17a1')}": 1,
        f"Jawaban!F{answer_row(HEALTH, '17a1')}": "1", "Dokumen!A4": 17, "Dokumen!B4": "1/2026",
        f"Jawaban!E{answer_row(HEALTH, '18a1')}": "85%", f"Jawaban!G{answer_row(HEALTH, '18a1')}": "31/12/2025",
    }, a_place(D="P9990001", J="Pemerintah"))  # fmt: skip
    budget = part(district, "Bappeda", {"Anggaran!A4": "I", "Anggaran!B4": "Dinas Rekaan", "Anggaran!C4": 12.5})
    others = part(district, COORDINATION, {"Rapat!A4": "10/02/2026", "Rapat!D4": "RAD"})
    _, content = joined(district, kesehatan=health, anggaran=budget, lain=others)
    whole = {
        f"Klaim!E{row_of(17)}": 12.5, f"Jawaban!E{answer_row(None, '17a1')}": 1,
        f"Jawaban!F{answer_row(None, '17a1')}": "1", "Dokumen!A4": 17, "Dokumen!B4": "1/2026",
        f"Jawaban!E{answer_row(None, '18a1')}": "85%", f"Jawaban!G{answer_row(None, '18a1')}": "31/12/2025",
        "Anggaran!A4": "I", "Anggaran!B4": "Dinas Rekaan", "Anggaran!C4": 12.5, "Rapat!A4": "10/02/2026",
        "Rapat!D4": "RAD",
    }  # fmt: skip
    plan = claims_come(district, content)
    assert (plan.problems, plan.remarks, len(plan.form.meetings)) == ((), (), 1)
    came = claimed(district)
    assert claims_come(district, filled(whole, a_place(D="P9990001", J="Pemerintah"))).problems == ()
    assert claimed(district) == came and came.keys() == {2, 17, 18}


def test_who_is_missing_whose_file_is_empty_and_what_does_not_agree_is_told(district: Engine) -> None:
    one = part(district, HEALTH, {f"Jawaban!E{answer_row(HEALTH, '9b1')}": 120, f"Klaim!E{score_row(HEALTH, 9)}": 5})
    other = part(
        district, SCHOOLS, {f"Jawaban!E{answer_row(SCHOOLS, '9b1')}": 130, f"Klaim!E{score_row(SCHOOLS, 9)}": 6}
    )
    found, content = joined(district, satu=one, dua=other, tiga=part(district, "BKKBN"))
    assert found.empty == ("BKKBN",) and "Bappeda" in found.missing and HEALTH not in found.missing
    told = "\n".join(joined_text(found, catalogue("id")))
    assert f"satu.xlsx Klaim!E{score_row(HEALTH, 9)}: 5 | dua.xlsx Klaim!E{score_row(SCHOOLS, 9)}: 6" in told
    assert "120" not in told and "130" not in told, "numbers of children are not repeated"
    assert f"dua.xlsx Jawaban!E{answer_row(SCHOOLS, '9b1')}" in told and "Bappeda" in told
    notes = [cell.value for (cell,) in load_workbook(io.BytesIO(content))["Gabungan"].iter_rows()]
    assert notes == joined_text(found, catalogue("id"))


def test_a_homes_cells_are_named_and_not_repeated(district: Engine) -> None:
    home = a_place("Panti Rekaan", A=13, B="lksa")
    found, _ = joined(
        district, satu=part(district, None, None, home), dua=part(district, None, None, home | {"F": 2001})
    )
    told = "\n".join(joined_text(found, catalogue("id")))
    assert "Fasilitas!F4" in told and "Rekaan" not in told and "2001" not in told


def test_an_agencys_part_is_merged_before_it_is_imported(district: Engine) -> None:
    plan = claims_come(district, part(district, HEALTH, {f"Klaim!E{score_row(HEALTH, 17)}": 12}))
    (problem,) = plan.problems
    assert problem.reason.values == {"agency": HEALTH}
    assert_operator_can_act(problem.reason)


def test_a_kind_written_by_its_name_by_its_code_or_as_offered_is_one(district: Engine) -> None:
    kinds = ("pojok_asi", "Pojok ASI", "pojok asi (pojok_asi)")
    found, _ = joined(district, **{f"p{at}": filled({}, a_place(B=kind)) for at, kind in enumerate(kinds)})
    assert (len(found.merged.book["Fasilitas"]), found.merged.repeated, found.merged.clashes) == (1, 2, [])


def test_a_text_that_looks_like_a_formula_stays_a_text(district: Engine) -> None:
    row = answer_row(HEALTH, "15c1")
    text = '=HYPERLINK("http://contoh.invalid","klik")'
    content = part(district, HEALTH, {f"Jawaban!E{row}": "teks", "Dokumen!A4": 15, "Dokumen!B4": "nomor"})
    book = load_workbook(io.BytesIO(content))
    for cell in (book["Jawaban"][f"E{row}"], book["Dokumen"]["B4"]):
        cell.value, cell.data_type = text, "s"
    file = io.BytesIO()
    book.save(file)
    _, merged = joined(district, satu=file.getvalue())
    written = load_workbook(io.BytesIO(merged))
    cells = [written["Jawaban"][f"E{answer_row(None, '15c1')}"], written["Dokumen"]["B4"]]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s")] * 2


def test_a_cell_that_a_formula_left_broken_is_named_and_nothing_is_written(district: Engine) -> None:
    content = part(
        district, HEALTH, {f"Jawaban!E{answer_row(HEALTH, '18a1')}": "=1+", "Jawaban!A4": "99z9", "Jawaban!E4": 1}
    )
    found, _ = joined(district, satu=content)
    assert [(file, reason.code) for file, _, reason in found.problems] == [
        ("satu.xlsx", "formula_without_value"), ("satu.xlsx", "merge_unknown_row"),
    ]  # fmt: skip
    for _, _, reason in found.problems:
        assert_operator_can_act(reason)


OTHERS: dict[str, tuple[dict[int, Any], str]] = {
    "another district": ({2: "99.02"}, "merge_of_several_forms"), "another year": ({3: 2031}, "merge_of_several_forms"),
    "a later template": ({1: "9"}, "wrong_template_version"), "another set": ({4: "lain"}, "merge_of_several_forms"),
}  # fmt: skip


@pytest.mark.parametrize("stamp, code", OTHERS.values(), ids=OTHERS)
def test_what_is_no_part_of_the_same_form_is_refused(district: Engine, stamp: dict[int, Any], code: str) -> None:
    whole = part(district, None, {f"Klaim!E{row_of(1)}": 5})
    with pytest.raises(CannotMerge) as caught:
        joined(district, satu=whole, dua=filled(stamp=stamp, template=whole))
    assert caught.value.reason.code == code
    assert_operator_can_act(caught.value.reason)


@pytest.mark.parametrize("stamp, code", [
    ({2: "99.77"}, "district_not_loaded"), ({4: "lain"}, "merge_of_unknown_set"), ({5: "2099"}, "round_not_known"),
])  # fmt: skip
def test_what_was_made_for_what_there_is_not_is_refused(district: Engine, stamp: dict[int, Any], code: str) -> None:
    with pytest.raises(CannotMerge) as caught:
        joined(district, satu=filled(stamp=stamp, template=part(district, None)))
    assert caught.value.reason.code == code
