"""What was drawn and approved gives the list an interval; what was chosen on purpose gives none, and says so."""

from sqlalchemy import select

from server.claims.tables import Claim
from server.db import snapshot, writing
from server.disclosure.viewer import EVERYONE
from server.draws.shown import FoundOfDrawn, draw_shown
from server.draws.tables import Draw
from server.results.tables import IndicatorResult
from server.results.verifying import verify
from server.words import catalogue
from tests.support.arriving import a_visit_comes
from tests.support.assigning import OPEN_PLACE, PART
from tests.support.drawing import INDICATOR, DrawField, point_of
from verification.sampling.intervals import exact


def indicator(field: DrawField) -> IndicatorResult:
    verify(field.engine, *PART)
    with snapshot(field.engine) as session:
        one = session.scalars(select(IndicatorResult).filter_by(indicator=INDICATOR)).one()
        session.expunge(one)
    return one


def visit(field: DrawField, place: str) -> None:
    number = 0 if place == field.places[OPEN_PLACE].facility_id else int(place[:8], 16)
    a_visit_comes(field.engine, f"uuid:{place}", point_of(number), place)


def test_drawn_places_say_something_of_all_and_those_not_seen_stay_undecided(field: DrawField) -> None:
    number = field.draw()
    field.approve(number)
    places = [row.facility_id for row in field.drawn(number) if row.substitute_for is None]
    assert indicator(field).reasons[0]["code"] == "nothing_decided_yet"
    for place in places[:10]:
        visit(field, place)
    found = indicator(field)
    confirmed, decided = found.confirmed, found.confirmed + found.contradicted
    assert 5 <= confirmed <= decided <= 10 and found.interval == {
        "number": number, "design": "random", "drawn": 12, "decided": decided,
        "lowest": exact(40, 12, confirmed).lowest, "highest": 40 - found.contradicted,
    }  # fmt: skip
    assert found.reasons == [{"code": "sample_random", "values": {
        "draw": number, "drawn": 12, "decided": decided, "lines": 40, "lowest": found.interval["lowest"],
        "highest": found.interval["highest"],
    }}]  # fmt: skip


def test_the_same_visits_to_places_chosen_on_purpose_say_nothing_of_others(field: DrawField) -> None:
    for place in [f"{number:08x}-cccc-4ccc-8ccc-cccccccccccc" for number in range(1, 13)]:
        visit(field, place)
    field.draw()  # and nobody approved it
    found = indicator(field)
    assert found.confirmed >= 5 and found.interval is None
    assert [reason["code"] for reason in found.reasons] == ["purposive_no_interval"]


def test_a_list_that_changed_since_has_bounds_alone(field: DrawField) -> None:
    number = field.draw()
    field.approve(number)
    visit(field, field.drawn(number)[0].facility_id)
    with writing(field.engine) as session:
        claim = session.scalars(select(Claim).filter_by(indicator=INDICATOR)).one()
        claim.lines.pop()
    found = indicator(field)
    assert found.interval is None
    assert [reason["code"] for reason in found.reasons] == ["sample_of_other_lines"]


def found_of(field: DrawField, number: int) -> FoundOfDrawn | None:
    verify(field.engine, *PART)
    with snapshot(field.engine) as session:
        return draw_shown(session, PART, session.get_one(Draw, number), EVERYONE, catalogue("id")).found


def test_a_drawing_counts_what_was_found_of_its_places_and_of_no_substitute_and_says_whether_lqas_passes(
    field: DrawField,
) -> None:
    number = field.draw(design="lqas")
    assert found_of(field, number) is None, "before it is approved nobody was sent by it"
    field.approve(number)
    rows = field.drawn(number)
    for row in rows:
        if (row.substitute_for is None and row.turn <= 10) or row.substitute_for is not None:
            visit(field, row.facility_id)
    found = found_of(field, number)
    assert found and found.verdict == "open"
    assert found.confirmed + found.contradicted + found.undecided == 19
    assert found.confirmed <= 10, "substitutes were confirmed too, and are none of the drawn"
    for row in rows:
        visit(field, row.facility_id)
    found = found_of(field, number)
    assert found and (found.verdict, found.confirmed >= 13) == ("passes", True)
