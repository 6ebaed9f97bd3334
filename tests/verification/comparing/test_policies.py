"""Regulations in force cover the five clusters, or leave some out; a draft covers none (catalogue B2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.comparing.finding import Verdict
from verification.comparing.policies import CLUSTERS, clusters_covered
from verification.model import Claim, Policy


def said(*policies: Policy) -> list[tuple[Verdict, str, object]]:
    found = clusters_covered(Claim(1, 60.0, policies=policies))
    return [(verdict, reason.code, reason.values.get("list")) for verdict, reason in found]


def test_one_regulation_of_all_or_several_of_some_cover_them() -> None:
    covers = [(Verdict.OPEN, "policies_cover_clusters", None)]
    assert said(Policy(True, CLUSTERS)) == covers
    assert said(Policy(True, ("I", "II", "III")), Policy(True, ("III", "IV")), Policy(True, ("V",))) == covers


@pytest.mark.parametrize("draft", [(), CLUSTERS])
def test_what_no_regulation_in_force_covers_is_left_out_whatever_a_draft_says(draft: tuple[str, ...]) -> None:
    left_out = [(Verdict.CONTRADICTED, "policies_leave_out_clusters", "II, V")]
    assert said(Policy(True, ("I", "III", "IV")), Policy(False, draft)) == left_out


def test_where_nobody_said_whether_it_is_in_force_nothing_is_concluded() -> None:
    first = Policy(True, ("I", "II", "III"))
    assert said(first, Policy(None, ("IV", "V"))) == [(Verdict.OPEN, "policies_without_a_stage", "IV, V")]
    assert said(first, Policy(None, ("IV",))) == [(Verdict.CONTRADICTED, "policies_leave_out_clusters", "V")]


def test_where_nothing_is_listed_there_is_nothing_to_say() -> None:
    assert said() == []


policies = st.builds(Policy, st.sampled_from([True, False, None]), st.lists(st.sampled_from(CLUSTERS)).map(tuple))


@given(st.lists(policies, min_size=1), policies)
def test_one_more_regulation_never_leaves_out_more(listed: list[Policy], more: Policy) -> None:
    (before,), (after,) = said(*listed), said(*listed, more)
    rank = ("policies_leave_out_clusters", "policies_without_a_stage", "policies_cover_clusters")
    assert rank.index(after[1]) >= rank.index(before[1])
