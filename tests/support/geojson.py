"""GeoJSON files of areas, as somebody supplies them."""

import json
from typing import Any

from server.areas.geojson import AreaPlan, read_areas

SQUARE = [[[110.0, -5.01], [110.01, -5.01], [110.01, -5.0], [110.0, -5.0], [110.0, -5.01]]]


def feature(code: str = "99.01.01.2001", geometry: Any = None, **properties: Any) -> dict[str, Any]:
    polygon = {"type": "Polygon", "coordinates": SQUARE} if geometry is None else geometry or None
    return {"type": "Feature", "properties": {"kode": code, "nama": "Desa Contoh"} | properties, "geometry": polygon}


def read(*features: Any, names: dict[str, str] | None = None, lat_first: bool = False) -> AreaPlan:
    content = json.dumps({"type": "FeatureCollection", "features": features})
    return read_areas(content, names or {}, lat_first=lat_first)


def codes(plan: AreaPlan) -> list[str]:
    return [problem.code for problem in plan.problems]


def refused(geometry: Any) -> str:
    """Read a file whose second feature has this geometry; give what is said of it."""
    (problem,) = read(feature(), feature("99.01.01.2002", geometry)).problems
    assert problem.values["feature"] == 2
    return problem.code


def square(column: float = 0, row: float = 0, columns: float = 1) -> dict[str, Any]:
    """Draw a polygon of so many squares of 1.1 km, side by side; the first one is `SQUARE`."""
    west, south = 110 + column * 0.01, -5.01 + row * 0.01
    east, north = west + columns * 0.01, south + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
