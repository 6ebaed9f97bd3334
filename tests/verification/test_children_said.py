"""What is told of children's answers, and an attacker who knows all that is told, and how many came, and when."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.disclosing.counts import SHARE_FROM
from verification.summing.children import QUESTIONS, SMALLEST_BATCH, Band, ChildSaid, Voice, band_of, voices

ANSWERS = ("yes", "sometimes", "no", "unknown", "skip")
QUESTION, AREAS, KINDS = "may_come", ("", "99", "99.01", "99.02"), ("sekolah", "taman")
batches = st.lists(
    st.tuples(st.sampled_from(AREAS), st.sampled_from(KINDS),
              st.lists(st.sampled_from(ANSWERS), min_size=SMALLEST_BATCH, max_size=3 * SMALLEST_BATCH)),
    min_size=1, max_size=5,
)  # fmt: skip


def told(those: Sequence[tuple[str, str, list[str]]]) -> tuple[Voice, ...]:
    """Tell batches as they come, each numbered among those of its area and kind."""
    numbers, said = Counter[tuple[str, str]](), []
    for area, kind, answers in those:
        numbers[area, kind] += 1
        said += [ChildSaid(area, kind, numbers[area, kind], {QUESTION: answer}) for answer in answers]
    return voices(said)


def possible(yes: Band | None, answered: int) -> set[int]:
    """List how many could have said yes: an attacker knows how many answered, from whoever was in the room."""
    return {count for count in range(answered + 1) if yes is None or band_of(count, answered) is yes}


@given(batches)
def test_nobody_can_tell_how_many_said_yes_nor_by_subtracting_any_two_sums(
    those: list[tuple[str, str, list[str]]],
) -> None:
    """Every figure is of its own answers; so what is told of two is known of each alone, and of each two are possible.

    Sums over areas, kinds and batches are those of such figures, and their differences too.
    """
    found = told(those)
    assert len(found) == len(those), "no sum over others, of which one could be taken away"
    by_key: dict[tuple[str, str, int], list[str]] = {}
    numbers = Counter[tuple[str, str]]()
    for area, kind, answers in those:
        numbers[area, kind] += 1
        by_key[area, kind, numbers[area, kind]] = answers
    for voice in found:
        answered = sum(answer != "skip" for answer in by_key[voice.area, voice.place_kind, voice.batch])
        for share in voice.shares:
            could_be = possible(share.yes, answered)
            assert len(could_be) > 1 and (share.yes is None) == (answered < SHARE_FROM)
        assert all(share.answered.shown() in (None, *range(5, 35, 5)) for share in voice.shares)


@given(batches, batches)
def test_what_was_told_stays_as_it_was_told(
    before: list[tuple[str, str, list[str]]], later: list[tuple[str, str, list[str]]]
) -> None:
    then, now = ({(one.area, one.place_kind, one.batch): one for one in told(some)}
                 for some in (before, [*before, *later]))  # fmt: skip
    assert {key: now[key] for key in then} == then


@pytest.mark.parametrize("whole", range(10, 61))
def test_every_band_holds_two_numbers_at_least(whole: int) -> None:
    by_band = Counter(band_of(part, whole) for part in range(whole + 1))
    assert by_band.keys() == set(Band) and min(by_band.values()) > 1


def test_two_shares_of_one_question_would_tell_both() -> None:
    """Why only one is told: the attack on two works."""
    ten = [(yes, some) for yes in range(11) for some in range(11 - yes)
           if (band_of(yes, 10), band_of(some, 10)) == (Band.MOST, Band.SOME)]  # fmt: skip
    assert ten == [(8, 2)]


def test_sums_that_grow_would_tell_too() -> None:
    """Why a batch is told once: by two moments of a growing sum somebody knows that none of those new said yes."""
    new = {b - a for a in possible(Band.MOST, 10) for b in possible(Band.HALF, 15) if b >= a}
    assert new == {0}


@pytest.mark.parametrize("part, whole, band", [
    (0, 10, Band.FEW), (1, 10, Band.FEW), (2, 10, Band.SOME), (5, 10, Band.HALF), (8, 10, Band.MOST),
    (10, 10, Band.MOST),
])  # fmt: skip
def test_bands_by_hand(part: int, whole: int, band: Band) -> None:
    assert band_of(part, whole) is band


def test_what_is_no_part_is_refused() -> None:
    for part, whole in ((11, 10), (-1, 10), (0, 0)):
        with pytest.raises(ValueError, match="no part"):
            band_of(part, whole)


def test_areas_and_kinds_stand_apart_in_an_order_and_feeling_at_ease_is_never_told() -> None:
    said = [ChildSaid(area, kind, 1, {"feel_ok_place": "no", "pay_here": "no"})
            for area in ("99.02", "99.01") for kind in ("taman", "sekolah") for _ in range(10)]  # fmt: skip
    found = voices(said)
    assert [(one.area, one.place_kind) for one in found] == [
        ("99.01", "sekolah"), ("99.01", "taman"), ("99.02", "sekolah"), ("99.02", "taman")]  # fmt: skip
    assert {share.question for one in found for share in one.shares} == {
        "pay_here"
    } and "feel_ok_place" not in QUESTIONS
    assert {share.yes for one in found for share in one.shares} == {Band.FEW}
