"""A room claimed once more by another name, without a point: a person is asked, on whatever is kept of its visits."""

from sqlalchemy import Engine, update

from server.db import snapshot, writing
from server.moments import CAPITAL
from server.results.inputs import load_inputs
from server.traces.stones import let_traces_go, what_points_show
from server.visits.tables import Visit
from tests.support.builders import LON
from tests.support.claiming import ROUND, claims_come
from tests.support.facts import District, a_district, latitude, places
from tests.support.workbooks import DISTRICT, filled, row_of

FIRST, AGAIN, OTHER = range(3)


def one_room_by_two_names(engine: Engine) -> District:
    """Claim the first place with a point and the second without; to each comes a visit, both to where the first is."""
    here = a_district(engine)
    first, again, other = places()
    claims_come(engine, filled({f"Klaim!E{row_of(17)}": 15}, first, again | {"G": None, "H": None}, other))
    for place, at in ((FIRST, FIRST), (AGAIN, FIRST), (OTHER, OTHER)):
        point = {"type": "Point", "coordinates": [LON, latitude(at), 0], "properties": {"accuracy": 5}}
        here.visit(str(place), place=place, compute=False, point=point)
    here.compute()
    return here


def said(here: District) -> list[tuple[str, str]]:
    rows = [here.row(place) for place in (FIRST, AGAIN, OTHER)]
    return [(row.outcome, row.reason_codes.split()[0]) for row in rows]


ONE_ROOM = [("confirmed", "criteria_counted"), ("unsure", "stood_together"), ("confirmed", "criteria_counted")]


def test_it_counts_once_until_a_person_has_looked(district: Engine) -> None:
    here = one_room_by_two_names(district)
    assert said(here) == ONE_ROOM and here.ledger() == (2, 0, 1)
    assert here.row(AGAIN).reasons[0]["values"] == {"line": here.line(FIRST)}
    here.decide("duplicate_claim", number=AGAIN, other=here.line(FIRST))
    assert here.ledger() == (2, 1, 0)


def test_so_it_stays_when_the_points_are_gone(district: Engine) -> None:
    here = one_room_by_two_names(district)
    with snapshot(district) as session:
        kept = what_points_show(load_inputs(session, ROUND, DISTRICT), CAPITAL)
    assert sorted(frozen.beside for frozen in kept.values()) == [(), ("uuid:0",), ("uuid:1",)]
    with writing(district) as session:
        let_traces_go(session, ROUND, DISTRICT, kept)
        session.execute(update(Visit).values(lon=None, lat=None, accuracy_m=None))
    here.compute()
    assert said(here) == ONE_ROOM
    assert " frozen_at_closing " in here.row(AGAIN).reason_codes
