"""The verification factor: for so many claimed places there are so many, and so many meet what is asked (E-LINE)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    ALL_FIVE,
    ALL_SEVEN,
    a_line,
    a_point,
    a_visit,
    ten_of_which_six_were_visited,
    verify,
)
from verification.model import Arrival, ClaimedPoint, Outcome, Seen
from verification.points.factor import Factor, Told, exists, meets
from verification.sampling.intervals import exact
from verification.verify import DistrictResult


def told(result: DistrictResult) -> list[Told]:
    return [(line.outcome, {reason.code for reason in line.reasons}, 1) for line in result.lines]


def test_a_factor_as_the_catalogue_works_it() -> None:
    """27: 40 claimed, 12 drawn at random, 7 usable by all: 7/12 = 0.58; 95 %: 13…32 of 40, which is 0.33 to 0.80."""
    lines: list[Told] = [(Outcome.CONFIRMED, (), 7), (Outcome.CRITERIA_NOT_MET, (), 5), (Outcome.NOT_VISITED, (), 28)]
    found = meets(lines)
    assert found == Factor(40, 7, 5)
    assert (round(found.of_decided or 0, 2), found.bounds) == (0.58, (7 / 40, 35 / 40))
    assert exists(lines) == Factor(40, 12, 0), "all twelve are there"
    drawn = exact(40, 12, 7)
    assert (drawn.lowest, drawn.highest) == (13, 32)
    assert (drawn.lowest / 40, drawn.highest / 40) == pytest.approx((0.33, 0.80), abs=0.006)


def test_what_lacks_something_is_there_and_what_was_closed_is_not_known_to_be() -> None:
    """Pojok ASI, ten claimed, six visited: four confirmed, one without refrigerator, one closed."""
    found = told(verify(*ten_of_which_six_were_visited()))
    assert (exists(found).bounds, meets(found).bounds) == ((0.5, 1.0), (0.4, 0.9))


@pytest.mark.parametrize("answers, arrival, there, met", [
    (dict.fromkeys(ALL_SEVEN, Seen.YES), Arrival.OPEN, 1, 1),
    (dict.fromkeys(ALL_SEVEN, Seen.NO), Arrival.OPEN, 1, 0),  # an open list decides nothing, and the school is there
    ({}, Arrival.REFUSED, 0, 0),
])  # fmt: skip
def test_a_place_whose_criteria_stay_open_was_found(
    answers: dict[str, Seen], arrival: Arrival, there: int, met: int
) -> None:
    line = a_line(indicator=25, kind="sekolah")
    found = told(verify([line], [a_visit(kind="sekolah", answers=answers, arrival=arrival)]))
    assert (exists(found).verified, meets(found).verified) == (there, met)
    assert exists(found).contradicted == meets(found).contradicted == 0


@pytest.mark.parametrize("point", [None, a_point()])
def test_of_two_lines_that_may_be_one_room_one_is_there_at_least_and_two_at_most(point: ClaimedPoint | None) -> None:
    lines = [a_line(number, point=point) for number in (1, 2)]
    visits = [a_visit(f"v{number}", facility_id=f"facility-{number}") for number in (1, 2)]
    found = told(verify(lines, visits))
    assert exists(found).bounds == meets(found).bounds == (0.5, 1.0)


@pytest.mark.parametrize("first, second", [
    ({}, {"chair": Seen.NOT_SEEN}), ({"chair": Seen.NOT_SEEN}, {}), ({"chair": Seen.NOT_SEEN},) * 2,
], ids=["the later is open", "the first is", "both are"])  # fmt: skip
def test_one_room_that_two_lines_name_is_there_once_where_something_was_not_seen_too(
    first: dict[str, Seen], second: dict[str, Seen]
) -> None:
    """Balai Kota and Balaikota: without a claimed point nothing but the visits says that they may be one."""
    lines = [a_line(number, point=None) for number in (1, 2)]
    visits = [a_visit(f"v{number}", facility_id=f"facility-{number}", answers=ALL_FIVE | seen)
              for number, seen in enumerate((first, second), start=1)]  # fmt: skip
    assert exists(told(verify(lines, visits))).bounds == (0.5, 1.0)
    assert exists(told(verify([*lines, a_line(3, point=a_point(400))], visits))).bounds == (1 / 3, 1.0)


@pytest.mark.parametrize("proposed", ["criteria_counted", "needed_not_seen"])
def test_a_place_of_which_a_person_said_that_nobody_can_tell_is_not_known_to_be_there(proposed: str) -> None:
    """Whatever the rules proposed: a decision stands in its place."""
    decided: list[Told] = [(Outcome.UNSURE, {"decided_by_person", proposed}, 1)]
    assert exists(decided).bounds == meets(decided).bounds == (0.0, 1.0)
    assert exists([(Outcome.CRITERIA_NOT_MET, {"decided_by_person", proposed}, 1)]).verified == 1


def test_of_nothing_claimed_there_is_no_ratio_and_of_fifty_that_are_not_there_it_is_nought() -> None:
    assert (exists([]).bounds, exists([]).of_decided) == (None, None)
    assert exists([(Outcome.NOT_FOUND, (), 50)]).bounds == (0.0, 0.0), "and no difference of 0 %"


codes = st.sets(st.sampled_from(["criteria_counted", "needed_not_seen", "arrival_closed", "match_unsure"]))
lines_told = st.lists(st.tuples(st.sampled_from(list(Outcome)), codes, st.integers(0, 40)), max_size=8)


@given(lines_told)
def test_what_meets_is_there_and_bounds_hold_what_is_known(lines: list[Told]) -> None:
    there, met = exists(lines), meets(lines)
    assert met.verified <= there.verified and there.contradicted <= met.contradicted
    assert min(there.undecided, met.undecided) >= 0
    for one in (there, met):
        if one.bounds:
            assert 0 <= one.bounds[0] <= one.bounds[1] <= 1
            assert one.undecided or one.bounds[0] == one.bounds[1] == one.of_decided
