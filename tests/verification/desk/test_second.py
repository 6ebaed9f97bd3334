"""Who reads again, until when a district replies, and what scores come to."""

from datetime import date

import pytest

from server.rulebook import load_days_off, load_indicators, load_rules
from verification.desk.reading import asks_child_input
from verification.desk.score import DeskScore
from verification.desk.scoring import desk_score, why_not
from verification.desk.second import decides_category, is_drawn
from verification.desk.window import DaysOff, last_day

CATEGORIES = load_rules().categories


def test_ten_percent_are_drawn_and_the_same_by_the_same_seed() -> None:
    documents = [f"2026/99.01/1/{number}/2026" for number in range(4000)]
    drawn = {one for one in documents if is_drawn("benih", one, 10)}
    assert 340 <= len(drawn) <= 460
    assert drawn == {one for one in reversed(documents) if is_drawn("benih", one, 10)}
    assert drawn != {one for one in documents if is_drawn("lain", one, 10)}
    assert not any(is_drawn("benih", one, 0) for one in documents)
    assert all(is_drawn("benih", one, 100) for one in documents)


@pytest.mark.parametrize(("claimed", "decides"), [
    ({1: 60.0, 2: 545.0}, True),  # 605: without it another category
    ({1: 60.0, 2: 610.0}, False),  # 670 and 610 are the same one
    ({2: 605.0}, False),  # nothing is claimed for it
])  # fmt: skip
def test_what_decides_a_category_is_read_twice(claimed: dict[int, float], decides: bool) -> None:
    assert decides_category(claimed, 1, CATEGORIES) is decides


def test_indicators_of_what_children_proposed_are_asked_about_it_by_the_sets_data() -> None:
    asked = [one for one in load_indicators().indicators if asks_child_input(one)]
    assert [one.sheet for one in asked] == ["Masukan Anak"]


@pytest.mark.parametrize(("received", "days", "last"), [
    (date(2026, 11, 26), 2, date(2026, 11, 30)),  # Thursday: Friday and Monday
    (date(2026, 11, 28), 2, date(2026, 12, 1)),  # Saturday
    (date(2026, 12, 22), 2, date(2026, 12, 28)),  # Christmas and the day of joint leave before it are not counted
    (date(2026, 8, 14), 2, date(2026, 8, 19)),  # the seventeenth of August is a Monday
])  # fmt: skip
def test_the_window_counts_working_days_from_the_day_after_the_receipt(received: date, days: int, last: date) -> None:
    assert last_day(received, days, load_days_off()) == last


def test_where_a_years_holidays_are_not_known_its_weekends_are_counted() -> None:
    assert last_day(date(2031, 8, 15), 1, load_days_off()) == date(2031, 8, 18)
    assert not load_days_off().knows(date(2031, 8, 18))
    assert DaysOff().is_working(date(2026, 8, 17))


def test_a_score_is_between_nothing_and_the_maximum_with_those_of_the_other_questions() -> None:
    codes = [found.code if (found := why_not(value, 20, 60)) else None for value in (None, -1.0, 60.5, 41.0, 40.0, 0.0)]
    assert codes == [
        "desk_score_missing",
        "desk_score_missing",
        "desk_score_too_high",
        "desk_scores_too_high",
        None,
        None,
    ]
    assert why_not(float("nan"), 0, 60)


def test_an_indicators_points_are_none_until_every_question_that_a_document_answers_is_scored() -> None:
    assert desk_score(1, {"1a", "1b"}, {"1a": 10.5}, 60) == DeskScore(1, None, 1, 2)
    assert desk_score(1, {"1a", "1b"}, {"1a": 10.5, "1b": 0.0, "1c": 59.0}, 60) == DeskScore(1, 10.5, 2, 2)
    assert desk_score(1, {"1a", "1b"}, {"1b": 50.0, "1a": 10.0}, 60) == DeskScore(1, 60.0, 2, 2)
    assert desk_score(1, set(), {}, 60) == DeskScore(1, None, 0, 0)


def test_what_is_more_than_the_maximum_together_is_none_until_the_older_is_scored_anew() -> None:
    assert desk_score(1, {"1a", "1b"}, {"1b": 50.0, "1a": 10.01}, 60) == DeskScore(1, None, 1, 2)
    assert desk_score(1, {"1a", "1b", "1c"}, {"1b": 50.0, "1a": 20.0, "1c": 10.0}, 60) == DeskScore(1, None, 2, 3)
