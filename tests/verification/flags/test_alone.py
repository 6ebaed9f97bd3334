"""Signs in one submission; an ordinary one has none."""

from typing import Any

import pytest

from tests.support.builders import RULES
from verification.flags.alone import signs_of
from verification.flags.flag import Flag

AWAY_M = RULES.flags.away_m
DEGREE_M = 110_600  # of latitude, near the equator


def at(metres: float, accuracy: float = 10, altitude: float = 4) -> str:
    return f"{-5.3 + metres / DEGREE_M} 111.1 {altitude} {accuracy}"


def signs(**answers: Any) -> list[str]:
    return [*signs_of({"point": at(0), "opening": {}} | answers, RULES.flags, RULES.location)]


def test_an_ordinary_visit_has_none() -> None:
    assert signs(start_point=at(30), photo_point=at(60)) == []
    assert signs(point=None, start_point=at(9_000)) == [], "without a point there is nothing to be away from"


@pytest.mark.parametrize("name, sign", [("start_point", "began_away"), ("photo_point", "photographed_away")])
def test_a_phone_that_was_elsewhere_beyond_all_errors(name: str, sign: str) -> None:
    assert signs(**{name: at(AWAY_M - 50)}) == []
    assert signs(**{name: at(AWAY_M + 100)}) == [sign]
    assert signs(**{name: at(AWAY_M + 100, accuracy=200)}) == [], "it may have been there"
    assert signs(**{name: at(2_000)}) == [sign]
    assert signs(**{name: at(0, accuracy=0)}) == ["placed_by_hand"]


def test_a_point_of_no_height_with_an_accuracy() -> None:
    point = {"type": "Point", "coordinates": [111.1, -5.3, 0], "properties": {"accuracy": 10}}
    assert signs(point=point) == signs(point=at(0, altitude=0)) == [Flag.NO_ALTITUDE]
    assert signs(point=at(0, altitude=0, accuracy=0)) == [], "that one is placed by hand, and says so elsewhere"
    assert signs(point="-5.3 111.1") == [], "an old phone may give no height at all"


@pytest.mark.parametrize("odd", ["", "nowhere", "1 2 3 4 5 6", "-91 0 0 1", {"type": "Polygon"}, ["x"], 7, None])
def test_a_point_that_nobody_can_read_says_nothing(odd: Any) -> None:
    assert signs(start_point=odd) == []
    assert signs(start_point=at(5_000), point=odd) == []
