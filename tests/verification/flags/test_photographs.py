"""Signs of photographs: one that is another visit's too, and one that was taken when the form was not open."""

import random
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import RULES, a_visit
from verification.flags.flag import Flag
from verification.flags.photographs import BITS, alike, alike_again, bits_apart
from verification.flags.together import flagged
from verification.model import Photograph, Visit
from verification.remembering import Remembered

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)  # 16.00 in Jakarta
MOST = RULES.flags.alike_bits
OF_PHOTOGRAPHS = (Flag.SAME_PHOTOGRAPH, Flag.PHOTOGRAPHED_BEFORE_OR_AFTER)
FRONT = random.Random(1).getrandbits(BITS)


def visit(visit_id: str, *photographs: Photograph, **other: Any) -> Visit:
    values = {"facility_id": f"place of {visit_id}", "sender": "P1", "day": date(2026, 11, 2), "began_at": NINE,
              "ended_at": NINE + timedelta(minutes=15)}  # fmt: skip
    return a_visit(visit_id, photographs=photographs, **(values | other))


def looks(value: int | None) -> Photograph:
    return Photograph("1.jpg", value)


def signs(*visits: Visit) -> list[tuple[str, str, str | None]]:
    found = flagged(visits, RULES.flags, RULES.location)
    return sorted((visit_id, one.flag.value, one.other) for visit_id, some in found.items() for one in some
                  if one.flag in OF_PHOTOGRAPHS)  # fmt: skip


def other_by(bits: int) -> int:
    return FRONT ^ ((1 << bits) - 1)


@pytest.mark.parametrize("bits, is_sign", [(0, True), (MOST, True), (MOST + 1, False), (BITS, False)])
def test_one_photograph_at_two_places_is_a_sign_at_both(bits: int, is_sign: bool) -> None:
    both = [("a", "same_photograph", "b"), ("b", "same_photograph", "a")]
    assert signs(visit("a", looks(FRONT)), visit("b", looks(other_by(bits)))) == (both if is_sign else [])


def test_one_photograph_of_one_place_on_two_days_is_a_sign_too() -> None:
    later = visit("b", looks(FRONT), facility_id="place of a", day=date(2026, 11, 9))
    assert len(signs(visit("a", looks(FRONT)), later)) == 2
    by_another = visit("b", looks(FRONT), facility_id="place of a", sender="P2")
    assert len(signs(visit("a", looks(FRONT)), by_another)) == 2


def test_two_forms_about_one_place_filled_in_at_once_may_share_a_photograph() -> None:
    assert signs(visit("a", looks(FRONT)), visit("b", looks(FRONT), facility_id="place of a")) == []
    unlisted = {"facility_id": None}
    assert len(signs(visit("a", looks(FRONT), **unlisted), visit("b", looks(FRONT), **unlisted))) == 2


def test_two_photographs_of_one_visit_and_what_shows_nothing_are_no_sign() -> None:
    assert signs(visit("a", looks(FRONT), looks(FRONT))) == []
    assert signs(visit("a", looks(None)), visit("b", looks(None))) == []


def test_light_that_fades_over_two_walls_is_no_sign() -> None:
    fading = (1 << BITS // 2) - 1
    assert signs(visit("a", looks(fading)), visit("b", looks(fading))) == []


@pytest.mark.parametrize("shown", [(1 << BITS // 2) - 1, None], ids=["light that fades", "nothing"])
def test_one_file_is_a_sign_whatever_it_shows(shown: int | None) -> None:
    at_a, at_b = (visit(name, Photograph(f"{name}.jpg", shown, digest="d1")) for name in "ab")
    assert signs(at_a, at_b) == [("a", "same_photograph", "b"), ("b", "same_photograph", "a")]
    assert signs(at_a, visit("b", Photograph("b.jpg", shown, digest="d2"))) == []
    assert signs(at_a, visit("b", Photograph("b.jpg", shown, digest="d1"), facility_id="place of a")) == []


def test_one_file_twice_in_a_visit_is_no_sign() -> None:
    twice = (Photograph("1.jpg", None, digest="d1"), Photograph("2.jpg", None, digest="d1"))
    assert signs(visit("a", *twice)) == []


def test_a_photograph_that_shows_much_has_one_sign_though_the_file_is_the_same_too() -> None:
    others = (visit("a", looks(FRONT ^ 1)), visit("b", Photograph("1.jpg", FRONT, digest="d1")))
    assert [other for name, _, other in signs(*others, visit("c", Photograph("1.jpg", FRONT, digest="d1")))
            if name == "c"] == ["a"]  # fmt: skip


def test_many_visits_with_one_photograph_each_name_one_other() -> None:
    found = signs(*(visit(f"v{n:03}", looks(FRONT)) for n in range(200)))
    assert len(found) == 200 and found[0] == ("v000", "same_photograph", "v001")
    assert {other for *_, other in found[1:]} == {"v000"}


@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(0, MOST + 8))
def test_as_comparing_each_with_each(seed: int, number: int, flipped: int) -> None:
    """The parts of which two alike have one in common leave none out."""
    chance = random.Random(seed)
    some = {chance.getrandbits(BITS) for _ in range(number)}
    near = {one ^ sum(1 << bit for bit in chance.sample(range(BITS), flipped)) for one in sorted(some)}
    every = sorted(some | near)
    wanted = {frozenset((a, b)) for a in every for b in every if a < b and bits_apart(a, b) <= MOST}
    found = alike(every, MOST)
    assert {frozenset(pair) for pair in found} == wanted and len(found) == len(wanted)


@given(st.lists(st.sets(st.integers(0, 30), max_size=25), min_size=2, max_size=4))
def test_as_if_all_were_new_where_only_a_few_are(steps: list[set[int]]) -> None:
    """What is alike of those that were there before is remembered, and goes with either of them."""
    known, chance = Remembered(), random.Random(7)
    base = chance.getrandbits(BITS)
    of = {number: base ^ sum(1 << bit for bit in chance.sample(range(BITS), number)) for number in range(31)}
    for step in steps:
        known.begin()
        looks = [of[number] for number in sorted(step)]
        found = {frozenset(pair) for pair in alike_again(looks, RULES.flags, known)}
        assert found == {frozenset(pair) for pair in alike(looks, MOST)}


# ── when it was taken

WIB, WIT = timezone(timedelta(hours=7)), timezone(timedelta(hours=9))
APART = timedelta(minutes=RULES.flags.photograph_apart_min)


def taken(moment: datetime | None) -> list[str]:
    return [flag for _, flag, _ in signs(visit("a", Photograph("1.jpg", None, moment)))]


SIGN = ["photographed_before_or_after"]


@pytest.mark.parametrize("moment, expected", [
    (NINE.astimezone(WIB), []), (NINE + timedelta(minutes=15) + APART, []), (NINE - APART, []),
    (NINE - APART - timedelta(seconds=1), SIGN), (NINE + timedelta(minutes=15, seconds=1) + APART, SIGN),
    (NINE - timedelta(days=1), SIGN),
])  # fmt: skip
def test_a_photograph_that_was_taken_long_before_or_after(moment: datetime, expected: list[str]) -> None:
    assert taken(moment) == expected


@pytest.mark.parametrize("zone", RULES.flags.zones_h)
def test_a_clock_without_a_zone_may_be_of_any_of_the_countrys(zone: int) -> None:
    there = timezone(timedelta(hours=zone))
    assert taken(NINE.astimezone(there).replace(tzinfo=None)) == []
    assert taken((NINE - timedelta(days=1)).astimezone(there).replace(tzinfo=None)) == SIGN


@pytest.mark.parametrize("of_the_form", [UTC, WIB, WIT])
def test_in_whatever_zone_the_form_has_its_own(of_the_form: timezone) -> None:
    def sign(moment: datetime) -> bool:
        return bool(signs(visit("a", Photograph("1.jpg", None, moment), began_at=NINE.astimezone(of_the_form))))

    there = NINE.astimezone(WIB).replace(tzinfo=None)
    assert not sign(there) and sign(there - timedelta(hours=4)) and sign(there + timedelta(hours=4))


def test_a_zone_that_is_written_is_not_guessed() -> None:
    assert taken(NINE.astimezone(WIT)) == [] and taken(NINE.astimezone(WIT).replace(tzinfo=WIB)) == SIGN


def test_nothing_is_said_of_what_no_camera_wrote_or_of_a_clock_that_was_never_set() -> None:
    assert taken(None) == [] == taken(datetime(2000, 1, 1, 0, 3))  # noqa: DTZ001 - as a camera writes it
    without = visit("a", Photograph("1.jpg", None, NINE - timedelta(days=9)), began_at=None)
    assert signs(without) == []
