"""Numbers of one form beside each other: none tells another by their sum."""

import pytest

from verification.disclosing.counted import counted_by, parts_hidden
from verification.disclosing.counts import CountOf


@pytest.mark.parametrize(
    "numbers, hidden",
    [({"recount_total": 23, "recount_boys": 3, "recount_girls": 20}, {"recount_boys", "recount_girls"}),
     ({"recount_total": 30, "recount_boys": 10, "recount_girls": 20}, set()),
     ({"recount_total": 32, "recount_boys": 10, "recount_girls": 20}, {"recount_boys"}),
     ({"cohort_due": 40, "cohort_complete": 38}, {"cohort_complete"}),
     ({"cohort_due": 40, "cohort_complete": 40}, set()), ({"recount_boys": 20}, set()), ({}, set())],
)  # fmt: skip
def test_a_part_is_hidden_that_would_tell_another(numbers: dict[str, int], hidden: set[str]) -> None:
    assert parts_hidden(numbers, is_home=False) == hidden


def test_where_children_live_the_strictest_holds_for_people_and_not_for_things() -> None:
    assert counted_by("staff_total", is_home=True) is counted_by("of_another", is_home=True) is CountOf.PROTECTED
    assert counted_by("staff_total", is_home=False) is CountOf.STAFF
    assert counted_by("titles", is_home=True) is counted_by("of_another", is_home=False) is CountOf.THINGS
