"""An interval stands beside points, moves none of them, and is there for places drawn by lot alone."""

import pytest

from tests.support.builders import INDICATORS
from verification.model import Claim, Outcome
from verification.points.ledger import supported_by_visits
from verification.reason import Reason
from verification.sampling.sample import Sampled

TWELVE = [Outcome.CONFIRMED] * 7 + [Outcome.NOT_FOUND] * 5 + [Outcome.NOT_VISITED] * 28
DRAWN = Sampled(3, "random", 12, 12, 13, 32)
LIST = next(one for one in INDICATORS.indicators if one.number == 17)


def test_it_moves_no_points_and_says_where_it_comes_from() -> None:
    with_it = supported_by_visits(LIST, Claim(17, 15.0), TWELVE, drawn=DRAWN)
    without = supported_by_visits(LIST, Claim(17, 15.0), TWELVE)
    assert (with_it.lowest, with_it.highest) == (without.lowest, without.highest)
    assert with_it.interval == DRAWN and without.interval is None
    assert [reason.code for reason in with_it.reasons] == ["sample_random"]
    assert [reason.code for reason in without.reasons] == ["purposive_no_interval"]


@pytest.mark.parametrize(
    ("score", "outcomes", "codes"),
    [(None, TWELVE, ["no_self_score", "sample_random"]), (15.0, [Outcome.UNSURE] * 40, ["nothing_decided_yet"])],
)
def test_what_else_is_to_say_is_said_too(score: float | None, outcomes: list[Outcome], codes: list[str]) -> None:
    line = supported_by_visits(LIST, Claim(17, score), outcomes, drawn=DRAWN)
    assert [reason.code for reason in line.reasons] == codes


def test_why_there_is_none_is_told() -> None:
    line = supported_by_visits(LIST, Claim(17, 15.0), TWELVE, drawn=Reason("sample_too_small", {"drawn": 9}))
    assert line.interval is None and [reason.code for reason in line.reasons] == ["sample_too_small"]
