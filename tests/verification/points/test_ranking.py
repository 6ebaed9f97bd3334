"""The ranking of districts: by the points decided, ties as ties, and how far the evidence could move each."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.points.ranking import Ranked, Scored, rank


def places(*districts: Scored) -> list[tuple[str, int, bool, int, int]]:
    return [(one.scored.district, one.place, one.tied, one.best, one.worst) for one in rank(districts)]


def test_the_decided_points_make_the_order_and_the_evidence_says_how_far_each_could_move() -> None:
    """Made up: B and C tie at 640; what D has could be as much as B and C have decided, and no more."""
    assert places(
        Scored("D", 600, 560, 640), Scored("B", 640, 640, 640), Scored("A", 720, 650, 760), Scored("C", 640, 630, 660)
    ) == [("A", 1, False, 1, 2), ("B", 2, True, 2, 3), ("C", 2, True, 1, 4), ("D", 4, False, 2, 4)]


def test_nobody_is_second_where_two_are_first() -> None:
    assert [one.place for one in rank([Scored("A", 5, 5, 5), Scored("B", 5, 5, 5), Scored("C", 4, 4, 4)])] == [1, 1, 3]


def test_sums_of_tenths_tie_as_they_are_written() -> None:
    summed = sum([59.9] * 10)
    assert summed != 599.0
    assert [(one.place, one.tied) for one in rank([Scored("A", summed, 500, 600), Scored("B", 599.0, 500, 600)])] == [
        (1, True), (1, True)]  # fmt: skip


def test_points_decided_beyond_the_evidence_are_a_place_it_can_have() -> None:
    low, high = rank([Scored("A", 700, 500, 600), Scored("B", 650, 650, 650)])
    assert (low.best, low.worst, high.best, high.worst) == (1, 2, 1, 2)


def test_of_no_district_there_is_no_ranking() -> None:
    assert rank([]) == ()


def test_a_range_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="lowest"):
        Scored("A", 1, 2, 1)


few_points = st.integers(0, 4)
scored = st.builds(
    lambda points, ends: (points, *sorted(ends)), few_points, st.tuples(few_points, few_points)
)  # fmt: skip


@given(st.lists(scored, min_size=1, max_size=4))
def test_it_is_what_trying_every_value_in_every_range_gives(values: list[tuple[int, int, int]]) -> None:
    """Of whole points each district takes every value of its range once; its places are then counted one by one."""
    districts = [Scored(f"{n}", *one) for n, one in enumerate(values)]
    found: dict[str, Ranked] = {one.scored.district: one for one in rank(districts)}
    spans = [range(int(min(one.points, one.lowest)), int(max(one.points, one.highest)) + 1) for one in districts]
    tried = [[1 + sum(other > mine for other in points) for mine in points] for points in product(*spans)]
    for n, one in enumerate(districts):
        had = [places[n] for places in tried]
        assert (found[one.district].best, found[one.district].worst) == (min(had), max(had))
        assert found[one.district].best <= found[one.district].place <= found[one.district].worst


@given(st.lists(scored, max_size=6), st.randoms())
def test_the_order_in_which_districts_are_given_never_matters(
    values: list[tuple[int, int, int]], chance: object
) -> None:
    districts = [Scored(f"{n}", *one) for n, one in enumerate(values)]
    shuffled = [*districts]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled) == rank(districts)
