"""Load areas from a GeoJSON file that the user supplies, and give them to the rules.

Features carry a Kemendagri code and a name; villages a polygon, higher areas a null geometry (they may be left out, or
named by a list of codes and names). Axis order, invalid rings, gaps and overlaps are reported, never assumed away.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.tables import Area
from verification.areas import OutlineProblem, axis_order_problem, mend, outline_problems
from verification.model import Level, Reason, Village, level_of

_CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
NEAR_DEGREES = 0.02  # some 2 km: more than the coast and any accuracy worth naming neighbours for
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


def apply_areas(session: Session, plan: AreaPlan) -> dict[str, int]:
    """Store a plan's areas; areas that the file does not name stay. Returns how many are new, changed, unchanged."""
    known = {area.code: area for area in session.scalars(select(Area).where(Area.code.in_(plan.names)))}
    outlines = {village.code: mend(village.outline) for village in plan.villages}
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for code, name in plan.names.items():
        area, outline = known.get(code), outlines.get(code)
        wkb = shapely.to_wkb(outline) if outline else None
        if area is None:
            area = Area(code=code, level=level_of(code))
            session.add(area)
            counts["new"] += 1
        elif (area.name, area.outline) == (name, wkb) or (name == code and wkb is None):
            counts["unchanged"] += 1
            continue
        else:
            counts["changed"] += 1
        area.name, area.outline = name, wkb
        area.west, area.south, area.east, area.north = outline.bounds if outline else (None,) * 4
    return counts


def _in(code: str) -> Any:
    return (Area.code == code) | Area.code.startswith(f"{code}.", autoescape=True)


def names_within(session: Session, code: str) -> dict[str, str]:
    """Map the codes of an area and everything in it to names."""
    return {row.code: row.name for row in session.execute(select(Area.code, Area.name).where(_in(code)))}


def villages_within(session: Session, code: str) -> list[Village]:
    """Give the villages of an area, with their outlines."""
    rows = session.execute(select(Area.code, Area.name, Area.outline).where(_in(code)).order_by(Area.code))
    return [Village(row.code, row.name, shapely.from_wkb(row.outline)) for row in rows if row.outline]


def villages_around(session: Session, points: Sequence[tuple[float, float]]) -> list[Village]:
    """Give the villages near any of these points (lon, lat), whatever their district."""
    boxes = session.execute(
        select(Area.code, Area.west, Area.south, Area.east, Area.north).where(Area.outline.is_not(None))
    ).all()
    if not boxes or not points:
        return []
    edges = np.array([row[1:] for row in boxes], dtype=float)
    lon, lat = np.array(points, dtype=float).T[:, :, None]
    near = (
        (lon >= edges[:, 0] - NEAR_DEGREES) & (lon <= edges[:, 2] + NEAR_DEGREES)
        & (lat >= edges[:, 1] - NEAR_DEGREES) & (lat <= edges[:, 3] + NEAR_DEGREES)
    ).any(axis=0)  # fmt: skip
    codes = [row.code for row, is_near in zip(boxes, near, strict=True) if is_near]
    rows = session.execute(select(Area.code, Area.name, Area.outline).where(Area.code.in_(codes)).order_by(Area.code))
    return [Village(row.code, row.name, shapely.from_wkb(row.outline)) for row in rows]
