"""A made-up district of any size for measuring the rules: so many claimed schools, and a visit to each of them.

The same numbers come out every time. The villages are squares of two kilometres in the Java Sea, ten to a subdistrict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from server.rulebook import load_indicators
from verification.model import Arrival, Claim, ClaimedPoint, ClaimLine, Fix, Mode, Seen, Village, Visit, subdistrict_of
from verification.places.areas import METRES_PER_DEGREE
from verification.sets.indicators import Indicator

DATA_YEAR = 2025
KIND = "sekolah"
WEST, SOUTH, SIDE = 110.0, -5.5, 2000 / METRES_PER_DEGREE  # degrees
VERTICES_APART = SIDE / 40
COLUMNS, ROWS = 5, 2  # villages of a subdistrict
ACROSS = 4  # subdistricts beside each other
HALF_CELL_M = 0.6  # of a coordinate with five decimals
_WORDS = (
    "Harapan", "Bahari", "Pertiwi", "Nurul Huda", "Islam", "Tunas", "Kartini", "Sejahtera", "Mandiri", "Karya", "Mulia",
    "Pembangunan", "Al Hikmah", "Bina", "Cendekia", "Santosa", "Teladan", "Sentosa", "Kasih", "Ibu",
)  # fmt: skip
_SCHOOLS = (
    "SD Negeri {number} {village}", "MI {word} {village}", "SMP Negeri {number} {village}", "SMA {word} {second}",
    "SMK {word} {village}", "MTs {word} {second}",
)  # fmt: skip
_SHORT = {"SD Negeri": "SDN", "SMP Negeri": "SMPN"}


@dataclass(frozen=True)
class District:
    """What `verify_district` takes; `lines` are all that is claimed, under one indicator."""

    claims: Mapping[int, Claim]
    lines: Sequence[ClaimLine]
    visits: list[Visit]
    villages: list[Village]
    names: Mapping[str, str]


def made_up_district(count: int, subdistricts: int) -> District:
    """Make a district of so many lines and as many visits, spread evenly over its subdistricts."""
    random = np.random.default_rng(count)
    villages = list(_villages(subdistricts))
    names = {village.code: village.name for village in villages}
    names |= {subdistrict_of(village.code): f"Kecamatan {village.code[6:8]}" for village in villages}
    indicator = next(i for i in load_indicators().indicators if KIND in i.facility_kinds)
    truth = [_place(random, villages[number % len(villages)]) for number in range(count)]
    lines = [_line(random, number, indicator, *place) for number, place in enumerate(truth)]
    visits = [_visit(random, line, place[1]) for line, place in zip(lines, truth, strict=True)]
    claim = Claim(indicator.number, indicator.points, lines=tuple(lines))
    return District({indicator.number: claim}, claim.lines, visits, villages, names)


def _villages(subdistricts: int) -> Iterator[Village]:
    for number in range(subdistricts):
        across, up = number % ACROSS, number // ACROSS
        for inside in range(COLUMNS * ROWS):
            column, row = across * COLUMNS + inside % COLUMNS, up * ROWS + inside // COLUMNS
            west, south = WEST + column * SIDE, SOUTH + row * SIDE
            outline = shapely.segmentize(shapely.box(west, south, west + SIDE, south + SIDE), VERTICES_APART)
            yield Village(
                f"99.01.{number + 1:02}.{2001 + inside}", f"{_WORDS[(number + inside) % 20]} {inside + 1:X}", outline
            )


def _place(random: np.random.Generator, village: Village) -> tuple[Village, tuple[float, float]]:
    west, south, _, _ = village.outline.bounds
    east, north = random.uniform(0.01, 0.99, 2) * SIDE
    return village, (west + float(east), south + float(north))


def _line(
    random: np.random.Generator, number: int, indicator: Indicator, village: Village, at: tuple[float, float]
) -> ClaimLine:
    """Claim a school: one in ten without a point, one in fifty with a point that is kilometres off."""
    chance, (word, second) = random.uniform(), random.choice(len(_WORDS), 2, replace=False)
    off = random.uniform(-4, 4, 2) * SIDE if chance < 0.02 else random.normal(0, 10, 2) / METRES_PER_DEGREE
    lon, lat = (round(float(value), 5) for value in at + off)
    name = _SCHOOLS[number % len(_SCHOOLS)].format(
        number=1 + number // 20 % 9, village=village.name, word=_WORDS[word], second=_WORDS[second]
    )
    return ClaimLine(
        line_id=number, indicator=indicator.number, kind=KIND, name=name, village=village.code,
        facility_id=f"facility-{number}", registry_no=str(20_000_000 + number) if number % 4 else None,
        point=ClaimedPoint(lon, lat, HALF_CELL_M) if chance < 0.9 else None,
    )  # fmt: skip


def _visit(random: np.random.Generator, line: ClaimLine, at: tuple[float, float]) -> Visit:
    """Visit a school: seven in ten picked from the list on the phone, the others by name, some with their number."""
    chance, north, east, accuracy_m = random.uniform(), *random.normal(0, 15, 2), float(random.uniform(4, 30))
    vague = accuracy_m * 30 if random.uniform() < 0.03 else accuracy_m
    fix = Fix(at[0] + float(east) / METRES_PER_DEGREE, at[1] + float(north) / METRES_PER_DEGREE, vague)
    picked, name = chance < 0.7, line.name
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return Visit(
        visit_id=f"visit-{line.line_id}", version=f"visit-{line.line_id}", kind=KIND, mode=Mode.ON_SITE,
        arrival=Arrival.OPEN, facility_id=line.facility_id if picked else None, name=None if picked else name,
        registry_no=line.registry_no if chance > 0.9 else None, fix=fix if random.uniform() < 0.98 else None,
        answers={criterion.code: Seen.YES for criterion in load_indicators().criteria_at(KIND)},
    )  # fmt: skip
