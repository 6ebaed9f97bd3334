"""Where two have to say the same: what counts, who sees what meanwhile, and that neither sees the other's first."""

import pytest
from sqlalchemy import Engine

from server.db import snapshot
from server.facts.before import Refused, before_eyes, readable
from server.facts.lines import line_found
from server.roles.account import Account
from tests.support.facts import PART, District, a_district
from verification.deciding.facts import WITHDRAWN

pytestmark = pytest.mark.ci


@pytest.fixture
def two(district: Engine) -> District:
    """Give a district of a round in which two have to agree, with a visit."""
    here = a_district(district)
    here.visit(arrival="closed")
    here.setting("all")
    return here


def read_by(here: District, by: Account) -> list[int]:
    with snapshot(here.engine) as session:
        line = line_found(session, PART.round_id, PART.district, here.line())
        assert line
        return [fact.id for fact in readable(before_eyes(session, PART, line).history, by, PART)]


def in_force(here: District) -> int | None:
    now, computed = here.row_now().fact_id, here.row().fact_id
    assert now == computed
    return computed


def test_the_first_of_two_changes_nothing(two: District) -> None:
    two.decide(by=two.supervisor)
    assert in_force(two) is None and two.row().outcome == "unsure"


def test_two_who_agree_decide(two: District) -> None:
    two.decide(by=two.supervisor)
    number = two.decide(by=two.other)
    assert in_force(two) == number and two.row().outcome == "not_found"


def test_neither_sees_the_others_before_giving_an_own(two: District) -> None:
    first = two.decide(by=two.supervisor)
    assert read_by(two, two.other) == [] and read_by(two, two.lead) == [], "whoever they are"
    assert read_by(two, two.supervisor) == [first]
    second = two.decide("confirmed", by=two.other)
    assert read_by(two, two.other) == read_by(two, two.supervisor) == [first, second]


def test_a_difference_waits_and_is_shown_to_both_and_to_the_lead_who_may_settle_it(two: District) -> None:
    first = two.decide(by=two.supervisor)
    second = two.decide("confirmed", by=two.other)
    assert in_force(two) is None
    assert read_by(two, two.lead) == [first, second]
    settled = two.decide("confirmed", by=two.lead)
    assert in_force(two) == settled


def test_the_second_is_not_told_that_there_was_a_first(two: District) -> None:
    """Nor refused because of it: that would tell."""
    wish = two.wish(two.other)
    two.decide(by=two.supervisor)
    assert two.decide(wish=wish, by=two.other) == 2


def test_nor_can_they_take_back_what_they_may_not_know(two: District) -> None:
    two.decide(by=two.supervisor)
    with pytest.raises(Refused, match="fact_nothing_to_withdraw"):
        two.decide(WITHDRAWN, by=two.other)
    two.decide(WITHDRAWN, by=two.supervisor)
    assert in_force(two) is None


def test_one_person_is_not_two(two: District) -> None:
    two.decide(by=two.supervisor)
    two.decide(by=two.supervisor)
    assert in_force(two) is None


def test_an_opinion_by_older_evidence_is_no_agreement(two: District) -> None:
    two.decide(by=two.supervisor)
    two.visit("2")
    second = two.decide(by=two.other)
    assert in_force(two) is None
    assert read_by(two, two.supervisor) == [1], "they have to look again, and do not see what the other said"
    third = two.decide(by=two.supervisor)
    assert in_force(two) == third and second == 2


def test_where_only_what_contradicts_needs_two_the_rest_is_decided_by_one(two: District) -> None:
    two.setting("contradicting")
    number = two.decide("unsure", by=two.supervisor)
    assert in_force(two) == number
    two.decide("not_found", by=two.supervisor)
    assert in_force(two) == number, "what was decided stays in force while an opinion waits"
    two.decide("unsure", by=two.other)
    assert in_force(two) == number, "the two differ"
    assert two.facts()[-1].second


def test_who_comes_round_by_themselves_needs_nobody_to_confirm_it(two: District) -> None:
    two.setting("contradicting")
    two.decide("not_found", by=two.supervisor)
    number = two.decide("unsure", by=two.supervisor)
    assert in_force(two) == number


def test_a_round_without_the_setting_takes_one(district: Engine) -> None:
    here = a_district(district)
    here.visit(arrival="closed")
    number = here.decide(by=here.supervisor)
    assert in_force(here) == number
