"""LQAS and an audit are answered by what was seen of the drawn, and not before it hangs on nobody who is undecided."""

import pytest

from verification.model import Outcome
from verification.sampling.designs import Design
from verification.sampling.verdicts import SampleVerdict, SeenOfDrawn, seen_of, verdict_of


@pytest.mark.parametrize("confirmed, contradicted, verdict", [
    (13, 0, "passes"), (13, 6, "passes"), (12, 6, "open"), (0, 0, "open"), (12, 7, "fails"), (0, 7, "fails"),
])  # fmt: skip
def test_lqas_passes_with_thirteen_and_fails_once_they_are_out_of_reach(
    confirmed: int, contradicted: int, verdict: str
) -> None:
    assert verdict_of(Design.LQAS, 20, SeenOfDrawn(19, confirmed, contradicted)) == verdict


@pytest.mark.parametrize("confirmed, contradicted, verdict", [
    (25, 0, "passes"), (24, 0, "open"), (0, 0, "open"), (24, 1, "fails"), (0, 1, "fails"),
])  # fmt: skip
def test_an_audit_passes_with_all_confirmed_and_fails_with_one_that_is_false(
    confirmed: int, contradicted: int, verdict: str
) -> None:
    assert verdict_of(Design.AUDIT, 100, SeenOfDrawn(25, confirmed, contradicted)) == verdict


def test_other_designs_ask_nothing_and_a_whole_list_needs_no_rule() -> None:
    assert verdict_of(Design.LQAS, 19, SeenOfDrawn(19, 19, 0)) is None
    assert verdict_of(Design.RANDOM, 100, SeenOfDrawn(25, 25, 0)) is None
    assert verdict_of(Design.RISK, 100, SeenOfDrawn(25, 25, 0)) is None
    assert verdict_of(Design.AUDIT, 8, SeenOfDrawn(8, 8, 0)) is SampleVerdict.PASSES


def test_what_speaks_against_a_place_is_told_from_what_is_not_decided() -> None:
    found = seen_of([Outcome.CONFIRMED, Outcome.NOT_FOUND, Outcome.DUPLICATE_CLAIM, Outcome.UNSURE,
                     Outcome.NOT_VISITED])  # fmt: skip
    assert (found.drawn, found.confirmed, found.contradicted, found.undecided) == (5, 1, 2, 2)
