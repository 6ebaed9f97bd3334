"""Which claim line does a visit belong to? A labelled table first: add a line to `cases.csv` to try another case."""

import csv
from pathlib import Path

import pytest

from tests.support.builders import NAMES, RULES, VILLAGES, a_fix, a_line, a_point, a_visit
from verification.matching.matching import Matching, Placed, match_visits
from verification.model import ClaimLine, Visit


def match(lines: list[ClaimLine], *visits: Visit) -> Matching:
    return match_visits([Placed(visit, (VILLAGES[0].code,)) for visit in visits], lines, NAMES, RULES)


def a_stranger(name: str | None = None, **other: object) -> Visit:
    """Visit a place that the verifier did not find in the list on the phone."""
    return a_visit(**({"facility_id": None, "name": name} | other))  # type: ignore[arg-type]


with (Path(__file__).parent / "cases.csv").open(newline="", encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_labelled_cases(case: dict[str, str]) -> None:
    """Each row: what the claim says, what the visit says, how far apart, and what should come of it."""
    line = a_line(
        kind="sekolah", name=case["claimed_name"], registry_no=case["claimed_registry"] or None, facility_id="claimed"
    )
    visit = a_stranger(
        case["visited_name"], kind="sekolah", registry_no=case["visited_registry"] or None,
        fix=a_fix(float(case["metres_apart"]), float(case["accuracy_m"])),
    )  # fmt: skip
    (found,) = match([line], visit).matches or (None,)
    assert ("none" if found is None else "sure" if found.sure else "person") == case["expected"]


def test_a_facility_picked_from_the_list_and_visited_is_sure() -> None:
    (found,) = match([a_line()], a_visit()).matches
    assert found.sure and [c.what for c in found.comparisons] == ["picked", "distance"]


def test_every_comparison_says_its_level_and_its_weight() -> None:
    (found,) = match([a_line(registry_no="R1")], a_visit(registry_no="R1")).matches
    assert {c.what: (c.level, round(c.bits, 1)) for c in found.comparisons} == {
        "picked": ("same", 6.6), "registry": ("same", 11.0), "distance": ("at_place", 4.6),
    }  # fmt: skip


def test_two_lines_that_fit_equally_share_the_probability_and_a_person_decides() -> None:
    lines = [a_line(n, name="Pojok ASI Pasar", facility_id=f"f{n}") for n in (1, 2)]
    (found,) = match(lines, a_stranger("Pojok ASI Pasar")).matches or (None,)
    assert found is None or (not found.sure and found.probability == pytest.approx(0.5, abs=0.01))


def test_one_line_takes_one_place_and_the_better_one() -> None:
    here, there = (
        a_stranger("Pojok ASI Tempat 1", visit_id="here"),
        a_stranger("Ruang", visit_id="there", fix=a_fix(40)),
    )
    result = match([a_line()], there, here)
    assert [m.visit_id for m in result.matches] == ["here"]
    assert result.unmatched == ("there",)


def test_two_places_take_two_lines_even_if_both_prefer_the_same() -> None:
    lines = [a_line(1, name="Pojok ASI Pasar"), a_line(2, name="Pojok ASI Pasar Lama", point=a_point(60))]
    visits = [
        a_stranger("Pojok ASI Pasar", visit_id="a"),
        a_stranger("Pojok ASI Pasar Lama", visit_id="b", fix=a_fix(60)),
    ]
    assert {m.visit_id: m.line_id for m in match(lines, *visits).matches} == {"a": 1, "b": 2}


def test_a_line_in_another_subdistrict_and_far_off_is_not_compared() -> None:
    far = a_line(village="99.01.09.2001", point=a_point(5000))
    assert match([far], a_stranger("Pojok ASI Tempat 1")).matches == ()


def test_a_wrong_registry_coordinate_does_not_hide_a_picked_facility() -> None:
    """Honest registries err: some school coordinates lie in another district."""
    far = a_line(village="99.01.09.2001", point=a_point(50_000), registry_no="R1")
    (found,) = match([far], a_visit(registry_no="R1")).matches
    assert found.sure


def test_the_order_of_visits_and_lines_changes_nothing() -> None:
    lines = [a_line(n, point=a_point(n * 200)) for n in range(4)]
    visits = [a_visit(f"v{n}", facility_id=f"facility-{n}", fix=a_fix(n * 200)) for n in range(4)]
    assert match(lines, *visits).matches == match(lines[::-1], *visits[::-1]).matches
