"""What forums say: of a district its invitations; what points at a person of five forums and more, or not at all."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.environment import examples
from verification.reading.forum import (
    ForumAnswer,
    ForumChosen,
    ForumEnded,
    ForumLedBy,
    ForumMinutes,
    ForumProcess,
    ForumRepresents,
)
from verification.summing.forum import ForumPool, once_each, pooled, present_in, said_of

YES, NO = ForumAnswer.YES, ForumAnswer.NO
MINUTES = ForumMinutes("uuid:1", "a", None, "2025-11", "99.01", "N-222222", present=6, bands=(0, 6, 0),
                       invited_to={ForumProcess.PLANNING: YES}, led_by=ForumLedBy.OFFICIAL,
                       summary="Taman (fiktif).")  # fmt: skip


def optional(kind: Any) -> Any:
    return st.none() | st.sampled_from(list(kind))


@st.composite
def some_minutes(draw: st.DrawFn) -> ForumMinutes:
    present = draw(st.integers(0, 12))
    young = draw(st.integers(0, present))
    middle = draw(st.integers(0, present - young))
    old = draw(st.integers(0, present - young - middle))
    return ForumMinutes(
        f"uuid:{draw(st.integers(0, 9**9))}", "a", None, "2025-11", "99.01", None, present=present,
        bands=(young, middle, old), disability=draw(st.integers(0, present)),
        invited_to=draw(st.dictionaries(st.sampled_from(ForumProcess), st.sampled_from(ForumAnswer))),
        led_by=draw(optional(ForumLedBy)), chosen=draw(optional(ForumChosen)),
        represents=draw(st.none() | st.frozensets(st.sampled_from(ForumRepresents), min_size=1)),
        summary=draw(st.none() | st.sampled_from("abcdefghij")),
    )  # fmt: skip


FORUMS = st.dictionaries(
    st.integers(1, 40).map(lambda n: f"99.{n:02}"), st.lists(some_minutes(), max_size=3), max_size=14
)


def firsts(forums: dict[str, list[ForumMinutes]]) -> list[ForumMinutes]:
    """Give of each forum its first minutes that count."""
    counting = ([one for one in minutes if once_each([one])] for minutes in forums.values())
    return [those[0] for those in counting if those]


@settings(max_examples=examples(25))
@given(FORUMS, some_minutes(), some_minutes())
def test_what_one_more_forum_says_of_itself_is_in_no_difference_of_two_moments(
    forums: dict[str, list[ForumMinutes]], one: ForumMinutes, other: ForumMinutes
) -> None:
    """Two moments differ by five forums, or by none: whatever the last one said, the same is told before and after."""
    before, after = pooled(forums, ()), pooled(forums | {"98.99": [one]}, ())
    number = len(firsts(forums)) + bool(once_each([one]))
    if number % 5:
        assert after == before
    again = {code: [*minutes, replace(other, minutes_id="uuid:again")] for code, minutes in forums.items() if minutes}
    if len(firsts(again)) == len(firsts(forums)):
        assert pooled(again, ()) == before, "who says something else later does not change what was told"


@settings(max_examples=examples(25))
@given(FORUMS)
def test_nothing_that_points_at_a_person_is_told_of_fewer_than_five_forums(
    forums: dict[str, list[ForumMinutes]],
) -> None:
    """By the worst that may be assumed: whatever is shown at all is of five forums, each of five children."""
    enough = {code for code, those in forums.items() if any(one.present >= 5 for one in those)}
    everything = [one.minutes_id for those in forums.values() for one in those]
    found = pooled(forums, everything)
    if len(enough) < 5:
        assert found == ForumPool(found.forums) and found.forums.shown() is None
        return
    for share in found.shares:
        for part in share.said.values():
            told = part.share_of(share.answered)
            assert told is None or (share.answered.shown() or 0) >= 10, "of fewer than ten there is no share"
            assert told not in ((0, 0), (100, 100)), "nor that all said it"
    shown = [number for _, count in found.bands if count and (number := count.shown()) is not None]
    assert all(number >= 5 and number % 5 == 0 for number in shown)
    assert len(found.words) == 0 or len(found.words) >= 5


@settings(max_examples=examples(25))
@given(FORUMS)
def test_no_band_can_be_worked_out_from_the_others(forums: dict[str, list[ForumMinutes]]) -> None:
    found = pooled(forums, ())
    first = firsts(forums)
    last = first[: len(first) // 5 * 5]
    ages = [(count, sum(one.bands[at] or 0 for one in last)) for at, (_, count) in enumerate(found.bands[:3])]
    rest = sum(one.present for one in last) - sum(number for _, number in ages)
    hidden = [number for count, number in ages if count is None] + ([rest] if rest else [])
    assert not found.bands or sum(hidden) == 0 or (len(hidden) > 1 and sum(hidden) > 4) or rest > 4


def test_of_fewer_than_five_children_nothing_counts_whatever_a_reader_let_through() -> None:
    few = replace(MINUTES, present=4)
    assert once_each([few]) == [] and said_of([few]) == () and present_in([few]).shown() is None
    assert once_each([replace(MINUTES, ended=ForumEnded.COUNTS)]) == []


def test_minutes_that_came_twice_under_a_code_count_once_the_later_one() -> None:
    later = replace(MINUTES, minutes_id="uuid:2", present=11, invited_to={ForumProcess.PLANNING: NO})
    other = replace(MINUTES, minutes_id="uuid:3", code=None)
    assert once_each([MINUTES, later, other]) == [later, other]
    planning = said_of([MINUTES, later, other])[0]
    assert (planning.of(YES), planning.of(NO), planning.of(ForumAnswer.UNKNOWN)) == (1, 1, 0)
    assert present_in([MINUTES, later, other]).shown() == 15, "seventeen, rounded"


def test_many_discussions_of_one_forum_are_one_forum() -> None:
    of_one = [replace(MINUTES, minutes_id=f"uuid:{n}", code=None) for n in range(20)]
    assert pooled({"99.01": of_one}, ()).forums.shown() is None


def test_words_are_of_five_forums_that_released_them_and_in_no_order_of_districts() -> None:
    forums = {f"99.{n:02}": [replace(MINUTES, minutes_id=f"uuid:{n}", summary=f"{9 - n}")] for n in range(6)}
    released = [f"uuid:{n}" for n in range(5)]
    assert pooled(forums, released).words == ("5", "6", "7", "8", "9")
    assert pooled(forums, released[1:]).words == ()
