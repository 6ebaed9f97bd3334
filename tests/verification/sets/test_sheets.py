"""An indicator set as sheets: there and back the same; a cell that is broken is told of, and nothing ever crashes."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.rulebook import codes_of_sets, load_indicators
from server.sets.book import set_book
from server.sets.keeping import read_book
from server.words import catalogue
from tests.support.environment import examples
from tests.support.indicator_sets import made_up_set
from verification.claim_form.cells import Cell, OddCell, Percent
from verification.sets.asked import not_asked
from verification.sets.differing import differences
from verification.sets.indicators import IndicatorSet
from verification.sets.layout import FIRST_ROW, KEY_ROW, LAST_ROW, SHEETS, Sheets, letter_of
from verification.sets.sheets import as_plain, as_sheets, at_their_cells, from_plain, read_sheets, restored

OURS, MADE_UP = load_indicators(), made_up_set()
BOTH = pytest.mark.parametrize("found", [OURS, MADE_UP], ids=["2011", "made up"])


def sheets_of(found: IndicatorSet) -> dict[str, dict[int, dict[str, Cell]]]:
    sheets = at_their_cells(as_sheets(found))
    return {title: {row: dict(cells) for row, cells in rows.items()} for title, rows in sheets.items()}


def told(sheets: Sheets) -> dict[str, str]:
    """Give what is wrong, by its cell."""
    return {fault.cell: fault.reason.code for fault in read_sheets(sheets, codes_of_sets()).faults}


@BOTH
def test_a_set_comes_back_as_it_was(found: IndicatorSet) -> None:
    read = read_sheets(sheets_of(found), codes_of_sets())
    assert (read.faults, read.indicators) == ((), found)


@BOTH
def test_so_it_does_from_what_is_kept(found: IndicatorSet) -> None:
    assert from_plain(as_plain(found), codes_of_sets()).indicators == found
    assert restored(as_plain(found), codes_of_sets()) == found


@BOTH
def test_a_row_that_stands_where_words_explain_the_columns_is_told_and_not_lost(found: IndicatorSet) -> None:
    """Somebody deleted the second row: what moved into it would be read by nobody."""
    for title, rows in sheets_of(found).items():
        if title == "Instansi" or FIRST_ROW not in rows:  # names of agencies are words like any others
            continue
        moved = {row if row == KEY_ROW else row - 1: cells for row, cells in rows.items()}
        assert "set_row_above" in told(sheets_of(found) | {title: moved}).values(), title


@BOTH
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_words_that_explain_columns_are_none_of_the_set(found: IndicatorSet, language: str) -> None:
    assert read_book(set_book(found, catalogue(language))).faults == ()


def test_columns_may_be_moved_and_a_guide_may_stand_beside() -> None:
    sheets: dict[str, Any] = {"Petunjuk": {1: {"A": "Baca dahulu"}}}
    for title, rows in sheets_of(MADE_UP).items():
        last = len(SHEETS[title].columns) + 1
        moved = {letter_of(at): letter_of(last - at) for at in range(1, last)}
        sheets[title] = {row: {moved[letter]: cell for letter, cell in cells.items()} for row, cells in rows.items()}
    assert read_sheets(sheets, codes_of_sets()).indicators == MADE_UP


# a cell of the made-up set, what is written there instead, and what is said: of which cell, and why
def _letter(title: str, key: str) -> str:
    return letter_of([column.key for column in SHEETS[title].columns].index(key) + 1)


BROKEN: list[tuple[str, str, int, Cell, str, str]] = [
    ("Perangkat", "points", 0, 1000, "Perangkat!D3", "set_total_sum"),
    ("Perangkat", "valid_from", 0, "kapan-kapan", "Perangkat!C3", "set_not_day"),
    ("Perangkat", "id", 0, "dua kata", "Perangkat!A3", "set_not_code"),
    ("Indikator", "number", 1, "dua", "Indikator!A4", "set_not_whole"),
    ("Indikator", "name.id", 1, date(2020, 1, 1), "Indikator!C4", "set_not_text"),
    ("Isian", "code", 2, "c-3", "Isian!B5", "set_not_word"),
    ("Kriteria", "code", 2, "Kebun", "Kriteria!A5", "set_not_small"),
    ("Klaster", "points", 1, 110, "Klaster!D4", "set_cluster_sum"),
    ("Klaster", "code", 0, "K2", "Klaster!A3", "set_cluster_empty"),
    ("Klaster", "budget.id", 0, "sosialisasi", "Klaster!G3", "set_one_language"),
    ("Indikator", "number", 1, 1, "Indikator!A4", "set_stands_twice"),
    ("Indikator", "points", 4, 0, "Indikator!G7", "set_without_points"),
    ("Indikator", "points", 4, "1.250", "Indikator!G7", "set_not_number"),
    ("Indikator", "points", 4, Percent(0.15), "Indikator!G7", "set_not_number"),
    ("Indikator", "cluster", 4, "Z", "Indikator!B7", "set_names_nothing"),
    ("Indikator", "claim_kind", 4, "janji", "Indikator!I7", "set_code_unknown"),
    ("Indikator", "facility_kinds", 2, None, "Indikator!J5", "set_list_of_nothing"),
    ("Indikator", "facility_kinds", 2, "sekolah, istana", "Indikator!J5", "set_code_unknown"),
    ("Indikator", "facility_kinds", 2, "sekolah, sekolah", "Indikator!J5", "set_named_twice"),
    ("Indikator", "criteria", 2, "sign, sofa", "Indikator!Q5", "set_names_nothing"),
    ("Indikator", "name.en", 2, None, "Indikator!D5", "set_cell_empty"),
    ("Indikator", "name.en", 2, OddCell("error_cell", "#REF!"), "Indikator!D5", "set_cell_odd"),
    ("Pertanyaan", "indicator", 2, 99, "Pertanyaan!A5", "set_names_nothing"),
    ("Pertanyaan", "indicator", 2, 4, "Indikator!A5", "set_no_question"),
    ("Pertanyaan", "code", 2, "nama_kepanjangan", "Pertanyaan!B5", "set_text_too_long"),
    ("Isian", "question", 2, "c4", "Pertanyaan!B5", "set_no_answer"),
    ("Isian", "code", 2, "c1_1", "Isian!B5", "set_stands_twice"),
    ("Isian", "two_years", 2, "mungkin", "Isian!G5", "set_not_yes_no"),
    ("Skala", "answer", 2, "na", "Skala!B3", "set_scale_without_not_seen"),
    ("Kriteria", "strict", 0, "ya", "Indikator!Q5", "set_strict_without_check"),
    ("Kriteria", "scale", 0, "lain", "Kriteria!F3", "set_names_nothing"),
    ("Kriteria", "source", 1, "practice", "Pemeriksaan!D4", "set_count_too_high"),
    ("Pemeriksaan", "count", 0, None, "Pemeriksaan!D3", "set_kind_needs"),
    ("Pemeriksaan", "criteria", 0, "sign", "Pemeriksaan!E3", "set_kind_takes_not"),
    ("Pemeriksaan", "criteria", 2, "staffed, sign", "Pemeriksaan!E5", "set_not_of_regulation"),
    ("Pemeriksaan", "kind", 2, "all_strict", "Pemeriksaan!B5", "set_nothing_strict"),
]


@pytest.mark.parametrize("title, key, at, cell, where, why", BROKEN, ids=lambda value: str(value)[:30])
def test_what_is_wrong_is_told_with_its_cell(title: str, key: str, at: int, cell: Cell, where: str, why: str) -> None:
    sheets = sheets_of(MADE_UP)
    if key == "source":  # leaves fewer of the regulation than the check asks for
        sheets[title][FIRST_ROW][_letter(title, key)] = cell
    sheets[title][FIRST_ROW + at][_letter(title, key)] = cell
    assert told(sheets).get(where) == why


BY_GROUP: dict[str, Cell] = {"indicator": 28, "kind": "share_by_group", "answers": "28c1", "whole": "28a1, 28a2",
                               "breakdowns": "28c, 28a"}  # fmt: skip
OF_2011: list[tuple[str, Mapping[str, Cell], str, str]] = [  # one more row of a sheet, and what is said of it
    ("Pembandingan", {"indicator": 8, "kind": "ratio", "answers": "8b3"}, "whole", "set_kind_needs"),
    ("Pembandingan", {"indicator": 8, "kind": "rise", "topic": "place"}, "topic", "set_kind_takes_not"),
    ("Pembandingan", {"indicator": 7, "kind": "rise", "answers": "8b3"}, "answers", "set_of_another_indicator"),
    ("Pembandingan", {"indicator": 7, "kind": "all_seen", "criteria": "chair"}, "criteria", "set_of_another_indicator"),
    ("Pembandingan", {"indicator": 2, "kind": "changes", "answers": "2_2", "direction": "below"}, "direction",
     "set_code_unknown"),
    ("Pembandingan", {"indicator": 11, "kind": "changes", "answers": "11a1", "direction": "down"}, "answers",
     "set_children_unsaid"),
    ("Pembandingan", {"indicator": 8, "kind": "heard", "topic": "smoke", "asked": "akta_paid", "against": "yes"},
     "asked", "set_not_asked"),
    ("Pembandingan", {"indicator": 22, "kind": "chosen", "column": "run_by", "question": "ktr_kind", "same": "a"},
     "same", "set_not_pairs"),
    ("Pembandingan", BY_GROUP | {"breakdowns": None}, "breakdowns", "set_kind_needs"),
    ("Pembandingan", BY_GROUP | {"breakdowns": "28c"}, "breakdowns", "set_not_by_group"),
    ("Pembandingan", BY_GROUP | {"breakdowns": "28a, 28c"}, "breakdowns", "set_not_by_group"),
    ("Pembandingan", BY_GROUP | {"breakdowns": "28c, 28b"}, "breakdowns", "set_not_by_group"),
    ("Pembandingan", BY_GROUP | {"indicator": 29}, "breakdowns", "set_not_by_group"),
    ("Pembandingan", {"indicator": 28, "kind": "share_by_area", "answers": "28c1", "whole": "28a1"}, "answers",
     "set_not_by_area"),
    ("Rincian", {"code": "x", "indicator": 28, "by": "area", "label.id": "x", "label.en": "x", "protected": "ya"}, "by",
     "set_protected_by_area"),
    ("Dihitung sekali", {"indicators": 9, "because": "x"}, "indicators", "set_fewer_than_two"),
    ("Kriteria", {"code": "x", "text.id": "x", "text.en": "x", "source": "practice", "scale": "seen", "basis": "x"},
     "code", "set_criterion_unused"),
]  # fmt: skip


@pytest.mark.parametrize("title, row, key, why", OF_2011, ids=lambda value: str(value)[:40])
def test_what_does_not_go_together_is_told_with_its_cell(
    title: str, row: Mapping[str, Cell], key: str, why: str
) -> None:
    sheets = sheets_of(OURS)
    number = max(sheets[title]) + 1
    sheets[title][number] = {_letter(title, one): cell for one, cell in row.items()}
    assert told(sheets).get(f"{title}!{_letter(title, key)}{number}") == why


def test_all_that_is_wrong_is_told_at_once_sheet_by_sheet() -> None:
    sheets = sheets_of(MADE_UP)
    sheets["Lembar lain"] = {1: {"A": "x"}}
    sheets["Klaster"][1]["A"] = "kode"
    sheets["Isian"][1]["H"] = None
    sheets["Skala"] = {}
    found = told(sheets)
    assert found["Lembar lain!A1"] == "set_sheet_unknown"
    assert found["Klaster!A1"] in ("set_column_unknown", "set_column_missing")
    assert found["Skala!A3"] == "set_sheet_empty" and "Kriteria!F3" not in found, "it follows"
    sheets = sheets_of(MADE_UP)
    sheets["Isian"][FIRST_ROW]["Z"] = "di luar"
    assert told(sheets)["Isian!Z3"] == "set_column_without_key"
    sheets["Isian"][1]["Y"] = "code"
    sheets["Perangkat"][4] = sheets["Perangkat"][3]
    sheets["Instansi"][1] = {"A": "name", "B": "called"}
    sheets["Instansi"][LAST_ROW + 1] = {"B": "Dinas Contoh"}
    found = told(sheets)
    assert (found["Isian!Y1"], found["Perangkat!A4"]) == ("set_column_twice", "set_one_head")
    assert found[f"Instansi!A{LAST_ROW + 1}"] == "set_too_many_rows"
    del sheets["Perangkat"]
    assert told(sheets)["Perangkat!A3"] == "set_sheet_empty"


JUNK: list[Any] = [
    None, "", " ", 0, -1, 2.5, 1e300, True, False, "x", "17", "ya", "\x00", "=A1", "a=b", "9, 27", "list", "\u202e",
    date(2020, 1, 1), datetime(2020, 1, 1, 3),  # noqa: DTZ001  as a spreadsheet's
    time(3), Percent(0.5), OddCell("error_cell", "#REF!"), "a" * 40_000,
    "contoh-24", "K", "c1", "sign", "yes", "regulation",
]  # fmt: skip


@settings(max_examples=examples(40))
@given(st.data())
def test_a_cell_with_anything_in_it_is_told_of_or_another_set(data: st.DataObject) -> None:
    """Whatever is written into a few cells: sentences about cells that are there, or a set that comes back as it is."""
    sheets = sheets_of(data.draw(st.sampled_from([MADE_UP, MADE_UP, MADE_UP, OURS])))
    for _ in range(data.draw(st.integers(1, 3))):
        rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        cells = rows[data.draw(st.sampled_from(sorted(rows)))]
        letter = data.draw(st.sampled_from([*sorted(cells), "A", "C", "AA"]))
        cells[letter] = data.draw(st.sampled_from(JUNK) | st.text(max_size=20))
    read = read_sheets(sheets, codes_of_sets())
    assert "set_unusable" not in {fault.reason.code for fault in read.faults}
    assert (read.indicators is None) == bool(read.faults)
    if read.indicators:
        assert read_sheets(at_their_cells(as_sheets(read.indicators)), codes_of_sets()).indicators == read.indicators


# ── what is lost


@BOTH
@pytest.mark.parametrize("title", [title for title in SHEETS if title not in ("Perangkat", "Rincian")])
def test_a_lost_sheet_is_told_first_and_alone(found: IndicatorSet, title: str) -> None:
    sheets = sheets_of(found)
    if not sheets.pop(title, None):
        return
    read = read_sheets(sheets, codes_of_sets())
    if read.faults and read.faults[0].reason.code == "set_sheet_empty":
        assert [fault.reason.values for fault in read.faults] == [{"sheet": title}]
        assert read.following > 0 or title == "Pemeriksaan", "nothing names a check"
    else:  # nothing names what stands on it
        assert len(read.faults) < 40 and not read.following


def test_lost_checks_are_one_cause_and_not_a_fault_of_each_strict_criterion() -> None:
    sheets = sheets_of(OURS)
    del sheets["Pemeriksaan"]
    read = read_sheets(sheets, codes_of_sets())
    assert [(fault.cell, fault.reason.code) for fault in read.faults] == [("Pemeriksaan!A3", "set_sheet_empty")]


KEYS = [("Klaster", "code"), ("Indikator", "number"), ("Pertanyaan", "code"), ("Isian", "code"), ("Skala", "scale"),
        ("Kriteria", "code"), ("Indikator", "points"), ("Pertanyaan", "indicator")]  # fmt: skip


@pytest.mark.parametrize("title, key", KEYS)
def test_a_lost_column_is_told_first_and_alone(title: str, key: str) -> None:
    sheets = sheets_of(OURS)
    letter = next(letter for letter, said in sheets[title][KEY_ROW].items() if said == key)
    for cells in sheets[title].values():
        cells.pop(letter, None)
    read = read_sheets(sheets, codes_of_sets())
    assert [(fault.sheet, fault.reason.code, fault.reason.values) for fault in read.faults] == [
        (title, "set_column_missing", {"wanted": key})]  # fmt: skip
    assert read.following > 0 or key == "points", "of points that are not there no sum is told"


def test_a_renamed_sheet_and_a_cell_that_is_wrong_by_itself_are_told_beside_it() -> None:
    sheets = sheets_of(MADE_UP)
    sheets["Indikator "] = sheets.pop("Indikator")
    sheets["Klaster"][FIRST_ROW]["D"] = "banyak"
    faults = read_sheets(sheets, codes_of_sets()).faults
    assert [fault.reason.code for fault in faults][:2] == ["set_sheet_empty", "set_sheet_unknown"]
    assert [fault.cell for fault in faults[2:]] == ["Klaster!D3"]


# ── beside forms and other sets


def test_the_criteria_of_the_set_that_forms_are_built_from_are_asked() -> None:
    assert not_asked(OURS, OURS) == ()


def test_those_that_no_form_asks_are_named_with_their_kinds_of_place() -> None:
    named = {one.criterion.code: one.kinds for one in not_asked(MADE_UP, OURS)}
    assert named["garden"] == ("sekolah",)
    assert named["door"] == ("rumah_aman",), "a shelter's page asks what is of shelters alone"
    assert named["chair"] == ("lksa",), "forms ask for a chair in a breastfeeding room alone"


def test_what_the_page_of_a_shelter_asks_is_asked() -> None:
    sheets = sheets_of(MADE_UP)
    door = next(row for row, cells in sheets["Kriteria"].items() if cells["A"] == "door")
    sheets["Kriteria"][door][_letter("Kriteria", "kinds")] = "rumah_aman"
    found = read_sheets(sheets, codes_of_sets()).indicators
    assert found and "door" not in {one.criterion.code for one in not_asked(found, OURS)}


def test_what_differs_is_told_by_number() -> None:
    sheets = sheets_of(MADE_UP)
    sheets["Perangkat"][FIRST_ROW]["D"] = 331.5
    sheets["Klaster"][FIRST_ROW]["D"] = 59
    sheets["Indikator"][FIRST_ROW]["G"] = 19
    sheets["Pertanyaan"][FIRST_ROW + 1]["C"] = "Kata lain?"
    changed = read_sheets(sheets, codes_of_sets()).indicators
    assert changed and not differences(MADE_UP, MADE_UP)
    found = differences(MADE_UP, changed)
    assert [(one.number, one.points_before, one.asked) for one in found.changed] == [(1, 20, False), (2, None, True)]
    assert (found.clusters, found.rest, found.new, found.gone) == (("K",), (), (), ())
    assert differences(MADE_UP, OURS).new == tuple(range(25, 32))
