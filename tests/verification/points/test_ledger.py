"""The ledger of points: the published worked example, and what must hold for every count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import ALL_FIVE, INDICATORS, a_fix, a_line, a_point, a_visit, verify
from verification.model import Answer, Arrival, Seen
from verification.points.ledger import RULE, LedgerLine, supported_points
from verification.verify import DistrictResult


def line_of(result: DistrictResult, indicator: int) -> LedgerLine:
    return next(line for line in result.ledger if line.indicator == indicator)


def test_the_worked_example() -> None:
    """Pojok ASI, 15 of 15 claimed for ten places; six visited: four confirmed, one without refrigerator, one closed."""
    lines = [a_line(n, point=a_point(n * 100), facility_id=f"facility-{n}") for n in range(10)]
    answers = [ALL_FIVE] * 4 + [ALL_FIVE | {"refrigerator": Seen.NO}] + [ALL_FIVE]
    visits = [
        a_visit(f"v{n}", facility_id=f"facility-{n}", answers=seen,
                arrival=Arrival.CLOSED if n == 5 else Arrival.OPEN, fix=a_fix(n * 100))
        for n, seen in enumerate(answers)
    ]  # fmt: skip
    line = line_of(verify(lines, visits, self_score=15.0), 17)
    assert (line.lines, line.confirmed, line.contradicted, line.undecided) == (10, 4, 1, 5)
    assert (line.lowest, line.highest) == pytest.approx((6.0, 13.5))
    assert [reason.code for reason in line.reasons] == ["purposive_no_interval"]


def test_nothing_decided_supports_nothing_and_excludes_nothing() -> None:
    line = line_of(verify([a_line()], []), 17)
    assert (line.lowest, line.highest) == (0, 15)
    assert [reason.code for reason in line.reasons] == ["nothing_decided_yet"]


def test_a_result_says_by_which_rule_its_points_were_worked_out() -> None:
    assert verify([a_line()], []).ledger_rule == RULE == "2"


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
    (13, ["used_by_all_children"]), (17, ["rise"]), (25, ["rise", "number_of_schools"]),
])  # fmt: skip
def test_what_no_visit_can_show_is_a_line_of_its_own(indicator: int, expected: list[str]) -> None:
    kind = INDICATORS.by_number[indicator].facility_kinds[0]
    beyond = verify([a_line(indicator=indicator, kind=kind)], []).beyond
    assert [item.reason.values["what"] for item in beyond] == expected


def test_more_places_counted_than_listed_is_said() -> None:
    reason = verify([a_line()], [], answers={"17a1": Answer("12")}).beyond[-1].reason
    assert (reason.code, reason.values) == ("count_differs_from_list", {"counted": 12.0, "listed": 1})


counts = st.integers(0, 60)


@given(st.floats(0, 60), counts, counts, counts)
def test_points_stay_in_order_and_within_the_claim(score: float, k: int, x: int, u: int) -> None:
    if k + x + u == 0:
        return
    lowest, highest = supported_points(score, k + x + u, k, u)
    assert 0 <= lowest <= highest <= score + 1e-9


@given(st.floats(0, 60), counts, counts, st.integers(1, 60))
def test_deciding_an_undecided_line_narrows_what_is_possible(score: float, k: int, x: int, u: int) -> None:
    lowest, highest = supported_points(score, k + x + u, k, u)
    confirmed = supported_points(score, k + x + u, k + 1, u - 1)
    contradicted = supported_points(score, k + x + u, k, u - 1)
    assert confirmed[0] >= lowest and confirmed[1] == pytest.approx(highest)
    assert contradicted[0] == pytest.approx(lowest) and contradicted[1] <= highest
