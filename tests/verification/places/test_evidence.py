"""Was the visit at the place? Named cases, then what must hold for every distance and every error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import RULES, a_fix, a_point
from verification.model import ClaimedPoint, Fix, Grade, Mode
from verification.places.evidence import grade_point, probability_within

LOCATION = RULES.location
ROOM_M, SCHOOL_M = (RULES.kinds[kind].allowance_m for kind in ("pojok_asi", "sekolah"))
CASES = {
    "at the door, good fix": (a_fix(0, 5), a_point(), Grade.AT_PLACE),
    "30 m off, good fix": (a_fix(30, 5), a_point(), Grade.AT_PLACE),
    "at the door, 30 m accuracy": (a_fix(0, 30), a_point(), Grade.AT_PLACE),
    "inside a mall, 60 m accuracy": (a_fix(0, 60), a_point(), Grade.UNSURE),
    "120 m off, good fix": (a_fix(120, 5), a_point(), Grade.UNSURE),
    "600 m off, good fix": (a_fix(600, 5), a_point(), Grade.ELSEWHERE),
    "2 km off, 900 m accuracy": (a_fix(2000, 900), a_point(), Grade.ELSEWHERE),
    "600 m off, 100 m accuracy": (a_fix(600, 100), a_point(), Grade.UNSURE),
    "a phone that says 3 km is not elsewhere": (a_fix(0, 3000), a_point(), Grade.UNSURE),
    "a claim written with two decimals decides nothing": (a_fix(0, 5), a_point(0, 556), Grade.UNSURE),
    "accuracy 0: mocked or placed by hand": (a_fix(0, 0), a_point(), Grade.NO_EVIDENCE),
    "no accuracy": (a_fix(0, None), a_point(), Grade.NO_EVIDENCE),
    "no point": (None, a_point(), Grade.NO_EVIDENCE),
    "no claimed point": (a_fix(), None, Grade.NO_EVIDENCE),
}


@pytest.mark.parametrize("fix, claimed, expected", CASES.values(), ids=CASES)
def test_grade(fix: Fix | None, claimed: ClaimedPoint | None, expected: Grade) -> None:
    assert grade_point(fix, Mode.ON_SITE, claimed, ROOM_M, LOCATION).grade is expected


def test_a_school_allows_more_distance_than_a_room() -> None:
    graded = [grade_point(a_fix(120), Mode.ON_SITE, a_point(), metres, LOCATION).grade for metres in (SCHOOL_M, ROOM_M)]
    assert graded == [Grade.AT_PLACE, Grade.UNSURE]


def test_a_video_visit_has_no_point_whatever_the_form_says() -> None:
    evidence = grade_point(a_fix(), Mode.VIDEO, a_point(), ROOM_M, LOCATION)
    assert (evidence.grade, evidence.reason.code) == (Grade.NO_EVIDENCE, "video_has_no_point")


def test_the_evidence_says_its_distance_and_error() -> None:
    evidence = grade_point(a_fix(30, 10), Mode.ON_SITE, a_point(0, 5.6), ROOM_M, LOCATION)
    assert evidence.distance_m == pytest.approx(30, abs=0.5)
    assert evidence.error_m == pytest.approx((16.2**2 + 5.6**2) ** 0.5)


@pytest.mark.parametrize("radius, measured, sigma, expected", [
    (50, 0, 40, 0.542165),  # 1 - exp(-(50/40)²/2)
    (500, 600, 100 / 1.51, 0.058147),  # the Rice density integrated numerically
    (50, 10_000, 3, 0.0),
    (500, 10, 3, 1.0),
])  # fmt: skip
def test_probability_within(radius: float, measured: float, sigma: float, expected: float) -> None:
    assert probability_within(radius, measured, sigma) == pytest.approx(expected, abs=1e-5)


BETTER = {Grade.UNSURE: 0, Grade.ELSEWHERE: -1, Grade.AT_PLACE: 1}
metres = st.floats(0, 5000)
errors = st.floats(1, 5000)


@given(metres, errors, st.floats(1, 20))
def test_a_worse_fix_never_makes_a_visit_look_better(north: float, accuracy: float, worse: float) -> None:
    """Nor does it accuse: with more error a grade can only move towards UNSURE."""
    sharp = grade_point(a_fix(north, accuracy), Mode.ON_SITE, a_point(), ROOM_M, LOCATION).grade
    blurred = grade_point(a_fix(north, accuracy * worse), Mode.ON_SITE, a_point(), ROOM_M, LOCATION).grade
    assert blurred in (sharp, Grade.UNSURE)


@given(metres, metres, errors)
def test_nearer_is_never_graded_worse(one: float, other: float, accuracy: float) -> None:
    near, far = sorted((one, other))
    grades = [grade_point(a_fix(d, accuracy), Mode.ON_SITE, a_point(), SCHOOL_M, LOCATION).grade for d in (near, far)]
    assert BETTER[grades[0]] >= BETTER[grades[1]]
