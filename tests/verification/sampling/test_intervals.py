"""What places that were drawn say of all: exactly so much, and nothing where too few were drawn."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.sampling.intervals import FEWEST, Drawn, Interval, exact, whole

NARROWER = 0.9  # a level


def test_twelve_of_forty_drawn_and_seven_usable_is_thirteen_to_thirty_two() -> None:
    """The worked example: 7/12 = 0.58, of 40 between 13 and 32."""
    assert exact(40, 12, 7) == Interval(13, 32)
    assert whole([Drawn(40, 12, 7)]) == Interval(13, 32)


def test_ten_of_ten_confirmed_out_of_sixty_still_allows_28_percent_false() -> None:
    found = exact(60, 10, 10)
    assert found == Interval(43, 60)
    assert round((60 - found.lowest) / 60, 2) == 0.28


def test_below_ten_drawn_there_is_none_and_a_census_is_a_point() -> None:
    assert whole([Drawn(60, 9, 9)]) is None
    assert whole([Drawn(60, 10, 9)]) is not None
    assert whole([Drawn(4, 4, 3)]) == Interval(3, 3)
    assert whole([Drawn(4, 4, 3), Drawn(6, 5, 5)]) is None


def test_who_was_drawn_and_is_undecided_is_neither_left_out_nor_guessed() -> None:
    found = whole([Drawn(40, 12, 7, undecided=3)])
    assert found == Interval(exact(40, 12, 7).lowest, exact(40, 12, 10).highest)
    assert found != whole([Drawn(40, 9, 7)]), "those nine alone would say more than is known"


@pytest.mark.parametrize("wrong", [(5, 6, 0, 0), (5, 3, 4, 0), (5, 3, 2, 2), (5, 3, -1, 0), (5, 3, 1, -1)])
def test_what_cannot_have_been_drawn_is_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError):
        Drawn(*wrong)


@st.composite
def strata(draw: st.DrawFn) -> Drawn:
    lines = draw(st.integers(1, 40))
    drawn = draw(st.integers(0, lines))
    confirmed = draw(st.integers(0, drawn))
    return Drawn(lines, drawn, confirmed, draw(st.integers(0, drawn - confirmed)))


@given(strata())
def test_both_ends_are_possible_and_what_is_not_confirmed_mirrors_what_is(one: Drawn) -> None:
    found = exact(one.lines, one.drawn, one.confirmed)
    assert one.confirmed <= found.lowest <= found.highest <= one.lines - one.drawn + one.confirmed
    mirrored = exact(one.lines, one.drawn, one.drawn - one.confirmed)
    assert (one.lines - mirrored.highest, one.lines - mirrored.lowest) == (found.lowest, found.highest)
    assert one.drawn < one.lines or found.lowest == found.highest


@given(strata())
def test_more_confirmed_is_never_less_and_surer_is_never_narrower(one: Drawn) -> None:
    found = [exact(one.lines, one.drawn, confirmed) for confirmed in range(one.drawn + 1)]
    assert all(a.lowest <= b.lowest and a.highest <= b.highest for a, b in pairwise(found))
    narrower = exact(one.lines, one.drawn, one.confirmed, NARROWER)
    assert found[one.confirmed].lowest <= narrower.lowest <= narrower.highest <= found[one.confirmed].highest


@given(st.lists(strata(), min_size=1, max_size=3))
def test_deciding_who_is_undecided_never_leads_out_of_the_interval(them: list[Drawn]) -> None:
    found = whole(them)
    drawn = sum(one.drawn for one in them)
    assert (found is None) == (drawn < FEWEST and any(one.drawn < one.lines for one in them))
    for confirmed in (True, False):
        decided = [Drawn(one.lines, one.drawn, one.confirmed + one.undecided * confirmed) for one in them]
        if found and (later := whole(decided)):
            assert found.lowest <= later.lowest and later.highest <= found.highest
