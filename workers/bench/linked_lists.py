"""Two public lists of one country's places, years apart, read as what a district claims and as visits to it.

Places of both lists that bear one registry number are one place: that is the truth that matching is scored against, and
the number itself is kept from it. A list is a file of columns

    list,number,province,district,subdistrict,level,name,lat,lon

with areas by name, points as the source writes them (their decimals are their precision), and nothing where it has
none. The earlier list is claimed; each row of the later one is a visit, made with a good phone where that list says the
place is. Of an area's outline the lists say nothing, so a district is one of made-up codes, a village to a subdistrict.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verification.matching.lines import Placed
from verification.model import Arrival, ClaimedPoint, ClaimLine, Fix, Mode, Visit, district_of, subdistrict_of
from verification.places.areas import METRES_PER_DEGREE

KIND = "sekolah"
ACCURACY_M = 10.0  # of the phone that stood where the later list says the place is
MOST_DECIMALS = 6
Row = Mapping[str, str]


@dataclass(frozen=True)
class LinkedDistrict:
    """A district's earlier list as lines and a later list of it as visits; `truth` maps a visit's id to its line's."""

    label: str
    province: str
    lines: Sequence[ClaimLine]
    placed: Sequence[Placed]
    truth: Mapping[str, int]
    area_names: Mapping[str, str]


def linked_districts(earlier: Path, later: Path) -> Iterator[LinkedDistrict]:
    """Give each district of each later list, with the same district of the earlier one."""
    claimed, visited = _by_district(earlier), _by_district(later)
    for key in sorted(visited):
        by_list: dict[str, list[Row]] = defaultdict(list)
        for row in visited[key]:
            by_list[row["list"]].append(row)
        for label, rows in by_list.items():
            yield _linked(f"{label}: {key[1]}", key[1], claimed.get(key, []), rows)


def _by_district(path: Path) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["province"], row["district"]].append(row)
    return found


def _linked(label: str, district: str, claimed: Sequence[Row], visited: Sequence[Row]) -> LinkedDistrict:
    areas = sorted({row["subdistrict"] for row in [*claimed, *visited]})
    villages = {area: f"99.{1 + n // 99:02}.{1 + n % 99:02}.2001" for n, area in enumerate(areas)}
    lines = [_line(number, row, villages[row["subdistrict"]]) for number, row in enumerate(claimed)]
    by_number = {row["number"]: line for row, line in zip(claimed, lines, strict=True)}
    placed = [_placed(number, row, villages[row["subdistrict"]]) for number, row in enumerate(visited)]
    truth = {
        p.visit.visit_id: by_number[row["number"]].line_id
        for p, row in zip(placed, visited, strict=True)
        if row["number"] in by_number
    }
    names = {subdistrict_of(code): area for area, code in villages.items()}
    names |= {district_of(code): district for code in villages.values()}
    return LinkedDistrict(label, visited[0]["province"], lines, placed, truth, names)


def _line(number: int, row: Row, village: str) -> ClaimLine:
    point = ClaimedPoint(float(row["lon"]), float(row["lat"]), _half_cell_m(row)) if row["lat"] else None
    return ClaimLine(number, 25, KIND, row["name"], village, f"claimed-{number}", point=point)


def _placed(number: int, row: Row, village: str) -> Placed:
    fix = Fix(float(row["lon"]), float(row["lat"]), ACCURACY_M) if row["lat"] else None
    visit = Visit(f"v{number:06}", f"v{number:06}", KIND, Mode.ON_SITE, Arrival.OPEN, name=row["name"] or None, fix=fix)
    return Placed(visit, (village,) if fix else ())


def _half_cell_m(row: Row) -> float:
    decimals = max(len(row[axis].partition(".")[2]) for axis in ("lat", "lon"))
    return float(METRES_PER_DEGREE / 2 / 10 ** min(decimals, MOST_DECIMALS))
