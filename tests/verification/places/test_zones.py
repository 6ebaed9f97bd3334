"""Which time does a province keep?"""

import pytest

from server.moments import ZONES
from verification.places.zones import HOURS, zone_of


@pytest.mark.parametrize("code, zone", [
    ("11", "WIB"), ("21", "WIB"), ("31", "WIB"), ("36", "WIB"), ("61", "WIB"), ("62", "WIB"),
    ("51", "WITA"), ("53", "WITA"), ("63", "WITA"), ("65", "WITA"), ("71", "WITA"), ("76", "WITA"),
    ("81", "WIT"), ("82", "WIT"), ("91", "WIT"), ("96", "WIT"),
])  # fmt: skip
def test_a_province_keeps_its_zone(code: str, zone: str) -> None:
    assert zone_of(code) == zone


def test_what_lies_in_a_province_keeps_its_zone() -> None:
    assert (zone_of("33.21"), zone_of("92.01.02.2003")) == ("WIB", "WIT")


@pytest.mark.parametrize("code", ["99", "97", "20", "", "x"])
def test_of_an_unknown_province_nobody_guesses_the_zone(code: str) -> None:
    assert zone_of(code) is None


def test_every_province_of_2025_has_one() -> None:
    assert sum(zone_of(f"{number:02}") is not None for number in range(100)) == 38


def test_moments_are_told_in_the_same_zones() -> None:
    hours = {name: zone.utcoffset(None).total_seconds() / 3600 for name, zone in ZONES.items()}
    assert hours == HOURS
