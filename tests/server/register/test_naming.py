"""Naming a place: what each may be told of it, and that homes stay hidden from all but the team that must find them."""

import pytest

from server.register.naming import Audience, Named, Namer, is_home
from server.words import LANGUAGES, Catalogue, catalogue
from tests.support.builders import AREAS, NAMES, VILLAGES

NAME, VILLAGE, SUBDISTRICT = "Rumah Rekaan", VILLAGES[0].code, "99.01.01"
OPENLY, HIDDEN = ("pojok_asi", "sekolah"), ("lksa", "rumah_singgah", "rumah_aman")
WORDS = catalogue("id")


def named(
    *kinds: str | None, audience: Audience = Audience.EVERYONE, name: str | None = NAME, village: str | None = VILLAGE,
    number: int | None = None, words: Catalogue = WORDS,
) -> Named:  # fmt: skip
    return Namer(AREAS | NAMES, words, audience).name(name, village, *kinds, number=number)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("kind", OPENLY)
def test_other_places_are_named_to_everyone(kind: str, audience: Audience) -> None:
    assert named(kind, audience=audience, number=3) == Named(NAME, "Desa 00, Kecamatan Satu")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", HIDDEN)
def test_a_home_is_its_kind_a_number_and_its_subdistrict(kind: str, language: str) -> None:
    words = catalogue(language)
    assert words.knows(f"kind.{kind}")
    assert named(kind, words=words) == Named(words.say(f"kind.{kind}"), "Kecamatan Satu")
    assert named(kind, words=words, number=3) == Named(f"{words.say(f'kind.{kind}')} 3", "Kecamatan Satu")


@pytest.mark.parametrize("kind", HIDDEN)
def test_the_team_that_has_to_find_it_is_told_its_name_and_village(kind: str) -> None:
    assert named(kind, audience=Audience.PHONE) == Named(NAME, "Desa 00, Kecamatan Satu")


@pytest.mark.parametrize("kinds, home", [
    (("sekolah",), False), (("sekolah", "pojok_asi"), False), (("sekolah", "lksa"), True), (("lksa", "sekolah"), True),
    ((None,), True), (("sekolah", None), True), (("istana",), True), (("",), True), (("sekolah", "istana"), True),
], ids=str)  # fmt: skip
def test_the_strictest_of_what_is_said_of_a_place_decides_and_what_is_unknown_is_a_home(
    kinds: tuple[str | None, ...], home: bool
) -> None:
    assert is_home(*kinds) is home
    assert (NAME in named(*kinds).label) is not home
    assert ("Desa" in named(*kinds).area) is not home


def test_a_place_of_no_known_kind_has_no_other_name() -> None:
    unknown = WORDS.say("report.place_unknown")
    assert named(None, number=2) == Named(f"{unknown} 2", "Kecamatan Satu")
    assert named(None) == Named(unknown, "Kecamatan Satu")


def test_a_place_without_a_name_or_without_an_area_says_so() -> None:
    unknown = WORDS.say("report.place_unknown")
    assert named("sekolah", name=None) == Named(unknown, "Desa 00, Kecamatan Satu")
    assert named("sekolah", name="", village=None) == Named(unknown, unknown)
    assert named("lksa", village=None).area == unknown


def test_areas_without_a_name_are_their_codes_and_a_home_gives_away_no_more_by_that() -> None:
    namer = Namer({}, WORDS)
    assert namer.name(NAME, VILLAGE, "sekolah").area == f"{VILLAGE}, {SUBDISTRICT}"
    assert namer.name(NAME, VILLAGE, "lksa").area == SUBDISTRICT
    assert named("sekolah", village=SUBDISTRICT).area == "Kecamatan Satu", "said once"
