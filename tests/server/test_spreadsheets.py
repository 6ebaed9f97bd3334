"""Tables for spreadsheets: read as meant by an Indonesian and an English one, and no value runs as a formula."""

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from server.spreadsheets import as_csv, as_xlsx, harmless
from server.words import catalogue

INDONESIAN, ENGLISH = catalogue("id"), catalogue("en")
STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def read(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def sheet(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_an_indonesian_spreadsheet_finds_columns_and_decimals_and_letters() -> None:
    text = as_csv(["nama", "jarak"], [("Pos “É”", 12.5), (None, 0)], INDONESIAN)
    assert text.startswith("\ufeff") and read(text[1:], ";") == [
        ["nama", "jarak"],
        ["Pos “É”", "12,5"],
        ["", "0"],
    ]


def test_an_english_one_likewise() -> None:
    text = as_csv(["name", "distance"], [("a", 12.5), ("b", -3)], ENGLISH)
    assert read(text.removeprefix("\ufeff"), ",") == [["name", "distance"], ["a", "12.5"], ["b", "-3"]]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "before", ["", "SD Mekar;", "SD Mekar,", "SD Mekar\n", "SD Mekar\r\n ", "SD\t", '";', ";;", " "]
)
def test_no_name_runs_as_a_formula_whatever_separates(start: str, before: str) -> None:
    assert harmless(f"{before}{start}cmd|' /C calc'!A1") == f"{before}'{start}cmd|' /C calc'!A1"


@pytest.mark.parametrize("name", ["SD Mekar", "1 + 1 = 2", "Kel. A-B", "a@b.id", "SMP PGRI-1, Kec. Baru", "'Aisyiyah"])
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert harmless(name) == name


CELLS = st.text(st.sampled_from([*"=+-@;,|\"' \t\n\ra1", "＝"]), max_size=12)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4), st.sampled_from([INDONESIAN, ENGLISH])
)
def test_however_a_program_cuts_the_file_no_piece_begins_as_a_formula(rows: list[list[str]], words: Any) -> None:
    text = as_csv(["a", "b"], rows, words)
    for piece in re.split(r"[;,|\t\r\n]", text):
        assert not piece.lstrip(' "').startswith(STARTS), piece


def test_a_workbook_keeps_numbers_as_numbers_and_a_formula_as_text() -> None:
    found = sheet(as_xlsx("99.01: laporan", ["nama", "jarak"], [("=1+1", 12.5), ("a\x00b", None)], INDONESIAN))
    assert [[cell.value for cell in row] for row in found] == [["nama", "jarak"], ["=1+1", 12.5], ["a\ufffdb", None]]
    assert [cell.data_type for cell in found[2]] == ["s", "n"]
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:B3")


def test_a_workbook_holds_texts_of_any_length_and_titles_of_any_letters() -> None:
    found = sheet(as_xlsx("a/b[c]:*?" + "x" * 40, ["teks"], [("y" * 40_000,)], INDONESIAN))
    assert len(found["A2"].value) == 32_767 and len(found.title) == 31
