"""Which share of each group of children is served: as the catalogue works it, and so that no few are told apart."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.comparing.answers import percent, ratio
from verification.comparing.finding import Said, Verdict
from verification.comparing.groups import GROUPS, groups_to_say, share_by_group
from verification.disclosing.counts import CountOf
from verification.model import Answer, Claim

Numbers = Mapping[str, tuple[object, object]]  # by group: known, and served


def a_claim(of_all: tuple[object, object], **groups: tuple[object, object]) -> Claim:
    """Claim children who are known ("a") and served ("c"), of all and of each group; None is a gap."""
    known = {group: str(number) for group, (number, _) in groups.items() if number is not None}
    served = {group: str(number) for group, (_, number) in groups.items() if number is not None}
    answers = {code: Answer(str(number)) for code, number in zip("ac", of_all, strict=True) if number is not None}
    return Claim(1, 1.0, answers, by_group={"a": known, "c": served})


def shares(claim: Claim) -> list[Said]:
    return list(share_by_group(claim, ["c"], ["a"], ["c", "a"]))


def named(claim: Claim) -> dict[str, tuple[object, object]]:
    """Give the groups that are named, with what their share lies between."""
    return {str(reason.values["group"]): (reason.values.get("low"), reason.values.get("high"))
            for _, reason in shares(claim) if "group" in reason.values}  # fmt: skip


def all_of(groups: Numbers) -> tuple[int, int]:
    known, served = zip(*groups.values(), strict=True)
    return sum(known), sum(served)


def test_a_share_by_group_as_the_catalogue_works_it() -> None:
    """E-28: 96 of 120 are 80 per cent, of victims of violence 30 of 32 are 93.8; 0 known, no value."""
    assert (percent(96, 120), percent(30, 32), percent(0, 0)) == (80.0, 93.75, None)
    claim = a_claim((120, 96), violence=(32, 30), disability=(88, 66), minority=(0, 0))
    _, whole = ratio(claim, ["c"], ["a"], None, CountOf.PROTECTED)
    assert (whole.values["low"], whole.values["high"]) == (75, 85)
    assert named(claim) == {"violence": (85, 100), "disability": (75, 85)}
    assert [reason.code for _, reason in shares(claim)][-1] == "share_of_other_groups_unsaid"


def test_where_one_of_the_two_is_not_broken_down_there_is_nothing_to_say() -> None:
    assert shares(a_claim((120, 96))) == []
    assert shares(a_claim((120, 96), violence=(32, None), disability=(88, None))) == []
    assert shares(Claim(1, 1.0)) == []


UNSAID = [
    ("few", {"violence": (9, 8), "disability": (111, 88)}),
    ("few, as they are written", {"violence": ("<8", "<8"), "disability": (115, 90)}),
    ("nobody", {"violence": (0, 0)}),
    ("a gap", {"violence": (None, 30), "disability": (88, None)}),
    ("one that all but few are of", {"violence": (115, 95)}),
    ("no number", {"violence": ("banyak", 30)}),
    ("few served, of whom any share could be", {"violence": (20, "<8"), "disability": (100, None)}),
]


@pytest.mark.parametrize("groups", [groups for _, groups in UNSAID], ids=[name for name, _ in UNSAID])
def test_of_what_cannot_be_said_one_sentence_is_said_and_no_group_is_named(groups: Numbers) -> None:
    said = shares(a_claim((120, 96), **groups))
    codes = {(verdict, reason.code, *reason.values) for verdict, reason in said}
    assert codes <= {(Verdict.OPEN, "share_of_other_groups_unsaid", "what", "whole")}


def test_few_served_of_many_are_a_share_that_is_said() -> None:
    assert named(a_claim((200, 60), violence=(100, "<8"), disability=(100, 55)))["violence"] == (0, 15)


def test_more_served_than_known_differs() -> None:
    (first, *_) = shares(a_claim((120, 96), violence=(32, 33), disability=(88, 66)))
    assert (first[0], first[1].code, first[1].values["group"]) == (
        Verdict.DIFFERS, "group_part_exceeds_whole", "violence",
    )  # fmt: skip


def test_of_children_who_belong_to_several_groups_none_is_said_whom_few_are_missing_from() -> None:
    groups = {"trafficked": (100, 100), "abducted": (96, 96), "violence": (40, 40)}
    assert groups_to_say({group: (known, known) for group, (known, _) in groups.items()}, 105) == {"violence"}
    assert groups_to_say({group: (known, known) for group, (known, _) in groups.items()}, 120) == set(groups)


def test_where_all_that_are_said_lack_few_to_all_no_group_is_named() -> None:
    small = {"neglect": (6, 3), "minority": (6, 3)}
    assert named(a_claim((105, 80), violence=(60, 45), disability=(40, 30), **small)) == {}
    assert len(named(a_claim((112, 80), violence=(60, 45), disability=(40, 30), **small))) == 2


def test_where_the_bands_together_would_tell_of_those_left_out_no_group_is_named() -> None:
    """All: 85 to 100 per cent of 170, at least 145; of 70 at most 65 per cent, 45: of the other 100 nearly all."""
    assert named(a_claim((170, 145), violence=(70, 45))) == {}
    assert named(a_claim((170, 110), violence=(70, 45))) == {"violence": (55, 65)}


counts = st.integers(0, 30)
tables = st.dictionaries(st.sampled_from(GROUPS), st.tuples(counts | st.just("<8"), counts | st.just("<8")), max_size=6)
wholes = st.tuples(st.none() | st.integers(0, 150), st.none() | st.integers(0, 150))


@given(tables, wholes, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(groups: dict[str, tuple[object, object]], of_all: Any, random: Random) -> None:
    rows = list(groups.items())
    random.shuffle(rows)
    assert shares(a_claim(of_all, **groups)) == shares(a_claim(of_all, **dict(rows)))


@given(tables, wholes)
def test_no_group_of_few_is_named_and_no_number_of_children_is_written(groups: Numbers, of_all: Any) -> None:
    for verdict, reason in shares(a_claim(of_all, **groups)):
        assert verdict is not Verdict.CONTRADICTED, "no point hangs on it"
        assert reason.values.keys() <= {"what", "whole", "group", "low", "high"}
        if "group" in reason.values:
            known = groups[str(reason.values["group"])][0]
            assert isinstance(known, int) and known >= 10
        if "low" in reason.values:
            assert int(str(reason.values["high"])) - int(str(reason.values["low"])) >= 10


@given(st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 60), max_size=10), st.integers(0, 40))
def test_who_is_left_out_are_nobody_or_so_many_that_their_share_could_be_said(known: dict[str, int], rest: int) -> None:
    said = groups_to_say({group: (number, number) for group, number in known.items()}, sum(known.values()) + rest)
    left = [number for group, number in known.items() if number and group not in said]
    assert not said or sum(left) + rest == 0 or sum(left) + rest >= 10
    assert not said or rest or len(left) != 1, "one alone would be all that is lacking"


@pytest.mark.parametrize("large, few, others", [
    (30, 9, 1), (30, 5, 5), (15, 7, 8), (20, 9, 9), (24, 6, 4), (10, 9, 9), (13, 9, 3), (30, 5, 0), (20, 3, 1),
])  # fmt: skip
def test_who_knows_how_many_each_group_has_cannot_subtract(large: int, few: int, others: int) -> None:
    """Among worlds that are told alike is one where not all of a small group are served, and one where some are.

    Where no group is named it may as well be that its numbers were not filled in.
    """
    sizes = {"violence": large, "disability": few, "neglect": others}
    alike = defaultdict[str, list[tuple[int, ...]]](list)
    for world in _worlds(sizes):
        alike[repr(_told(sizes, world))].append(world)
    for told, worlds in alike.items():
        for at, size in ((1, few), (2, others)):
            could_be = {world[at] for world in worlds}
            assert not size or "violence" not in told or (min(could_be) < size and max(could_be) > 0), told


def _worlds(sizes: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    return product(*(range(size + 1) for size in sizes.values()))


def _told(sizes: Mapping[str, int], served: tuple[int, ...]) -> list[Said]:
    groups = {group: (size, some) for (group, size), some in zip(sizes.items(), served, strict=True)}
    claim = a_claim(all_of(groups), **groups)
    return [ratio(claim, ["c"], ["a"], 100, CountOf.PROTECTED), *shares(claim)]
