"""Builders that make a valid thing; a test says only what differs.

The district is made up and lies in the Java Sea: four square villages of some 1.1 km, in two subdistricts.
"""

from datetime import UTC, date, datetime
from typing import Any

from shapely.geometry import box
from sqlalchemy import Engine

from server.areas.geojson import AreaPlan
from server.recoding.applying import AreasWish, load_areas
from server.rulebook import load_indicators, load_kinds, load_rules
from verification.comparing.beside import Beside
from verification.deciding.facts import Decided
from verification.model import Arrival, Claim, ClaimedPoint, ClaimLine, Fix, Mode, Outcome, Seen, Village, Visit
from verification.places.areas import Placement, Villages
from verification.reason import Reason
from verification.rules import Rules
from verification.verify import DistrictResult, verify_district

RULES = load_rules()
BESIDE = Beside(2025)
KINDS = load_kinds()
INDICATORS = load_indicators()
LON, LAT = 110.005, -5.005  # the middle of the first village
METRE = 1 / 111_195  # degrees of latitude
VILLAGES = [
    Village(f"99.01.0{1 + row}.200{1 + column}", f"Desa {row}{column}",
            box(110 + column * 0.01, -5.01 - row * 0.01, 110.01 + column * 0.01, -5 - row * 0.01))
    for row in range(2)
    for column in range(2)
]  # fmt: skip
NEIGHBOUR = Village("99.02.01.2001", "Desa Tetangga", box(109.99, -5.01, 110.0, -5.0))
NAMES = {village.code: village.name for village in VILLAGES}


def a_fix(metres_north: float = 0.0, accuracy_m: float | None = 5.0, **other: Any) -> Fix:
    """Stand so many metres north of the middle of the first village."""
    return Fix(**{"lon": LON, "lat": LAT + metres_north * METRE, "accuracy_m": accuracy_m} | other)


def a_point(metres_north: float = 0.0, half_cell_m: float = 0.6) -> ClaimedPoint:
    return ClaimedPoint(LON, LAT + metres_north * METRE, half_cell_m)


def a_line(line_id: int = 1, **other: Any) -> ClaimLine:
    values: dict[str, Any] = {
        "line_id": line_id, "indicator": 17, "kind": "pojok_asi", "name": f"Pojok ASI Tempat {line_id}",
        "village": VILLAGES[0].code, "facility_id": f"facility-{line_id}", "point": a_point(),
    }  # fmt: skip
    return ClaimLine(**(values | other))


ALL_FIVE = dict.fromkeys(("closed_room", "wash_basin", "refrigerator", "baby_table", "chair"), Seen.YES)
ALL_SEVEN = {c.code: Seen.YES for c in INDICATORS.by_number[25].criteria if c.of_regulation}


def a_visit(visit_id: str = "v1", **other: Any) -> Visit:
    """Give a visit to the first line's facility, open, with everything seen."""
    values: dict[str, Any] = {
        "visit_id": visit_id, "version": visit_id, "kind": "pojok_asi", "mode": Mode.ON_SITE, "arrival": Arrival.OPEN,
        "received_at": datetime(2026, 11, 1, tzinfo=UTC), "facility_id": "facility-1", "fix": a_fix(),
        "answers": ALL_FIVE,
    }  # fmt: skip
    return Visit(**(values | other))


def verify(
    lines: list[ClaimLine], visits: list[Visit], decided: Decided | None = None, rules: Rules = RULES,
    beside: Beside = BESIDE, **claim: Any,
) -> DistrictResult:  # fmt: skip
    """Verify one claim made of these lines, with what people decided."""
    indicator = lines[0].indicator if lines else 17
    maximum = INDICATORS.by_number[indicator].points
    values: dict[str, Any] = {"indicator": indicator, "self_score": maximum, "lines": tuple(lines)}
    claims = {indicator: Claim(**(values | claim))}
    return verify_district(INDICATORS, claims, visits, Villages([*VILLAGES, NEIGHBOUR]), NAMES, rules,
                           beside, decided)  # fmt: skip


def ten_of_which_six_were_visited() -> tuple[list[ClaimLine], list[Visit]]:
    """Give the worked example: of ten Pojok ASI, four confirmed, one without refrigerator, one closed."""
    lines = [a_line(n, point=a_point(n * 100), facility_id=f"facility-{n}") for n in range(10)]
    answers = [ALL_FIVE] * 4 + [ALL_FIVE | {"refrigerator": Seen.NO}] + [ALL_FIVE]
    visits = [
        a_visit(f"v{n}", facility_id=f"facility-{n}", answers=seen,
                arrival=Arrival.CLOSED if n == 5 else Arrival.OPEN, fix=a_fix(n * 100))
        for n, seen in enumerate(answers)
    ]  # fmt: skip
    return lines, visits


def outcome_of(line: ClaimLine, *visits: Visit) -> tuple[Outcome, str]:
    """Give one line's outcome and its first reason."""
    result = verify([line], list(visits)).lines[0]
    return result.outcome, result.reasons[0].code


def in_village(code: str = VILLAGES[0].code) -> Placement:
    return Placement((code,), Reason("in_village"))


AREAS = {
    "99": "Provinsi Contoh", "99.01": "Kabupaten Contoh", "99.01.01": "Kecamatan Satu",
    "99.01.02": "Kecamatan Dua", "99.02": "Kabupaten Tetangga", "99.02.01": "Kecamatan Tetangga",
}  # fmt: skip


def load_district(engine: Engine) -> None:
    """Load the made-up district's areas, and a neighbour's village."""
    villages = (*VILLAGES, NEIGHBOUR)
    names = AREAS | {village.code: village.name for village in villages}
    load_areas(engine, AreaPlan(villages, names, (), ()), AreasWish("terminal:test", date(2026, 1, 1)))
