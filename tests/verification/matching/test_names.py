"""How alike are two names? Only the order matters: what is one place must score above what is not.

`pairs.csv` has names as they are written, two by two: add a line to try another pair.
"""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import RULES
from tests.verification.matching import reference
from verification.matching.names import ClaimedNames, NamesCompared
from verification.matching.short_forms import KINDS, PHRASES, ROMAN, WORDS
from verification.matching.spelling import normalise

ONLY = np.zeros(1, dtype=np.intp)  # the position of one


def beside(one: str, other: str, *places: str) -> NamesCompared:
    return ClaimedNames([normalise(other)], [places]).beside([normalise(one)], ONLY, ONLY)


def similarity(one: str, other: str, *places: str) -> float:
    return float(beside(one, other, *places).alike(ONLY)[0])


def clash(one: str, other: str) -> bool:
    return bool(beside(one, other).clash()[0])


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
    written = [normalise(name) for name in names]
    places = [("Contoh", "Bonang"), ("Bonang",), (), ("Pasar Induk", "Hidayah")]
    which, claimed = np.mgrid[: len(names), : len(places) * len(names)].reshape(2, -1)
    claims = ClaimedNames(written * len(places), [of for of in places for _ in names])
    compared, every = claims.beside(written, which, claimed), np.arange(len(which))
    alikes, clashes, rests = compared.alike(every), compared.clash(), compared.rest_alike(every)
    for row, column, alike, clashing, rest in zip(which, claimed, alikes, clashes, rests, strict=True):
        one, other, at = names[row], names[column % len(names)], places[column // len(names)]
        assert alike == reference.similarity(one, other, *at), (one, other, at)
        assert clashing == reference.clash(one, other)
        assert rest == reference.rest_alike(one, other, *at)
    for some in (every[::7], every[:1], every[:0], every[-40::3]):  # compared one by one where they are few
        assert (compared.alike(some) == alikes[some]).all()
        assert (compared.rest_alike(some) == rests[some]).all()
        assert (compared.other_kind(some) == compared.other_kind(every)[some]).all()


# ── as people write them ─────────────────────────────────────────────────────────────────────────────────────────────

with (Path(__file__).parent / "pairs.csv").open(newline="", encoding="utf-8") as file:
    PAIRS = [(row["one"], row["other"], row["expected"]) for row in csv.DictReader(file)]


def level(one: str, other: str) -> str:
    if clash(one, other):
        return "apart"
    if beside(one, other).opposed(ONLY)[0]:
        return "opposed"
    alike = similarity(one, other)
    levels = ("same", "near", "weak")
    return next((found for found in levels if alike >= RULES.matching.name_similarity[found]), "other")


@pytest.mark.parametrize("expected", ["same", "near", "apart", "opposed"])
def test_pairs_of_names_are_one_place_or_stay_apart(expected: str) -> None:
    pairs = [(one, other) for one, other, said in PAIRS if said == expected]
    found = {pair: (level(*pair), level(*pair[::-1])) for pair in pairs}
    assert {pair: levels for pair, levels in found.items() if levels != (expected, expected)} == {}
    assert pairs


def test_letters_of_other_scripts_stay() -> None:
    for name in ("مدرسة الهدى", "ꦱꦼꦏꦺꦴꦭꦃ", "小学校", "школа"):
        assert normalise(name).replace(" ", "") and similarity(name, name) == 1
    assert similarity("مدرسة الهدى", "مدرسة النور") < 0.9 and normalise("???") == ""


WRITTEN = st.lists(
    st.sampled_from([
        "SMP", "sdn", "MA", "MI", "RA", "Ma'arif", "ma arif", "R.A.", "D I", "P.G.R.I", "N", "S", "I", "IV", "X", "xx",
        "dua", "Puluh", "belas", "tiga", "Satu Atap", "1 Atap", "3", "007", "No.", "Kartini", "St.", "Haji", "KH.",
        "A", "b", "H.", "Pembantu", "PKM", "LKSA", "Panti Asuhan", "Man", "MIN", "Soekarno", "Raudhatul", "Athfal",
        "d/h", "(dahulu", "eks", "NPSN", "99000001", "(LKSA)", "l", "ll", "Muh.", "Jl.", "Daycare", ")",
        *KINDS, *ROMAN, *WORDS, *map(" ".join, PHRASES),
    ]), max_size=6,
).map(" ".join)  # fmt: skip


@given(WRITTEN)
def test_normalising_a_name_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


NUMBERED = st.lists(st.sampled_from([
    "SMP Negeri", "SDN", "MTs", "Kartini", "Ma'arif", "R.A.", "St. Yosef", "1 Atap", "Satu Atap", "5", "XIV", "UPT",
    "Posyandu", "Mawar", "Inpres", "Dharma Wanita", "H.", "Tanjung", "Raya",
]), min_size=1, max_size=4).map(" ".join)  # fmt: skip
NUMERALS = st.integers(1, 30).flatmap(lambda number: st.tuples(st.just(number), st.sampled_from(
    [str(number), f"0{number}", next(roman for roman, digits in ROMAN.items() if digits == str(number)).upper()]
)))  # fmt: skip


@given(NUMBERED, NUMERALS, NUMERALS)
def test_another_number_is_another_place(name: str, one: tuple[int, str], other: tuple[int, str]) -> None:
    assert clash(f"{name} {one[1]}", f"{name} {other[1]}") == (one[0] != other[0])
    assert clash(name, f"{name} {one[1]}")


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert similarity(one, other) == pytest.approx(similarity(other, one))
    assert 0 <= similarity(one, other) <= 1


@pytest.mark.parametrize("visited, alike", [
    ("SDN 90 Cibanyu Kota Banjaran", True), ("SDN 90 Cibanyu", True), ("SDN 90 Kota Banjaran", False),
    ("SDN 90 Cibanyu Lestari", False),
])  # fmt: skip
def test_what_is_called_by_its_place_may_say_the_district_too(visited: str, alike: bool) -> None:
    """Numbered anew, and the city's name put behind it: only the number is another."""
    found = beside(visited, "SD Negeri Cibanyu 1", "Cibanyu", "Kota Banjaran").rest_alike(ONLY)[0]
    assert bool(found == 1.0) is alike
