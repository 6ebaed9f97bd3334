"""Outlines are simplified together: neighbours keep their common border, nothing opens between them, none is lost."""

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from server.areas.geojson import AreaPlan
from server.areas.tables import Area
from server.db import snapshot, writing
from server.map.outlines import FOR_A_PAGE, Outlines, outlines_of, simplified
from server.recoding.applying import AreasWish, load_areas
from tests.support.builders import VILLAGES
from tests.support.mapping import crooked
from tests.support.statements import statements
from tests.support.workbooks import DISTRICT
from verification.model import Village, subdistrict_of

A_DISTRICT = st.builds(crooked, st.integers(1, 4), st.integers(1, 4), st.integers(2, 30), st.integers(0, 10_000))


def vertices(outlines: Outlines) -> int:
    return int(shapely.get_num_coordinates([village.outline for village in outlines.villages]).sum())


@given(A_DISTRICT, st.sampled_from([60, 200, 20_000]))
def test_neighbours_keep_the_border_they_share(villages: list[Village], most: int) -> None:
    simple = [village.outline for village in simplified(villages, most).villages]
    assert shapely.coverage_is_valid(simple), "no two overlap, and no gap opens along a border"
    assert shapely.union_all(simple).area == pytest.approx(sum(outline.area for outline in simple))
    before, after = (
        {(a, b) for a in range(len(all_)) for b in range(a) if shapely.intersection(all_[a], all_[b]).length > 0}
        for all_ in ([village.outline for village in villages], simple)
    )
    assert after == before, "who touched whom still does"


@given(A_DISTRICT)
def test_none_is_lost_and_each_stays_where_it_was(villages: list[Village]) -> None:
    found = simplified(villages, 100)
    assert [(v.code, v.name) for v in found.villages] == [(v.code, v.name) for v in villages]
    for village, simple in zip(villages, found.villages, strict=True):
        assert not simple.outline.is_empty and simple.outline.intersects(village.outline)
        assert simple.outline.contains(shapely.Point(found.middles[village.code]))
    assert found.middles.keys() == {c for v in villages for c in (v.code, subdistrict_of(v.code))}


def test_a_large_district_is_made_simple_enough_for_a_page() -> None:
    villages = crooked(22, 13)
    assert shapely.get_num_coordinates([village.outline for village in villages]).sum() > 40_000
    assert len(villages) * 4 < vertices(simplified(villages, FOR_A_PAGE)) <= FOR_A_PAGE


def test_an_outline_of_several_parts_is_named_within_its_largest() -> None:
    islands = shapely.MultiPolygon([shapely.box(0, 0, 0.01, 0.01), shapely.box(1, 1, 1.1, 1.1)])
    middle = simplified([Village("99.01.01.2001", "Pulau", islands)], 100).middles["99.01.01.2001"]
    assert np.allclose(middle, (1.05, 1.05))


def test_without_outlines_there_are_none() -> None:
    assert simplified([], 100) == Outlines((), {})


# ── what is kept by the process


def asked(engine: Engine, areas_id: int = 1) -> list[str]:
    """Give the statements that it takes to have a district's outlines."""
    with statements(engine) as said, snapshot(engine) as session:
        outlines_of(session, areas_id, DISTRICT, FOR_A_PAGE)
    return [one for one in said if "areas" in one]


def test_they_are_worked_out_once(district: Engine) -> None:
    assert len(asked(district)) == 2
    assert len(asked(district)) == 1, "whether any were added since"


def test_an_area_that_was_added_is_drawn(district: Engine) -> None:
    asked(district)
    more = Village("99.01.02.2009", "Desa Susulan", shapely.box(110.02, -5.01, 110.03, -5.0))
    load_areas(
        district, AreaPlan((more,), {more.code: more.name}, (), ()), AreasWish("terminal:test", date(2026, 1, 1))
    )
    with snapshot(district) as session:
        codes = [v.code for v in outlines_of(session, 1, DISTRICT, FOR_A_PAGE).villages]
    assert codes == sorted([*(v.code for v in VILLAGES), more.code])


def test_another_version_has_its_own(district: Engine) -> None:
    asked(district)
    with writing(district) as session:
        session.execute(update(Area).where(Area.code == VILLAGES[0].code).values(until=1))
    with snapshot(district) as session:
        assert len(outlines_of(session, 1, DISTRICT, FOR_A_PAGE).villages) == len(VILLAGES) - 1
