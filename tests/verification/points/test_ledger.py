"""The ledger of points: the published worked example, and what must hold for every count."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    BESIDE,
    INDICATORS,
    NAMES,
    RULES,
    VILLAGES,
    a_line,
    a_visit,
    ten_of_which_six_were_visited,
    verify,
)
from verification.comparing.beside import Beside, LastRound
from verification.comparing.finding import ClaimFinding, Verdict
from verification.model import Answer, Claim, Outcome
from verification.places.areas import Villages
from verification.points.ledger import RULE, LedgerLine, supported_by_visits
from verification.points.readings import READINGS, Counts
from verification.reason import Reason
from verification.rules import PointRules
from verification.verify import DistrictResult, verify_district


def line_of(result: DistrictResult, indicator: int) -> LedgerLine:
    return next(line for line in result.ledger if line.indicator == indicator)


def test_the_worked_example() -> None:
    """Pojok ASI, 15 of 15 claimed for ten places; six visited: four confirmed, one without refrigerator, one closed."""
    line = line_of(verify(*ten_of_which_six_were_visited(), self_score=15.0), 17)
    assert (line.lines, line.confirmed, line.contradicted, line.undecided) == (10, 4, 1, 5)
    assert (line.lowest, line.highest) == pytest.approx((6.0, 13.5))
    assert [reason.code for reason in line.reasons] == ["purposive_no_interval"]


def test_nothing_decided_supports_nothing_and_excludes_nothing() -> None:
    line = line_of(verify([a_line()], []), 17)
    assert (line.lowest, line.highest) == (0, 15)
    assert [reason.code for reason in line.reasons] == ["nothing_decided_yet"]


def test_a_result_says_by_which_rule_its_points_were_worked_out() -> None:
    assert verify([a_line()], []).ledger_rule == RULE == "5"
    before_10 = replace(RULES, points=PointRules(ended_is_no_claim=False))
    assert verify([a_line()], [], rules=before_10).ledger_rule == "4"


def test_an_indicator_without_a_list_stands_as_claimed_and_is_not_supported() -> None:
    result = verify([a_line()], [])
    others = [line for line in result.ledger if line.indicator not in (13, 17, 25)]
    assert len(others) == 28
    assert {line.reasons[0].code for line in others} == {"no_claim"}
    assert all(line.lowest is None and not line.observed for line in others)


def test_a_claim_without_its_self_score_is_counted_but_worth_nothing_yet() -> None:
    line = line_of(verify([a_line()], [a_visit()], self_score=None), 17)
    assert (line.confirmed, line.lowest, line.reasons[0].code) == (1, None, "no_self_score")


def test_points_claimed_without_a_list_of_places_have_nothing_to_rest_on() -> None:
    line = line_of(verify([], [], self_score=15.0), 17)
    assert (line.lowest, line.highest, line.reasons[0].code) == (0, 15, "no_lines_listed")


def test_the_ledger_names_every_indicator_once_and_adds_up() -> None:
    ledger = verify([a_line()], []).ledger
    assert [line.indicator for line in ledger] == list(range(1, 32))
    assert sum(line.maximum for line in ledger) == INDICATORS.total == 1000


@pytest.mark.parametrize("indicator, expected", [
    (2, ["share_of_budget"]), (13, ["used_by_all_children"]), (17, []), (25, ["number_of_schools"]),
    (31, ["all_children_withdrawn"]),
])  # fmt: skip
def test_what_no_visit_can_show_is_a_line_of_its_own(indicator: int, expected: list[str]) -> None:
    claims = {indicator: Claim(indicator, 1.0)}
    found = verify_district(INDICATORS, claims, [], Villages(VILLAGES), NAMES, RULES, BESIDE).findings
    assert [one.reason.values["what"] for one in found if one.reason.code == "beyond_a_visit"] == expected


@pytest.mark.parametrize("indicator, code", [
    (7, "also_under_17"), (8, "age_of_a_child"), (11, "of_whom"), (12, "also_under_28"), (15, "three_numbers"),
    (19, "two_counts"), (24, "which_rate"), (28, "groups_of_2011"), (29, "who_is_meant"), (30, "if_a_disaster"),
])  # fmt: skip
def test_what_the_regulation_leaves_open_is_named_with_how_it_is_read(indicator: int, code: str) -> None:
    """Methods 5: it is told wherever something is claimed, and moves no points; another set may read it otherwise."""
    result = verify_district(
        INDICATORS, {indicator: Claim(indicator, 1.0)}, [], Villages(VILLAGES), NAMES, RULES, BESIDE
    )
    told = [one for one in result.findings if one.reason.code == "law_leaves_open"]
    assert [(one.indicator, one.verdict, one.reason.values) for one in told] == [
        (indicator, Verdict.OPEN, {"what": code})]  # fmt: skip
    (gap,) = (one for one in INDICATORS.by_number[indicator].beyond_a_visit if one.of_the_law)
    assert "di sini" in gap.text["id"].lower() and "here" in gap.text["en"].lower()


def test_more_places_counted_than_listed_is_said() -> None:
    reason = verify([a_line()], [], answers={"17a1": Answer("12")}).findings[0].reason
    assert (reason.code, reason.values) == ("count_differs_from_list", {"counted": 12.0, "listed": 1})


counts = st.integers(0, 60)


rises = st.sampled_from(list(Verdict))


@pytest.mark.parametrize("name", READINGS)
@given(score=st.floats(0, 60), k=counts, x=counts, u=counts, rise=rises)
def test_points_stay_in_order_and_within_the_claim(
    name: str, score: float, k: int, x: int, u: int, rise: Verdict
) -> None:
    if k + x + u == 0:
        return
    lowest, highest = READINGS[name](score, Counts(k + x + u, k, u, rise))
    assert 0 <= lowest <= highest <= score + 1e-9


@pytest.mark.parametrize("name", READINGS)
@given(score=st.floats(0, 60), k=counts, x=counts, u=st.integers(1, 60), rise=rises)
def test_deciding_an_undecided_line_never_widens_what_is_possible(
    name: str, score: float, k: int, x: int, u: int, rise: Verdict
) -> None:
    lines = k + x + u
    lowest, highest = READINGS[name](score, Counts(lines, k, u, rise))
    for decided in (Counts(lines, k + 1, u - 1, rise), Counts(lines, k, u - 1, rise)):
        low, high = READINGS[name](score, decided)
        assert low >= lowest - 1e-9 and high <= highest + 1e-9


@pytest.mark.parametrize("name", READINGS)
@given(score=st.floats(0, 60), k=counts, x=counts, u=st.integers(1, 60),
       rise=st.sampled_from([Verdict.SHOWN, Verdict.CONTRADICTED]))  # fmt: skip
def test_knowing_whether_it_rises_never_widens_what_is_possible(
    name: str, score: float, k: int, x: int, u: int, rise: Verdict
) -> None:
    lowest, highest = READINGS[name](score, Counts(k + x + u, k, u, Verdict.OPEN))
    low, high = READINGS[name](score, Counts(k + x + u, k, u, rise))
    assert low >= lowest and high <= highest


def test_a_bound_is_of_hundredths_and_never_nearer_than_it_is() -> None:
    """Points are written with two decimals: what is printed is what is added up."""
    for score, counts, bounds in (
        (7.5, (8, 4, 1), (3.75, 4.69)), (15, (7, 2, 1), (4.28, 6.43)), (5, (8, 4, 3), (2.5, 4.38)),
        (15, (3, 1, 1), (5, 10)), (0.7, (10, 1, 8), (0.07, 0.63)), (12.345, (2, 2, 0), (12.345, 12.345)),
    ):  # fmt: skip
        assert READINGS["proportional"](score, Counts(*counts)) == bounds


def test_two_readings_of_there_is_one_and_it_rises() -> None:
    """E-EXIST, as worked in the catalogue: 17, S 15, C 10, K 4, X 1, U 5, the rise open."""
    counted = Counts(10, 4, 5, Verdict.OPEN)
    assert READINGS["proportional"](15, counted) == pytest.approx((6.0, 13.5))
    assert READINGS["existence"](15, counted) == (0, 15)
    assert READINGS["existence"](15, Counts(10, 4, 5, Verdict.SHOWN)) == (15, 15)
    assert READINGS["existence"](15, Counts(10, 4, 5, Verdict.CONTRADICTED)) == (0, 0)
    assert READINGS["existence"](15, Counts(10, 0, 0, Verdict.SHOWN)) == (0, 0), "there is none"
    assert READINGS["existence"](15, Counts(10, 0, 3, Verdict.SHOWN)) == (0, 15), "there may be one"


def test_the_ledger_tells_both_readings_and_counts_by_the_first() -> None:
    line = line_of(verify([a_line()], [a_visit()], self_score=15.0), 17)
    assert [(one.name, one.lowest, one.highest) for one in line.readings] == [
        ("proportional", 15, 15), ("existence", 0, 15)]  # fmt: skip
    assert (line.lowest, line.highest) == (15, 15)


def test_a_rise_that_a_list_contradicts_takes_the_points_by_the_other_reading_alone() -> None:
    last = Beside(2025, LastRound("2024", {17: ("facility-1", "facility-9")}))
    line = line_of(verify([a_line()], [a_visit()], self_score=15.0, beside=last), 17)
    assert [(one.lowest, one.highest) for one in line.readings] == [(15, 15), (0, 0)]
    existence = replace(INDICATORS.by_number[17], readings=("existence", "proportional"))
    findings = [ClaimFinding(17, Verdict.CONTRADICTED, Reason("no_rise_left"), "rise")]
    other = supported_by_visits(existence, Claim(17, 15.0), [Outcome.CONFIRMED], findings)
    assert (other.lowest, other.highest) == (0, 0)
