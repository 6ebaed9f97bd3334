"""What people's GeoJSON files really hold: read where it can be read, else refused by the feature's number."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.areas import features, geojson
from server.areas.geojson import AreaPlan, read_areas
from server.areas.text import problem_lines
from server.words import catalogue
from tests.support.environment import examples
from tests.support.geojson import SQUARE, codes, feature, read, square

POLYGON = {"type": "Polygon", "coordinates": SQUARE}


def raw(*features: str) -> AreaPlan:
    """Read a file of features written by hand."""
    return read_areas('{"type": "FeatureCollection", "features": [' + ",\n".join(features) + "]}", {})


def raw_feature(code: str, nama: str = '"Desa"', ring: str = json.dumps(SQUARE[0])) -> str:
    geometry = '{"type": "Polygon", "coordinates": [' + ring + "]}"
    return '{"properties": {"kode": "' + code + '", "nama": ' + nama + '}, "geometry": ' + geometry + "}"


def refused(geometry: Any) -> str:
    (problem,) = read(feature(), feature("99.01.01.2002", geometry)).problems
    assert problem.values["feature"] == 2
    return problem.code


# ── positions and shapes ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("more", [[12.5], [None], [12.5, 7], ["", {}]], ids=str)
def test_only_longitude_and_latitude_of_a_position_count(more: list[Any]) -> None:
    positions = [[*position, *more] for position in SQUARE[0]]
    mixed = [positions[0], *SQUARE[0][1:]]
    for ring in (positions, mixed):
        plan = read(feature(geometry={"type": "Polygon", "coordinates": [ring]}))
        assert codes(plan) == [] and plan.villages[0].outline.bounds == (110.0, -5.01, 110.01, -5.0)


def test_the_polygons_of_a_collection_are_read() -> None:
    point = {"type": "Point", "coordinates": [110, -5]}
    inner = {"type": "GeometryCollection", "geometries": [POLYGON]}
    plan = read(feature(geometry={"type": "GeometryCollection", "geometries": [point, inner]}))
    assert codes(plan) == [] and plan.villages[0].outline.area == pytest.approx(1e-4)


def test_a_ring_that_nobody_closed_is_closed() -> None:
    plan = read(feature(geometry={"type": "Polygon", "coordinates": [SQUARE[0][:-1]]}))
    assert codes(plan) == [] and plan.villages[0].outline.area == pytest.approx(1e-4)


@pytest.mark.parametrize("position", ["NaN", "Infinity", "-Infinity", "1" * 5000, "1e999", "null", '"x"', "{}", "[]"])
def test_what_is_no_number_is_no_coordinate(position: str) -> None:
    ring = f"[[110.0, -5.01], [{position}, -5.01], [110.01, -5.0], [110.0, -5.01]]"
    (problem,) = raw(raw_feature("99.01.01.2001"), raw_feature("99.01.01.2002", ring=ring)).problems
    assert (problem.code, problem.values["feature"]) == ("position_unusable", 2)


@pytest.mark.parametrize("coordinates", [[], [[]], [[[110, -5]]], [[110, -5]], 7, {"a": 1}, [None], [[None]]], ids=str)
@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon"])
def test_a_polygon_of_nothing_is_none(kind: str, coordinates: Any) -> None:
    assert refused({"type": kind, "coordinates": coordinates}) in ("village_without_polygon", "position_unusable")


def test_a_polygon_without_ground_is_none() -> None:
    assert refused({"type": "Polygon", "coordinates": [[[110, -5]] * 4]}) == "village_without_polygon"


def test_a_ring_is_as_long_as_anybody_can_use() -> None:
    assert refused({"type": "Polygon", "coordinates": [SQUARE[0] * 50_000]}) == "ring_too_long"


@pytest.mark.parametrize("vertices, turns", [(301, 20), (301, 100), (2400, 700)])
def test_a_ring_that_crosses_itself_everywhere_is_refused_not_mended(vertices: int, turns: int) -> None:
    angles = [2 * math.pi * turns * number / vertices for number in range(vertices)]
    ring = [[110 + math.cos(angle) / 200, -5 + math.sin(angle) / 200] for angle in angles]
    assert refused({"type": "Polygon", "coordinates": [ring]}) == "outline_tangled"


def boxes(count: int, step: float, size: float) -> list[list[list[float]]]:
    return [[[110 + n * step + x, -5 + n * step + y] for x, y in ((0, 0), (size, 0), (size, size), (0, size))]
            for n in range(count)]  # fmt: skip


def test_rings_within_rings_are_refused_before_they_cost() -> None:
    assert refused({"type": "Polygon", "coordinates": boxes(3000, 0, 0.01)}) == "outline_tangled"
    assert (
        refused({"type": "MultiPolygon", "coordinates": [[ring] for ring in boxes(3000, 0, 0.01)]}) == "outline_tangled"
    )


def test_a_village_has_as_many_rings_as_a_village_can_have() -> None:
    assert refused({"type": "Polygon", "coordinates": boxes(10_001, 1e-5, 1e-6)}) == "too_many_rings"


def test_a_thousand_islands_are_one_village() -> None:
    islands = [[ring] for ring in boxes(1000, 2e-5, 1e-5)]
    assert codes(read(feature(geometry={"type": "MultiPolygon", "coordinates": islands}))) == []


def test_polygons_on_top_of_each_other_are_refused_before_all_are_compared() -> None:
    piled = [feature(f"99.01.{n // 100:02}.20{n % 100:02}") for n in range(900)]
    (problem,) = read(*piled).problems
    assert (problem.code, problem.values["feature"]) == ("outlines_pile_up", 1)


def test_a_feature_is_as_long_as_one_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MOST_LETTERS", 300_000)
    long = json.dumps(feature("99.01.01.2002", x=["y" * 1000] * 400))
    (problem,) = raw(json.dumps(feature()), long).problems
    assert (problem.code, problem.values["feature"]) == ("feature_too_large", 2)
    assert codes(raw(json.dumps(feature()), json.dumps(feature("99.01.01.2002", x=["y" * 1000] * 250)))) == []


def test_where_a_long_feature_breaks_off_is_said_in_the_files_own_lines() -> None:
    broken = json.dumps(feature("99.01.01.2002", x="y" * 200_000))[:-1] + "!}"
    (problem,) = raw(json.dumps(feature()), broken).problems
    assert (problem.values["feature"], problem.values["line"]) == (2, 2)
    assert int(str(problem.values["column"])) > 200_000


def test_a_file_has_as_many_points_as_the_memory_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "MOST_VERTICES", 12)
    (problem,) = read(feature(), feature("99.01.01.2002", square(1)), feature("99.01.01.2003", square(2))).problems
    assert (problem.code, problem.values["feature"]) == ("too_many_vertices", 3)


def test_metres_instead_of_degrees_are_said_with_the_feature() -> None:
    metres = {
        "type": "Polygon",
        "coordinates": [[[460_000 + 9 * x, 9_240_000 + 9 * y] for x, y in ((0, 0), (99, 0), (99, 99))]],
    }
    (problem,) = read(feature(geometry=metres)).problems
    assert (problem.code, problem.values["feature"], problem.values["code"]) == (
        "outlines_in_metres",
        1,
        "99.01.01.2001",
    )
    (problem,) = read(feature(), feature("99.01.01.2002", square(1)), feature("99.01.01.2003", metres)).problems
    assert (problem.code, problem.values["feature"]) == ("point_astray", 3)


def test_one_feature_with_its_axes_turned_is_named_among_others() -> None:
    turned = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in SQUARE[0]]]}
    (problem,) = read(feature(), feature("99.01.01.2002", square(1)), feature("99.01.01.2003", turned)).problems
    assert (problem.code, problem.values["feature"]) == ("point_astray", 3)


def test_a_point_far_from_the_others_is_said_with_its_village() -> None:
    for lon, lat in ((0.0, 0.0), (110.0, 0.5), (0.0, -5.0)):
        ring = [*SQUARE[0][:2], [lon, lat], *SQUARE[0][2:]]
        plan = read(feature("99.01.01.2002"), feature(geometry={"type": "Polygon", "coordinates": [ring]}))
        (problem,) = plan.problems
        assert (problem.code, problem.values) == (
            "point_astray",
            {"feature": 2, "code": "99.01.01.2001", "name": "Desa Contoh", "lon": lon, "lat": lat},
        )


def test_a_village_alone_with_such_a_point_is_no_other_country() -> None:
    ring = [*SQUARE[0][:2], [0, 0], *SQUARE[0][2:]]
    assert codes(read(feature(geometry={"type": "Polygon", "coordinates": [ring]}))) == ["point_astray"]


def test_islands_far_from_each_other_are_one_village() -> None:
    far = [[[lon + 3, lat] for lon, lat in SQUARE[0]]]
    assert codes(read(feature(geometry={"type": "MultiPolygon", "coordinates": [SQUARE, far]}))) == []


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("properties", [None, [], ["kode"], "kode", 7], ids=str)
def test_properties_are_a_table(properties: Any) -> None:
    (problem,) = read(feature(), {"type": "Feature", "properties": properties, "geometry": POLYGON}).problems
    assert (problem.code, problem.values["feature"]) == ("feature_without_properties", 2)


def test_features_with_unknown_keys_are_said_once_with_the_keys_that_are_understood() -> None:
    strange = {"type": "Feature", "properties": {"KD_DESA": "9901012001", "NM": "x"}, "geometry": POLYGON}
    (problem,) = read(feature(), *[strange] * 300).problems
    assert problem.code == "features_without_code_key"
    assert (problem.values["count"], problem.values["feature"]) == (300, 2)
    assert problem.values["found"] == "KD_DESA, NM" and "kode, code" in str(problem.values["understood"])


def test_what_nobody_sees_is_taken_out_of_a_name() -> None:
    plan = read(feature(nama="\ufeffDesa\u00a0Contoh\u200b\x07 Baru\r\n"))
    assert plan.names["99.01.01.2001"] == "Desa Contoh Baru"


@pytest.mark.parametrize("name", ['"a\\ud800b"', '["x"]', '{"a": 1}', "true", f'"{"x" * 201}"'])
def test_a_name_is_text_of_whole_letters(name: str) -> None:
    (problem,) = raw(raw_feature("99.01.01.2001"), raw_feature("99.01.01.2002", name)).problems
    assert (problem.code, problem.values["feature"]) == ("name_unusable", 2)


@pytest.mark.parametrize("code", ["9901012001", "\ud800", "٩٩", "99.1", ["99"], True, 1e300, "x" * 999], ids=ascii)
def test_a_code_of_another_kind_is_said_so_that_it_can_be_printed(code: Any) -> None:
    (problem,) = read(feature(), feature(code)).problems
    assert (problem.code, problem.values["feature"]) == ("feature_without_code", 2)
    assert catalogue("id").reason(problem).encode("utf-8")


@pytest.mark.parametrize("key", ["zona", "zone"])
def test_a_province_may_carry_its_zone(key: str) -> None:
    plan = read(feature(), feature("99", False, **{key: "WITA"}))
    assert (dict(plan.zones), codes(plan)) == ({"99": "WITA"}, [])
    assert read(feature(), feature("99", False)).zones == {}


@pytest.mark.parametrize("zone", ["GMT+8", "wib", 8, ["WIB"], "\ud800"], ids=ascii)
def test_a_zone_that_is_none_of_the_three_is_refused(zone: Any) -> None:
    (problem,) = read(feature(), feature("99", False, zona=zone)).problems
    assert (problem.code, problem.values["feature"]) == ("zone_unknown", 2)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_breaks_off_names_the_feature_where_it_does() -> None:
    whole = json.dumps({"type": "FeatureCollection", "features": [feature(), feature("99.01.01.2002")]})
    for length in (len(whole) - 1, len(whole) - 2, len(whole) - 40):
        problem = read_areas(whole[:length], {}).problems[0]
        assert (problem.code, problem.values["feature"], problem.values["line"]) == ("feature_not_json", 2, 1)


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_what_is_nested_too_deep_is_refused_by_its_number(deep: str) -> None:
    (problem,) = raw(json.dumps(feature()), deep).problems
    assert (problem.code, problem.values) == ("feature_too_deep", {"feature": 2})


@pytest.mark.parametrize("content", ['{"features": {}}', '{"features": null}', '{"type": ' + "[" * 100_000, '{"a" 1}'])
def test_without_a_list_of_features_it_is_no_geojson(content: str) -> None:
    assert codes(read_areas(content, {})) == ["not_geojson"]


@pytest.mark.parametrize("content", ['{"features": []', '{"features": [', '{"features": []} x'])
def test_a_file_without_a_feature_or_with_an_end_of_its_own_says_something(content: str) -> None:
    assert codes(read_areas(content, {}))[0] in ("feature_not_json", "no_villages")


OTHERS = {
    "TopoJSON": '{"type": "Topology", "objects": {"x": {"type": "GeometryCollection"}}, "arcs": []}',
    "Esri JSON": '{"displayFieldName": "", "geometryType": "esriGeometryPolygon", "features": []}',
    "KML, GML": '<?xml version="1.0"?><kml></kml>',
    "GeoJSON Text Sequences": json.dumps(feature()) + "\n" + json.dumps(feature("99.01.01.2002")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_something_else_is_called_by_its_name(name: str) -> None:
    (problem,) = read_areas(OTHERS[name], {}).problems
    assert (problem.code, problem.values) == ("other_than_geojson", {"found": name})


def test_a_property_that_is_called_as_something_else_is_none_of_it() -> None:
    plain = feature(type="Topology", geometryType="Polygon", rings="1")
    assert codes(read_areas(json.dumps({"features": [plain], "type": "FeatureCollection"}), {})) == []


def test_a_collection_within_a_collection_is_named() -> None:
    (problem,) = read(feature(), {"type": "FeatureCollection", "features": [feature("99.01.01.2002")]}).problems
    assert (problem.code, problem.values["feature"]) == ("feature_without_properties", 2)


def test_a_village_without_geometry_is_named() -> None:
    (problem,) = read(feature(), feature("99.01.01.2002", geometry=False)).problems
    assert (problem.code, problem.values["feature"]) == ("village_without_polygon", 2)


def test_other_members_stand_before_and_behind_the_features() -> None:
    content = json.dumps({"crs": {"features": [1]}, "features": [feature()], "bbox": [1, 2], "x": None}, indent=1)
    assert codes(read_areas(content, {})) == []


def test_of_many_faults_of_a_kind_some_are_shown_and_the_rest_counted() -> None:
    lines = list(problem_lines(read(*[feature("9901")] * 25).problems, catalogue("en")))
    assert len(lines) == 11 and "15 more" in lines[10]


# ── whatever else a file may hold ────────────────────────────────────────────────────────────────────────────────────

NUMBERS = st.floats() | st.integers() | st.sampled_from([110.0, 110.01, -5.0, -5.01, 1e308, 10**400])
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(st.characters(codec=None), max_size=9)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
POSITIONS = st.lists(NUMBERS | SCALARS, max_size=4) | st.sampled_from(SQUARE[0])
COORDINATES = st.lists(st.lists(POSITIONS, max_size=6), max_size=3)
GEOMETRIES = ANYTHING | st.recursive(
    st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": COORDINATES | ANYTHING})
    | st.fixed_dictionaries({"type": st.just("MultiPolygon"), "coordinates": st.lists(COORDINATES, max_size=2)}),
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner | ANYTHING, max_size=3)}
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(["kode", "code", "nama", "name", "zona", "x"])
PROPERTIES = st.dictionaries(KEYS, ANYTHING | st.sampled_from(["99", "99.01", "99.01.01.2001", "99.01.01.2002", "WIB"]))
FEATURES = ANYTHING | st.fixed_dictionaries({"properties": PROPERTIES | ANYTHING, "geometry": GEOMETRIES})


@settings(max_examples=examples(150))
@given(st.lists(FEATURES, max_size=4), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused_with_sentences(found: list[Any], lat_first: bool) -> None:
    plan = read(*found, lat_first=lat_first)
    assert plan.problems or plan.villages
    for language in ("id", "en"):
        for line in problem_lines(plan.problems, catalogue(language)):
            assert line.encode("utf-8")
    assert all(village.outline.area > 0 for village in plan.villages)


@settings(max_examples=examples(150))
@given(st.data())
def test_whatever_happens_to_a_file_on_its_way_it_is_read_or_refused(data: st.DataObject) -> None:
    whole = json.dumps({"type": "FeatureCollection", "features": [feature(), feature("99.01.01.2002"), feature("99")]})
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole)))
        cut = data.draw(st.integers(0, 30))
        whole = whole[:at] + data.draw(st.text('[]{}",:0123456789.-eE\\ \x00nulltrue', max_size=4)) + whole[at + cut :]
    plan = read_areas(whole, {})
    assert plan.problems or plan.villages
    assert all(line.encode("utf-8") for line in problem_lines(plan.problems, catalogue("id")))
