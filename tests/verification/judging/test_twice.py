"""Two visits to one place, question by question: sorts, counts within a tolerance, and what lots let be said."""

import pytest

from tests.support.builders import ALL_FIVE
from verification.judging.twice import (
    Differing,
    DrawnTwice,
    SaidOnce,
    SaidTwice,
    Sort,
    by_question,
    close,
    compare_twice,
    drawn_twice,
    tally,
)
from verification.model import Seen
from verification.sampling.intervals import Drawn, exact

OF_REGULATION = {"chair", "refrigerator"}


def test_what_only_one_visit_answered_is_not_compared() -> None:
    earlier = SaidOnce({"chair": Seen.YES, "baby_table": Seen.NOT_SEEN, "sign": Seen.NO}, {"category": "a"})
    later = SaidOnce({"chair": Seen.NO, "baby_table": Seen.YES, "sign": Seen.NO}, {"managed_by": "b"})
    assert compare_twice(earlier, later, OF_REGULATION) == (
        SaidTwice("chair", Sort.REGULATION, True), SaidTwice("sign", Sort.OTHER, False))  # fmt: skip


@pytest.mark.parametrize(("one", "other", "agree"), [(0, 0, True), (100, 90, True), (100, 89, False), (9, 10, True),
                                                     (0, 1, False)])  # fmt: skip
def test_counts_agree_within_a_tenth_of_the_larger(one: int, other: int, agree: bool) -> None:
    assert close(one, other) is close(other, one) is agree
    first, second = (SaidOnce({}, {"recount_total": str(count), "recount_period": "year"}) for count in (one, other))
    assert compare_twice(first, second, ()) == (SaidTwice("recount_total", Sort.COUNT, not agree),)


def test_counts_of_other_periods_and_choices_that_differ() -> None:
    earlier = SaidOnce({}, {"recount_total": "5", "recount_period": "year", "category": "a"})
    later = SaidOnce({}, {"recount_total": "50", "recount_period": "month", "category": "b"})
    assert compare_twice(earlier, later, ()) == (SaidTwice("category", Sort.OTHER, True),)


def test_answers_are_counted_by_sort_and_question_and_have_no_share_below_ten() -> None:
    answers = compare_twice(SaidOnce(ALL_FIVE), SaidOnce({**ALL_FIVE, "chair": Seen.NO}), OF_REGULATION)
    assert (tally(answers), tally(answers, Sort.COUNT)) == (Differing(5, 1), Differing(0, 0))
    assert tally(answers, Sort.REGULATION) == Differing(2, 1)
    assert by_question([*answers, *answers])[0] == ("chair", Sort.REGULATION, Differing(2, 2))
    assert tally(answers).share is None and tally([*answers, *answers]).share == 0.2


def test_lots_give_an_interval_of_places_from_ten_on() -> None:
    assert drawn_twice([]) is None and drawn_twice([Drawn(40, 9, 2)]) is None
    assert drawn_twice([Drawn(9, 9, 2)]) is None, "nor of all, where all are few"
    told = drawn_twice([Drawn(40, 12, 2, 1)])
    assert told == DrawnTwice(40, 12, 2, 1, exact(40, 12, 2).lowest, exact(40, 12, 3).highest)
    joined = drawn_twice([Drawn(40, 12, 2), Drawn(30, 10, 0)])
    assert joined and joined.places == 70 and joined.highest - joined.lowest > told.highest - told.lowest
