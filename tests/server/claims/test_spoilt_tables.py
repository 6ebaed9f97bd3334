"""What spreadsheets do to agencies' own tables: read as it is shown, or told; nothing is lost without a word."""

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from server.claims.grids import read_grid
from server.claims.package import UnusableWorkbook
from server.claims.taken import TakenRows
from tests.support.own_tables import Rows, as_csv, as_xlsx, code_in, numbers, taken, told
from tests.support.visits import assert_operator_can_act

HEAD = ["NPSN", "Nama Sekolah", "Desa/Kelurahan", "Kecamatan"]
LISTED: Rows = [HEAD, ["90000001", "SD Héroïk", "Desa 00", "Satu"], ["00000002", "SD Dua", "Desa 01", "Satu"],
                ["90000003", "SD Tiga", "Desa 10", "Dua"]]  # fmt: skip
NAMES = ["SD Héroïk", "SD Dua", "SD Tiga"]


def edited(rows: Rows, **cells: Any) -> bytes:
    """Write a workbook, with some cells in another way, by a function of the sheet where it is `do`."""
    book = load_workbook(io.BytesIO(as_xlsx(rows)))
    cells.pop("do", lambda _: None)(book.worksheets[0])
    for at, value in cells.items():
        book.worksheets[0][at] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def names(found: TakenRows) -> list[Any]:
    return [row["facility_name"] for row in found.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_letters_and_leading_zeros_of_a_csv_are_read_whatever_wrote_it(
    district: Engine, encoding: str, separator: str
) -> None:
    found = taken(district, as_csv(LISTED, separator, encoding), "25", is_text=True)
    assert names(found) == NAMES and found.rows[1]["registry_no"] == "00000002"


@pytest.mark.parametrize("content, code, values", [
    (as_csv(LISTED, encoding="utf-16-le"), "table_letters_wrong", {}),
    (as_csv(LISTED, encoding="utf-8") + b"\xff", "table_letters_wrong", {}),
    (b"NPSN;Nama Sekolah\r\n1;SD Satu\r\n2;\"SD Dua\r\n3;SD Tiga\r\n", "table_quotes_wrong", {"row": 3}),
    (b"<html><table><tr><td>NPSN</td></tr></table>", "workbook_of_other_kind", {"name": ".html"}),
    (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "workbook_of_other_kind", {"name": ".xls"}),
])  # fmt: skip
def test_a_text_that_cannot_be_read_as_it_was_meant_is_refused(
    content: bytes, code: str, values: dict[str, Any]
) -> None:
    with pytest.raises(UnusableWorkbook) as caught:
        read_grid(content, True)
    assert (caught.value.reason.code, caught.value.reason.values) == (code, values)
    assert_operator_can_act(caught.value.reason)


def test_a_workbook_is_one_whatever_it_is_called(district: Engine) -> None:
    assert names(taken(district, as_xlsx(LISTED), "25", is_text=True)) == NAMES


def test_what_a_spreadsheet_made_of_a_name_or_a_number_is_told_at_its_own_cell_and_not_written(
    district: Engine,
) -> None:
    content = edited(LISTED, A2=date(2026, 1, 2), A3=1234567890123456, A4="9,00E+07", B3=date(2026, 1, 2),
                     B4='="SD "&1', C2='=A1')  # fmt: skip
    found = taken(district, content, "25")
    assert [(row["facility_name"], row["registry_no"]) for row in found.rows] == [("SD Héroïk", None)]
    assert {(cell, reason.code) for cell, reason in found.unreadable} == {
        ("A2", "not_a_text"), ("A3", "number_lost_digits"), ("A4", "not_a_code"), ("B3", "not_a_text"),
        ("B4", "formula_without_value"), ("C2", "formula_without_value"),
    }  # fmt: skip
    assert all(cell in told(found) for cell in ("A2", "A3", "A4", "B3", "B4", "C2"))
    assert found.nameless == [], "a name that was refused is not told twice"


def test_zeros_that_numbers_began_with_are_missed(district: Engine) -> None:
    numbered: Rows = [HEAD, *([f"9000000{n}", f"SD {n}", "Desa 00", "Satu"] for n in range(4))]
    assert taken(district, as_xlsx(numbered), "25").short == []
    assert taken(district, edited(numbered[:4], A3=12345), "25").short == [], "two say nothing of a third"
    found = taken(district, edited(numbered, A3=12345), "25")
    assert found.short == ["A3"] and "mungkin nol di depannya hilang, periksa (1): A3" in told(found)


def test_each_row_of_merged_areas_is_of_that_area_and_other_merged_cells_count_once_and_are_told(
    district: Engine,
) -> None:
    def merge(sheet: Any) -> None:
        for cells in ("C2:C3", "D2:D3", "A2:A3"):
            sheet.merge_cells(cells)

    found = taken(district, edited(LISTED, do=merge), "25")
    assert [code_in(row["village"]) for row in found.rows] == ["99.01.01.2001", "99.01.01.2001", "99.01.02.2001"]
    assert "hanya dibaca untuk baris pertamanya (1): A2" in told(found)
    counted: Rows = [["Kecamatan", "Laki-laki"], ["Satu", 12], ["Dua", ""]]
    found = taken(district, edited(counted, do=lambda sheet: sheet.merge_cells("B2:B3")), "8b1")
    assert numbers(found) == {("8b1", "99.01.01"): 12} and "hanya dibaca untuk baris pertamanya (1): B2" in told(found)


def test_what_nobody_sees_and_what_stands_aside_is_told(district: Engine) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        first = sheet.parent.create_sheet("Lama", 0)
        first.sheet_state = "hidden"
        first.append(["Nama Sekolah", "NPSN"])
        first.append(["SD LAMA", "90000009"])
        sheet.parent.create_sheet("Kecamatan Dua")

    content = edited(LISTED, do=hide)
    book = load_workbook(io.BytesIO(content))
    book["Sheet"]["G2"], book["Sheet"]["B4"] = "catatan", None
    file = io.BytesIO()
    book.save(file)
    found = taken(district, file.getvalue(), "25")
    assert names(found) == NAMES[:2], "the first sheet in sight"
    said = told(found)
    assert "Sheet: 1 baris yang disembunyikan atau tersaring ikut dibaca: 3." in said
    assert "Lembar lain tidak dibaca: Kecamatan Dua" in said
    assert "kolom tanpa judul, tidak dibaca (1): G2" in said and "Baris tanpa nama tempat, tidak ditulis (1): 4" in said


def test_columns_beyond_the_alphabet_are_read_where_cells_do_not_say_where_they_are(district: Engine) -> None:
    """Some programs write no addresses of cells."""
    wide = [[*(f"Kolom {n}" for n in range(27)), *HEAD], [*range(27), *LISTED[1]]]
    content, into = as_xlsx(wide), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(into, "w") as bare:
        for name in archive.namelist():
            part = archive.read(name)
            bare.writestr(name, re.sub(rb' r="[A-Z]+\d+"', b"", part) if "worksheets/" in name else part)
    assert names(taken(district, into.getvalue(), "25")) == NAMES[:1]
