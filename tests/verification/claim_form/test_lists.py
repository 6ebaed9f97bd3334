"""Reading the sheets that are lists of their own, and the further columns of those that were there."""

from datetime import date
from typing import Any

import pytest

from tests.support.builders import INDICATORS, KINDS
from verification.claim_form.cells import FIRST_VERSION, SHEETS, TEMPLATE_VERSION, columns_of, sheets_of
from verification.claim_form.choices import AGE_BANDS, CHOICES, chosen
from verification.claim_form.form import FilledForm, RowEntry, VillageCodes
from verification.claim_form.lists import LISTS
from verification.claim_form.reader import read_form

VILLAGES = VillageCodes(frozenset({"99.01.01.2001", "99.01.02.2001"}), frozenset())
NAMES = {"policy_kind": {"perda": "Perda"}, "age": {"0-5": "0–5 tahun", "7": "7 tahun"}, "sex": {"male": "Laki-laki"},
         "activities": {"arts": "Seni", "sports": "Olahraga"}, "category": {"book": "Buku"},
         "cluster": {"I": "Hak Sipil dan Kebebasan (akta, dll)", "total": "Seluruh APBD"}}  # fmt: skip
FACILITY = {"facility_name": "Tempat Rekaan", "village": "99.01.01.2001 Desa Satu", "since_year": 2020}
PROTECTED = [one.code for one in INDICATORS.breakdowns.values() if one.protected]


def read(sheet: str, *rows: dict[str, Any]) -> FilledForm:
    book: dict[str, Any] = {title: {} for title in SHEETS}
    book[sheet] = dict(enumerate(rows, start=4))
    return read_form(book, INDICATORS, KINDS, VILLAGES, 2026, NAMES)


def problems(sheet: str, *rows: dict[str, Any]) -> list[tuple[str, str]]:
    return [(p.reason.code, f"{p.sheet}!{p.column}{p.row}") for p in read(sheet, *rows).problems]


def said(row: RowEntry) -> dict[str, Any]:
    return {key: value for key, value in row.values.items() if value is not None}


def test_the_first_version_had_four_sheets_and_none_of_the_later_columns() -> None:
    assert sheets_of(FIRST_VERSION) == ("Klaim", "Jawaban", "Dokumen", "Fasilitas") == sheets_of("0")
    assert [len(columns_of(sheet, FIRST_VERSION)) for sheet in sheets_of(FIRST_VERSION)] == [5, 7, 4, 8]
    assert sheets_of(TEMPLATE_VERSION) == tuple(SHEETS) and set(SHEETS) - set(sheets_of(FIRST_VERSION)) == set(LISTS)


def test_columns_follow_one_another_without_a_gap() -> None:
    for sheet, columns in SHEETS.items():
        assert "".join(column.letter for column in columns) == "ABCDEFGHIJKLMNOPQ"[: len(columns)], sheet


# ── what is chosen


@pytest.mark.parametrize("written", ["Perda", " perda ", "PERDA"])
def test_a_choice_is_made_by_its_name(written: str) -> None:
    (row,) = read("Kebijakan", {"policy_kind": written}).claims[1].rows
    assert said(row) == {"policy_kind": "perda"}


def test_what_is_in_no_list_is_refused_and_not_repeated() -> None:
    (problem,) = read("Kebijakan", {"policy_kind": "Budi bin Amir"}).problems
    assert (problem.reason.code, problem.reason.values, problem.column) == ("not_in_list", {}, "A")


def test_several_are_chosen_with_commas() -> None:
    (row,) = read("Kelompok Anak", {"activities": "Olahraga; seni, Seni"}).claims[10].rows
    assert said(row) == {"activities": "sports,arts"}
    assert problems("Kelompok Anak", {"activities": "Seni, tari Ani"}) == [("not_in_list", "Kelompok Anak!E4")]


def test_a_dash_of_any_sort_is_a_dash() -> None:
    assert chosen("0-5 tahun", "age", NAMES) == chosen("0–5 tahun", "age", NAMES) == "0-5"
    assert chosen("6-12", "age", {}) == "6-12"
    assert set(AGE_BANDS) < set(CHOICES["age"])


# ── each sheet


def test_policies_belong_to_the_indicator_whose_sheet_it_is() -> None:
    row = {"policy_kind": "perda", "policy_number": 3, "policy_year": 2025, "title": "Perda", "cluster_1": "ya",
           "cluster_5": "tidak", "plan_from": 2024, "plan_to": 2029}  # fmt: skip
    (entry,) = read("Kebijakan", row).claims[1].rows
    assert said(entry) == row | {"policy_number": "3", "cluster_1": True, "cluster_5": False}
    assert entry.cell == "Kebijakan!A4"
    assert problems("Kebijakan", {"policy_year": 25}) == [("year_out_of_range", "Kebijakan!C4")]


@pytest.mark.parametrize("written", ["I", "Hak Sipil dan Kebebasan", "hak sipil dan kebebasan (akta, dll)"])
def test_a_budget_names_its_cluster_with_or_without_what_it_is_spent_on(written: str) -> None:
    (entry,) = read("Anggaran", {"cluster": written, "agency": "Dinas", "amount": "1.250,5"}).claims[2].rows
    assert said(entry) == {"cluster": "I", "agency": "Dinas", "amount": 1250.5}


def test_a_budget_without_a_cluster_or_below_nothing_is_refused() -> None:
    assert problems("Anggaran", {"agency": "Dinas", "amount": -1}) == [
        ("missing", "Anggaran!A4"), ("not_an_amount", "Anggaran!C4"),
    ]  # fmt: skip
    (entry,) = read("Anggaran", {"cluster": "Seluruh APBD", "amount": 1_310_000}).claims[2].rows
    assert entry.values["cluster"] == "total"


def test_a_group_has_an_area_of_the_district_and_whole_members() -> None:
    (entry,) = read("Kelompok Anak", {"area": "Kec. Satu (99.01.01)", "boys": 4, "disability": "ya"}).claims[10].rows
    assert said(entry) == {"area": "99.01.01", "boys": 4, "disability": True}
    assert problems("Kelompok Anak", {"area": "99.02.01", "girls": 2.5}) == [
        ("area_not_of_district", "Kelompok Anak!B4"), ("not_a_count", "Kelompok Anak!H4"),
    ]  # fmt: skip


def test_what_children_proposed_has_three_hundred_letters() -> None:
    (entry,) = read("Masukan Anak", {"title": "Perda", "proposal": "x" * 300, "children": 20}).claims[3].rows
    assert entry.values["children"] == 20
    assert problems("Masukan Anak", {"proposal": "x" * 301}) == [("text_too_long", "Masukan Anak!D4")]


def test_meetings_are_of_no_indicator() -> None:
    form = read("Rapat", {"dated": "10/02/2026", "present": "Bappeda"})
    assert form.claims == {}
    assert [said(row) for row in form.meetings] == [{"dated": date(2026, 2, 10), "present": "Bappeda"}]


# ── breakdowns


def broken(code: str, **cells: Any) -> dict[str, Any]:
    return {"breakdown": f"Jumlah ({code})", "value": 20} | cells


def test_a_number_is_broken_down_by_one_thing_alone() -> None:
    (entry,) = read("Rincian", broken("8b1", area="99.01.01")).claims[8].rows
    assert said(entry) == {"breakdown": "8b1", "area": "99.01.01", "value": "20"}
    assert problems("Rincian", broken("8b1", area="99.01.01", age="7")) == [("margins_crossed", "Rincian!D4")]
    assert problems("Rincian", broken("8b1", sex="male")) == [("margin_not_asked_for", "Rincian!C4")]
    assert problems("Rincian", broken("8b1")) == [("missing", "Rincian!B4")]
    assert problems("Rincian", broken("8b1", area="99.01.01.2001")) == [("area_too_small", "Rincian!B4")]
    assert read("Rincian", broken("6a2", area="99.01.01.2001")).problems == ()
    twice = broken("8b1", area="99.01.01")
    assert problems("Rincian", twice, twice) == [("duplicate_line", "Rincian!B5")]


@pytest.mark.parametrize("code", PROTECTED)
def test_what_could_lead_to_a_child_has_no_area_bands_of_age_and_no_small_number(code: str) -> None:
    assert ("breakdown_of_the_district_alone", "Rincian!B4") in problems("Rincian", broken(code, area="99.01.01"))
    assert problems("Rincian", broken(code, age="7 tahun")) == [("age_not_in_bands", "Rincian!D4")]
    for small in (1, 7, "5", " 3 "):
        (problem,) = read("Rincian", broken(code, age="0–5 tahun", value=small)).problems
        assert (problem.reason.code, problem.reason.values) == ("small_count_in_clear", {})
    for value, kept in ((0, "0"), (8, "8"), ("<8", "<8"), ("< 8", "<8")):
        form = read("Rincian", broken(code, age="0–5 tahun", value=value))
        assert [row.values["value"] for claim in form.claims.values() for row in claim.rows] == [kept]


def test_28_29_and_31_are_protected_and_no_other_is() -> None:
    assert {INDICATORS.breakdowns[code].indicator for code in PROTECTED} == {28, 29, 31}


@pytest.mark.parametrize("value", ["tujuh", "-1", 2.5, True, "8-10", date(2026, 7, 1)])
def test_what_is_no_count_is_not_repeated(value: Any) -> None:
    (problem,) = read("Rincian", broken("28a", age="0-5", value=value)).problems
    assert (problem.reason.code, problem.reason.values) == ("not_a_count_here", {})


def test_a_year_before_is_read_where_the_question_asks_for_it() -> None:
    assert problems("Rincian", broken("8b1", area="99.01.01", value_before=9)) == [("not_asked_for", "Rincian!G4")]
    assert read("Rincian", broken("28a", age="0-5", value_before="<8")).problems == ()


def test_a_set_that_asks_for_no_such_sheet_refuses_its_rows() -> None:
    bare = type(INDICATORS)(
        "x", "x", INDICATORS.valid_from, INDICATORS.clusters, (INDICATORS.by_number[17],), INDICATORS.criteria
    )
    book: dict[str, Any] = {title: {} for title in SHEETS} | {"Kebijakan": {4: {"title": "Perda"}}}
    (problem,) = read_form(book, bare, KINDS, VILLAGES, 2026).problems
    assert (problem.reason.code, problem.sheet, problem.row) == ("sheet_not_asked_for", "Kebijakan", 4)


# ── the further columns of places, documents and answers

LISTING = [one.number for one in INDICATORS.indicators if one.facility_kinds]


def of(number: int, **cells: Any) -> dict[str, Any]:
    return FACILITY | {"indicator": number, "kind": INDICATORS.by_number[number].facility_kinds[0]} | cells


@pytest.mark.parametrize("number", LISTING)
def test_every_indicator_that_lists_places_takes_what_a_place_is_beside_its_kind(number: int) -> None:
    cells = {"category": "Buku", "run_by": "government", "paid": "paid", "fee_rp": 2000, "users": 12,
             "users_before": 9, "location_kind": "public", "smoke_free_kind": "worship",
             "ended_year": 2025}  # fmt: skip
    (line,) = read("Fasilitas", of(number, **cells)).claims[number].lines
    assert line.more == cells | {"category": "book"}


def test_fifteen_indicators_list_places() -> None:
    assert LISTING == [6, 7, 9, 10, 12, 13, 16, 17, 19, 22, 23, 25, 26, 27, 28]


@pytest.mark.parametrize("number", LISTING)
@pytest.mark.parametrize("cells, cell", [
    ({"kind": "rumah_aman"}, "B4"), ({"kind": "RPSA (rpsa)"}, "B4"), ({"kind": "Rumah Aman Melati"}, "B4"),
    ({"facility_name": "Rumah Aman Melati"}, "C4"), ({"facility_name": "RPSA  Melati"}, "C4"),
])  # fmt: skip
def test_no_indicator_lists_a_shelter_and_its_name_is_not_repeated(
    number: int, cells: dict[str, Any], cell: str
) -> None:
    found = [p for p in read("Fasilitas", of(number, **cells)).problems if p.reason.code == "names_a_shelter"]
    assert [f"{p.column}{p.row}" for p in found] == [cell]
    assert not any("elati" in str(p.reason.values) for p in read("Fasilitas", of(number, **cells)).problems)


def test_what_does_not_go_together_in_a_places_row_is_a_remark() -> None:
    form = read("Fasilitas", of(27, paid="free", fee_rp=2000, since_year=2020, ended_year=2019))
    assert [(p.reason.code, p.column) for p in form.remarks] == [
        ("ended_before_it_began", "Q"),
        ("free_with_a_fee", "L"),
    ]
    assert form.problems == ()


def test_a_document_with_all_that_may_be_said_of_it() -> None:
    more = {"question": "1a", "document_kind": "perda", "issuer": "Bupati", "valid_until": date(2030, 12, 31),
            "clusters": "I, V", "file": "perda.pdf", "pages": 4}  # fmt: skip
    (document,) = read("Dokumen", {"indicator": 1, "document_number": "3/2025"} | more).claims[1].documents
    assert document.more == more | {"clusters": "I,V", "pages": "4"}
    assert problems("Dokumen", {"indicator": 1, "document_number": "3", "question": "17a"}) == [
        ("question_not_of_indicator", "Dokumen!E4"),
    ]  # fmt: skip


def test_an_answer_says_who_filled_it_in_and_when_it_was_endorsed() -> None:
    (answer,) = (
        read("Jawaban", {"code": "1a1", "value": "ya", "filled_by": "Setda", "endorsed": "3/2/2026"}).claims[1].answers
    )
    assert (answer.filled_by, answer.endorsed) == ("Setda", date(2026, 2, 3))
    assert read("Jawaban", {"code": "1a1", "filled_by": "Setda"}).claims == {}, "nothing was answered"
