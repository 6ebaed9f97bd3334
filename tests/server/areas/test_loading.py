"""Loading areas from a file that somebody supplies: nothing about it is assumed."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from server.areas.geojson import AreaPlan, read_areas
from server.areas.queries import names_within, villages_around, villages_within
from server.db import snapshot
from server.recoding.applying import AreasWish, load_areas
from tests.support.geojson import SQUARE, codes, feature, read, square

WISH = AreasWish("terminal:test", date(2026, 1, 1))


def test_a_village_brings_the_areas_it_lies_in() -> None:
    plan = read(feature())
    assert plan.names == {"99": "99", "99.01": "99.01", "99.01.01": "99.01.01", "99.01.01.2001": "Desa Contoh"}


def test_higher_areas_are_named_by_features_without_geometry_or_by_a_list() -> None:
    plan = read(feature(), feature("99.01", False, nama="Kabupaten Contoh"), names={"99.01.01": "Kecamatan Satu"})
    assert (plan.names["99.01"], plan.names["99.01.01"], codes(plan)) == ("Kabupaten Contoh", "Kecamatan Satu", [])


PROBLEMS = {
    "no code": (feature(""), "feature_without_code"),
    "a code of another kind": (feature("3321012001"), "feature_without_code"),
    "a village without polygon": (
        feature(geometry={"type": "Point", "coordinates": [110, -5]}),
        "village_without_polygon",
    ),
    "broken geometry": (feature(geometry={"type": "Polygon", "coordinates": "x"}), "village_without_polygon"),
    "no feature at all": ("x", "feature_without_properties"),
}


@pytest.mark.parametrize("bad, code", PROBLEMS.values(), ids=PROBLEMS)
def test_a_faulty_feature_is_named_by_its_number(bad: Any, code: str) -> None:
    plan = read(feature(), bad)
    assert [(p.code, p.values["feature"]) for p in plan.problems] == [(code, 2)]


def test_the_same_village_twice_is_said() -> None:
    assert codes(read(feature(), feature())) == ["village_twice"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"features": 7}'])
def test_what_is_no_geojson(content: str) -> None:
    assert codes(read_areas(content, {}))[0] in ("not_geojson", "no_villages")


def test_latitude_first_is_refused_until_one_says_so() -> None:
    turned = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in SQUARE[0]]]}
    assert codes(read(feature(geometry=turned))) == ["outlines_lat_first"]
    plan = read(feature(geometry=turned), lat_first=True)
    assert codes(plan) == [] and plan.villages[0].outline.bounds == (110.0, -5.01, 110.01, -5.0)


def test_longitude_first_turned_round_for_nothing_is_said() -> None:
    assert codes(read(feature(), lat_first=True)) == ["outlines_lon_first"]


def test_loading_twice_changes_nothing(engine: Engine) -> None:
    plan = read(feature(), feature("99.01", False, nama="Kabupaten Contoh"))
    assert load_areas(engine, plan, WISH)[0].counts == {"new": 4, "changed": 0, "unchanged": 0}
    assert load_areas(engine, plan, WISH)[0].counts == {"new": 0, "changed": 0, "unchanged": 4}


def test_a_name_learnt_before_is_not_lost_to_a_file_without_it(engine: Engine) -> None:
    load_areas(engine, read(feature(), names={"99.01": "Kabupaten Contoh"}), WISH)
    load_areas(engine, read(feature("99.01.01.2002", square(1))), WISH)
    with snapshot(engine) as session:
        assert names_within(session, 1, "99.01")["99.01"] == "Kabupaten Contoh"


@pytest.mark.ci
def test_a_whole_country_is_loaded_at_once(engine: Engine) -> None:
    """PostgreSQL takes 65,535 parameters."""
    names = {f"99.{i // 10_000 + 1:02}.{i // 100 % 100:02}.2{i % 100:03}": f"Desa {i}" for i in range(70_000)}
    names |= {".".join(code.split(".")[:parts]): "Di atasnya" for code in names for parts in (1, 2, 3)}
    assert load_areas(engine, AreaPlan((), names, (), ()), WISH)[0].counts["new"] == len(names) > 70_000
    names |= {code: f"{name} Baru" for code, name in list(names.items())[:1000]}
    change, _ = load_areas(engine, AreaPlan((), names, (), ()), WISH)
    assert change.counts == {"new": 0, "changed": 1000, "unchanged": len(names) - 1000}
    assert len(change.plan.renamed) == 1000


def test_villages_of_an_area_and_around_points(district: Engine) -> None:
    with snapshot(district) as session:
        assert [v.code for v in villages_within(session, 1, "99.02")] == ["99.02.01.2001"]
        assert "99.02.01.2001" in [v.code for v in villages_around(session, 1, [(110.001, -5.005)])]
        assert villages_around(session, 1, [(120.0, -5.0)]) == []
