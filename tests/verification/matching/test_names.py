"""How alike are two names? Only the order matters: what is one place must score above what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verification.matching import reference
from verification.matching.names import ClaimedNames, normalise


def similarity(one: str, other: str, *places: str) -> float:
    return float(ClaimedNames([other], *places).alike([normalise(one)])[0, 0])


def clash(one: str, other: str) -> bool:
    return bool(ClaimedNames([other]).clash([normalise(one)])[0, 0])


SAME = {
    "short form": ("PKM Bonang I", "Puskesmas Bonang 1"),
    "state school": ("SDN 3 Contoh", "SD Negeri 03 Contoh"),
    "punctuation": ("SMA Takhassus Al-Qur'an", "SMAS TAKHASSUS AL QURAN"),
    "capitals": ("pojok asi pasar induk", "Pojok ASI Pasar Induk"),
}
DIFFERENT = {
    "two foundations": ("SMA Islam Hidayah", "SMA Kristen Efrata"),
    "nothing to compare": ("", "SDN 1"),
}
CLASHES = {
    "one digit is another school": ("SDN 1 Contoh", "SDN 11 Contoh"),
    "numbered and not": ("Puskesmas Contoh", "Puskesmas Contoh 2"),
    "two kinds of school": ("SMA Pertiwi", "SMK Pertiwi"),
}


@pytest.mark.parametrize("one, other", SAME.values(), ids=SAME)
def test_one_place(one: str, other: str) -> None:
    assert similarity(one, other) >= 0.95


@pytest.mark.parametrize("one, other", DIFFERENT.values(), ids=DIFFERENT)
def test_two_places(one: str, other: str) -> None:
    assert similarity(one, other) < 0.6


@pytest.mark.parametrize("one, other", CLASHES.values(), ids=CLASHES)
def test_names_that_exclude_each_other(one: str, other: str) -> None:
    assert clash(one, other) and clash(other, one)


@pytest.mark.parametrize("one, other", SAME.values(), ids=SAME)
def test_names_of_one_place_do_not_exclude_each_other(one: str, other: str) -> None:
    assert not clash(one, other)


def test_two_places_are_not_alike_for_carrying_their_villages_name() -> None:
    names = ("TBM Karangwaru Timur", "Perpustakaan Karangwaru Timur")
    assert similarity(*names, "Karangwaru Timur") < similarity(*names) < 0.8


def test_a_name_that_is_only_its_villages_name_is_compared_whole() -> None:
    assert similarity("SDN Karangwaru", "SD Negeri Karangwaru", "Karangwaru") == 1


def test_many_names_are_compared_as_one_is() -> None:
    nothing_telling = ["SD Contoh", "MI Bonang"]  # without their places' names
    names = [name for pair in (*SAME.values(), *DIFFERENT.values(), *CLASHES.values()) for name in pair]
    names += nothing_telling
    claimed = ClaimedNames(names, "Contoh", "Bonang")
    alike, clashing = claimed.alike([normalise(n) for n in names]), claimed.clash([normalise(n) for n in names])
    for row, one in enumerate(names):
        for column, other in enumerate(names):
            assert alike[row, column] == reference.similarity(one, other, "Contoh", "Bonang")
            assert clashing[row, column] == reference.clash(one, other)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(similarity(other, one))
    assert 0 <= similarity(one, other) <= 1
