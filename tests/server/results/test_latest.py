"""Which visit counts, in the database: by when it was made and what it saw; in rounds under way as it was."""

import copy

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.moments import CAPITAL
from server.results.inputs import load_inputs
from server.rounds.rules import digest_of_rules, take_present_rules
from server.rounds.states import Entry
from server.rounds.tables import RoundRules
from server.traces.stones import let_traces_go, what_points_show
from server.visits.tables import Visit
from tests.support.builders import ALL_FIVE
from tests.support.claiming import ROUND
from tests.support.facts import District, a_district
from tests.support.workbooks import DISTRICT


@pytest.fixture
def here(district: Engine) -> District:
    """Give a place that was confirmed on Thursday, and what came after: a form of Monday, and a closed door."""
    found = a_district(district)
    for name, day, received, said in (
        ("thursday", 29, 29, {}), ("monday", 26, 30, {"seen": ALL_FIVE | {"chair": "no"}}),
        ("closed", 31, 31, {"arrival": "closed", "seen": {}}),
    ):  # fmt: skip
        number = found.visit(name, compute=False, start=f"2026-10-{day}T09:00:00.000+07:00", **said)
        found.changed(number, submitted_at=f"2026-10-{received}T05:00:00.000Z")
    return found


def as_planned_before_9(engine: Engine) -> None:
    with writing(engine) as session:
        row = session.scalars(select(RoundRules)).one()
        rules = copy.deepcopy(row.rules)
        del rules["numbers"]["matching"]["latest_that_looked"]
        row.rules, row.digest = rules, digest_of_rules(rules)


def told(here: District) -> list[str]:
    return [here.visit_row(name).reason_code for name in ("monday", "thursday", "closed")]


def test_the_last_that_could_look_counts_and_who_came_after_it_is_kept_with_the_line(here: District) -> None:
    row = here.row()
    assert (row.outcome, row.visit_id, here.ledger()) == ("confirmed", "uuid:thursday", (1, 0, 2))
    monday, closed = (here.visit_row(name).state_id for name in ("monday", "closed"))
    assert row.considered and {*row.considered["earlier"]} == {monday, closed}
    assert row.considered["later"] == [closed] and " later_closed " in row.reason_codes
    assert told(here) == ["later_visit_counts", "belongs_to_line", "could_not_look"]


def test_a_round_under_way_stays_as_it_was_until_the_present_rules_are_taken_with_a_minute(here: District) -> None:
    as_planned_before_9(here.engine)
    row = here.row()
    assert (row.outcome, row.visit_id, row.reason_codes.split()[0]) == ("unsure", "uuid:closed", "arrival_closed")
    assert row.considered and "later" not in row.considered and " later_" not in row.reason_codes
    assert told(here) == ["later_visit_counts", "later_visit_counts", "belongs_to_line"]
    with writing(here.engine) as session:
        assert take_present_rules(session, ROUND, Entry("terminal:test", "Berita acara 7."))
    assert here.row().outcome == "confirmed"


def test_so_it_stays_when_points_are_gone(here: District) -> None:
    with snapshot(here.engine) as session:
        kept = what_points_show(load_inputs(session, ROUND, DISTRICT), CAPITAL)
    before = told(here)
    with writing(here.engine) as session:
        let_traces_go(session, ROUND, DISTRICT, kept)
        for visit in session.scalars(select(Visit)):
            visit.lon = visit.lat = visit.accuracy_m = None
    assert (here.row().outcome, told(here)) == ("confirmed", before)
    assert (here.row().considered or {})["later"] == [here.visit_row("closed").state_id]
