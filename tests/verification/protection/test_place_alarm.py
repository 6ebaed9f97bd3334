"""When a place alarms, and how often that is false: worked by hand, and against SciPy's binomial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.protection.place_alarm import false_alarm_rate, needed, place_alarm


@pytest.mark.parametrize(("no", "of", "rings"), [
    (3, 10, True), (2, 10, False), (9, 9, False), (3, 11, False), (4, 11, True), (5, 20, False), (6, 20, True),
    (0, 10, False), (18, 60, True), (17, 60, False),
])  # fmt: skip
def test_a_place_rings_at_three_of_ten_and_thirty_per_cent(no: int, of: int, rings: bool) -> None:
    assert place_alarm(no, of) is rings


def test_how_often_it_is_false_is_worked_out() -> None:
    assert false_alarm_rate(10) == pytest.approx(1 - 0.9**10 - 10 * 0.1 * 0.9**9 - 45 * 0.01 * 0.9**8)
    assert [round(false_alarm_rate(of), 3) for of in (9, 10, 20, 30, 60)] == [0.0, 0.070, 0.011, 0.002, 0.0]
    assert round(false_alarm_rate(10, at_least=2, share=0.20), 3) == 0.264, "every fourth place of ten would ring"


@given(st.integers(10, 60), st.sampled_from([0.05, 0.1, 0.2]), st.sampled_from([0.2, 0.25, 0.3, 0.7]))
def test_it_is_the_tail_of_the_binomial_and_just_what_rings(of: int, background: float, share: float) -> None:
    from scipy.stats import binom  # importing it takes each process a second: here, only the one that runs this

    rings = [no for no in range(of + 1) if place_alarm(no, of, share=share)]
    assert rings == list(range(needed(of, share=share), of + 1))
    assert all(no * 100 >= round(share * 100) * of for no in rings)
    expected = sum(binom.pmf(no, of, background) for no in rings)
    assert false_alarm_rate(of, background, share=share) == pytest.approx(expected)
