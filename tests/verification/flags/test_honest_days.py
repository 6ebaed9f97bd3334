"""Days of honest teams, as their phones write them, and the signs that each of their habits raises: most raise none.

What raises one all the same is told by the sign's sentence, and has a rate in docs/flags.md.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.builders import KINDS, LAT, LON, METRE, RULES
from verification.flags.alone import signs_of
from verification.flags.photographs import BITS
from verification.flags.together import flagged
from verification.model import Photograph, Visit
from verification.reading.visit import began_at, ended_at, read_visit, zone_min

EIGHT = datetime(2026, 11, 2, 1, tzinfo=UTC)  # in Jakarta
WIB, WITA, WIT = (timezone(timedelta(hours=hours)) for hours in (7, 8, 9))
Signs = dict[str, int]  # how many visits have each


class Phone:
    """A phone, with what its clock shows; it sends by an account, and photographs as its clock says."""

    def __init__(self, account: str = "P1", device: str | None = "d1", *, off_min: float = 0, zone: timezone = WIB):
        self.account, self.device = account, device
        self.off_min, self.zone, self.exif_zone = off_min, zone, False

    def moment(self, minutes: float) -> datetime:
        return (EIGHT + timedelta(minutes=minutes + self.off_min)).astimezone(self.zone)

    def visit(
        self, name: str, minutes: float, *, km: float = 0.0, took: float = 12, sent: float | None = None,
        photographed: float | None = 3, opened_km: float | None = None, **answers: Any,
    ) -> Visit:  # fmt: skip
        """Fill in a form so many minutes after eight; it is sent at once where nothing else is said."""
        visit_id = f"uuid:{self.device} {name} {minutes}".replace(" ", "-")
        chance = random.Random(visit_id)
        said = {
            "kind": "sekolah", "arrival": "open", "facility": name,
            "point": point(km + chance.gauss(0, 0.004), east_m=chance.gauss(0, 4)),
            "start_point": point(km if opened_km is None else opened_km), "photo_point": point(km),
            "start": self.moment(minutes).isoformat(timespec="milliseconds"),
            "end": self.moment(minutes + took).isoformat(timespec="milliseconds"),
            "today": self.moment(minutes).date().isoformat(), "seen": dict.fromkeys(CORE, "yes"),
        } | answers  # fmt: skip
        came = EIGHT + timedelta(minutes=minutes + took + 0.5 if sent is None else sent)
        taken = None if photographed is None else self.moment(minutes + photographed)
        if taken is not None and not self.exif_zone:
            taken = taken.replace(tzinfo=None)
        look = chance.getrandbits(BITS)
        return replace(
            read_visit(said, visit_id, visit_id, came, KINDS.by_code), sender=self.account, device=self.device,
            began_at=began_at(said), ended_at=ended_at(said), zone_min=zone_min(began_at(said)),
            signs=signs_of(said, RULES.flags, RULES.location), photographs=(Photograph("depan.jpg", look, taken),),
        )  # fmt: skip


CORE = [f"question_{number}" for number in range(7)]
PARTS = [f"question_{number}" for number in range(30)]


def point(km: float, *, height: float | None = 41.3, accuracy: float | None = 6.2, east_m: float = 0.0) -> str:
    numbers = (LAT + km * 1000 * METRE, LON + east_m * METRE, height, accuracy)
    return " ".join(str(number) for number in numbers if number is not None)


def raised(*visits: Visit) -> Signs:
    found = flagged(visits, RULES.flags, RULES.location)
    return Counter(one.flag.value for signs in found.values() for one in signs)


def day(phone: Phone, km: float = 0.0, first: float = 0, **other: Any) -> list[Visit]:
    """Give six visits, one an hour, each some kilometres from the last."""
    return [phone.visit(f"{phone.device} {at}", first + 60 * at, km=km + 5 * at, **other) for at in range(6)]


# ── two phones by one account


def test_two_teams_far_apart_that_send_by_one_account_are_told_once_as_two_phones() -> None:
    both = [*day(Phone(device="d1")), *day(Phone(device="d2"), km=90, first=20)]
    assert raised(*both) == {"two_phones": 1}
    three = [*both, *day(Phone(device="d3"), km=-200, first=40)]
    assert raised(*three) == {"two_phones": 3}, "each two of them"
    assert raised(*(replace(one, device=None) for one in both))["too_fast"] == 6, "where nobody knows of two"


def test_whoever_is_too_fast_with_one_phone_is_so_beside_another_one() -> None:
    two = [Phone(device="d1").visit("a", 0), Phone(device="d1").visit("b", 30, km=200)]
    between = Phone(device="d2").visit("c", 15, km=1)
    assert raised(*two) == {"too_fast": 1}
    assert raised(*two, between) == {"too_fast": 1, "two_phones": 1}
    assert raised(two[0], replace(two[1], device=None)) == {"too_fast": 1}, "it may be the same"


# ── clocks


@pytest.mark.parametrize("off_min, minutes", [(60, 59), (7 * 60, 419), (-60, None), (-7 * 60, None), (1.5, None)])
def test_a_clock_that_is_wrong_all_day_is_told_once_and_by_how_much(off_min: float, minutes: int | None) -> None:
    visits = day(Phone(off_min=off_min))
    found = flagged(visits, RULES.flags, RULES.location)
    told = [(one.flag.value, one.minutes) for signs in found.values() for one in signs]
    assert told == ([("ended_after_receipt", minutes)] if minutes else [])


def test_it_is_told_where_it_shows_best_and_of_each_phone() -> None:
    phone = Phone(off_min=180)
    late, at_once = phone.visit("a", 0, sent=100), phone.visit("b", 60, km=5)
    found = flagged([late, at_once], RULES.flags, RULES.location)
    assert {visit_id: [one.minutes for one in signs] for visit_id, signs in found.items()} == {at_once.visit_id: [179]}
    assert raised(late) == {"ended_after_receipt": 1}
    other = Phone(device="d2", off_min=60).visit("c", 65, km=5)
    assert raised(late, at_once, other) == {"ended_after_receipt": 2}


@pytest.mark.parametrize("hours", [-7, -5, 0, 1, 2, 5.5, 5.75])
@pytest.mark.parametrize("by_hand", [True, False], ids=["set by hand", "set by the network"])
def test_photographs_go_by_the_zone_in_which_the_phone_stands(hours: float, by_hand: bool) -> None:
    """Set by hand it shows the hour that it is there and means another moment; by a network it shows another hour."""
    ahead = timedelta(hours=hours)
    phone = Phone(zone=timezone(timedelta(hours=7) + ahead), off_min=-60 * hours if by_hand else 0)
    assert raised(*day(phone)) == ({"ended_after_receipt": 1} if by_hand and hours < 0 else {})
    phone.exif_zone = True
    assert raised(*day(phone)) == ({"ended_after_receipt": 1} if by_hand and hours < 0 else {})


def test_a_photograph_of_another_time_is_a_sign_on_such_a_phone_too() -> None:
    assert raised(*day(Phone(zone=UTC), photographed=-90)) == {"photographed_before_or_after": 6}


def test_a_day_on_which_a_team_flies_from_one_zone_into_another() -> None:
    phone, east = Phone(), Phone(zone=WIT)
    assert raised(phone.visit("a", 0), east.visit("b", 60, km=5), Phone(zone=WITA).visit("c", 120, km=9)) == {}


def test_a_clock_that_is_put_right_between_two_visits_makes_nobody_too_fast() -> None:
    phone = Phone(off_min=110)
    first = phone.visit("a", 0)
    phone.off_min = 0
    assert raised(first, phone.visit("b", 120, km=80)) == {"ended_after_receipt": 1}
    assert raised(first, phone.visit("b", 120, km=600))["too_fast"] == 1, "nor in four hours"


def test_a_battery_that_was_dead_each_morning_makes_nobody_too_fast() -> None:
    """The clock begins anew at some day of its own, each time: forms of two days lie minutes apart."""
    phone, visits = Phone(), []
    for number, days in enumerate((0, 1)):
        phone.off_min = (datetime(2015, 1, 1, tzinfo=UTC) - EIGHT).total_seconds() / 60 - 1440 * days
        visits.append(phone.visit(f"place {number}", 1440 * days + 5 * number, km=60 * number))
    assert visits[0].began_at and visits[0].began_at.year == 2015 and raised(*visits) == {}


# ── forms that are filled in otherwise


def test_where_most_forms_are_ended_in_the_evening_those_ended_on_the_spot_are_not_hurried() -> None:
    evening = [visit for number in range(4) for visit in day(Phone(device=f"e{number}"), took=600, photographed=3)]
    assert raised(*evening, *day(Phone(device="d9"), took=15)) == {}


def test_who_is_asked_for_less_is_not_hurried_beside_who_is_asked_for_more() -> None:
    long = [visit for number in range(4)
            for visit in day(Phone(device=f"e{number}"), took=30, seen=dict.fromkeys(PARTS, "yes"))]  # fmt: skip
    short = [visit for number in range(2) for visit in day(Phone(device=f"s{number}"), took=7)]
    assert raised(*long, *short) == {}
    assert raised(*long, *short, *day(Phone(device="d9"), took=1)) == {"hurried": 6}
    all_but_one = dict.fromkeys(PARTS[1:], "yes")
    assert raised(*long, *day(Phone(device="d9"), took=1, seen=all_but_one)) == {"hurried": 6}, "beside the ten like it"


def an_edit(visit: Visit) -> Visit:
    """Put something right at a desk, two days later: that version's end is the edit's."""
    assert visit.ended_at is not None
    return replace(visit, version="uuid:edit", ended_at=visit.ended_at + timedelta(days=2))


def of_one_place(*visits: Visit) -> list[Visit]:
    """Give these the first one's photograph, and no place of the list: it was typed."""
    return [replace(visit, facility_id=None, name="TBM Melati", day=visits[0].day, photographs=visits[0].photographs)
            for visit in visits]  # fmt: skip


ONE = Phone()
HABITS: dict[str, tuple[Callable[[], Iterable[Visit]], Signs]] = {
    "a day's work": (lambda: day(ONE), {}),
    "sent days later, without signal": (lambda: day(ONE, sent=3000), {}),
    "opened on the way": (lambda: [ONE.visit("a", 0, km=9, opened_km=2)], {"began_away": 1}),
    "opened at breakfast, all of them": (
        lambda: [ONE.visit(f"{n}", n / 9, km=3 * n, took=40 * n + 5) for n in range(6)], {}),
    "two places in one building": (
        lambda: [ONE.visit("a", 0, point=point(0)), ONE.visit("b", 20, point=point(0))], {"same_coordinates": 2}),
    "the same place again, by another": (
        lambda: [ONE.visit("a", 0, point=point(0)), Phone("P2", "d2").visit("a", 300, point=point(0))], {}),
    "put right at a desk": (lambda: map(an_edit, day(ONE)), {}),
    "sent twice, of a place that was typed": (lambda: of_one_place(ONE.visit("a", 0), ONE.visit("a", 15)), {}),
    "photographs without their time": (lambda: day(ONE, photographed=None), {}),
    "put on the map by hand": (lambda: day(ONE, point=point(0, height=0.0, accuracy=0.0), start_point=None,
                                           photo_point=None, facility="one"), {}),
    "without an accuracy": (lambda: [ONE.visit("a", 0, point=point(0, accuracy=None))], {}),
    "without a height": (lambda: [ONE.visit("a", 0, point=point(0, height=0.0))], {"no_altitude": 1}),
    "without location": (lambda: day(ONE, point=None, start_point=None, photo_point=None), {}),
    "at a desk, by video": (lambda: day(ONE, mode="video", point=None, start_point=None, photo_point=None), {}),
    "noted on paper, filled in elsewhere": (
        lambda: [ONE.visit("a", 480, km=9, opened_km=0, photographed=-460, photo_point=point(0),
                           point=point(9, height=0.0, accuracy=0.0))],
        {"began_away": 1, "photographed_away": 1, "photographed_before_or_after": 1}),
    "a door that was closed": (
        lambda: [*day(ONE), *day(Phone("P2", "d2"), km=1, took=0.5, photographed=0, arrival="closed")], {}),
    "a phone that was restarted": (lambda: [*day(ONE), Phone("P2", "d2").visit("z", 0, km=1, took=45)], {}),
    "another's phone, by its account": (lambda: [ONE.visit("a", 0), Phone("P2", "d1").visit("b", 3, km=90)], {}),
    "flown, within the district": (lambda: [ONE.visit("a", 0), ONE.visit("b", 110, km=200)], {}),
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
def test_what_honest_habits_raise(habit: str) -> None:
    visits, expected = HABITS[habit]
    assert raised(*visits()) == expected
