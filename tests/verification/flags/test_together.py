"""Signs between visits: evidence for a person, and no verdict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.builders import RULES, a_fix, a_line, a_visit, verify
from verification.flags.flag import Flag, Flagged, UnusableRates, read_rates
from verification.flags.together import flagged
from verification.model import Arrival, Frozen, Visit
from verification.reason import Reason
from verification.remembering import Remembered

NINE = datetime(2026, 11, 1, 9, tzinfo=UTC)


def visit(visit_id: str, minutes: float, *, metres: float = 0.0, took: float = 10, **other: Any) -> Visit:
    """Visit a place so many metres north, so many minutes after nine."""
    began = NINE + timedelta(minutes=minutes)
    values: dict[str, Any] = {
        "facility_id": f"place of {visit_id}", "fix": a_fix(metres), "sender": "P1", "began_at": began,
        "ended_at": began + timedelta(minutes=took), "received_at": NINE + timedelta(days=1),
    }  # fmt: skip
    return a_visit(visit_id, **(values | other))


def signs(*visits: Visit) -> dict[str, list[tuple[str, str | None]]]:
    found = flagged(visits, RULES.flags, RULES.location)
    return {visit_id: [(one.flag.value, one.other) for one in those] for visit_id, those in found.items()}


def test_a_days_work_has_no_sign() -> None:
    assert signs(visit("a", 0), visit("b", 30, metres=9_000), visit("c", 60, metres=20_000)) == {}


def test_faster_than_anybody_travels_with_all_the_time_there_can_have_been() -> None:
    """40 km in 15 minutes: the first form was begun at nine, the second ended at a quarter past."""
    assert signs(visit("a", 0), visit("b", 5, metres=40_000)) == {"b": [("too_fast", "a")]}
    assert signs(visit("a", 0), visit("b", 5, metres=37_000)) == {}, "148 km/h"
    assert signs(visit("a", 0), visit("b", 5, metres=40_000, sender="P2")) == {}
    assert signs(visit("a", 0), visit("b", 5, metres=40_000, fix=a_fix(40_000, accuracy_m=3_000))) == {}
    assert signs(visit("a", 0), visit("b", 5, metres=40_000, ended_at=None)) == {}, "nobody knows how long it took"


def test_one_point_to_the_last_decimal_at_two_places() -> None:
    assert signs(visit("a", 0), visit("b", 20)) == {"a": [("same_coordinates", "b")], "b": [("same_coordinates", "a")]}
    assert signs(visit("a", 0), visit("b", 20, metres=0.2)) == {}
    assert signs(visit("a", 0), visit("b", 20, facility_id="place of a")) == {}, "the place was visited twice"


@pytest.mark.parametrize("late_s, expected", [(-3600, {}), (60, {}), (121, {"a": [("ended_after_receipt", None)]})])
def test_a_form_that_was_ended_after_it_had_come(late_s: int, expected: dict[str, Any]) -> None:
    received = NINE + timedelta(minutes=10)
    one = visit("a", 0, received_at=received, ended_at=received + timedelta(seconds=late_s), began_at=None)
    assert signs(one) == expected
    assert signs(replace(one, version="uuid:2")) == {}, "it was edited, and came before"


def test_a_form_filled_in_in_no_time() -> None:
    usual = [visit(f"v{n}", 30 * n, metres=1_000 * n, took=12) for n in range(9)]
    assert signs(*usual, visit("x", 400, metres=20_000, took=2.9)) == {"x": [("hurried", None)]}
    assert signs(*usual, visit("x", 400, metres=20_000, took=3.1)) == {}
    assert signs(*usual, visit("x", 400, metres=20_000, took=1, arrival=Arrival.CLOSED)) == {}, "nothing was asked"
    assert signs(*usual[:8], visit("x", 400, metres=20_000, took=1)) == {}, "of nine nobody knows what is usual"


def test_a_sign_decides_nothing_and_is_kept_where_points_go() -> None:
    plain, odd = a_visit("v1"), a_visit("v1", signs=(Flag.BEGAN_AWAY,))
    before, after = verify([a_line()], [plain]), verify([a_line()], [odd])
    assert before.lines == after.lines and before.ledger == after.ledger
    assert after.visits[0].flags == (Flagged(Flag.BEGAN_AWAY),)
    frozen = Frozen(NINE.date(), (), Reason("in_village"), (), (Flagged(Flag.TOO_FAST, "b"),))
    assert signs(replace(odd, fix=None, frozen=frozen)) == {"v1": [("began_away", None), ("too_fast", "b")]}


def test_no_sign_is_shown_without_its_rate() -> None:
    rows = [{"flag": flag.value, "alarms": 2, "visits": 100} for flag in Flag]
    assert {rate.one_in for rate in read_rates(rows).values()} == {50}
    with pytest.raises(UnusableRates, match="no rate for"):
        read_rates(rows[1:])


def test_what_is_remembered_of_others_changes_no_sign() -> None:
    """A sender's visits and those to places of a kind are looked at again as soon as one of them is another."""
    known, day = Remembered(), [visit("a", 0), visit("b", 5, metres=40_000), visit("c", 60, metres=40_000)]
    many = [visit(f"v{n:02}", 60 * n, sender=f"P{n}", metres=300 * n) for n in range(30)]
    for change in ({}, {"sender": "P9"}, {"took": 0.2}, {"metres": 0.0}, {"took": 12}):
        now = [day[0], visit("b", **({"minutes": 5, "metres": 40_000} | change)), day[2], *many]
        found = flagged(now, RULES.flags, RULES.location, known)
        assert found == flagged(now, RULES.flags, RULES.location), change
        known.begin()
