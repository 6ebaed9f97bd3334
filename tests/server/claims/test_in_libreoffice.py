"""The claim form in a spreadsheet program that is not Excel: what it prints, works out, keeps, and hands back."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from server.claims.template import stamp_for, template_of
from server.claims.workbook import open_workbook
from server.db import snapshot
from tests.support.builders import INDICATORS
from tests.support.claiming import ROUND, claims_come
from tests.support.office import Office
from tests.support.workbooks import DISTRICT, TEMPLATE, YEAR, a_place, filled, row_of
from verification.claim_form.cells import FIRST_ROW, PRINTED, SHEETS, Stamp
from verification.claim_form.lists import LISTS

pytestmark = pytest.mark.ci

MOST_PAGES = 40
GUIDE = ("Petunjuk", "Ringkasan", "Penjelasan", "Contoh")
ANSWERS = {f"Jawaban!E{FIRST_ROW + at}": "ya" if answer.kind == "yes_no" else "Perda rekaan"
           for at, answer in enumerate(INDICATORS.by_number[1].answer_fields)}  # fmt: skip
CELLS: dict[str, Any] = {
    f"Klaim!E{row_of(1)}": 45.5, f"Klaim!E{row_of(2)}": 12, **ANSWERS, "Dokumen!A4": 1, "Dokumen!B4": "Perda 3/2025",
    "Dokumen!C4": "14/05/2025", "Anggaran!A4": "I", "Anggaran!B4": "Dinas Rekaan", "Anggaran!C4": 1234567890.5,
    "Rapat!A4": "10/02/2026", "Rapat!D4": "RAD",
}  # fmt: skip
PLACES = [a_place(f"Pojok ASI Rekaan {n}", M=100_000, N=90_000, L=25_000) for n in range(1, 121)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_empty_form_prints_with_its_headings_years_and_pages_that_can_be_read(office: Office) -> None:
    pages = office.printed(TEMPLATE)
    whole = words(" ".join(pages))
    assert 20 < len(pages) <= MOST_PAGES
    assert re.findall(r"#{3,}|#REF!|#NAME\?|#VALUE!|Err:\d+|template\.|column\.", whole) == []
    book = load_workbook(io.BytesIO(TEMPLATE))
    for title in SHEETS:
        assert book[title]["A1"].value in whole
        for column in SHEETS[title]:
            heading = str(book[title][f"{column.letter}{FIRST_ROW - 1}"].value)
            if (title, column.key) not in (("Jawaban", "data_source"), ("Jawaban", "explanation")):
                assert all(word in whole for word in heading.split()), (title, heading)
    assert str(YEAR) in whole and str(YEAR - 1) in whole
    for cluster in INDICATORS.clusters:
        assert cluster.name["id"].split()[0] in whole
    assert sum("Jawaban atas pertanyaan peraturan" in page for page in pages) > 3, "headings on each page"
    assert all(words(page) for page in pages), "no page is empty"


def test_a_filled_form_prints_with_nothing_cut(office: Office) -> None:
    pages = office.printed(filled(CELLS, *PLACES))
    whole = words(" ".join(pages))
    assert len(pages) <= MOST_PAGES + 10
    assert re.findall(r"#{3,}", whole) == []
    for place in PLACES:
        assert whole.count(f"{place['C']} ") == 2, "its name on both pages that its row takes"
    assert "45,5" in whole or "45.5" in whole


def test_what_is_complete_is_worked_out(office: Office) -> None:
    book = load_workbook(io.BytesIO(office.saved(filled(CELLS, *PLACES))), data_only=True)
    marks = [book["Klaim"][f"G{row_of(number)}"].value for number in (1, 2, 3)]
    assert marks == ["lengkap", "belum lengkap", "belum lengkap"]
    summary = {row[0].value: [cell.value for cell in row[1:]] for row in book["Ringkasan"].iter_rows(max_col=6)}
    first = next(cluster for cluster in INDICATORS.clusters if cluster.code == INDICATORS.by_number[1].cluster)
    assert summary[first.name["id"]][:3] == [2, 7, 57.5]
    assert summary["Seluruhnya"][:4] == [2, len(INDICATORS.indicators), 57.5, INDICATORS.total]
    assert summary["Jawaban yang terisi"][0] == len(ANSWERS)
    assert (summary["Dokumen"][0], summary["Tempat"][0]) == (1, len(PLACES))
    counted = {sheet: summary[f"Baris pada lembar {sheet}"][0] for sheet in LISTS}
    assert counted == dict.fromkeys(LISTS, 0) | {"Anggaran": 1, "Rapat": 1}


def test_saved_by_it_a_form_says_the_same_and_comes_in(office: Office, district: Engine) -> None:
    content = filled(CELLS, *PLACES[:5])
    saved = office.saved(content)
    before, after = open_workbook(content), open_workbook(saved)
    assert after.stamp == before.stamp
    for title in SHEETS:
        printed = PRINTED.get(title, frozenset())
        assert _filled_cells(after.book[title], printed) == _filled_cells(before.book[title], printed), title
    assert claims_come(district, saved).problems == ()
    book = load_workbook(io.BytesIO(saved))
    for title in SHEETS:
        assert book[title].protection.sheet, "what is printed stays locked"
        rules = book[title].data_validations.dataValidation
        assert rules and all(rule.showErrorMessage and rule.error for rule in rules), title


def _filled_cells(rows: Any, printed: Any) -> dict[tuple[int, str], Any]:
    return {(number, key): value for number, row in rows.items() for key, value in row.items()
            if value is not None and key not in printed}  # fmt: skip


def test_an_agencys_part_prints_its_sheets_alone(office: Office, district: Engine) -> None:
    with snapshot(district) as session:
        stamp = stamp_for(session, ROUND, DISTRICT)
        part = Stamp(stamp.template_version, DISTRICT, stamp.year, stamp.indicator_set, ROUND, stamp.areas_id,
                     "Dinas Pekerjaan Umum")  # fmt: skip
        pages = office.printed(template_of(session, part).content)
    whole = words(" ".join(pages))
    assert "Bagian untuk: Dinas Pekerjaan Umum" in whole and len(pages) <= 10
    assert "Anggaran menurut klaster" not in whole and "Jawaban atas pertanyaan" in whole
