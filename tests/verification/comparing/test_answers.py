"""What a claim's own numbers say of a rise, a target, a share and the country's numbers; as the catalogue works it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.comparing.answers import (
    ABOVE,
    BELOW,
    DOWN,
    UP,
    added_up,
    benchmark,
    change,
    percent,
    ratio,
    ratio_rise,
    share_of_budget,
    target,
)
from verification.comparing.beside import Benchmark, Beside, UnusableBenchmark, read_benchmarks
from verification.comparing.finding import Said, Verdict
from verification.disclosing.counts import Count, CountOf
from verification.model import Answer, Claim
from verification.reason import Reason, Value


def a_claim(**answers: tuple[object, object]) -> Claim:
    """Claim answers of two years; None is a gap."""
    said = {code.removeprefix("q"): Answer(_text(now), _text(before)) for code, (now, before) in answers.items()}
    return Claim(1, 1.0, said)


def _text(number: object) -> str | None:
    return None if number is None else str(number)


def test_answers_are_added_up_and_a_gap_is_not_nothing() -> None:
    claim = a_claim(qa=(40, 39), qb=(2.1, None))
    assert (added_up(claim, ["a", "b"]), added_up(claim, ["a", "b"], before=True)) == (42.1, None)
    assert added_up(a_claim(qa=("7016.67", 0), qb=("7016.67", 0), qc=("7016.67", 0)), ["a", "b", "c"]) == 21050.01
    assert (added_up(claim, ["c"]), added_up(a_claim(qa=("<8", 1)), ["a"])) == (None, None)


def test_tenths_that_are_added_up_rise_by_no_rounding() -> None:
    claim = a_claim(qa=(0.1, 0.3), qb=(0.2, 0), qc=(0, 0))
    verdict, reason = change(claim, ["a", "b", "c"], UP, children=False, share=False)
    assert (verdict, reason.code) == (Verdict.CONTRADICTED, "own_numbers_do_not_rise")
    found = share_of_budget(replace(claim, whole_budget=(10.0, 10.0)), ["a", "b", "c"])
    assert found and found[1].code == "share_of_budget_does_not_rise"


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_what_is_no_number_of_anything_is_no_number(text: str) -> None:
    assert added_up(a_claim(qa=(text, 1)), ["a"]) is None


CHANGES = [
    ("what rises", UP, 12, 9, Verdict.OPEN, "own_numbers_rise"),
    ("what stays", UP, 9, 9, Verdict.CONTRADICTED, "own_numbers_do_not_rise"),
    ("what falls and should", DOWN, 9, 12, Verdict.OPEN, "own_numbers_fall"),
    ("what rises and should not", DOWN, 12, 9, Verdict.CONTRADICTED, "own_numbers_do_not_fall"),
    ("a gap", UP, 12, None, Verdict.OPEN, "no_number_to_compare"),
    ("all there is, twice", UP, 100, 100, Verdict.OPEN, "already_at_the_top"),
]


@pytest.mark.parametrize(
    "direction, now, before, verdict, code", [row[1:] for row in CHANGES], ids=[r[0] for r in CHANGES]
)
def test_a_change_by_the_districts_own_numbers(
    direction: str, now: object, before: object, verdict: Verdict, code: str
) -> None:
    found, reason = change(a_claim(qa=(now, before)), ["a"], direction, children=False, share=True)
    assert (found, reason.code) == (verdict, code)


def test_no_claim_by_itself_shows_that_something_rises() -> None:
    found = [change(a_claim(qa=(now, before)), ["a"], way, children=False, share=False)[0]
             for now in range(4) for before in range(4) for way in (UP, DOWN)]  # fmt: skip
    assert set(found) == {Verdict.OPEN, Verdict.CONTRADICTED}


def test_a_hundred_places_are_no_share_and_can_be_more() -> None:
    assert change(a_claim(qa=(100, 100)), ["a"], UP, children=False, share=False)[0] is Verdict.CONTRADICTED


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([UP, DOWN]))
def test_no_number_of_children_is_written_of_a_change(now: int, before: int, direction: str) -> None:
    _, reason = change(a_claim(qa=(now, before)), ["a"], direction, children=True, share=False)
    assert reason.values == {"what": "a"}


def test_a_target() -> None:
    said = {now: target(a_claim(qa=(now, None)), "a", 80) for now in (79.9, 80, None)}
    assert {now: (verdict, reason.code) for now, (verdict, reason) in said.items()} == {
        79.9: (Verdict.CONTRADICTED, "own_number_falls_short"), 80: (Verdict.OPEN, "own_number_reaches"),
        None: (Verdict.OPEN, "no_number_to_compare"),
    }  # fmt: skip


def test_a_share_of_children_as_the_catalogue_works_it() -> None:
    """E-8: (4,820 + 4,655) / (5,100 + 4,960) = 94.2 per cent, not 100; E-28: 96 of 120; E-29: 75 after 62.5."""
    assert percent(4_820 + 4_655, 5_100 + 4_960) == pytest.approx(94.2, abs=0.05)
    births = a_claim(q1=(5_100, None), q2=(4_960, None), q3=(4_820, None), q4=(4_655, None))
    assert ratio(births, ["3", "4"], ["1", "2"], 100, CountOf.CHILDREN) == (
        Verdict.CONTRADICTED,
        Reason("own_share_falls_short", {"what": "3 4", "whole": "1 2", "low": 85, "high": 100, "target": 100}),
    )
    assert percent(96, 120) == 80.0
    helped = a_claim(qc=(96, None), qa=(120, None))
    _, reason = ratio(helped, ["c"], ["a"], 100, CountOf.PROTECTED)
    assert (reason.values["low"], reason.values["high"]) == (75, 85)
    cases = a_claim(qb=(30, 20), qa=(40, 32))
    assert (percent(30, 40), percent(20, 32)) == (75.0, 62.5)
    assert ratio_rise(cases, ["b"], ["a"])[1].code == "own_share_rises"
    assert ratio_rise(a_claim(qb=(20, 30), qa=(32, 40)), ["b"], ["a"])[0] is Verdict.CONTRADICTED


def test_budgets_as_the_catalogue_works_them() -> None:
    """E-BUDGET: 42.1 of 1,310 is 3.21 per cent, 39.6 of 1,295 was 3.06."""
    now, before = percent(42.1, 1310), percent(39.6, 1295)
    assert now and before
    assert (now, before, now - before) == pytest.approx((3.2137, 3.0579, 0.1558), abs=0.0001)
    claim = replace(a_claim(qa=(20_100, 19_600), qb=(22_000, 20_000)), whole_budget=(1_310_000.0, 1_295_000.0))
    verdict, reason = share_of_budget(claim, ["a", "b"]) or (None, None)
    assert verdict is Verdict.OPEN and reason and reason.code == "share_of_budget_rises"
    assert (reason.values["percent"], reason.values["before"], reason.values["percent_points"]) == (3.21, 3.06, 0.16)


@pytest.mark.parametrize("whole, expected", [
    (None, None), ((None, 1_000.0), None), ((0.0, 0.0), None), ((1_000.0, None), "share_of_budget"),
    ((1_000.0, 1_000.0), "share_of_budget_does_not_rise"), ((99.0, 1_000.0), "budget_exceeds_whole"),
])  # fmt: skip
def test_a_share_of_the_budget_where_the_whole_is_given(whole: Any, expected: str | None) -> None:
    claim = replace(a_claim(qa=(100, 100)), whole_budget=whole)
    said = share_of_budget(claim, ["a"])
    assert (said[1].code if said else None) == expected
    assert share_of_budget(replace(a_claim(), whole_budget=(1.0, 1.0)), ["a"]) is None, "nothing is said of clusters"


def test_clusters_that_add_up_to_the_whole_budget_to_the_cent_are_not_more_than_it() -> None:
    amounts = ("755.68", "18587", "4952.9", "12514", "11981", "151.26")  # 48,941.84 together, as they are written
    claim = Claim(2, 50.0, {str(n): Answer(one, one) for n, one in enumerate(amounts)}, whole_budget=(48941.84, None))
    verdict, reason = share_of_budget(claim, [str(n) for n in range(6)]) or (None, None)
    assert verdict is Verdict.OPEN and reason and (reason.code, reason.values["percent"]) == ("share_of_budget", 100)


@pytest.mark.parametrize("part, whole", [(3, 6), (0, 0), (7, 7), (0, 5)])
def test_of_few_children_no_share_is_said(part: int, whole: int) -> None:
    verdict, reason = ratio(a_claim(qp=(part, None), qw=(whole, None)), ["p"], ["w"], 100, CountOf.PROTECTED)
    assert (verdict, reason.code) == (Verdict.OPEN, "share_of_too_few")


def test_more_of_a_part_than_of_its_whole_is_a_difference() -> None:
    assert ratio(a_claim(qp=(130, None), qw=(120, None)), ["p"], ["w"], 100, CountOf.CHILDREN)[0] is Verdict.DIFFERS


@given(st.integers(0, 400), st.integers(0, 400))
def test_no_number_of_children_is_written_of_a_share(part: int, whole: int) -> None:
    """What stands there is the same for many pairs of numbers."""
    _, reason = ratio(a_claim(qp=(part, None), qw=(whole, None)), ["p"], ["w"], None, CountOf.CHILDREN)
    assert reason.values.keys() <= {"what", "whole", "low", "high"}
    if "low" in reason.values:
        low, high = int(str(reason.values["low"])), int(str(reason.values["high"]))
        assert high - low >= 10 and low <= 100 * part / whole <= high


def of_protected(part: int, whole: int, target: float | None = 100) -> Said:
    return ratio(a_claim(qp=(part, None), qw=(whole, None)), ["p"], ["w"], target, CountOf.PROTECTED)


def test_whether_each_child_in_need_of_protection_was_helped_is_not_told() -> None:
    """All 120 of 120 say what 110 say, and no more than a group's share does (E-28)."""
    said = {part: of_protected(part, 120) for part in (96, 101, 110, 119, 120)}
    assert {part: reason.code for part, (_, reason) in said.items()} == {
        96: "own_share_falls_short", 101: "own_share_falls_short", 110: "own_share_near_target",
        119: "own_share_near_target", 120: "own_share_near_target",
    }  # fmt: skip
    values: dict[str, Value] = {"what": "p", "whole": "w", "low": 85, "high": 100, "target": 100}
    assert said[110] == said[120] == (Verdict.OPEN, Reason("own_share_near_target", values))
    births = a_claim(qp=(10_060, None), qw=(10_060, None))
    assert ratio(births, ["p"], ["w"], 100, CountOf.CHILDREN)[1].code == "own_share_reaches", "of no case of anybody"


@given(st.integers(0, 300), st.data(), st.none() | st.integers(1, 100))
def test_of_children_in_need_of_protection_the_tenths_are_all_that_is_told(
    whole: int, data: st.DataObject, target: int | None
) -> None:
    """Whoever knows how many there are learns nothing but between which tenths so many lie, whatever is asked for."""
    parts = data.draw(st.tuples(st.integers(0, whole), st.integers(0, whole)))
    shares = [Count(one, CountOf.PROTECTED).share_of(Count(whole, CountOf.PROTECTED)) for one in parts]
    if shares[0] == shares[1]:
        assert of_protected(parts[0], whole, target) == of_protected(parts[1], whole, target)


@pytest.mark.parametrize("now, before, code", [
    ((1, 1), (0, 1), "share_of_too_few"), ((30, 40), (3, 6), "share_of_too_few"),
    ((0, 0), (20, 32), "share_of_too_few"),
    ((40, 40), (32, 32), "own_share_near_the_top"), ((40, 40), (28, 32), "own_share_near_the_top"),
    ((40, 40), (20, 32), "own_share_rises"), ((0, 40), (0, 32), "own_share_does_not_rise"),
    ((41, 40), (20, 32), "part_exceeds_whole"), ((20, 40), (33, 32), "part_exceeds_whole"),
])  # fmt: skip
def test_whether_a_share_of_cases_rises_is_not_told_of_few_or_of_nearly_all(
    now: tuple[int, int], before: tuple[int, int], code: str
) -> None:
    cases = a_claim(qp=(now[0], before[0]), qw=(now[1], before[1]))
    assert ratio_rise(cases, ["p"], ["w"])[1].code == code


NATIONAL = (Benchmark("akb", 2022, 16.85, "BPS"), Benchmark("akb", 2012, 32, "SDKI"), Benchmark("asi", 2020, 66, "x"))
MEASURES = [
    ("better", 2024, "akb", BELOW, 12, Verdict.OPEN, "own_number_below_benchmark"),
    ("worse", 2024, "akb", BELOW, 20, Verdict.CONTRADICTED, "own_number_not_below_benchmark"),
    ("the same is not below", 2023, "akb", BELOW, 16.85, Verdict.CONTRADICTED, "own_number_not_below_benchmark"),
    ("above", 2021, "asi", ABOVE, 70, Verdict.OPEN, "own_number_above_benchmark"),
    ("not above", 2021, "asi", ABOVE, 60, Verdict.CONTRADICTED, "own_number_not_above_benchmark"),
    ("two years apart", 2024, "akb", BELOW, 16.8, Verdict.OPEN, "own_number_below_benchmark"),
    ("two years before it", 2020, "akb", BELOW, 17, Verdict.CONTRADICTED, "own_number_not_below_benchmark"),
    ("three years apart", 2025, "akb", BELOW, 12, Verdict.OPEN, "benchmark_of_another_time"),
    ("none given", 2024, "air", ABOVE, 12, Verdict.OPEN, "no_benchmark"),
    ("a gap", 2024, "akb", BELOW, None, Verdict.OPEN, "no_number_to_compare"),
]


@pytest.mark.parametrize(
    "year, name, side, now, verdict, code", [m[1:] for m in MEASURES], ids=[m[0] for m in MEASURES]
)
def test_a_districts_number_against_the_countrys(
    year: int, name: str, side: str, now: object, verdict: Verdict, code: str
) -> None:
    found, reason = benchmark(a_claim(qa=(now, None)), "a", side, name, Beside(year, None, NATIONAL))
    assert (found, reason.code) == (verdict, code)
    assert now is None or now not in reason.values.values() or now == 16.85, "the district's own is not repeated"


@pytest.mark.parametrize("data_year, dated, now, verdict, code", [
    (2025, date(2020, 9, 30), 20, Verdict.CONTRADICTED, "own_number_not_below_benchmark"),
    (2023, date(2019, 12, 31), 20, Verdict.OPEN, "benchmark_of_another_time"),
    (2024, date(2013, 1, 1), 31, Verdict.OPEN, "own_number_below_benchmark"),
    (2024, date(2025, 1, 15), 20, Verdict.CONTRADICTED, "own_number_not_below_benchmark"),
], ids=["of the census", "older than the country's", "of an older survey", "written down after the year"])  # fmt: skip
def test_a_number_that_is_dated_before_the_data_year_is_compared_with_its_own_time(
    data_year: int, dated: date, now: float, verdict: Verdict, code: str
) -> None:
    claim = Claim(14, 30.0, {"a": Answer(str(now), None, dated)})
    found, reason = benchmark(claim, "a", BELOW, "akb", Beside(data_year, None, NATIONAL))
    assert (found, reason.code) == (verdict, code)
    assert reason.values.get("data_year", dated.year) == dated.year


def test_the_countrys_numbers_are_read_or_refused() -> None:
    row = {"code": "akb", "year": 2022, "value": 16.85, "source": "BPS"}
    assert read_benchmarks([row]) == (NATIONAL[0],)
    for rows, says in (([row, row], "twice"), ([row | {"source": " "}], "nobody")):
        with pytest.raises(UnusableBenchmark, match=says):
            read_benchmarks(rows)
