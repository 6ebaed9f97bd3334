"""What is visited on one day lies near together."""

from hypothesis import given
from hypothesis import strategies as st

from verification.sampling.days import in_days


def test_two_towns_are_two_days() -> None:
    places = {f"barat {n}": (110.0 + n / 1000, -6.9) for n in range(4)} | {
        f"timur {n}": (110.6 + n / 1000, -6.8) for n in range(4)
    }
    days = in_days(places, 5)
    assert [sorted(day) for day in days] == [[f"barat {n}" for n in range(4)], [f"timur {n}" for n in range(4)]]


points = st.dictionaries(st.text("abcdef", min_size=1), st.tuples(st.floats(95, 141), st.floats(-11, 6)), max_size=40)


@given(points, st.integers(1, 9))
def test_every_place_has_one_day_and_no_day_has_too_many(places: dict[str, tuple[float, float]], most: int) -> None:
    days = in_days(places, most)
    assert sorted(name for day in days for name in day) == sorted(places)
    assert len(days) == -(-len(places) // most)
    assert not days or max(map(len, days)) <= min(most, min(map(len, days)) + 1)
    assert in_days(dict(reversed(places.items())), most) == days
