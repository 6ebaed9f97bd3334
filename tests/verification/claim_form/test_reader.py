"""Reading a form that a district filled in: every problem by sheet, row and column, and nothing guessed."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.builders import INDICATORS, KINDS
from verification.claim_form.cells import SHEETS, Cell, OddCell, Percent, clean
from verification.claim_form.form import FilledForm, VillageCodes, half_cell_m
from verification.claim_form.reader import read_form
from verification.sets.indicators import IndicatorSet

A_FORMULA = OddCell("formula_without_value")
VILLAGES = VillageCodes(frozenset({"99.01.01.2001", "99.01.01.2002"}), frozenset({"99", "99.01", "99.02.01.2001"}))
FACILITY = {"indicator": 17, "kind": "pojok_asi", "facility_name": "Pojok ASI Pasar", "registry_no": None,
            "village": "99.01.01.2001 Desa Satu", "since_year": 2020, "lat": -5.0051, "lon": 110.005}  # fmt: skip


def read(sheet: str = "Fasilitas", *rows: dict[str, Any], indicators: IndicatorSet = INDICATORS) -> FilledForm:
    book: dict[str, Any] = {title: {} for title in SHEETS}
    book[sheet] = dict(enumerate(rows, start=4))
    return read_form(book, indicators, KINDS, VILLAGES, 2026)


def problems(sheet: str, *rows: dict[str, Any]) -> list[tuple[str, str]]:
    """Give each problem's code and cell."""
    return [(p.reason.code, f"{p.sheet}!{p.column}{p.row}") for p in read(sheet, *rows).problems]


def test_an_empty_form_is_no_problem() -> None:
    assert read() == FilledForm({}, ())


def test_a_facility_with_the_cell_it_came_from() -> None:
    (line,) = read("Fasilitas", FACILITY).claims[17].lines
    assert (line.name, line.village, line.since_year, line.cell) == (
        "Pojok ASI Pasar",
        "99.01.01.2001",
        2020,
        "Fasilitas!C4",
    )
    assert line.point and (line.point.lon, line.point.lat) == (110.005, -5.0051)
    assert line.point.half_cell_m == pytest.approx(5.56, abs=0.01)


def test_a_facility_needs_no_coordinate() -> None:
    assert read("Fasilitas", FACILITY | {"lat": None, "lon": None}).claims[17].lines[0].point is None


FAULTY_FACILITIES = {
    "text where a number belongs": ({"lat": "-5,0051 LS"}, "text_where_number_belongs", "G4"),
    "a formula nobody computed": ({"since_year": A_FORMULA}, "formula_without_value", "F4"),
    "unknown area": ({"village": "12.34.56.7890 Antah"}, "unknown_area", "E4"),
    "an area of another district": ({"village": "99.02.01.2001 Tetangga"}, "village_outside_district", "E4"),
    "outside Indonesia": ({"lat": 52.0, "lon": 4.3}, "coordinate_outside_indonesia", "G4"),
    "latitude and longitude swapped": ({"lat": 110.005, "lon": -5.0051}, "coordinate_swapped", "G4"),
    "half a coordinate": ({"lon": None}, "half_a_coordinate", "H4"),
    "a kind of another indicator": ({"kind": "sekolah"}, "kind_not_of_indicator", "B4"),
    "an indicator there is not": ({"indicator": 99}, "unknown_indicator", "A4"),
    "no name": ({"facility_name": " "}, "missing", "C4"),
    "a shelter by name": ({"facility_name": "Rumah Aman Mawar"}, "names_a_shelter", "C4"),
    "a year to come": ({"since_year": 2027}, "year_out_of_range", "F4"),
    "a year with a fraction": ({"since_year": 2020.5}, "year_out_of_range", "F4"),
    "a registry number of words": ({"registry_no": "lihat lampiran"}, "not_a_code", "D4"),
    "a date where a number belongs": ({"since_year": datetime(2020, 1, 1)}, "text_where_number_belongs", "F4"),  # noqa: DTZ001
}  # fmt: skip


@pytest.mark.parametrize("changes, code, cell", FAULTY_FACILITIES.values(), ids=FAULTY_FACILITIES)
def test_a_faulty_facility(changes: dict[str, Any], code: str, cell: str) -> None:
    assert (code, f"Fasilitas!{cell}") in problems("Fasilitas", FACILITY | changes)


SHELTER = FACILITY | {"indicator": 13, "kind": "rumah_aman"}
WITH_SHELTERS = IndicatorSet(
    "x", "x", INDICATORS.valid_from, (), (replace(INDICATORS.by_number[13], facility_kinds=("rumah_aman",)),), {}
)


@pytest.mark.parametrize("point", [{}, {"lat": None}, {"lon": None}])
def test_a_shelter_gets_no_coordinate_at_all(point: dict[str, None]) -> None:
    (problem,) = read("Fasilitas", SHELTER | point, indicators=WITH_SHELTERS).problems
    assert (problem.reason.code, problem.reason.values) == ("kind_without_point", {"kind": "rumah_aman"})


def test_a_shelter_without_coordinate_can_be_listed_where_a_set_lists_shelters() -> None:
    without = SHELTER | {"lat": None, "lon": None}
    assert read("Fasilitas", without, indicators=WITH_SHELTERS).problems == ()
    assert problems("Fasilitas", without) == [("names_a_shelter", "Fasilitas!B4")]


def test_every_problem_of_a_row_is_named_not_only_the_first() -> None:
    faulty = FACILITY | {"lat": "utara", "since_year": "dulu", "village": "?", "facility_name": None}
    assert {code for code, _ in problems("Fasilitas", faulty)} == {
        "text_where_number_belongs",
        "unknown_area",
        "missing",
    }
    assert len(problems("Fasilitas", faulty)) == 4


DUPLICATES = {
    "same name in the same village": (FACILITY, FACILITY | {"facility_name": "POJOK ASI  pasar"}, 1),
    "same registry number": (
        FACILITY | {"registry_no": "A1B2"},
        FACILITY | {"registry_no": "A1B2", "facility_name": "X"},
        1,
    ),
    "same name in another village": (FACILITY, FACILITY | {"village": "99.01.01.2002"}, 0),
    "same place under another indicator": (FACILITY, FACILITY | {"indicator": 13, "kind": "lksa"}, 0),
}


@pytest.mark.parametrize("first, second, expected", DUPLICATES.values(), ids=DUPLICATES)
def test_duplicate_lines(first: dict[str, Any], second: dict[str, Any], expected: int) -> None:
    found = read("Fasilitas", first, second).problems
    assert len(found) == expected
    assert all((p.reason.code, p.row, p.reason.values) == ("duplicate_line", 5, {"first": 4}) for p in found)


def score(number: int, value: Cell) -> dict[str, Any]:
    return {"number": number, "name": "…", "measure": "…", "maximum": 15, "self_score": value}


def test_scores() -> None:
    claim = read("Klaim", score(17, 12.5)).claims[17]
    assert (claim.self_score, claim.cell) == (12.5, "Klaim!E4")
    assert read("Klaim", score(17, None)).claims == {}
    assert problems("Klaim", score(17, 15.1), score(17, -1)) == [
        ("score_out_of_range", "Klaim!E4"), ("score_out_of_range", "Klaim!E5"),
    ]  # fmt: skip
    assert problems("Klaim", score(17, "lima belas")) == [("text_where_number_belongs", "Klaim!E4")]


def answer(code: str, value: Cell, before: Cell = None, dated: Cell = None) -> dict[str, Any]:
    return {"code": code, "question": "…", "label": "…", "unit": "…", "value": value, "value_before": before,
            "data_date": dated}  # fmt: skip


def test_answers_for_two_years_with_the_datas_date() -> None:
    (entry,) = read("Jawaban", answer("17a1", 10, 8, "31/12/2025")).claims[17].answers
    assert (entry.value, entry.value_before, entry.data_date, entry.cell) == (
        "10",
        "8",
        date(2025, 12, 31),
        "Jawaban!E4",
    )


@pytest.mark.parametrize("row, code", [
    (answer("17a1", 10.5), "not_a_count"), (answer("17a1", -1), "not_a_count"),
    (answer("17a1", "sepuluh"), "text_where_number_belongs"), (answer("13a1", "mungkin"), "not_yes_or_no"),
    (answer("99z9", 1), "unknown_question"), (answer("17b1", "x" * 6000), "text_too_long"),
    (answer("17b1", "Pasar", "Terminal"), "not_asked_for"), (answer("17a1", 10, None, "kemarin"), "not_a_date"),
    (answer("17a1", 10, None, "31/02/2025"), "not_a_date"),
])  # fmt: skip
def test_faulty_answers(row: dict[str, Any], code: str) -> None:
    assert [found for found, _ in problems("Jawaban", row)] == [code]


def test_percentages_and_money_may_have_fractions_and_yes_no_is_read_in_any_case() -> None:
    form = read("Jawaban", answer("25a1", 33.3), answer("2_2", 1250.5), answer("13a1", "YA"))
    assert form.problems == ()
    assert [form.claims[n].answers[0].value for n in (25, 2, 13)] == ["33.3", "1250.5", "yes"]


def test_documents() -> None:
    row = {"indicator": 1, "document_number": "Perda 3/2025", "dated": date(2025, 5, 1), "title": "Perlindungan Anak"}
    (document,) = read("Dokumen", row).claims[1].documents
    assert (document.number, document.dated, document.cell) == ("Perda 3/2025", date(2025, 5, 1), "Dokumen!B4")
    assert problems("Dokumen", row, row, row | {"document_number": None}) == [
        ("duplicate_line", "Dokumen!B5"), ("missing", "Dokumen!B6"),
    ]  # fmt: skip


@pytest.mark.parametrize("lon, lat, expected_m", [
    (110.7033, -6.9592, 5.56), (110.7, -6.9592, 5.56), (110.70, -6.95, 556), (110.0, -7.0, 55_598),
])  # fmt: skip
def test_the_last_written_decimal_is_the_claims_own_error(lon: float, lat: float, expected_m: float) -> None:
    """A workbook drops trailing zeros: the more precise of the two numbers tells what was written."""
    assert half_cell_m(lon, lat) == pytest.approx(expected_m, rel=0.01)


cells = (
    st.none() | st.text(max_size=30) | st.floats(allow_nan=False) | st.integers() | st.booleans() | st.just(A_FORMULA)
)


@example({"indicator": "\x1b"})
@given(st.dictionaries(st.sampled_from([c.key for c in SHEETS["Fasilitas"]]), cells))
def test_whatever_the_cells_hold_the_answer_is_a_claim_or_a_sentence(row: dict[str, Any]) -> None:
    form = read("Fasilitas", row)
    filled = any(value is not None and (not isinstance(value, str) or clean(value)) for value in row.values())
    assert bool(form.problems) or bool(form.claims) == filled


# ── what is no number, and what makes two lines two ──────────────────────────────────────────────────────────────────

NO_NUMBER = ["-", "--", "–", ".", "...", "0", "000", "N/A", "n.a.", "BELUM", "belum ada", "Belum terdaftar", "nihil",
             "NIHIL", "tidak ada", "tdk ada", "Tidak punya", "x", "XXX", "kosong", "proses", "sedang diproses",
             "menyusul", "?", "null", "belum ada 2025", "99999999", "TBA"]  # fmt: skip


@pytest.mark.parametrize("written", NO_NUMBER)
def test_a_placeholder_is_no_registry_number(written: str) -> None:
    form = read("Fasilitas", FACILITY | {"registry_no": written},
                FACILITY | {"registry_no": written, "facility_name": "Pojok ASI Terminal"})  # fmt: skip
    assert form.problems == ()
    assert [line.registry_no for line in form.claims[17].lines] == [None, None]


@pytest.mark.parametrize("written, number", [
    ("20312345", "20312345"), (20312345, "20312345"), (20312345.0, "20312345"), ("2031 2345", "20312345"),
    ("\u200b20312345\u00a0", "20312345"), ("460/12/Dinsos-2019", "460/12/Dinsos-2019"), ("P9990001", "P9990001"),
    ("10", "10"),
])  # fmt: skip
def test_a_registry_number_is_kept_as_it_is_written(written: Cell, number: str) -> None:
    assert read("Fasilitas", FACILITY | {"registry_no": written}).claims[17].lines[0].registry_no == number


def named(name: str, registry_no: Cell = None, **other: Cell) -> dict[str, Any]:
    return FACILITY | {"facility_name": name, "registry_no": registry_no} | other


TWO = {
    "two numbers": (named("SD 1", "111222"), named("SD 1", "111223"), True),
    "one number, small and large letters": (named("SD 1", "p9990001"), named("SD 2", "P9990001"), False),
    "a number and none": (named("SD 1", "111222"), named("SD 1"), False),
    "none and a number": (named("SD 1"), named("SD 1", "111222"), False),
    "two in Arabic letters": (named("مدرسة النور"), named("مدرسة الهدى"), True),
    "one in Arabic letters": (named("مدرسة النور"), named("مدرسة  النور"), False),
    "two in Arabic letters and a number": (named("مدرسة 1"), named("معهد 1"), True),
    "two that lost their letters": (named("???"), named("????"), True),
    "two in Javanese letters": (named("ꦱꦏꦺꦴꦭꦃ"), named("ꦥꦺꦴꦗꦺꦴꦏ꧀"), True),
    "one says what it was called before": (named("TBM Melati"), named("TBM Melati (eks SDN 3 Demak)"), True),
    "both do, and otherwise": (named("TBM Melati d/h SDN 3"), named("TBM Melati (d/h Balai RW 4)"), True),
    "both do, and alike": (named("TBM Melati (eks SDN 3)"), named("TBM MELATI [d.h. SD Negeri 3]"), False),
    "it was called as it is": (named("SDN 3 Melati"), named("SD Negeri 3 Melati (dahulu SDN 3 Melati)"), False),
    "a number and none, called otherwise before": (named("SD 1", "111222"), named("SD 1 (eks SD 9)"), True),
    "accents are no difference": (named("Pojok Élok"), named("Pojok Elok"), False),
}


@pytest.mark.parametrize("first, second, both", TWO.values(), ids=TWO)
def test_two_lines_are_refused_only_where_nothing_distinguishes_them(
    first: dict[str, Any], second: dict[str, Any], both: bool
) -> None:
    form = read("Fasilitas", first, second)
    assert [p.reason.code for p in form.problems] == ([] if both else ["duplicate_line"])
    if both:
        assert [line.name for line in form.claims[17].lines] == [first["facility_name"], second["facility_name"]]


def test_three_of_one_name_with_three_numbers_are_three_and_a_fourth_without_is_none() -> None:
    rows = [named("SD 1", f"11122{digit}") for digit in range(3)]
    assert len(read("Fasilitas", *rows).claims[17].lines) == 3
    assert problems("Fasilitas", *rows, named("sd 1")) == [("duplicate_line", "Fasilitas!C7")]


def test_a_row_pasted_twice_is_named_on_every_sheet() -> None:
    assert problems("Klaim", score(17, 12), score(17, 13)) == [("duplicate_line", "Klaim!E5")]
    assert problems("Jawaban", answer("17a1", 1), answer("17a1", 2)) == [("duplicate_line", "Jawaban!A5")]
    row = {"indicator": 1, "document_number": "-", "dated": None, "title": "Perda"}
    assert problems("Dokumen", row, row | {"title": "Perbup"}) == []


# ── what the lists offer, and what people write instead ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("village", [
    "99.01.01.2001", "99.01.01.2001 Desa Satu", "Desa Satu, Kec. Satu (99.01.01.2001)", "9901012001", 9901012001,
    "Desa\u00a0Satu (99.01.01.2001)\u200b",
])  # fmt: skip
def test_a_village_is_known_by_its_code_wherever_it_stands(village: Cell) -> None:
    assert read("Fasilitas", FACILITY | {"village": village}).claims[17].lines[0].village == "99.01.01.2001"


def test_a_village_without_a_code_is_quoted_whole() -> None:
    (problem,) = read("Fasilitas", FACILITY | {"village": "Desa Suka Maju"}).problems
    assert (problem.reason.code, problem.reason.values) == ("unknown_area", {"code": "Desa Suka Maju"})


def test_a_kind_is_read_by_its_word_or_code_and_a_wrong_one_is_told_the_right_ones() -> None:
    assert read("Fasilitas", FACILITY | {"kind": "Pojok ASI (pojok_asi)"}).claims[17].lines[0].kind == "pojok_asi"
    (problem,) = read("Fasilitas", FACILITY | {"kind": "Pojok ASI"}).problems
    assert problem.reason.values == {"kind": "Pojok ASI", "indicator": 17, "kinds": "pojok_asi"}
    assert problems("Fasilitas", FACILITY | {"indicator": 1}) == [("indicator_lists_no_places", "Fasilitas!A4")]


@pytest.mark.parametrize("written, day", [
    ("31/12/2025", date(2025, 12, 31)), ("1-2-2025", date(2025, 2, 1)), ("2025-12-31", date(2025, 12, 31)),
    ("31 Desember 2025", date(2025, 12, 31)), ("5 Agt 2025", date(2025, 8, 5)),
    (datetime(2025, 12, 31, 7), date(2025, 12, 31)),  # noqa: DTZ001
    ("12/31/2025", None), ("12/2025", None), ("2025", None), (45992, None), (True, None), ("1/1/0025", None),
    (date(1899, 12, 31), None), (Percent(0.5), None),
])  # fmt: skip
def test_days(written: Cell, day: date | None) -> None:
    form = read("Dokumen", {"indicator": 1, "document_number": "Perda 3", "dated": written, "title": None})
    assert [p.reason.code for p in form.problems] == ([] if day else ["not_a_date"])
    assert form.claims[1].documents[0].dated == day


@pytest.mark.parametrize("value", [True, datetime(2025, 1, 1), date(2025, 1, 1), Percent(0.5), 10**15, object()])  # noqa: DTZ001
def test_what_is_no_text_is_no_name_and_no_document(value: Any) -> None:
    assert len(problems("Fasilitas", FACILITY | {"facility_name": value})) == 1
    assert len(problems("Dokumen", {"indicator": 1, "document_number": value})) == 1


# ── points that are somewhere else ───────────────────────────────────────────────────────────────────────────────────

BOXED = replace(VILLAGES, boxes={"99.01.01.2001": (110.0, -5.01, 110.01, -5.0)})


def remarks(lat: Cell, lon: Cell) -> FilledForm:
    book: dict[str, Any] = {title: {} for title in SHEETS}
    book["Fasilitas"] = {4: FACILITY | {"lat": lat, "lon": lon}}
    return read_form(book, INDICATORS, KINDS, BOXED, 2026)


def test_a_point_far_from_its_village_is_remarked_with_what_is_probably_missing() -> None:
    form = remarks(5.0051, 110.005)
    (remark,) = form.remarks
    assert remark.reason.code == "coordinate_without_minus"
    assert remark.reason.values == {"km": 1113, "lat_meant": "-5,00510", "lon_meant": "110,00500"}
    assert (remark.sheet, remark.row, remark.column) == ("Fasilitas", 4, "G")
    assert form.problems == () and form.claims[17].lines[0].point, "a person decides"


@pytest.mark.parametrize("lat, lon, code", [
    (-5.0051, 110.005, None), (-5.05, 110.05, None), (-6.2, 106.8, "coordinate_far_from_village"),
    ("-5,0051", "110,005", None), ("-5.005", "110.005", None), ("5,0051", "110,005", "coordinate_without_minus"),
])  # fmt: skip
def test_a_remark_is_made_of_points_that_are_far_away_only(lat: Cell, lon: Cell, code: str | None) -> None:
    form = remarks(lat, lon)
    assert [remark.reason.code for remark in form.remarks] == ([code] if code else []) and form.problems == ()


@pytest.mark.parametrize("lat, lon, code", [
    (-50051, 1100049, "coordinate_without_comma"), (-5.0051, 1100049, "coordinate_without_comma"),
    (50051, 110.0049, "coordinate_without_comma"), (110.005, -5.0051, "coordinate_swapped"),
    (110.005, 5.0051, "coordinate_swapped_too"), (52.0, 4.3, "coordinate_outside_indonesia"),
])  # fmt: skip
def test_a_coordinate_outside_indonesia_is_refused_with_what_is_probably_wrong(lat: Cell, lon: Cell, code: str) -> None:
    form = remarks(lat, lon)
    assert [problem.reason.code for problem in form.problems] == [code] and form.remarks == ()
