"""What would take hours or gigabytes is refused by the feature's number, before it does."""

import json
import math

import pytest

from server.areas import features, geojson, polygons
from server.areas.geojson import read_areas
from tests.support.geojson import SQUARE, codes, feature, read, refused, square


def written(*features: str) -> str:
    return '{"features": [' + ",\n".join(features) + "]}"


def test_a_ring_is_as_long_as_anybody_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polygons, "MOST_VERTICES", 1000)
    assert refused({"type": "Polygon", "coordinates": [SQUARE[0] * 201]}) == "ring_too_long"


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


def test_a_village_has_as_many_rings_as_a_village_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polygons, "MOST_RINGS", 100)
    assert refused({"type": "Polygon", "coordinates": boxes(101, 1e-5, 1e-6)}) == "too_many_rings"


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
    (problem,) = read_areas(written(json.dumps(feature()), long), {}).problems
    assert (problem.code, problem.values["feature"]) == ("feature_too_large", 2)
    shorter = json.dumps(feature("99.01.01.2002", square(1), x=["y" * 1000] * 250))
    assert codes(read_areas(written(json.dumps(feature()), shorter), {})) == []


def test_where_a_long_feature_breaks_off_is_said_in_the_files_own_lines() -> None:
    broken = json.dumps(feature("99.01.01.2002", x="y" * 200_000))[:-1] + "!}"
    (problem,) = read_areas(written(json.dumps(feature()), broken), {}).problems
    assert (problem.values["feature"], problem.values["line"]) == (2, 2)
    assert int(str(problem.values["column"])) > 200_000


def test_a_file_has_as_many_points_as_the_memory_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "MOST_VERTICES", 12)
    (problem,) = read(feature(), feature("99.01.01.2002", square(1)), feature("99.01.01.2003", square(2))).problems
    assert (problem.code, problem.values["feature"]) == ("too_many_vertices", 3)
