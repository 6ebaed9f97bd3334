"""E-TRI: claim, visits, community and children side by side; ranked by points at stake × pairs that differ."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import INDICATORS
from verification.comparing.beside import Beside
from verification.comparing.comparisons import compared
from verification.comparing.finding import ClaimFinding, Verdict
from verification.comparing.sources import Triangulated, most_to_ask, side_by_side, triangulated
from verification.judging.line import CriterionSeen, LineResult
from verification.model import Answer, Claim, Outcome, Seen
from verification.reading.interview import InterviewTopic
from verification.reason import Reason, Value
from verification.summing.community import HeardOf

SMOKE, FREE = "22a1 nobody_smoking", "free_entry"
stances = st.sampled_from([None, True, False])
things = st.builds(
    Triangulated, st.sampled_from([9, 17, 22, 27]), st.sampled_from("abcd"), stances, stances, stances, stances
)


def told(about: str, values: Mapping[str, Value], indicator: int = 22) -> ClaimFinding:
    return ClaimFinding(indicator, Verdict.OPEN, Reason("some_reason", dict(values)), about)


def test_what_four_sources_say_of_one_thing_stands_in_one_row() -> None:
    """Claimed; 3 of 4 places; people say it holds, children that it does not: four of six pairs differ."""
    people, children = side_by_side(SMOKE, True, (3, 4), True), side_by_side(SMOKE, True, (1, 1), False)
    found = [told("heard", people), told("children", children), told("rise", {"now": 2, "before": 1})]
    (topic,) = triangulated(found)
    assert topic == Triangulated(22, SMOKE, claim=True, visits=False, community=True, children=False)
    assert topic.differ == 4


@pytest.mark.parametrize("several, children", [
    ([True, True], True), ([False, True], None), ([None, False], False), ([None], None),
])  # fmt: skip
def test_children_of_several_kinds_of_places_are_one_source_where_they_say_the_same(
    several: list[bool | None], children: bool | None
) -> None:
    found = [told("children", side_by_side(FREE, None, (1, 1), one), 27) for one in several]
    assert [one.children for one in triangulated(found)] == [children]


def test_a_yes_that_places_do_not_bear_out_and_the_forums_word_are_of_the_same_thing() -> None:
    papers: dict[str, Value] = {"topic": "10h1 invited_planning", "claimed": True, "there": 0, "of": 2}
    forum = side_by_side("10h1 invited_planning", True, (0, 2), False)
    (topic,) = triangulated([told("yes_in_parts", papers, 10), told("forum", forum, 10)])
    assert (topic.claim, topic.visits, topic.children, topic.differ) == (True, False, False, 2)


def test_what_one_source_alone_says_is_not_told_as_a_side() -> None:
    """Of people who were asked only a wide share is told: on which side of it they are, no more is said."""
    assert side_by_side(FREE, None, (0, 0), False)["said"] is None
    assert list(triangulated([told("heard", side_by_side(FREE, None, (0, 0), False), 27)])) == [Triangulated(27, FREE)]


def test_points_at_stake_times_disagreement_is_the_rank() -> None:
    """17 with 15 points and one pair, 27 with 45 and one, 22 with 20 and three of four sources against one."""
    one, other = Triangulated(17, "a", True, False), Triangulated(27, "b", True, None, False)
    many, agreed = Triangulated(22, "c", True, False, False, False), Triangulated(9, "d", True, True)
    at_stake = {9: 40.0, 17: 15.0, 22: 20.0, 27: 45.0}
    assert [many.differ * 20.0, other.differ * 45.0, one.differ * 15.0] == [60.0, 45.0, 15.0]
    assert most_to_ask([one, other, many, agreed], at_stake) == [many, other, one]
    assert most_to_ask([one, other, many, agreed], {17: 100.0, 22: 20.0}) == [one, many, other], "27 is worth nothing"


@given(st.lists(things, max_size=8, unique_by=lambda one: (one.indicator, one.what)),
       st.dictionaries(st.sampled_from([9, 17, 22, 27]), st.floats(1, 60)))  # fmt: skip
def test_without_points_the_order_tells_nothing_of_them_and_rows_come_in_any_order(
    topics: list[Triangulated], at_stake: dict[int, float]
) -> None:
    shuffled = sorted(topics, key=lambda one: (one.what, one.indicator))
    assert most_to_ask(topics, at_stake) == most_to_ask(shuffled, at_stake)
    without = most_to_ask(topics)
    assert [one.differ for one in without] == sorted((one.differ for one in topics if one.differ), reverse=True)
    ties = [(one.differ, one.indicator, one.what) for one in without]
    assert ties == sorted(ties, key=lambda one: (-one[0], *one[1:])), "by what is told, and then by number"


@given(st.integers(0, 9), st.data())
def test_what_too_few_people_said_is_in_no_row_and_moves_none(asked: int, data: st.DataObject) -> None:
    """Nine who all paid are told of as nobody is: neither as a side nor by where a row stands."""
    paid = data.draw(st.integers(0, asked))
    few = HeardOf(InterviewTopic.PLAY, "paid_here", asked, paid, asked - paid)
    claim = Claim(27, 45.0, {"27b1": Answer("yes")})
    free = LineResult(1, 27, Outcome.CONFIRMED, (), criteria=(CriterionSeen("free_entry", False, False, Seen.YES),))
    told_by = [compared(INDICATORS.by_number[27], claim, [free], Beside(2025, heard=heard), {})
               for heard in ((few,), ())]  # fmt: skip
    assert list(triangulated(told_by[0])) == list(triangulated(told_by[1]))
    many = compared(
        INDICATORS.by_number[27], claim, [free], Beside(2025, heard=(replace(few, answered=12, yes=9),)), {}
    )
    assert Triangulated(27, "free_entry", visits=True, community=False) in triangulated(many)


@given(things)
def test_no_source_outweighs_another(one: Triangulated) -> None:
    """Whichever source says what: only how many say yes and how many no makes the disagreement."""
    said = [one.claim, one.visits, one.community, one.children]
    assert one.differ == said.count(True) * said.count(False)
    assert Triangulated(1, "a", *said[::-1]).differ == one.differ
