"""What holds of a whole district: nothing hangs on where it lies, and where limits are tighter nothing is taken back.

A district is moved one village to the east, claims, visits and all: the same is found, of the villages beside.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from tests.support.builders import ALL_FIVE, BESIDE, INDICATORS, LAT, METRE, RULES
from tests.support.environment import examples
from verification.comparing.finding import Verdict
from verification.comparing.visited import Visited, used
from verification.disclosing.counts import CountOf
from verification.judging.line import LineResult
from verification.model import Arrival, Claim, ClaimedPoint, ClaimLine, Fix, Grade, Mode, Seen, Village, Visit
from verification.places.areas import Villages
from verification.places.evidence import grade_point
from verification.reading.noted import RECOUNT, RECOUNT_PERIOD
from verification.verify import DistrictResult, verify_district

EAST = 0.01  # degrees: a village is as wide, and so far everything is moved
CALLED = ["Sukasari", "Sukarame", "Sukajadi", "Sukamulya"]
VILLAGES = [Village(f"99.01.0{row}.200{column}", f"{CALLED[column]} {'Lor' if row == 1 else 'Kidul'}",
                    box(110 + column * EAST, -5 - row * EAST, 110 + (column + 1) * EAST, -5 - (row - 1) * EAST))
            for row in (1, 2) for column in range(4)]  # fmt: skip
NAMES = {village.code: village.name for village in VILLAGES} | {"99.01.01": "Kecamatan Satu", "99.01.02": "Dua"}
MIDDLE = 110 + 1.5 * EAST  # of the second village; phones reach the first and the third
METRES = st.sampled_from([-320.0, -90.0, 0.0, 0.0, 7.0, 61.0, 170.0, 318.0])
PLACES = st.sampled_from(["Pasar Induk", "Pasar Indah", "Balai Kota", "Terminal 1", "Terminal 2", "Harapan Putra"])


def lon(metres: float) -> float:
    return round(MIDDLE + metres * METRE, 7)


def lat(metres: float) -> float:
    return round(LAT + metres * METRE, 7)


FIXES = st.none() | st.builds(lambda x, y, accuracy: Fix(lon(x), lat(y), accuracy), METRES, METRES,
                              st.sampled_from([0.0, 4.0, 30.0, 350.0]))  # fmt: skip
POINTS = st.none() | st.builds(lambda x, y, cell: ClaimedPoint(lon(x), lat(y), cell), METRES, METRES,
                               st.sampled_from([0.6, 5.6, 56.0]))  # fmt: skip


@st.composite
def districts(draw: Any) -> tuple[list[ClaimLine], list[Visit]]:
    lines = [
        ClaimLine(number, 17, "pojok_asi", f"Pojok ASI {draw(PLACES)}", draw(st.sampled_from(VILLAGES[1:3])).code,
                  f"facility-{number}", point=draw(POINTS))
        for number in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    visits = [
        Visit(f"v{number}", f"v{number}", "pojok_asi", Mode.ON_SITE, draw(st.sampled_from(Arrival)),
              facility_id=draw(st.none() | st.sampled_from(lines)) and f"facility-{draw(st.integers(0, 4))}",
              name=draw(st.none() | PLACES), fix=draw(FIXES), asked_third_party=draw(st.sampled_from(Seen)),
              answers=ALL_FIVE)
        for number in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    return lines, visits


def east_of(code: str) -> str:
    """Give the code of the village beside."""
    return f"{code[:-1]}{int(code[-1]) + 1}"


def found(lines: list[ClaimLine], visits: list[Visit]) -> DistrictResult:
    claims = {17: Claim(17, 15.0, lines=tuple(lines))}
    return verify_district(INDICATORS, claims, visits, Villages(VILLAGES), NAMES, RULES, BESIDE)


@settings(max_examples=examples(60))
@given(districts())
def test_moving_everything_by_one_village_moves_the_result(district: tuple[list[ClaimLine], list[Visit]]) -> None:
    lines, visits = district
    moved_lines = [
        replace(one, village=east_of(one.village),
                point=one.point and replace(one.point, lon=round(one.point.lon + EAST, 7)))
        for one in lines
    ]  # fmt: skip
    moved_visits = [replace(one, fix=one.fix and replace(one.fix, lon=round(one.fix.lon + EAST, 7))) for one in visits]
    here, there = found(lines, visits), found(moved_lines, moved_visits)
    assert there.ledger == here.ledger
    assert [told(one) for one in there.lines] == [told(one) for one in here.lines]
    for one, other in zip(here.visits, there.visits, strict=True):
        assert (one.reason, one.line_ids, one.flags) == (other.reason, other.line_ids, other.flags)
        assert tuple(map(east_of, one.villages)) == other.villages


def told(line: LineResult) -> tuple[object, ...]:
    """Give what is said of a line, but for the names of villages."""
    match = line.match and (line.match.visit_id, line.match.sure, [(c.what, c.level) for c in line.match.comparisons])
    return line.outcome, match, [reason.code for reason in line.reasons], line.earlier


@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.floats(0.5, 1.0),
    st.floats(0, 0.4),
    st.floats(1.0, 1.5),
    st.floats(0, 0.4),
)
def test_a_tighter_band_never_lets_agree_what_differed(
    claimed: int, counted: int, least: float, more: float, most: float, less: float
) -> None:
    line = ClaimLine(1, 13, "lksa", "Panti", VILLAGES[0].code, "f", users=claimed)
    visit = Visit("v", "v", "lksa", Mode.ON_SITE, Arrival.OPEN,
                  noted={RECOUNT: str(counted), RECOUNT_PERIOD: "data_year"})  # fmt: skip
    at = Visited({1: line}, {1: visit})
    wide = used(at, "13b1", least, most, CountOf.CHILDREN)[0]
    tight = used(at, "13b1", least + more, max(most - less, least + more), CountOf.CHILDREN)[0]
    assert not (wide is Verdict.DIFFERS and tight is not Verdict.DIFFERS)


@given(
    METRES,
    METRES,
    st.sampled_from([4.0, 30.0, 350.0]),
    st.floats(0.5, 0.99),
    st.floats(0, 0.5),
    st.floats(10, 300),
    st.floats(0, 200),
)
def test_stricter_limits_never_put_a_visit_at_its_place(
    x: float, y: float, accuracy_m: float, surely: float, more: float, allowance_m: float, less: float
) -> None:
    fix, claimed = Fix(lon(x), lat(y), accuracy_m), ClaimedPoint(lon(0), lat(0), 0.6)

    def grade(probability: float, metres: float) -> Grade:
        rules = replace(RULES.location, at_place_probability=probability)
        return grade_point(fix, Mode.ON_SITE, claimed, metres, rules).grade

    strict = grade(min(surely + more, 0.999), max(allowance_m - less, 1.0))
    assert not (strict is Grade.AT_PLACE and grade(surely, allowance_m) is not Grade.AT_PLACE)
