"""Deciding where a visit belongs: to another line, to no claim, or set aside."""

import pytest
from sqlalchemy import Engine

from server.db import writing
from server.facts.before import FactWish, NotThere, Refused
from server.facts.visits import decide_visit
from server.rounds.states import CLOSED, change_part
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND, TESTER
from tests.support.facts import PART, District, a_district
from tests.support.workbooks import DISTRICT
from verification.deciding.facts import WITHDRAWN


@pytest.fixture
def here(district: Engine) -> District:
    return a_district(district)


def test_a_visit_belongs_to_the_line_that_was_named(here: District) -> None:
    state = here.visit()
    assert here.row().outcome == "confirmed"
    number = here.put(state, "belongs", 1)
    assert here.row(0).outcome == "not_visited" and here.row(1).visit_id == "uuid:1"
    row = here.visit_row()
    assert (row.lines, row.fact_id, row.reason_code) == ([here.line(1)], number, "belongs_by_decision")


@pytest.mark.parametrize("outcome, code", [("unclaimed", "unclaimed_by_decision"), ("set_aside", "aside_by_decision")])
def test_or_to_none(here: District, outcome: str, code: str) -> None:
    number = here.put(here.visit(), outcome)
    assert here.row().outcome == "not_visited" and here.ledger() == (0, 0, 3)
    assert (here.visit_row().lines, here.visit_row().reason_code, here.visit_row().fact_id) == ([], code, number)


def test_taking_it_back_lets_matching_have_its_say(here: District) -> None:
    state = here.visit()
    here.put(state, "set_aside")
    here.put(state, WITHDRAWN)
    assert here.row().outcome == "confirmed" and here.visit_row().fact_id is None


def test_an_edit_reopens_it(here: District) -> None:
    state = here.visit()
    number = here.put(state, "set_aside")
    here.visit(version="b")
    assert (here.visit_row().fact_id, here.visit_row().reopened_id) == (None, number)
    assert here.row().outcome == "confirmed"


def test_it_is_written_down(here: District) -> None:
    state, since = here.visit(), newest(here.engine)
    number = here.put(state, "unclaimed")
    (entry,) = written_down(here.engine, since)
    assert (entry.act, entry.about) == ("fact_decided", f"fact:{number} submission:{state}")


def test_which_line_has_to_be_said_and_be_of_this_district(here: District) -> None:
    state = here.visit()
    with pytest.raises(Refused) as caught:
        here.put(state, "belongs")
    assert (caught.value.reason.code, caught.value.field) == ("fact_line_missing", "other")
    with pytest.raises(Refused, match="fact_outcome_missing"):
        here.put(state, "confirmed")


def test_a_visit_that_does_not_count_here_is_not_there(here: District) -> None:
    state = here.visit()
    here.changed(state, review_state="rejected")
    for number in (state, 987654):
        with pytest.raises(NotThere), writing(here.engine) as session:
            decide_visit(session, PART, number, FactWish("set_aside", why="x", seen="[]"), here.lead)


def test_in_a_closed_part_nothing_is_decided(here: District) -> None:
    state = here.visit()
    with writing(here.engine) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
    with pytest.raises(Refused, match="fact_part_closed"):
        here.put(state, "set_aside")
