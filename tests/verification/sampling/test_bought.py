"""Before anybody travels it is said what so many visits would leave open."""

from verification.sampling.bought import false_still, ladder, lqas_errors
from verification.sampling.designs import Stratum


def test_ten_visits_to_sixty_places_leave_seventeen_open_even_if_all_are_confirmed() -> None:
    assert false_still([Stratum(0, 60, 10)]) == 17
    assert round(17 / 60, 2) == 0.28
    assert false_still([Stratum(0, 60, 9)]) is None


def test_more_visits_leave_less_open_until_all_leave_nothing() -> None:
    steps = ladder(60)
    assert [step.visits for step in steps] == [10, 15, 20, 25, 30, 40, 50, 60]
    assert steps[0].false == 17 and (steps[-1].false, steps[-1].spans) == (0, 0)
    assert [step.false for step in steps] == sorted((step.false for step in steps), reverse=True)
    assert [step.visits for step in ladder(7)] == [7]


def test_nineteen_visits_with_thirteen_needed_err_in_fewer_than_one_in_ten() -> None:
    for lines in (60, 300, 10_000):
        found = lqas_errors(lines)
        assert found is not None and max(found) < 0.1
    assert lqas_errors(19) is None
