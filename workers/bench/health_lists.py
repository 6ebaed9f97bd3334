"""Lists of health facilities that were published in public, written as `tilik bench match` reads them.

    .venv/bin/python -m workers.bench.health_lists FOLDER

reads in that folder what MATCHING.md names, each file by who published it, and writes there two lists of hospitals,
with points, and two of health centres, by their names alone. Neither those files nor these lists are committed.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from openpyxl import load_workbook

FIELDS = ("list", "number", "province", "district", "subdistrict", "level", "name", "lat", "lon")
CENTRE, HOSPITAL = "Puskesmas", "RS"
_PLACED_BY_DEFAULT = "-2.4185588"  # a latitude that the ministry's pages give whatever has no point
_SUBDISTRICT = re.compile(r"Kec\.\s*(.+)$")
_HOSPITAL = re.compile(r"\d{7}")
Row = Mapping[str, str]
Point = tuple[float, float]


def hospitals(folder: Path) -> tuple[list[Row], list[Row]]:
    """Give the ministry's facilities of January 2020, and its hospitals of June and September 2021.

    A number begins with its district's. A subdistrict is that of the district's health centre nearest to the point.
    """
    book = load_workbook(folder / "akirawisnu.xlsx", read_only=True)
    head, *rest = ([str(cell or "") for cell in row] for row in book.worksheets[0].iter_rows(values_only=True))
    facilities = [dict(zip(head, row, strict=True)) for row in rest]
    provinces = {one["kode_faskes"][1:3]: one["name_prov"] for one in facilities}
    places = _Places(facilities, _districts(folder))

    def row(of: str, number: str, level: str, name: str, lat: str, lon: str) -> Row:
        lat, lon = lat.strip(), lon.strip()
        lat, lon = (lat, lon) if _point(lat, lon) else ("", "")
        area = places.of(number[:4], _point(lat, lon))
        return _row(of, number, provinces[number[:2]], *area, level, name, lat, lon)

    earlier = [
        row("2020-01", one["kode_faskes"][1:], CENTRE if is_centre else HOSPITAL,
            f"{CENTRE if is_centre else ''} {one['nama_faskes']}", one["lat_"], one["long_"])
        for one in facilities for is_centre in [one["kode_faskes"].startswith("P")]
    ]  # fmt: skip
    beds = [(one["kode_rs"], one["nama"], one["lokasi.lat"], one["lokasi.lon"]) for one in _csv(folder / "zakiego.csv")]
    pages = json.loads((folder / "cekdiri.json").read_text(encoding="utf-8"))
    seen = [
        (number, one["nama"], str(one.get("lat") or ""), str(one.get("lon") or "")) for number, one in pages.items()
    ]
    later = {
        (of, number): row(of, number, HOSPITAL, name, lat, lon)
        for of, found in (("2021-09", beds), ("2021-06", seen))
        for number, name, lat, lon in found
        if _HOSPITAL.fullmatch(number) and number[:2] in provinces and _point(lat, lon)
    }
    return earlier, [*later.values()]


def centres(folder: Path) -> tuple[list[Row], list[Row]]:
    """Give two lists of all health centres, by another number of the ministry's: their names and their districts."""
    before = {one["id"]: one for one in _csv(folder / "riansap.csv", ";")}
    now = {one["kode_instansi"]: one for one in _csv(folder / "ubunteroz.csv")}
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)  # its codes of districts are its own
    for number in before.keys() & now.keys():
        found[now[number]["kode_kab"]][_where(before[number])] += 1
    usual = {code: areas.most_common(1)[0][0] for code, areas in found.items()}

    def row(of: str, number: str, area: tuple[str, str], name: str) -> Row:
        named = name if "PUSK" in name.upper() else f"{CENTRE} {name}"
        return _row(of, number, *area, "", CENTRE, named, "", "")

    earlier = [row("2024", number, _where(one), one["name"]) for number, one in before.items()]
    later = [row("2022", number, _where(before[number]) if number in before else usual[one["kode_kab"]],
                 one["unit_kerja"]) for number, one in now.items() if one["kode_kab"] in usual]  # fmt: skip
    return earlier, later


class _Places:
    """Where a point lies: its district by name, its subdistrict by the nearest health centre of that district."""

    def __init__(self, facilities: Iterable[Row], districts: Mapping[str, str]) -> None:
        self._districts = districts
        self._centres: dict[str, list[tuple[Point, str]]] = defaultdict(list)
        for one in facilities:
            where, point = _SUBDISTRICT.search(one["alamat_faskes"]), _point(one["lat_"], one["long_"])
            if one["kode_faskes"].startswith("P") and where and point:
                self._centres[one["kode_faskes"][1:5]].append((point, where[1].strip()))

    def of(self, district: str, point: Point | None) -> tuple[str, str]:
        centres = self._centres.get(district, []) if point else []
        nearest = min(centres, key=lambda one: _apart(one[0], point), default=(None, ""))
        return self._districts.get(district, district), nearest[1]


def _apart(one: Point, other: Point | None) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 if other else 0.0


def _point(lat: str, lon: str) -> Point | None:
    try:
        point = float(lat), float(lon)
    except ValueError:
        return None
    is_here = -12 < point[0] < 7 and 94 < point[1] < 142
    return point if is_here and not lat.strip().startswith(_PLACED_BY_DEFAULT) else None


def _districts(folder: Path) -> Mapping[str, str]:
    return {one["regency_id"]: one["regency_name"].upper() for one in _csv(folder / "riansap.csv", ";")}


def _where(one: Row) -> tuple[str, str]:
    return one["province_name"].upper(), one["regency_name"].upper()


def _row(*values: str) -> Row:
    return dict(zip(FIELDS, map(str.strip, values), strict=True))


def _csv(path: Path, between: str = ",") -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file, delimiter=between)


def write_lists(folder: Path) -> None:
    """Write `hospitals-earlier.csv`, `hospitals-later.csv` and the same of `centres`."""
    for name, lists in (("hospitals", hospitals(folder)), ("centres", centres(folder))):
        for when, rows in zip(("earlier", "later"), lists, strict=True):
            with (folder / f"{name}-{when}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, FIELDS)
                writer.writeheader()
                writer.writerows(rows)


if __name__ == "__main__":
    write_lists(Path(sys.argv[1]))
