"""A place visited twice, once picked from the list and once by its name as typed: no place that nobody claims."""

from sqlalchemy import Engine, update

from server.db import snapshot, writing
from server.moments import CAPITAL
from server.results.inputs import load_inputs
from server.traces.stones import let_traces_go, what_points_show
from server.visits.tables import Visit
from tests.support.claiming import ROUND
from tests.support.facts import NAMES, District, a_district
from tests.support.workbooks import DISTRICT


def visited_twice(engine: Engine) -> District:
    here = a_district(engine)
    here.visit("picked")
    here.visit("typed", place=None, name_given=NAMES[0])
    return here


def unplaced(here: District) -> list[str]:
    """Say why visits belong to no line."""
    rows = [here.visit_row(name) for name in ("picked", "typed")]
    return [row.reason_code for row in rows if not row.lines]


def test_what_no_line_took_is_for_a_person_and_is_not_told_as_unclaimed(district: Engine) -> None:
    assert unplaced(visited_twice(district)) == ["perhaps_claimed"]


def test_so_it_stays_when_the_points_are_gone(district: Engine) -> None:
    here = visited_twice(district)
    with snapshot(district) as session:
        kept = what_points_show(load_inputs(session, ROUND, DISTRICT), CAPITAL)
    with writing(district) as session:
        let_traces_go(session, ROUND, DISTRICT, kept)
        session.execute(update(Visit).values(lon=None, lat=None, accuracy_m=None))
    assert unplaced(here) == ["perhaps_claimed"]


def test_a_person_puts_it_where_it_belongs(district: Engine) -> None:
    here = visited_twice(district)
    (left,) = [row.state_id for name in ("picked", "typed") if not (row := here.visit_row(name)).lines]
    assert left
    here.put(left, "belongs", place=0)
    assert unplaced(here) == ["later_visit_counts"] and here.ledger() == (1, 0, 2)
