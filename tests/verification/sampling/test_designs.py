"""Places are drawn by lot: the same seed and lines give the same, each with the probability that it really had."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verification.sampling.designs import LEAST_PROBABILITY, Design, Lottery, NotDrawn, allocate, audit_size, draw

FORTY = {f"tempat {number}": 0 for number in range(40)}


def by_class(*sizes: int) -> dict[str, int]:
    """Name lines, so many of each class of risk."""
    return {f"tempat {risk}/{number}": risk for risk, size in enumerate(sizes) for number in range(size)}


def names(choice: Lottery) -> list[str]:
    return [lot.name for lot in choice.drawn]


def test_an_audit_of_50_takes_22_visits_of_100_25_and_of_300_28() -> None:
    assert [audit_size(lines) for lines in (50, 100, 300)] == [22, 25, 28]
    assert [audit_size(lines) for lines in (1, 10, 10_000)] == [1, 10, 29]


def test_lqas_takes_nineteen_or_all_there_are() -> None:
    assert len(draw(Design.LQAS, "a", FORTY).drawn) == 19
    assert len(draw(Design.LQAS, "a", by_class(7)).drawn) == 7


@pytest.mark.parametrize("design", Design)
def test_the_same_seed_and_lines_draw_the_same_in_whatever_order_they_come(design: Design) -> None:
    lines = by_class(30, 8, 4)
    turned = dict(reversed(lines.items()))
    assert draw(design, "Demak 2026", lines, 14) == draw(design, "Demak 2026", turned, 14)
    assert names(draw(design, "Demak 2026", lines, 14)) != names(draw(design, "Demak 2027", lines, 14))


def test_substitutes_are_those_that_the_lot_puts_next() -> None:
    twelve, fourteen = draw(Design.RANDOM, "a", FORTY, 12), draw(Design.RANDOM, "a", FORTY, 14)
    assert names(fourteen)[:12] == names(twelve)
    assert [lot.name for lot in twelve.reserve][:2] == names(fourteen)[12:]
    assert [lot.order for lot in (*twelve.drawn, *twelve.reserve)] == [*range(1, 41)]


def test_more_risk_is_drawn_more_often_and_none_hardly_ever() -> None:
    choice = draw(Design.RISK, "a", by_class(200, 60, 10), 40)
    chances = {lot.stratum: round(lot.probability, 3) for lot in choice.drawn}
    assert chances == {2: 0.415, 1: 0.198, 0: 0.12}
    assert [stratum.lines for stratum in choice.strata] == [10, 60, 200]


def test_a_class_that_has_no_room_is_visited_whole() -> None:
    choice = draw(Design.RISK, "a", by_class(30, 5, 2), 12)
    assert {lot.probability for lot in choice.drawn if lot.stratum == 2} == {1.0}
    assert {f"tempat 2/{number}" for number in range(2)} < set(names(choice))


@pytest.mark.parametrize(
    ("design", "lines", "visits", "reason"),
    [(Design.RANDOM, {}, 10, "draw_of_nothing"), (Design.RANDOM, FORTY, 0, "draw_size_impossible"),
     (Design.RANDOM, FORTY, 41, "draw_size_impossible"), (Design.RISK, FORTY, 41, "draw_size_impossible"),
     (Design.RISK, by_class(300, 60), 10, "draw_too_few_for_the_floor")],
)  # fmt: skip
def test_what_cannot_be_drawn_says_why(design: Design, lines: dict[str, int], visits: int, reason: str) -> None:
    with pytest.raises(NotDrawn) as wrong:
        draw(design, "a", lines, visits)
    assert wrong.value.reason.code == reason


sizes = st.tuples(*[st.integers(0, 20)] * 3).filter(any)


@given(sizes, st.sampled_from(Design), st.integers(1, 60), st.text(max_size=3))
def test_probabilities_sum_to_the_visits_and_none_is_below_the_floor(
    of: tuple[int, int, int], design: Design, visits: int, seed: str
) -> None:
    lines = by_class(*of)
    try:
        choice = draw(design, seed, lines, visits)
    except NotDrawn:
        assume(False)
        return
    all_of_it = [*choice.drawn, *choice.reserve]
    assert sorted(lot.name for lot in all_of_it) == sorted(lines)
    assert sum(lot.probability for lot in all_of_it) == pytest.approx(len(choice.drawn))
    assert all(0 < lot.probability <= 1 for lot in all_of_it)
    drawn = Counter(lot.stratum for lot in choice.drawn)
    assert {one.stratum: one.drawn for one in choice.strata} == {
        one.stratum: drawn[one.stratum] for one in choice.strata
    }
    if design is Design.RISK:
        assert min(lot.probability for lot in all_of_it) >= LEAST_PROBABILITY
        simple, _ = allocate({risk: size for risk, size in enumerate(of) if size}, visits)
        assert visits == len(lines) or simple >= visits / 10 or len(drawn) == 1


@given(st.tuples(*[st.integers(0, 400)] * 3).filter(any), st.integers(1, 60))
def test_who_has_too_few_visits_is_told_the_fewest_above_that_can_be_drawn(
    of: tuple[int, int, int], visits: int
) -> None:
    classes = {risk: size for risk, size in enumerate(of) if size}
    assume(visits <= sum(of))
    try:
        allocate(classes, visits)
    except NotDrawn as few:
        least = int(str(few.reason.values["least"]))
        allocate(classes, least)
        for fewer in range(visits, least):
            with pytest.raises(NotDrawn):
                allocate(classes, fewer)


def test_how_often_a_line_is_drawn_is_what_its_probability_says() -> None:
    """A thousand seeds: of each class the share is within four standard errors."""
    lines = by_class(30, 8, 4)
    times: Counter[str] = Counter()
    for number in range(1000):
        choice = draw(Design.RISK, str(number), lines, 14)
        times.update(names(choice))
    for lot in (*choice.drawn, *choice.reserve):
        error = (lot.probability * (1 - lot.probability) / 1000) ** 0.5
        assert abs(times[lot.name] / 1000 - lot.probability) <= 4 * error, lot
