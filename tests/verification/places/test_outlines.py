"""What is wrong with a set of outlines?"""

import time
from math import cos, pi, sin

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from tests.support.builders import VILLAGES
from verification.model import Village
from verification.places.areas import areas_m2
from verification.places.gaps import gaps_between
from verification.places.outlines import axis_order_problem, is_tangled, mend, outline_problems


def test_clean_outlines_have_no_problem() -> None:
    assert axis_order_problem(VILLAGES) is None
    assert outline_problems(VILLAGES) == []


def test_latitude_first_is_noticed() -> None:
    turned = [Village(v.code, v.name, shapely.transform(v.outline, lambda xy: xy[:, ::-1])) for v in VILLAGES]
    problem = axis_order_problem(turned)
    assert problem and problem.reason.code == "outlines_lat_first"


def test_another_country_is_noticed() -> None:
    problem = axis_order_problem([Village("99.01.01.2001", "Delft", box(4.3, 52.0, 4.4, 52.1))])
    assert problem and problem.reason.code == "outlines_outside_indonesia"


def test_an_overlap_names_both_villages_and_its_size() -> None:
    wide = Village("99.01.01.2009", "Lebar", box(110.0, -5.01, 110.011, -5.0))
    (problem,) = outline_problems([wide, VILLAGES[1]])
    assert (problem.reason.code, problem.codes) == ("outlines_overlap", (VILLAGES[1].code, wide.code)[::-1])
    assert problem.area_m2 == pytest.approx(0.001 * 0.01 * 111_195**2 * 0.9962, rel=0.01)


def test_a_gap_names_the_villages_around_it() -> None:
    ring = box(110, -5.01, 110.01, -5).difference(box(110.004, -5.006, 110.006, -5.004))
    (problem,) = outline_problems([Village("99.01.01.2001", "Cincin", ring)])
    assert (problem.reason.code, problem.codes) == ("outlines_gap", ("99.01.01.2001",))


def test_an_invalid_ring_is_named_with_the_reason() -> None:
    bow_tie = Polygon([(110, -5), (110.01, -5.01), (110.01, -5), (110, -5.01)])
    (problem,) = outline_problems([Village("99.01.01.2001", "Dasi", bow_tie)])
    assert problem.reason.code == "outline_invalid"
    assert "Self-intersection" in str(problem.reason.values["why"])


# ── gaps are found level by level: what one area encloses may be another's ───────────────────────────────────────────


def ring(west: float, south: float, size: float, thick: float) -> Polygon:
    """Give a square ring of ground."""
    return box(west, south, west + size, south + size).difference(
        box(west + thick, south + thick, west + size - thick, south + size - thick)
    )


def gaps(*villages: tuple[str, Polygon | MultiPolygon]) -> list[tuple[tuple[str, ...], float]]:
    found = gaps_between([Village(code, code, outline) for code, outline in villages], 100.0)
    return sorted((gap.around, round(gap.surface.area, 9)) for gap in found)


@pytest.mark.parametrize("other", ["99.01.01.2002", "99.01.02.2001", "99.02.01.2001", "98.01.01.2001"])
def test_a_village_inside_another_leaves_no_gap_whatever_area_it_is_of(other: str) -> None:
    outer, inner = ring(110, -5, 0.03, 0.01), box(110.01, -4.99, 110.02, -4.98)
    assert gaps(("99.01.01.2001", outer), (other, inner)) == []
    small = box(110.01, -4.99, 110.02, -4.985)
    assert gaps(("99.01.01.2001", outer), (other, small)) == [(tuple(sorted(("99.01.01.2001", other))), 5e-5)]


def test_an_island_in_a_lake_is_no_gap_and_the_lake_is_one() -> None:
    lake = ring(110, -5, 0.03, 0.01)
    island = box(110.014, -4.986, 110.016, -4.984)
    whole = 1e-4 - 4e-6
    assert gaps(("99.01.01.2001", lake), ("99.01.01.2002", island)) == [(("99.01.01.2001", "99.01.01.2002"), whole)]
    assert gaps(("99.01.01.2001", MultiPolygon([lake, island]))) == [(("99.01.01.2001",), whole)]


def test_a_gap_inside_a_gap_is_said_once() -> None:
    outer, inner = ring(110, -5, 0.05, 0.01), ring(110.02, -4.98, 0.01, 0.002)
    found = gaps(("99.01.01.2001", outer), ("99.02.01.2001", inner))
    assert found == [(("99.01.01.2001", "99.02.01.2001"), 8e-4), (("99.02.01.2001",), 3.6e-5)]


def test_a_gap_between_provinces_is_found() -> None:
    sides = [box(110, -5, 110.01, -4.97), box(110.02, -5, 110.03, -4.97)]
    ends = [box(110.01, -5, 110.02, -4.99), box(110.01, -4.98, 110.02, -4.97)]
    codes = ["91.01.01.2001", "92.01.01.2001", "93.01.01.2001", "94.01.01.2001"]
    assert gaps(*zip(codes, sides + ends, strict=True)) == [(tuple(codes), 1e-4)]


SQUARES = st.lists(st.sampled_from(["", "99.01.01", "99.01.02", "99.02.01", "98.01.01"]), min_size=25, max_size=25)


@given(SQUARES)
def test_gaps_are_what_the_union_of_the_whole_encloses_and_nobody_has(areas: list[str]) -> None:
    villages = [
        Village(f"{area}.{2001 + i}", "", box(110 + i % 5, -5 + i // 5, 111 + i % 5, -4 + i // 5))
        for i, area in enumerate(areas)
        if area
    ]
    whole = shapely.union_all([village.outline for village in villages])
    filled = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(whole) if part.area])
    expected = [part for part in shapely.get_parts(shapely.difference(filled, whole)) if part.area]
    found = gaps_between(villages, 100.0)
    assert sorted(gap.surface.area for gap in found) == pytest.approx(sorted(part.area for part in expected))
    assert [gap.area_m2 for gap in found] == pytest.approx(areas_m2([gap.surface for gap in found]).tolist())


# ── rings that cross themselves ──────────────────────────────────────────────────────────────────────────────────────


def star(points: int) -> Polygon:
    """Give a ring every edge of which crosses nearly every other."""
    step = points // 2
    turns = [2 * pi * (i * step % points) / points for i in range(points)]
    return Polygon([(110 + 0.01 * cos(turn), -5 + 0.01 * sin(turn)) for turn in turns])


def coast(points: int) -> Polygon:
    """Give a ragged ring of so many vertices that crosses itself once."""
    turns = np.linspace(0, 2 * pi, points, endpoint=False)
    reach = 0.01 * (1 + 0.1 * np.sin(400 * turns))
    edge = np.column_stack([110 + reach * np.cos(turns), -5 + reach * np.sin(turns)])
    edge[[10, 11]] = edge[[11, 10]]
    return Polygon(edge)


def test_both_halves_of_a_bow_tie_are_kept() -> None:
    bow_tie = Polygon([(110, -5), (110.01, -5.01), (110.01, -5), (110, -5.01)])
    assert mend(bow_tie).area == pytest.approx(5e-5)


def test_a_ring_that_crosses_itself_everywhere_is_recognised_in_no_time() -> None:
    started = time.process_time()
    assert is_tangled(star(5001))
    assert time.process_time() - started < 2


def test_a_long_coast_with_a_few_crossings_is_not_tangled() -> None:
    long = coast(50_000)
    assert not long.is_valid and not is_tangled(long) and mend(long).is_valid


def test_a_valid_outline_and_a_bow_tie_are_not_tangled() -> None:
    assert not is_tangled(VILLAGES[0].outline)
    assert not is_tangled(Polygon([(110, -5), (110.01, -5.01), (110.01, -5), (110, -5.01)]))
