"""Read areas from a GeoJSON file that the user supplies.

Features carry a Kemendagri code and a name; villages a polygon, higher areas a null geometry (they may be left out, or
named by a list of codes and names). Axis order, invalid rings, gaps and overlaps are reported, never assumed away.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from verification.model import Level, Village, level_of
from verification.places.outlines import OutlineProblem, axis_order_problem, outline_problems
from verification.reason import Reason

_CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")


_CODE_KEYS = ("kode", "code", "KODE", "kode_desa", "KDEPUM")


_NAME_KEYS = ("nama", "name", "NAMA", "nama_desa", "NAMOBJ")


@dataclass(frozen=True)
class AreaPlan:
    """What loading a file would do: its areas, what forbids it, and what is worth knowing about the outlines."""

    villages: tuple[Village, ...]
    names: Mapping[str, str]
    problems: tuple[Reason, ...]
    outlines: tuple[OutlineProblem, ...]


def read_areas(content: str, names: Mapping[str, str], *, lat_first: bool = False) -> AreaPlan:
    """Read a GeoJSON file; `names` adds names of areas by code; `lat_first` turns its coordinates round."""
    try:
        features = list(json.loads(content)["features"])
    except (ValueError, KeyError, TypeError):
        return AreaPlan((), {}, (Reason("not_geojson"),), ())
    reader = _Reader(dict(names))
    for number, feature in enumerate(features, start=1):
        reader.read(number, feature, lat_first)
    villages = tuple(reader.villages.values())
    if not villages:
        return AreaPlan((), {}, (*reader.problems, Reason("no_villages")), ())
    axis = axis_order_problem(villages)
    problems = (*reader.problems, axis.reason) if axis else tuple(reader.problems)
    outlines = () if axis else tuple(outline_problems(villages))
    return AreaPlan(villages, _all_names(villages, reader.names), problems, outlines)


class _Reader:
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.villages: dict[str, Village] = {}
        self.problems: list[Reason] = []

    def read(self, number: int, feature: Any, lat_first: bool) -> None:
        properties = feature.get("properties") or {} if isinstance(feature, dict) else {}
        code = str(_first(properties, _CODE_KEYS) or "").strip()
        if not _CODE.fullmatch(code):
            self.problems.append(Reason("feature_without_code", {"feature": number, "code": code[:40]}))
            return
        name = str(_first(properties, _NAME_KEYS) or self.names.get(code) or code).strip()
        self.names[code] = name
        if level_of(code) is Level.VILLAGE:
            self._read_village(number, code, name, feature.get("geometry"), lat_first)

    def _read_village(self, number: int, code: str, name: str, geometry: Any, lat_first: bool) -> None:
        outline = _outline(geometry, lat_first)
        if outline is None:
            self.problems.append(Reason("village_without_polygon", {"feature": number, "code": code}))
        elif code in self.villages:
            self.problems.append(Reason("village_twice", {"feature": number, "code": code}))
        else:
            self.villages[code] = Village(code, name, outline)


def _first(properties: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((properties[key] for key in keys if properties.get(key)), None)


def _outline(geometry: Any, lat_first: bool) -> BaseGeometry | None:
    try:
        outline = shapely.geometry.shape(geometry)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        return None
    if outline.geom_type not in ("Polygon", "MultiPolygon") or outline.is_empty:
        return None
    outline = shapely.force_2d(outline)
    return shapely.transform(outline, lambda xy: xy[:, ::-1]) if lat_first else outline


def _all_names(villages: Iterable[Village], names: Mapping[str, str]) -> dict[str, str]:
    """Name every area from the villages' codes upward; an area nobody named is called by its code."""
    codes = {".".join(village.code.split(".")[:parts]) for village in villages for parts in (1, 2, 3, 4)}
    return {code: names.get(code, code) for code in sorted(codes)}
