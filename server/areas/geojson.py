"""Read areas from a GeoJSON file that the user supplies.

Features carry a Kemendagri code and a name; villages a polygon, higher areas a null geometry (they may be left out, or
named by a list of codes and names); a province may name its zone. Axis order, invalid rings, gaps and overlaps are
reported, never assumed away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from server.areas.features import Unreadable, features_of
from server.areas.names import CODE, clean
from server.areas.polygons import NoOutline, outline_of
from verification.model import Level, Village, level_of
from verification.places.outlines import OutlineProblem, axis_order_problem, outline_problems, piled_up, points_astray
from verification.places.zones import HOURS
from verification.reason import Reason, Value

CODE_KEYS = ("kode", "code", "KODE", "kode_desa", "KDEPUM")
NAME_KEYS = ("nama", "name", "NAMA", "nama_desa", "NAMOBJ")
ZONE_KEYS = ("zona", "zone")
MOST_VERTICES = 20_000_000  # of all outlines: 320 MB; all 83,762 villages have some 8 million


@dataclass(frozen=True)
class AreaPlan:
    """What loading a file would do: its areas, what forbids it, and what is worth knowing about the outlines.

    `zones` has what the file says of its provinces: WIB, WITA or WIT by code.
    """

    villages: tuple[Village, ...]
    names: Mapping[str, str]
    problems: tuple[Reason, ...]
    outlines: tuple[OutlineProblem, ...]
    zones: Mapping[str, str] = field(default_factory=dict)


def read_areas(content: str, names: Mapping[str, str], *, lat_first: bool = False) -> AreaPlan:
    """Read a GeoJSON file; `names` adds names of areas by code; `lat_first` turns its coordinates round."""
    reader = _Reader(names, lat_first)
    reader.read_all(content)
    del content  # a country's takes 400 MB, and its outlines are looked at next
    problems = reader.all_problems()
    villages = tuple(reader.villages.values())
    if not villages:
        return AreaPlan((), {}, problems or (Reason("no_villages"),), ())
    outlines = () if problems else tuple(outline_problems(villages))
    return AreaPlan(villages, _all_names(villages, reader.names), problems, outlines, reader.zones)


class _Reader:
    """Takes areas from features, one after the other, and keeps what is wrong with any."""

    def __init__(self, names: Mapping[str, str], lat_first: bool) -> None:
        self.names = dict(names)
        self.zones: dict[str, str] = {}
        self.villages: dict[str, Village] = {}
        self.problems: list[Reason] = []
        self._lat_first = lat_first
        self._numbers: dict[str, int] = {}  # of the villages' features
        self._vertices = 0
        self._without_keys: list[int] = []
        self._keys_instead = ""

    def read_all(self, content: str) -> None:
        """Take the areas of a file's features, up to where it cannot be read."""
        try:
            for number, feature in enumerate(features_of(content), start=1):
                self._read(number, feature)
        except Unreadable as unreadable:
            self.problems.append(unreadable.reason)

    def _read(self, number: int, feature: Any) -> None:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            self._refuse("feature_without_properties", feature=number)
        elif not any(key in properties for key in CODE_KEYS):
            self._without_keys.append(number)
            self._keys_instead = self._keys_instead or _some_keys(properties)
        else:
            self._read_area(number, properties, feature.get("geometry"))

    def all_problems(self) -> tuple[Reason, ...]:
        """Give what is wrong with features, and then with where their outlines lie."""
        villages = tuple(self.villages.values())
        misplaced = _misplaced(villages, self._numbers, self._lat_first) or _piled_up(villages, self._numbers)
        return (*self._keyless(), *self.problems, *misplaced)

    def _keyless(self) -> Iterator[Reason]:
        if self._without_keys:
            values: dict[str, Value] = {"count": len(self._without_keys), "feature": self._without_keys[0]}
            known = {"found": self._keys_instead, "understood": ", ".join(CODE_KEYS)}
            yield Reason("features_without_code_key", {**values, **known})

    def _read_area(self, number: int, properties: Mapping[str, Any], geometry: Any) -> None:
        code = clean(_first(properties, CODE_KEYS)) or ""
        name = clean(_first(properties, NAME_KEYS))
        if not CODE.fullmatch(code):
            self._refuse("feature_without_code", feature=number, code=code[:40])
        elif name is None:
            self._refuse("name_unusable", feature=number, code=code)
        else:
            self.names[code] = name or self.names.get(code) or code
            self._read_rest(number, code, properties, geometry)

    def _read_rest(self, number: int, code: str, properties: Mapping[str, Any], geometry: Any) -> None:
        if level_of(code) is Level.VILLAGE:
            self._read_village(number, code, geometry)
        elif level_of(code) is Level.PROVINCE:
            self._read_zone(number, code, clean(_first(properties, ZONE_KEYS)))

    def _read_zone(self, number: int, code: str, zone: str | None) -> None:
        if zone in HOURS:
            self.zones[code] = zone
        elif zone != "":
            self._refuse("zone_unknown", feature=number, code=code, zone=zone and zone[:40])

    def _read_village(self, number: int, code: str, geometry: Any) -> None:
        try:
            outline = outline_of(geometry, lat_first=self._lat_first)
        except NoOutline as none:
            self._refuse(none.reason.code, feature=number, code=code, **none.reason.values)
            return
        if code in self.villages:
            self._refuse("village_twice", feature=number, code=code)
            return
        self._vertices += shapely.get_num_coordinates(outline)
        if self._vertices > MOST_VERTICES:
            raise Unreadable("too_many_vertices", feature=number, code=code, most=MOST_VERTICES)
        self._numbers[code] = number
        self.villages[code] = Village(code, self.names[code], outline)

    def _refuse(self, code: str, /, **values: Value) -> None:
        self.problems.append(Reason(code, values))


def _misplaced(villages: tuple[Village, ...], numbers: Mapping[str, int], lat_first: bool) -> list[Reason]:
    """Name each village with a point far from where it belongs; or say once that all of them lie elsewhere."""
    astray = points_astray(villages)
    axis = None if astray or not villages else axis_order_problem(villages)
    if axis and lat_first and axis.reason.code == "outlines_lat_first":
        return [Reason("outlines_lon_first")]  # they were turned round for nothing
    return [Reason(axis.reason.code, {**axis.reason.values, **_named(axis.codes[0], numbers)})] if axis else [
        Reason("point_astray", {"feature": numbers[village.code], "code": village.code, "name": village.name,
                                "lon": round(lon, 4), "lat": round(lat, 4)})
        for village, lon, lat in astray
    ]  # fmt: skip


def _piled_up(villages: Sequence[Village], numbers: Mapping[str, int]) -> list[Reason]:
    return [Reason("outlines_pile_up", _named(village.code, numbers)) for village in piled_up(villages)]


def _named(code: str, numbers: Mapping[str, int]) -> dict[str, Value]:
    return {"feature": numbers[code], "code": code}


def _some_keys(properties: Mapping[str, Any]) -> str:
    return ", ".join((clean(key) or "?")[:30] for key in list(properties)[:8])


def _first(properties: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((properties[key] for key in keys if properties.get(key) not in (None, "")), "")


def _all_names(villages: Iterable[Village], names: Mapping[str, str]) -> dict[str, str]:
    """Name every area from the villages' codes upward; an area nobody named is called by its code."""
    codes = {".".join(village.code.split(".")[:parts]) for village in villages for parts in (1, 2, 3, 4)}
    return {code: names.get(code, code) for code in sorted(codes)}
