"""Made-up districts as large as real ones: areas, a round, and claims through workbooks, as officers would do it.

Everything is made up and says so (`fiktif`): the districts lie in the Java Sea. The same numbers come out every time.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.areas.geojson import read_areas
from server.claims.importing import import_claims
from server.claims.tables import Claim, ClaimLine
from server.claims.template import template_for
from server.db import snapshot, writing
from server.recoding.applying import AreasWish, load_areas
from server.rounds.planning import RoundWish, add_round, move_round
from server.rounds.states import OPEN, Entry
from server.rulebook import load_indicators
from server.store.interface import Store
from verification.claim_form.cells import FIRST_ROW, LAST_ROW, SHEETS
from workers.bench.district import SIDE, SOUTH, WEST

ROUND, YEAR = "2025", 2025
SUBDISTRICTS, VILLAGES = 20, 10  # villages of each subdistrict
# a district's lines by kind of place: what list indicators of the first set ask for, one workbook for each
SHARES = (("sekolah", 0.49), ("pojok_asi", 0.48), ("lksa", 0.03))
_VERTICES = 40  # of a village's outline on each side, as many as a real one has
_NAMES = {"sekolah": "SD Negeri {n} {village}", "pojok_asi": "Pojok ASI {village} {n}", "lksa": "Panti {village} {n}"}
_BY = "terminal:bench"


@dataclass(frozen=True)
class TruePlace:
    """A claimed place as a visit has to know it: `lon` and `lat` are where it truly is, in degrees."""

    facility_id: str
    kind: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class LargeDistrict:
    """A district to be made: its code, so many lines and visits, and photographs on so many of these."""

    code: str
    lines: int
    visits: int
    photographs: int

    @property
    def name(self) -> str:
        """What it is called."""
        return f"Kabupaten Rekaan {self.lines} (fiktif)"


def make_districts(engine: Engine, store: Store, project: int, districts: Sequence[LargeDistrict]) -> None:
    """Load the areas, open a round and import what each district claims."""
    plan = read_areas(json.dumps({"type": "FeatureCollection", "features": list(_features(districts))}), {})
    load_areas(engine, plan, AreasWish(_BY, date(YEAR, 1, 1)))
    with writing(engine) as session:
        add_round(session, RoundWish(ROUND, YEAR, f"KLA {YEAR} (fiktif)", project=project), Entry(_BY))
        move_round(session, ROUND, OPEN, Entry(_BY))
    for district in districts:
        for kind, share in SHARES:
            _claim(engine, store, district, kind, max(1, round(district.lines * share)))


def lines_of(engine: Engine, district: LargeDistrict) -> list[TruePlace]:
    """List what a district claimed, as it was taken into the register."""
    query = (
        select(ClaimLine.facility_id, ClaimLine.kind, ClaimLine.name, ClaimLine.lon, ClaimLine.lat)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.district == district.code)
        .order_by(ClaimLine.id)
    )
    with snapshot(engine) as session:
        rows = session.execute(query)
        return [TruePlace(facility, kind, name, lon or 0.0, lat or 0.0) for facility, kind, name, lon, lat in rows]


def _features(districts: Sequence[LargeDistrict]) -> Iterator[dict[str, object]]:
    yield _feature("99", "Provinsi Rekaan (fiktif)")
    for number, district in enumerate(districts):
        yield _feature(district.code, district.name)
        for subdistrict in range(SUBDISTRICTS):
            code = f"{district.code}.{subdistrict + 1:02}"
            yield _feature(code, f"Kecamatan Rekaan {subdistrict + 1} (fiktif)")
            for village in range(VILLAGES):
                west, south = _corner(number, subdistrict, village)
                yield _feature(f"{code}.{2001 + village}", _village_name(subdistrict, village), _square(west, south))


def _feature(code: str, name: str, outline: object = None) -> dict[str, object]:
    return {"type": "Feature", "properties": {"kode": code, "nama": name}, "geometry": outline}


def _village_name(subdistrict: int, village: int) -> str:
    return f"Desa {chr(65 + subdistrict)}{village + 1} Rekaan (fiktif)"


def _corner(district: int, subdistrict: int, village: int) -> tuple[float, float]:
    """Give a village's south-west corner: five beside each other in two rows, subdistricts four beside each other."""
    column = subdistrict % 4 * 5 + village % 5
    row = subdistrict // 4 * 2 + village // 5
    return WEST + (district * 25 + column) * SIDE, SOUTH + row * SIDE


def _square(west: float, south: float) -> dict[str, object]:
    steps = [round(n * SIDE / _VERTICES, 7) for n in range(_VERTICES)]
    ring = [(west + s, south) for s in steps] + [(west + SIDE, south + s) for s in steps]
    ring += [(west + SIDE - s, south + SIDE) for s in steps] + [(west, south + SIDE - s) for s in steps]
    return {"type": "Polygon", "coordinates": [[(round(x, 7), round(y, 7)) for x, y in [*ring, ring[0]]]]}


def _claim(engine: Engine, store: Store, district: LargeDistrict, kind: str, count: int) -> None:
    """Fill in a workbook with one kind of places and import it; the first has all scores as well."""
    if count > LAST_ROW - FIRST_ROW:
        raise ValueError(f"a workbook takes {LAST_ROW - FIRST_ROW} places, not {count}")
    with snapshot(engine) as session:
        content = template_for(session, ROUND, district.code).content
    book = load_workbook(io.BytesIO(content))
    indicators = load_indicators().indicators
    listing = next(i.number for i in indicators if kind in i.facility_kinds)
    scored = {i.number: i.points for i in indicators if i.claim_kind != "list" and kind == SHARES[0][0]}
    for row in range(FIRST_ROW, FIRST_ROW + len(indicators)):
        number = book["Klaim"][f"A{row}"].value
        if points := {listing: next(i.points for i in indicators if i.number == listing), **scored}.get(number):
            book["Klaim"][f"E{row}"] = round(points * 0.8, 1)
    letters = {column.key: column.letter for column in SHEETS["Fasilitas"]}
    for n, values in enumerate(_rows(district, kind, listing, count)):
        for key, value in values.items():
            book["Fasilitas"][f"{letters[key]}{FIRST_ROW + n}"] = value
    file = io.BytesIO()
    book.save(file)
    plan = import_claims(engine, store, file.getvalue(), f"klaim-{district.code}-{kind}.xlsx", _BY, lambda plan: True)
    if plan.problems:
        raise ValueError(f"the made-up workbook was refused: {plan.problems[0].reason.code}")


def _rows(district: LargeDistrict, kind: str, indicator: int, count: int) -> Iterator[dict[str, str | float]]:
    random = np.random.default_rng(count)
    number = int(district.code[-2:]) - 1
    for n in range(count):
        place = n % (SUBDISTRICTS * VILLAGES)
        subdistrict, village = place % SUBDISTRICTS, place // SUBDISTRICTS
        west, south = _corner(number, subdistrict, village)
        east, north = random.uniform(0.02, 0.98, 2) * SIDE
        name = _NAMES[kind].format(n=1 + n // (SUBDISTRICTS * VILLAGES), village=_village_name(subdistrict, village))
        yield {
            "indicator": indicator, "kind": kind, "facility_name": name,
            "village": f"{district.code}.{subdistrict + 1:02}.{2001 + village}", "since_year": 2012 + n % 12,
            "lat": round(south + float(north), 5), "lon": round(west + float(east), 5),
        }  # fmt: skip
