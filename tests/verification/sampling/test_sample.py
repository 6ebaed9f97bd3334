"""A drawn sample says something of all lines; who was not decided stays in it, and others say only of themselves."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.model import CONTRADICTS, Outcome
from verification.reason import Reason
from verification.sampling.designs import Design, draw
from verification.sampling.sample import DrawnSample, Sampled, as_reason, digest_of, sampled

FORTY = [f"tempat {number:02}" for number in range(40)]


def a_sample(visits: int, lines: Sequence[str] = FORTY, design: Design = Design.RANDOM) -> DrawnSample:
    choice = draw(design, "contoh", {name: int(name[-1]) % 3 for name in lines}, visits)
    drawn = {lot.name: lot.stratum for lot in choice.drawn}
    return DrawnSample(5, design.value, digest_of(lines), choice.strata, drawn)


def found(sample: DrawnSample, confirmed: int, contradicted: int) -> dict[str, Outcome]:
    """Let so many of the drawn be confirmed, so many others not found; all else was not visited."""
    outcomes = dict.fromkeys(FORTY, Outcome.NOT_VISITED)
    for turn, name in enumerate(sample.drawn):
        if turn < confirmed + contradicted:
            outcomes[name] = Outcome.CONFIRMED if turn < confirmed else Outcome.NOT_FOUND
    return outcomes


def test_seven_of_twelve_drawn_from_forty_are_thirteen_to_thirty_two() -> None:
    sample = a_sample(12)
    said = sampled(sample, found(sample, 7, 5))
    assert said == Sampled(5, "random", 12, 12, 13, 32)
    assert as_reason(said, 40).values | {"lines": 40} == as_reason(said, 40).values


def test_a_refused_place_is_neither_left_out_nor_replaced() -> None:
    sample = a_sample(12)
    outcomes = found(sample, 7, 2)  # three refused; a substitute was open
    substitute = next(name for name in FORTY if name not in sample.drawn)
    said = sampled(sample, outcomes | {substitute: Outcome.CONFIRMED})
    assert said == Sampled(5, "random", 12, 9, 13, 38)  # all others but the two that are not there


def test_places_chosen_beside_say_for_sure_what_they_are() -> None:
    sample = a_sample(12)
    others = [name for name in FORTY if name not in sample.drawn]
    said = sampled(sample, found(sample, 7, 5) | dict.fromkeys(others, Outcome.CONFIRMED))
    assert isinstance(said, Sampled) and (said.lowest, said.highest) == (35, 35)


@pytest.mark.parametrize("visits", [9, 5])
def test_too_few_say_nothing(visits: int) -> None:
    sample = a_sample(visits)
    said = sampled(sample, found(sample, visits, 0))
    assert said == Reason("sample_too_small", {"draw": 5, "drawn": visits, "fewest": 10})


def test_a_list_that_changed_after_the_drawing_has_no_interval() -> None:
    sample = a_sample(12)
    one_more = found(sample, 12, 0) | {"baru": Outcome.NOT_VISITED}
    assert sampled(sample, one_more) == Reason("sample_of_other_lines", {"draw": 5})


@given(st.sampled_from([Design.RANDOM, Design.RISK]), st.integers(12, 40), st.data())
def test_bounds_hold_and_more_evidence_never_leads_outside(design: Design, visits: int, data: st.DataObject) -> None:
    sample = a_sample(visits, design=design)
    outcomes = {name: data.draw(st.sampled_from(Outcome)) for name in FORTY}
    said = sampled(sample, outcomes)
    assert isinstance(said, Sampled)
    least = sum(one is Outcome.CONFIRMED for one in outcomes.values())
    most = 40 - sum(one in CONTRADICTS for one in outcomes.values())
    assert least <= said.lowest <= said.highest <= most
    assert visits < 40 or (said.lowest, said.highest) == (least, most)


def test_lqas_that_took_the_whole_list_is_not_told_as_lqas() -> None:
    """Up to 19 places all are visited: no sample, and no rule of a sample."""
    assert as_reason(Sampled(1, "lqas", 12, 12, 9, 9), 12).code == "sample_whole"
    assert as_reason(Sampled(1, "lqas", 19, 19, 9, 30), 40).code == "sample_lqas"
