"""Several filled forms as one: nothing is dropped, and what does not agree is named with both cells."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.claim_form.cells import SHEETS, OddCell, Percent
from verification.claim_form.merging import Called, FilledPart, Merged, meant, merge, odd_cells

PLACE = {"indicator": 17, "kind": "pojok_asi", "facility_name": "Pojok Satu", "village": "99.01.01.2001 Desa"}
LAST_DAY = datetime.combine(date(2025, 12, 31), time())
BUDGET = {"cluster": "I", "agency": "Dinas Satu", "amount": 10}


def a_part(name: str, sheets: dict[str, list[dict[str, Any]]]) -> FilledPart:
    book = {sheet: {at: dict.fromkeys(one.key for one in SHEETS[sheet]) | row
                    for at, row in enumerate(rows, start=4)} for sheet, rows in sheets.items()}  # fmt: skip
    return FilledPart(name, None, book)


def merged(*sheets: dict[str, list[dict[str, Any]]]) -> Merged:
    return merge([a_part(f"{at}.xlsx", one) for at, one in enumerate(sheets)])


def rows(found: Merged, sheet: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if value is not None} for row in found.book[sheet].values()]


def test_answers_of_several_agencies_come_together() -> None:
    found = merged({"Jawaban": [{"code": "9a1", "value": "ya"}]},
                   {"Jawaban": [{"code": "9a1", "question": "…"}, {"code": "9b1", "value": 5}]})  # fmt: skip
    assert rows(found, "Jawaban") == [{"code": "9a1", "value": "ya"}, {"code": "9b1", "value": 5}]
    assert (found.clashes, found.repeated) == ([], 0)


def test_what_does_not_agree_is_named_with_both_values_and_cells_and_the_first_stays() -> None:
    found = merged({"Jawaban": [{"code": "9b1", "value": 5, "value_before": 4}]},
                   {"Jawaban": [{"code": "9a1"}, {"code": "9b1", "value": 6, "value_before": "4"}]})  # fmt: skip
    (clash,) = found.clashes
    assert (clash.sheet, clash.key) == ("Jawaban", "value")
    assert [(one.file, one.cell, one.value) for one in clash.said] == [
        ("0.xlsx", "Jawaban!E4", 5), ("1.xlsx", "Jawaban!E5", 6),
    ]  # fmt: skip
    assert rows(found, "Jawaban") == [{"code": "9b1", "value": 5, "value_before": 4}]


@pytest.mark.parametrize("one, other", [
    (1250.5, "1.250,5"), ("85%", Percent(0.85)), ("31/12/2025", LAST_DAY), ("Ya ", "ya"), (3, "3"),
])  # fmt: skip
def test_two_ways_to_write_one_value_agree(one: Any, other: Any) -> None:
    assert meant(one) == meant(other)


@pytest.mark.parametrize("one, other", [("0012", "12"), ("1.250", 1250), (True, 1.5), ("ya", "tidak"), (1, 2)])
def test_what_could_be_two_values_does_not_agree(one: Any, other: Any) -> None:
    assert meant(one) != meant(other)


PLACES = {
    "the same": ({}, {}, 1), "with a number in one": ({}, {"registry_no": "P1"}, 1),
    "one number, other names": ({"registry_no": "P1"}, {"registry_no": "P 1", "facility_name": "Pojok Dua"}, 1),
    "one number in groups": ({"registry_no": "2030-0001"}, {"registry_no": "20300001", "facility_name": "Lain"}, 1),
    "one number, as a program's": ({"registry_no": 20300001.0}, {"registry_no": "20300001.0", "village": "x"}, 1),
    "two short numbers": ({"registry_no": "1.2"}, {"registry_no": "12"}, 2),
    "two numbers of a licence": ({"registry_no": "421.1/12/2019"}, {"registry_no": "421.11/2/2019"}, 2),
    "two numbers": ({"registry_no": "P1"}, {"registry_no": "P2"}, 2),
    "two villages": ({}, {"village": "99.01.01.2002"}, 2),
    "the kind by its code": ({"kind": "Pojok ASI (pojok_asi)"}, {}, 1), "two indicators": ({}, {"indicator": 7}, 2),
}  # fmt: skip


@pytest.mark.parametrize("one, other, places", PLACES.values(), ids=PLACES)
def test_a_place_is_the_same_by_its_number_or_by_name_and_village(one: Any, other: Any, places: int) -> None:
    assert len(rows(merged({"Fasilitas": [PLACE | one]}, {"Fasilitas": [PLACE | other]}), "Fasilitas")) == places


SATU, D_H_DUA, EKS_TIGA = "Pojok Satu", "Pojok Satu (d/h Pojok Dua)", "Pojok Satu (eks Pojok Tiga)"
BOTH = [D_H_DUA, EKS_TIGA]
CALLED_BEFORE = {
    "written down by one": ([SATU], [D_H_DUA], 1),
    "written otherwise": ([D_H_DUA], ["Pojok Satu (dahulu pojok dua)"], 1),
    "two of one name now": ([D_H_DUA], [EKS_TIGA], 2), "each in both lists": (BOTH, BOTH[::-1], 2),
    "either of two": ([SATU], BOTH, 3), "either of two, the other way": (BOTH, [SATU], 3),
    "a name that begins so": (["Eks Bioskop"], ["Bioskop"], 2),
    "two in one list": ([SATU, D_H_DUA], [D_H_DUA], 2), "the name of another before": (["Pojok Dua"], [D_H_DUA], 2),
}  # fmt: skip


@pytest.mark.parametrize("one, other, places", CALLED_BEFORE.values(), ids=CALLED_BEFORE)
def test_what_a_place_was_called_before_tells_two_apart_and_keeps_none_from_itself(
    one: list[str], other: list[str], places: int
) -> None:
    lists = [{"Fasilitas": [PLACE | {"facility_name": name} for name in names]} for names in (one, other)]
    assert len(rows(merged(*lists), "Fasilitas")) == places


def test_a_school_that_was_renamed_is_one_by_its_number_and_its_two_names_are_a_clash() -> None:
    before, now = (
        PLACE | {"registry_no": "20300001"},
        PLACE | {"registry_no": "2030 0001", "facility_name": "Pojok Baru"},
    )
    found = merged({"Fasilitas": [before]}, {"Fasilitas": [now]})
    assert rows(found, "Fasilitas") == [before]
    assert [[said.value for said in clash.said] for clash in found.clashes] == [["Pojok Satu", "Pojok Baru"]]


def test_a_place_without_a_number_is_that_of_its_name_whatever_comes_first() -> None:
    numbered = [PLACE | {"registry_no": "P1", "facility_name": D_H_DUA}, PLACE | {"registry_no": "P2"}]
    for lists in (numbered, numbered[::-1]):
        for both in ([[PLACE], lists], [lists, [PLACE]]):
            found = rows(merged(*({"Fasilitas": one} for one in both)), "Fasilitas")
            assert len(found) == 2 and {row["registry_no"] for row in found} == {"P1", "P2"}


def test_two_places_of_one_list_are_two_though_another_list_has_one_of_the_name() -> None:
    listed = [PLACE, PLACE | {"registry_no": "P1"}]
    assert len(rows(merged({"Fasilitas": listed}, {"Fasilitas": [PLACE]}), "Fasilitas")) == 2
    assert len(rows(merged({"Fasilitas": listed}, {"Fasilitas": [listed[1]]}), "Fasilitas")) == 2


CALLED = Called({"kind": {"pojok_asi": "Pojok ASI", "sd": "SD", "sd_aman": "SD"}, "accepted": {"yes": "Ya"}},
                {17: ("pojok_asi",), 28: ("sd_aman",)})  # fmt: skip
NAMES = {
    "by its name": ({"kind": "Pojok  asi"}, {}, 1),
    "by its name and code": ({"kind": "Pojok ASI"}, {"kind": "Pojok ASI (pojok_asi)"}, 1),
    "by a name of two, one asked for": ({"kind": "SD", "indicator": 28}, {"kind": "sd_aman", "indicator": 28}, 1),
    "by a name of two": ({"kind": "SD", "indicator": 7}, {"kind": "sd_aman", "indicator": 7}, 2),
    "another": ({"kind": "Pojok ASI"}, {"kind": "pojok_baca"}, 2),
}


@pytest.mark.parametrize("one, other, places", NAMES.values(), ids=NAMES)
def test_a_kind_is_the_same_by_its_name_or_its_code(one: Any, other: Any, places: int) -> None:
    parts = [a_part("0", {"Fasilitas": [PLACE | one]}), a_part("1", {"Fasilitas": [PLACE | other]})]
    found = merge(parts, CALLED)
    assert (len(rows(found, "Fasilitas")), found.clashes) == (places, [])


def test_a_choice_is_the_same_by_its_name_or_its_code() -> None:
    proposal = {"subject": "x", "accepted": "Ya"}
    sheet = next(sheet for sheet, columns in SHEETS.items() if any(one.key == "accepted" for one in columns))
    column = next(one for one in SHEETS[sheet] if one.key == "accepted")
    said = [CALLED.meant_in(column, proposal | {"accepted": text}) for text in ("ya", "yes", "Ya", "tidak")]
    assert len(set(said)) == 2 and said[0] == said[1] == said[2]


def test_a_place_without_a_number_is_given_to_none_of_two_that_have_one() -> None:
    numbered = [PLACE | {"registry_no": "P1"}, PLACE | {"registry_no": "P2"}]
    assert len(rows(merged({"Fasilitas": numbered}, {"Fasilitas": [PLACE]}), "Fasilitas")) == 3


def test_a_places_cells_are_put_together() -> None:
    found = merged({"Fasilitas": [PLACE | {"users": 4}]}, {"Fasilitas": [PLACE | {"since_year": 2020, "users": 5}]})
    assert rows(found, "Fasilitas") == [PLACE | {"users": 4, "since_year": 2020}]
    assert [clash.key for clash in found.clashes] == ["users"] and found.repeated == 1


def test_one_agencys_budget_twice_is_once_and_another_amount_a_clash() -> None:
    assert rows(merged({"Anggaran": [BUDGET]}, {"Anggaran": [BUDGET]}), "Anggaran") == [BUDGET]
    assert len(merged({"Anggaran": [BUDGET]}, {"Anggaran": [BUDGET | {"amount": 11}]}).clashes) == 1
    several = merged({"Anggaran": [BUDGET, BUDGET | {"amount": 3}]}, {"Anggaran": [BUDGET]})
    assert len(rows(several, "Anggaran")) == 2 and several.clashes == [], "rows of one form are added up"


def test_meetings_that_are_alike_stay_as_many_as_one_form_has() -> None:
    meeting = {"subject": "RAD"}
    found = merged({"Rapat": [meeting, meeting]}, {"Rapat": [meeting, {"subject": "Lain"}]})
    assert rows(found, "Rapat") == [meeting, meeting, {"subject": "Lain"}]


def test_a_regulation_is_the_same_by_number_and_year_or_by_all_it_says() -> None:
    known = {"policy_kind": "Perda", "policy_number": "3", "policy_year": 2025}
    assert len(rows(merged({"Kebijakan": [known]}, {"Kebijakan": [known | {"cluster_1": "ya"}]}), "Kebijakan")) == 1
    vague = {"policy_kind": "Perda"}
    assert len(rows(merged({"Kebijakan": [vague]}, {"Kebijakan": [vague | {"title": "x"}]}), "Kebijakan")) == 2


def test_cells_that_hold_no_value_are_named() -> None:
    part = a_part("x", {"Jawaban": [{"code": "9b1", "value": OddCell("error_cell", "#REF!")}]})
    assert [(cell, odd.code) for cell, odd in odd_cells(part)] == [("Jawaban!E4", "error_cell")]


small = st.integers(0, 3)
places = st.builds(
    lambda n, v: PLACE | {"facility_name": f"Pojok {'ABCD'[n]}", "village": f"99.01.01.200{v}"}, small, small
)
meetings = st.builds(lambda n: {"subject": f"Rapat {n}"}, small)


@given(st.lists(st.tuples(st.lists(places, unique_by=repr, max_size=6), st.lists(meetings, max_size=6)), max_size=4))
def test_whatever_a_form_says_is_in_the_merged_one(forms: list[tuple[list[Any], list[Any]]]) -> None:
    found = merged(*({"Fasilitas": one, "Rapat": other} for one, other in forms))
    assert {repr(row) for row in rows(found, "Fasilitas")} == {repr(row) for one, _ in forms for row in one}
    kept = Counter(map(repr, rows(found, "Rapat")))
    assert all(Counter(map(repr, other)) <= kept for _, other in forms)
    assert sum(kept.values()) <= sum(len(other) for _, other in forms) and found.clashes == []
