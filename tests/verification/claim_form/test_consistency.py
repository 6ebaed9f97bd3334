"""What does not fit together is remarked with its cells, never a reason to refuse a form; a share above 100 is one."""

from typing import Any

import pytest

from tests.support.builders import INDICATORS, KINDS
from tests.support.visits import assert_operator_can_act
from verification.claim_form.cells import SHEETS
from verification.claim_form.form import FilledForm, VillageCodes
from verification.claim_form.reader import read_form

VILLAGES = VillageCodes(frozenset({"99.01.01.2001", "99.01.02.2001"}), frozenset())
PLACE = {"kind": "pojok_asi", "village": "99.01.01.2001", "indicator": 17}


def read(**sheets: Any) -> FilledForm:
    """Read a form; answers by their code, a pair where the year before is answered too, rows as they are."""
    book: dict[str, Any] = {title: {} for title in SHEETS}
    for sheet, rows in sheets.items():
        if sheet == "answers":
            pairs = {code: said if isinstance(said, tuple) else (said, None) for code, said in rows.items()}
            sheet = "Jawaban"
            rows = [{"code": code, "value": now, "value_before": before} for code, (now, before) in pairs.items()]
        book[sheet.replace("_", " ")] = dict(enumerate(rows, start=4))
    return read_form(book, INDICATORS, KINDS, VILLAGES, 2026)


def remarks(**sheets: Any) -> list[tuple[str, str, str]]:
    form = read(**sheets)
    assert form.problems == (), "a remark refuses nothing"
    for remark in form.remarks:
        assert_operator_can_act(remark.reason)
    return [
        (p.reason.code, f"{p.sheet}!{p.column}{p.row}", str(p.reason.values.get("cells", ""))) for p in form.remarks
    ]


CONTRADICTIONS: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "more certificates than boys": ({"8b1": 100, "8b3": 101}, [("answer_exceeds", "Jawaban!E5", "Jawaban!E4")]),
    "as many": ({"8b1": 100, "8b3": 100}, []),
    "one of them alone": ({"8b3": 101}, []),
    "a percentage that is not theirs": ({"25a1": 90, "25a2": 1, "25a3": 20},
                                        [("percentage_differs", "Jawaban!E4", "Jawaban!E5, Jawaban!E6")]),
    "half a per cent off": ({"25a1": (1.1, 64.9), "25a2": (3, 161), "25a3": (500, 250)}, []),
    "a little more than half": ({"25a1": 1.11, "25a2": 3, "25a3": 500},
                                [("percentage_differs", "Jawaban!E4", "Jawaban!E5, Jawaban!E6")]),
    "one rounded": ({"25a1": 33, "25a2": 1, "25a3": 3}, []),
    "eighty per cent as a part of one": ({"18a1": (0.8, 79), "21a1": (90, 0.89)}, [
        ("percentage_below_one", "Jawaban!E4", ""), ("percentage_below_one", "Jawaban!F5", "")]),
    "less than one, where less is better": ({"11a1": (0.8, 0.9), "15b1": (0.4, 0.5)}, []),
    "none, and one": ({"18a1": (1, 0), "16a1": (0, 1)}, []),
    "of no school at all": ({"25a1": 0, "25a2": 0, "25a3": 0}, []),
    "in the year before": ({"25a1": (5, 90), "25a2": (1, 1), "25a3": (20, 20)},
                           [("percentage_differs", "Jawaban!F4", "Jawaban!F5, Jawaban!F6")]),
    "paid and free are all": ({"27a1": 9, "27d1": 2, "27d2": 6, "27e1": "2000"},
                              [("answers_differ", "Jawaban!E5", "Jawaban!E6, Jawaban!E4")]),
    "run by others too": ({"27a1": 9, "27c1": 2, "27c2": 3}, []),
    "run by more than there are": ({"27a1": 9, "27c1": 7, "27c2": 3}, [("answer_exceeds", "Jawaban!E5", "Jawaban!E4")]),
    "a fee of none": ({"27d1": 0, "27e1": "2000"}, [("text_without_number", "Jawaban!E4", "Jawaban!E5")]),
    "paid without a fee": ({"27d1": 1}, [("text_without_number", "Jawaban!E4", "–")]),
    "a group larger than all": ({"28a1": (10, 1), "28a2": (10, 1), "28a3": (21, 2), "28a12": (20, 2)},
                                [("answer_exceeds", "Jawaban!E6", "Jawaban!E4, Jawaban!E5")]),
    "no child and yet proposals": ({"3a1": 2, "3d1": 0}, [("none_beside_some", "Jawaban!E5", "Jawaban!E4")]),
    "no institution and yet some": ({"6a1": "tidak", "6a2": 3}, [("no_beside_a_number", "Jawaban!E4", "Jawaban!E5")]),
    "no institution and none": ({"6a1": "tidak", "6a2": 0}, []),
    "a plan of other years": ({"1d2": "2019 - 2024"}, [("year_not_covered", "Jawaban!E4", "")]),
    "a plan of these": ({"1d2": "2024–2029"}, []),
    "more severe than all": ({"15a1": 10, "15b1": (11, 12)}, [("answer_exceeds", "Jawaban!E5", "Jawaban!E4")]),
    "a plan without years": ({"1d2": "lima tahun"}, []),
}  # fmt: skip


@pytest.mark.parametrize("answers, expected", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_one_answer_against_another(answers: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert remarks(answers=answers) == expected


def test_numbers_of_children_older_than_the_first_day_of_the_year() -> None:
    days = {"8b1": "31/12/2025", "8b2": "01/01/2026", "9b1": "31/12/2025"}
    rows = [{"code": code, "value": 5, "data_date": day} for code, day in days.items()]
    assert remarks(Jawaban=rows) == [("dated_before_year", "Jawaban!G4", "")]


def test_groups_are_counted_by_their_level() -> None:
    groups = [{"level": "village"}, {"level": "village"}, {"level": "district"}]
    answered = {"10a1": 2, "10a2": 1, "10a3": 1}
    assert remarks(answers=answered, Kelompok_Anak=groups) == [
        ("count_not_as_listed", "Jawaban!E5", "Kelompok Anak!A4")
    ]
    assert remarks(answers=answered) == [], "who lists none has nothing to agree with"


def test_points_where_every_answer_is_no() -> None:
    row = {"number": 8, "self_score": 60}
    assert remarks(Klaim=[row], answers={"8a1": "tidak", "8d1": "tidak"}) == [
        ("points_for_no", "Klaim!E4", "Jawaban!E4, Jawaban!E5"),
    ]  # fmt: skip
    assert remarks(Klaim=[row], answers={"8a1": "tidak", "8d1": "ya"}) == []
    assert remarks(Klaim=[row], answers={"8a1": "tidak"}) == [], "one of them is left out"
    assert remarks(Klaim=[row | {"self_score": 0}], answers={"8a1": "tidak", "8d1": "tidak"}) == []


def test_a_count_against_the_places_and_the_rows_that_are_listed() -> None:
    places = [PLACE | {"facility_name": name} for name in ("Satu", "Dua")]
    assert remarks(Fasilitas=places, answers={"17a1": 3}) == [("count_not_as_listed", "Jawaban!E4", "Fasilitas!C4")]
    assert remarks(Fasilitas=places, answers={"17a1": 2}) == remarks(answers={"17a1": 2}) == []
    ended = [*places, PLACE | {"facility_name": "Tiga", "ended_year": 2024}]
    assert remarks(Fasilitas=ended, answers={"17a1": 2}) == [], "it was there in another year"
    assert remarks(Fasilitas=ended, answers={"17a1": 3}) == [("count_not_as_listed", "Jawaban!E4", "Fasilitas!C4")]
    proposals = [{"title": "Perda"}]
    assert remarks(Masukan_Anak=proposals, answers={"3a1": 2}) == [
        ("count_not_as_listed", "Jawaban!E4", "Masukan Anak!A4"),
    ]  # fmt: skip


def test_places_of_one_kind_at_the_very_same_point_unless_each_has_a_number() -> None:
    here, there = {"lat": -5.0051, "lon": 110.0049}, {"lat": -5.0052, "lon": 110.0049}
    names, numbers = ("Balai Kota", "Balaikota", "Wali Kota"), ("R1", "R2", "R3")
    places = [PLACE | here | {"facility_name": name} for name in names]
    found = [("places_at_one_point", "Fasilitas!C4", "Fasilitas!C5, Fasilitas!C6")]
    assert remarks(Fasilitas=places) == found
    assert remarks(Fasilitas=[one | {"registry_no": "R1"} if one is places[0] else one for one in places]) == found
    assert remarks(Fasilitas=[one | {"registry_no": no} for one, no in zip(places, numbers, strict=True)]) == []
    assert remarks(Fasilitas=[places[0], places[1] | there]) == remarks(Fasilitas=places[:1]) == []
    assert remarks(Fasilitas=[PLACE | {"facility_name": name} for name in names]) == [], "without points"
    apart = [places[0] | {"registry_no": "R1"}, places[1] | {"registry_no": "R2", "village": "99.01.02.2001"}]
    assert remarks(Fasilitas=apart) == [("villages_at_one_point", "Fasilitas!C4", "Fasilitas!C5")], "an office's point"
    homes = [here | {"indicator": 13, "kind": kind, "village": PLACE["village"], "facility_name": f"Panti {number}"}
             for number, kind in enumerate(("lksa", "rumah_singgah", "lksa"))]  # fmt: skip
    assert remarks(Fasilitas=homes) == [("places_at_one_point", "Fasilitas!C4", "Fasilitas!C6")], "no name is said"


def test_places_that_differ_only_in_what_they_were_called_before_unless_each_has_a_number() -> None:
    names = ("TBM Melati", "Taman Bacaan Masyarakat Melati (eks SDN 3)", "TBM Melati (d/h Balai RW)", "TBM Mawar")
    places = [PLACE | {"facility_name": name} for name in names]
    found = [("former_names_differ", "Fasilitas!C4", "Fasilitas!C5, Fasilitas!C6")]
    assert remarks(Fasilitas=places) == found
    assert remarks(Fasilitas=[places[0] | {"registry_no": "R1"}, *places[1:]]) == found
    assert remarks(Fasilitas=[one | {"registry_no": f"R{n}"} for n, one in enumerate(places)]) == []
    elsewhere = places[1] | {"village": "99.01.02.2001"}
    assert remarks(Fasilitas=[places[0], elsewhere]) == []


def test_a_place_that_was_called_before_as_another_is_now_unless_each_has_a_number() -> None:
    names = ("TBM Melati (d/h TBM Mawar)", "Taman Bacaan Masyarakat Mawar", "TBM Anggrek")
    places = [PLACE | {"facility_name": name} for name in names]
    assert remarks(Fasilitas=places) == [("was_called_as_another", "Fasilitas!C4", "Fasilitas!C5")]
    assert remarks(Fasilitas=[places[0] | {"registry_no": "R1"}, *places[1:]]) != []
    assert remarks(Fasilitas=[one | {"registry_no": f"R{n}"} for n, one in enumerate(places)]) == []
    assert remarks(Fasilitas=[places[0], places[1] | {"village": "99.01.02.2001"}]) == []
    assert remarks(Fasilitas=[PLACE | {"facility_name": "TBM Melati (d/h TBM Melati)"}]) == []


def test_a_clusters_budget_is_the_sum_of_what_agencies_spend() -> None:
    rows = [{"cluster": "A", "amount": 10.2, "amount_before": 5}, {"cluster": "A", "amount": 5},
            {"cluster": "total", "amount": 900}]  # fmt: skip
    assert remarks(Anggaran=rows, answers={"2_2": (15, 5)}) == []
    assert remarks(Anggaran=rows, answers={"2_2": (16, 4)}) == [
        ("sum_differs", f"Jawaban!{letter}4", "Anggaran!A4, Anggaran!A5") for letter in "EF"
    ]


@pytest.mark.parametrize("said, fits", [(16, True), (10, True), (26, False), (13, False)])
def test_what_agencies_budget_is_not_added_to_what_they_spent(said: int, fits: bool) -> None:
    """16 budgeted and 10 realised by the same two; who does not say which is of both."""
    rows = [{"cluster": "A", "agency": "Dinas A", "amount": 11, "basis": "budgeted"},
            {"cluster": "A", "agency": "Dinas A", "amount": 5, "basis": "realised"},
            {"cluster": "A", "agency": "Dinas B", "amount": 5}]  # fmt: skip
    cells = "Anggaran!A4, Anggaran!A5, Anggaran!A6"
    assert remarks(Anggaran=rows, answers={"2_2": said}) == ([] if fits else [("sum_differs", "Jawaban!E4", cells)])


def by_age(code: str, *values: Any) -> list[dict[str, Any]]:
    bands = ("0-5", "6-12", "13-15", "16-17")
    return [{"breakdown": code, "age": age, "value": value} for age, value in zip(bands, values, strict=False)]


@pytest.mark.parametrize("values, fits", [
    ((10, 10, "<8"), True), ((10, 10), False), ((10, 19, "<8"), False), (("<8", "<8", "<8", 8), True),
    ((10, 13, "<8"), True),
])  # fmt: skip
def test_a_breakdown_adds_up_as_far_as_can_be_told(values: tuple[Any, ...], fits: bool) -> None:
    found = remarks(answers={"28a1": 14, "28a2": 11}, Rincian=by_age("28a", *values))
    assert found == ([] if fits else [("breakdown_differs", "Rincian!A4", "Jawaban!E4, Jawaban!E5")])


@pytest.mark.parametrize("values, fits", [
    ((20, 15), True), ((25, 15), True), ((26, 15), False), ((15, 9), False), (("<8", 24), True), (("<8", 17), False),
])  # fmt: skip
def test_a_child_may_belong_to_several_groups(values: tuple[Any, ...], fits: bool) -> None:
    """Of 25 children counted once no group has more, and together the groups have as many at least."""
    rows = [{"breakdown": "28a", "protection_group": group, "value": value}
            for group, value in zip(("minority", "emergency"), values, strict=True)]  # fmt: skip
    found = remarks(answers={"28a1": 14, "28a2": 11}, Rincian=rows)
    assert found == ([] if fits else [("breakdown_differs", "Rincian!A4", "Jawaban!E4, Jawaban!E5")])


def test_two_breakdowns_of_one_number_are_never_added() -> None:
    rows = [{"breakdown": "6a2", "area": code, "value": 1} for code in ("99.01.01", "99.01.02")]
    rows += [{"breakdown": "6a2", "area": f"{code}.2001", "value": 1} for code in ("99.01.01", "99.01.02")]
    assert remarks(answers={"6a2": 2}, Rincian=rows) == []


def test_subdistricts_that_a_breakdown_leaves_out_are_counted() -> None:
    rows = [{"breakdown": "8b1", "area": "99.01.01", "value": 50}, {"breakdown": "8b1", "area": "99.01.02"}]
    (remark,) = read(Rincian=rows).remarks
    assert (remark.reason.code, remark.reason.values) == ("breakdown_lacks_areas", {"count": 1})


def test_no_remark_repeats_an_answer() -> None:
    form = read(answers={"28a1": 4711, "28a2": 0, "28a3": 9999, "28b1": 8888}, Rincian=by_age("28a", 777))
    assert len(form.remarks) == 3
    assert not any(number in str(p.reason.values) for p in form.remarks for number in ("4711", "9999", "8888", "777"))


@pytest.mark.parametrize("code, most", [("16a1", 100), ("25a1", 100), ("23a4", 100), ("23a1", 200), ("24a1", 200)])
def test_a_share_of_a_whole_ends_at_100_and_a_gross_rate_does_not(code: str, most: int) -> None:
    assert read(answers={code: most}).problems == ()
    (problem,) = read(answers={code: most + 1}).problems
    assert (problem.reason.code, problem.reason.values["limit"]) == ("not_a_percentage", most)
