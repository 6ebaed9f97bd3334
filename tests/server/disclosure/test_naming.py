"""Naming a place: what each viewer may be told of it, and that a home stays hidden but on a team's printed list."""

import pytest

from server.disclosure.clearing import Clearance
from server.disclosure.places import Named, UnclearedPlace
from server.disclosure.viewer import EVERYONE, PHONE, TEAM, Viewer
from server.words import LANGUAGES, Catalogue, catalogue
from tests.support.builders import AREAS, LAT, LON, NAMES, VILLAGES
from verification.places.kinds import Shown

NAME, VILLAGE, SUBDISTRICT = "Rumah Rekaan", VILLAGES[0].code, "99.01.01"
FACILITY, CODE = "3f9c2a1b-4444-4444-8444-444444444444", "3f9c2a1b"
OPENLY, HOMES, SHELTERS = ("pojok_asi", "sekolah"), ("lksa", "rumah_singgah"), ("rumah_aman",)
VIEWERS = {"everyone": EVERYONE, "phone": PHONE, "team": TEAM}
WORDS = catalogue("id")


def a_place(*kinds: str | None, name: str | None = NAME, village: str | None = VILLAGE) -> UnclearedPlace:
    return UnclearedPlace(kinds, name, village, FACILITY)


def named(place: UnclearedPlace, viewer: Viewer = EVERYONE, words: Catalogue = WORDS) -> Named:
    return Clearance(words, AREAS | NAMES, viewer).place(place)


def said(label: str, area: str) -> Named:
    ours = Clearance(WORDS).ours
    return Named(ours(label), ours(area))


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
@pytest.mark.parametrize("kind", OPENLY)
def test_other_places_are_named_to_everyone(kind: str, viewer: Viewer) -> None:
    assert named(a_place(kind), viewer) == said(NAME, "Desa 00, Kecamatan Satu")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", (*HOMES, *SHELTERS))
def test_a_home_is_its_kind_and_its_subdistrict(kind: str, language: str) -> None:
    words = catalogue(language)
    assert words.knows(f"kind.{kind}")
    assert named(a_place(kind), words=words) == said(words.say(f"kind.{kind}"), "Kecamatan Satu")


@pytest.mark.parametrize("kind", HOMES)
def test_on_phones_a_home_is_its_kind_and_code(kind: str) -> None:
    assert named(a_place(kind), PHONE) == said(f"{WORDS.say(f'kind.{kind}')} {CODE}", "Kecamatan Satu")


def test_the_team_that_has_to_find_a_home_is_told_its_name_and_village_but_never_a_shelters() -> None:
    for kind in HOMES:
        assert named(a_place(kind), TEAM) == said(NAME, "Desa 00, Kecamatan Satu")
    assert NAME not in named(a_place("rumah_aman"), TEAM).label
    assert Shown.ON_NO_LIST not in TEAM.lists | PHONE.lists


@pytest.mark.parametrize("kinds, shown", [
    (("sekolah",), "openly"), (("sekolah", "pojok_asi"), "openly"), (("sekolah", "lksa"), "by_subdistrict"),
    (("lksa", "sekolah"), "by_subdistrict"), (("lksa", "rumah_aman"), "on_no_list"), (("sekolah", None), "on_no_list"),
    ((None,), "on_no_list"), (("istana",), "on_no_list"), (("",), "on_no_list"), ((), "on_no_list"),
    (("sekolah", "istana"), "on_no_list"),
], ids=str)  # fmt: skip
def test_the_strictest_of_what_is_said_of_a_place_decides_and_what_is_unknown_could_be_any(
    kinds: tuple[str | None, ...], shown: str
) -> None:
    place = a_place(*kinds)
    assert place.shown == shown
    assert (NAME not in named(place).label) is place.is_home is (shown != "openly")
    assert ("Desa" not in named(place).area) is place.is_home
    assert (Clearance(WORDS).point(place, LON, LAT) is None) is place.is_home


@pytest.mark.parametrize("kind", (*OPENLY, *HOMES))
def test_a_place_that_is_called_a_shelter_is_one_whatever_its_kind(kind: str) -> None:
    place = a_place(kind, name="Rumah Aman Mawar")
    assert place.shown == "on_no_list"
    assert [viewer for viewer in VIEWERS.values() if "Mawar" in named(place, viewer).label] == []


def test_a_place_of_no_known_kind_has_no_other_name() -> None:
    unknown = WORDS.say("report.place_unknown")
    for kinds in ((None,), ("istana",)):
        assert named(a_place(*kinds)) == said(unknown, "Kecamatan Satu")


def test_a_place_without_a_name_or_without_an_area_says_so() -> None:
    unknown = WORDS.say("report.place_unknown")
    assert named(a_place("sekolah", name=None)) == said(unknown, "Desa 00, Kecamatan Satu")
    assert named(a_place("sekolah", name="", village=None)) == said(unknown, unknown)
    assert named(a_place("lksa", village=None)).area == unknown


def test_areas_without_a_name_are_their_codes_and_a_home_gives_away_no_more_by_that() -> None:
    clear = Clearance(WORDS)
    assert clear.place(a_place("sekolah")).area == f"{VILLAGE}, {SUBDISTRICT}"
    assert clear.place(a_place("lksa")).area == SUBDISTRICT
    assert named(a_place("sekolah", village=SUBDISTRICT)).area == "Kecamatan Satu", "said once"
