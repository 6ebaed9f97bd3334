"""What is told of how a visit was made; an ordinary one is told nothing of."""

from typing import Any

import pytest

from server.words import LANGUAGES, catalogue
from verification.reading.circumstances import AWAY_M, circumstances

PLAIN: dict[str, Any] = {
    "on_arrival": {"letter_shown": "yes", "arrival": "open"}, "place": {"substitute": "no"},
    "opening": {"attempt": "1"},
    "closing": {"two_adults": "yes", "staff_within_hearing": "no"}, "point": "-5.3 111.1 4 10",
}  # fmt: skip
DEGREE_M = 110_600  # of latitude, near the equator


def at(metres: float, accuracy: float = 10) -> str:
    return f"{-5.3 + metres / DEGREE_M} 111.1 4 {accuracy}"


def codes(**answers: Any) -> list[str]:
    found = circumstances(PLAIN | answers)
    for reason in found:
        assert all("{" not in catalogue(language).reason(reason) for language in LANGUAGES)
    return [reason.code.removeprefix("circumstance_") for reason in found]


def test_an_ordinary_visit_is_told_nothing_of() -> None:
    assert codes(start_point=at(30), photo_point=at(60)) == []
    assert circumstances({}) == ()


@pytest.mark.parametrize("answers, code", [
    ({"on_arrival": {"letter_shown": "no"}}, "no_letter"), ({"closing": {"two_adults": "no"}}, "one_adult"),
    ({"closing": {"staff_within_hearing": "yes"}}, "staff_near"),
    ({"place": {"substitute": "belum"}}, "substitute_not_approved"), ({"opening": {"attempt": "3"}}, "third_attempt"),
    ({"on_arrival": {"closed_why": "permanently"}}, "closed_for_good"),
    ({"on_arrival": {"refused_why": "no_letter"}}, "refused_without_notice"), ({"unannounced": "no"}, "announced"),
], ids=str)  # fmt: skip
def test_what_is_worth_knowing_is_told(answers: dict[str, Any], code: str) -> None:
    assert codes(**answers) == [code]


@pytest.mark.parametrize("name, code", [("start_point", "began_away"), ("photo_point", "photographed_away")])
def test_a_phone_that_was_elsewhere_is_told_of_beyond_all_errors(name: str, code: str) -> None:
    assert codes(**{name: at(AWAY_M - 50)}) == []
    assert codes(**{name: at(AWAY_M + 100)}) == [code]
    assert codes(**{name: at(AWAY_M + 100, accuracy=200)}) == [], "it may have been there"
    assert codes(**{name: at(2_000)}) == [code]
    assert codes(**{name: at(0, accuracy=0)}) == ["phone_said_what_it_was_told"]


@pytest.mark.parametrize("odd", ["", "nowhere", "1 2 3 4 5 6", "-91 0 0 1", {"type": "Polygon"}, ["x"], 7, None])
def test_a_point_that_nobody_can_read_says_nothing(odd: Any) -> None:
    assert codes(start_point=odd) == []
    assert codes(start_point=at(5_000), point=odd) == []
