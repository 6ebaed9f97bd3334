"""What becomes of areas from one version to the next: renamed, recoded, new, gone, and what a person has to say."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from tests.support.builders import METRE
from tests.verification.places.ground import compare, recoded, square, unsure, version
from verification.places.succession import Areas
from verification.places.versions import VersionPlan, compare_versions

A, B, C, D, E = (f"99.01.01.200{number}" for number in range(1, 6))


NOTHING = VersionPlan((), (), (), (), ())


# ── by ground ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_version_changes_nothing() -> None:
    villages = {A: ("Satu", square(0)), B: ("Dua", square(1))}
    assert compare(villages, villages) == NOTHING


def test_an_outline_drawn_a_little_otherwise_is_no_change() -> None:
    moved = translate(square(0), 60 * METRE, -60 * METRE)
    assert (
        compare({A: ("Satu", square(0)), B: ("Dua", square(1))}, {A: ("Satu", moved), B: ("Dua", square(1))}) == NOTHING
    )


def test_an_outline_drawn_quite_otherwise_is_none_either_where_code_and_name_say_so() -> None:
    moved = {A: ("Satu", square(0.4)), B: ("Dua", square(1.4))}
    assert compare({A: ("Satu", square(0)), B: ("Dua", square(1))}, moved) == NOTHING


def test_a_new_name_on_the_same_ground_is_a_renaming() -> None:
    plan = compare({A: ("Satu", square(0))}, {A: ("Makmur", square(0))})
    assert [(one.code, one.old_name, one.new_name) for one in plan.renamed] == [(A, "Satu", "Makmur")]
    assert replace(plan, renamed=()) == NOTHING


def test_capitals_and_blanks_and_a_name_that_nobody_knew_are_no_renaming() -> None:
    assert (
        compare({A: ("SUKA  MAJU", square(0)), B: (B, square(1))}, {A: ("Suka Maju", square(0)), B: ("Dua", square(1))})
        == NOTHING
    )


def test_a_new_code_on_the_same_ground_is_a_recoding() -> None:
    plan = compare({A: ("Satu", square(0))}, {B: ("Satu", square(0))})
    (pair,) = plan.recoded
    assert (pair.old, pair.new, pair.of_old, pair.of_new, pair.same_name) == (A, B, 1.0, 1.0, True)
    assert replace(plan, recoded=()) == NOTHING


def test_a_new_code_and_a_new_name_on_the_same_ground_are_still_one_village() -> None:
    (pair,) = compare({A: ("Satu", square(0))}, {B: ("Makmur", square(0))}).recoded
    assert (pair.new, pair.same_name) == (B, False)


def test_codes_that_move_on_in_a_chain_are_one_mapping() -> None:
    old = {A: ("Satu", square(0)), B: ("Dua", square(1)), C: ("Tiga", square(2))}
    plan = compare(old, {B: ("Satu", square(0)), C: ("Dua", square(1)), D: ("Tiga", square(2))})
    assert recoded(plan) == plan.successors() == {A: B, B: C, C: D}
    assert (plan.new, plan.gone, plan.unsure) == ((), (), ())


def test_codes_that_change_places_are_one_mapping() -> None:
    plan = compare({A: ("Satu", square(0)), B: ("Dua", square(1))}, {A: ("Dua", square(1)), B: ("Satu", square(0))})
    assert recoded(plan) == {A: B, B: A} and plan.renamed == ()


def test_a_code_given_to_a_place_far_away_is_gone_and_new() -> None:
    plan = compare({A: ("Satu", square(0)), B: ("Dua", square(5))}, {A: ("Lain", square(9)), B: ("Dua", square(5))})
    assert (plan.gone, plan.new, plan.successors()) == ((A,), (A,), {A: None})


def test_a_code_given_to_a_place_far_away_follows_nobody_when_its_village_has_another() -> None:
    plan = compare({A: ("Satu", square(0))}, {A: ("Lain", square(9)), B: ("Satu", square(0))})
    assert (recoded(plan), plan.new, plan.gone) == ({A: B}, (A,), ())


def test_code_and_name_on_other_ground_are_for_a_person_to_explain() -> None:
    plan = compare({A: ("Satu", square(0))}, {A: ("Satu", square(9))})
    assert unsure(plan) == {A: [(A, 0.0)]}


def test_a_new_village_and_one_that_is_gone() -> None:
    plan = compare({A: ("Satu", square(0)), B: ("Dua", square(1))}, {A: ("Satu", square(0)), C: ("Tiga", square(9))})
    assert (plan.gone, plan.new, plan.unsure) == ((B,), (C,), ())


# ── split and merged ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_village_in_two_parts_is_left_to_a_person_and_the_larger_part_offered() -> None:
    plan = compare(
        {A: ("Satu", square(0, columns=10))}, {B: ("Satu", square(0, columns=4)), C: ("Baru", square(4, columns=6))}
    )
    assert unsure(plan) == {A: [(C, 0.6), (B, 0.4)]}
    assert (plan.successors(), plan.new) == ({A: C}, (B,))
    assert plan.successors({A: B}) == {A: B}
    assert plan.successors({A: None}) == {A: None}


def test_of_two_equal_parts_the_one_with_the_code_is_offered() -> None:
    plan = compare({B: ("Satu", square(0, columns=2))}, {A: ("Baru", square(0)), B: ("Satu", square(1))})
    assert unsure(plan) == {B: [(B, 0.5), (A, 0.5)]}


def test_a_corner_cut_off_makes_a_new_village_and_no_question() -> None:
    plan = compare({A: ("Satu", square(0, columns=10))}, {A: ("Satu", square(0, columns=9)), B: ("Baru", square(9))})
    assert plan == replace(NOTHING, new=(B,))


def test_where_villages_merge_the_one_that_keeps_code_and_name_stays() -> None:
    old = {A: ("Satu", square(0, columns=3)), B: ("Dua", square(3, columns=2))}
    plan = compare(old, {A: ("Satu", square(0, columns=5))})
    assert unsure(plan) == {B: [(A, 1.0)]}
    assert (plan.successors(), plan.gone) == ({B: A}, ())


def test_villages_that_merge_into_a_new_one_are_left_to_a_person() -> None:
    plan = compare({A: ("Satu", square(0)), B: ("Dua", square(1))}, {C: ("Tiga", square(0, columns=2))})
    assert unsure(plan) == {A: [(C, 1.0)], B: [(C, 1.0)]}


def test_a_border_moved_between_two_villages_is_no_question() -> None:
    old = {A: ("Satu", square(0, columns=5)), B: ("Dua", square(5, columns=5))}
    assert compare(old, {A: ("Satu", square(0, columns=3)), B: ("Dua", square(3, columns=7))}) == NOTHING


def test_two_outlines_of_the_same_ground_are_told_apart_by_code_and_name() -> None:
    old = {A: ("Satu", square(0)), B: ("Dua", square(0)), C: ("Tiga", square(0))}
    assert recoded(compare(old, {A: ("Satu", square(0)), D: ("Dua", square(0)), E: ("Tiga", square(0))})) == {
        B: D,
        C: E,
    }


# ── by name, where an outline is missing ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ground", [(None, None), (square(0), None), (None, square(0))])
def test_without_an_outline_code_and_name_tell(ground: tuple[BaseGeometry | None, BaseGeometry | None]) -> None:
    assert compare({A: ("Satu", ground[0])}, {A: ("SATU", ground[1])}) == NOTHING


@pytest.mark.parametrize("ground", [(None, None), (square(0), None), (None, square(0))])
def test_without_an_outline_a_village_is_found_by_its_name_nearby(
    ground: tuple[BaseGeometry | None, BaseGeometry | None],
) -> None:
    other_subdistrict = "99.01.02.2001"
    for code in (B, other_subdistrict):
        plan = compare({A: ("Ma'arif", ground[0])}, {code: ("Maarif", ground[1])})
        (pair,) = [pair for pair in plan.recoded if pair.old == A]
        assert (pair.new, pair.of_old, pair.same_name) == (code, None, True)


def test_a_name_in_another_district_tells_nothing() -> None:
    old = {A: ("Satu", None), "99.02.01.2001": ("Dua", None)}
    plan = compare(
        old, {"99.01.01.2009": ("Lain", None), "99.02.01.2001": ("Dua", None), "99.02.01.2002": ("Satu", None)}
    )
    assert plan.gone == (A,) and {"99.01.01.2009", "99.02.01.2002"} <= set(plan.new)


def test_without_outlines_codes_that_change_places_are_seen_by_the_names() -> None:
    plan = compare({A: ("Lamorende", None), B: ("Lahontohe", None)}, {A: ("Lahontohe", None), B: ("Lamorende", None)})
    assert recoded(plan) == {A: B, B: A}


def test_one_name_on_two_villages_is_left_to_a_person() -> None:
    plan = compare({A: ("Satu", None)}, {B: ("Satu", None), C: ("Satu", None)})
    assert unsure(plan) == {A: [(B, None), (C, None)]}


def test_a_name_written_nearly_the_same_is_offered() -> None:
    assert unsure(compare({A: ("Yamauwo", None)}, {B: ("Yumauwo", None)})) == {A: [(B, None)]}
    assert compare({A: ("Desa 1", None)}, {B: ("Desa 2", None)}).gone == (A,)


def test_under_one_code_a_spelling_is_a_renaming_and_another_name_is_for_a_person_to_explain() -> None:
    plan = compare(
        {A: ("Ampalu", None), B: ("Tonasa", None)}, {A: ("Ampalu Nagari Manggung", None), B: ("Kassi", None)}
    )
    assert [one.code for one in plan.renamed] == [A]
    assert unsure(plan) == {B: [(B, None)]}


# ── what lies above ──────────────────────────────────────────────────────────────────────────────────────────────────


def province(code: str, districts: Iterable[str], place: int) -> dict[str, tuple[str, BaseGeometry | None]]:
    """Give three villages for each district of a province."""
    return {
        f"{code}.{district}.01.200{number}": (f"Desa {place} {number}", square(number * 2, place + index))
        for index, district in enumerate(districts)
        for number in range(3)
    }


def test_a_district_whose_villages_moved_together_is_recoded_with_them() -> None:
    old = version(province("91", ["01", "02"], 0), p91="Papua", p91_01="Kabupaten Satu", p91_02="Kabupaten Dua")
    moved = province("91", ["01"], 0) | province("95", ["01"], 1)
    new = version(moved, p91="Papua", p91_01="Kabupaten Satu", p95="Papua Pegunungan", p95_01="Kabupaten Dua")
    plan = compare_versions(old, new)
    assert recoded(plan).items() >= {"91.02": "95.01", "91.02.01": "95.01.01", "91.02.01.2001": "95.01.01.2001"}.items()
    assert (plan.new, plan.gone, plan.unsure) == (("95",), (), ())


def test_a_province_that_gave_most_of_itself_away_is_still_itself() -> None:
    old = version(province("91", ["01", "02", "03"], 0), p91="Papua")
    moved = province("91", ["01"], 0) | province("95", ["01", "02"], 1)
    plan = compare_versions(old, version(moved, p91="Papua", p95="Papua Pegunungan"))
    assert "91" not in plan.successors() and plan.new == ("95",)


def test_a_code_of_a_district_that_became_free_may_be_another_ones_next() -> None:
    old = version(province("91", ["01", "02"], 0), p91_01="Kabupaten Satu", p91_02="Kabupaten Dua")
    moved = province("95", ["01"], 0) | province("91", ["01"], 1)
    plan = compare_versions(old, version(moved, p95_01="Kabupaten Satu", p91_01="Kabupaten Dua"))
    assert recoded(plan).items() >= {"91.01": "95.01", "91.02": "91.01"}.items()


def test_a_subdistrict_in_two_halves_is_left_to_a_person() -> None:
    old = {f"99.01.01.200{n}": (f"Desa {n}", square(n)) for n in range(4)}
    new = {f"99.01.0{2 + n // 2}.200{n}": (f"Desa {n}", square(n)) for n in range(4)}
    assert unsure(compare(old, new)) == {"99.01.01": [("99.01.02", 0.5), ("99.01.03", 0.5)]}


def test_an_area_without_villages_is_found_by_its_name() -> None:
    old = Areas({"99": "Contoh", "99.01": "Kabupaten Satu", "99.02": "Kabupaten Dua", "99.03": "Kota Tiga"})
    new = Areas({"99": "Contoh", "99.01": "Kab. Satu", "98": "Baru", "98.01": "Kabupaten Dua"})
    plan = compare_versions(old, new)
    assert (recoded(plan), plan.gone, plan.new) == ({"99.02": "98.01"}, ("99.03",), ("98",))
    assert [one.code for one in plan.renamed] == ["99.01"]
