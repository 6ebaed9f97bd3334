"""Two projects at one Central: both projects' phones have their places, and what was picked there is the same place."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, delete, select, update

from server.assignments.giving import There
from server.assignments.noticing import note_visited
from server.assignments.tables import Assignment
from server.db import snapshot, writing
from server.phones.tables import Phone
from server.register.at_central import noted_ids, turned
from server.register.tables import CentralProject, Facility
from server.results.reading import read_unread
from server.rounds.tables import Round
from server.submissions.tables import Submission, SubmissionState
from tests.support.assigning import HOME, OPEN_PLACE
from tests.support.built import built
from tests.support.claiming import ROUND
from tests.support.environment import new_project
from tests.support.phoning import FORM, Kit, a_kit, a_team, nothing
from tests.support.rounds import begin, let_be, plan_round
from tests.support.trial import publish_xml, refusal
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.pulling.pull import pull_all
from workers.sending.assigning import bring
from workers.sending.phone_check import check_team
from workers.sending.phone_lists import share_out
from workers.sending.phones import bring_phones
from workers.sending.place_ids import PLACES, ids_at
from workers.sending.plan import plan_publishing
from workers.sending.publish import publish_facilities, publish_lists
from xlsforms.fill import FormFiller, list_csv
from xlsforms.scenarios import scenarios

NEXT = "putaran-berikut"  # the round of the second project
LISTS = ("facilities", "follow_ups", "districts", "areas")
Rows = Sequence[dict[str, str]]


@dataclass
class Two:
    """A project with its team's phones, and a second one with a round, a team and a phone of its own."""

    first: Kit
    second: Kit
    phone: Phone

    @property
    def engine(self) -> Engine:
        return self.first.engine

    def on_first(self, name: str = PLACES) -> Rows:
        return given(self.first, self.first.living()[0], name)

    def on_second(self, name: str = PLACES) -> Rows:
        return given(self.second, self.phone, name)

    def give(self, place: str = OPEN_PLACE, instead_of: str | None = None) -> int:
        """Give the second project's team an assignment; gives its number."""
        field = self.second.field
        kept = field.places[place]
        field.places[place] = There(NEXT, DISTRICT, kept.facility_id)
        number = field.give(place, who=str(self.phone.team_id))
        if instead_of:
            field.changed(number, substitute_for=field.places[instead_of].facility_id)
        bring(self.engine, self.second.central, number, nothing)
        return number

    def wrong(self) -> set[str]:
        """Give the lines of the second project's departure check that are not as they should be."""
        (found,) = check_team(self.engine, self.second.central, self.phone.team_id, nothing)
        return {line.line for line in found.lines if not line.is_fine} - {"forms", "versions", "sheet", "drill"}


def given(kit: Kit, phone: Phone, name: str) -> Rows:
    """Give a list as a phone is given it."""
    return kit.central.rows_on_phone(kit.token(phone), FORM, f"{name}.csv")


def as_file(rows: Rows) -> str:
    """Write a list as a phone has it, once visits are open in its district."""
    columns = [name for name in rows[0] if name not in ("name", "label")]
    return list_csv(columns, [row | ({"open": "1"} if "open" in row else {}) for row in rows])


def claimed_later(engine: Engine, kind: str) -> str:
    """Claim a place after the first project had its list; a real Central takes its id once and for all."""
    place = str(uuid.uuid4())
    with writing(engine) as session:
        session.add(Facility(id=place, kind=kind, name="Baru", village=f"{DISTRICT}.01.2001"))
    return place


@pytest.fixture
def second(any_server: tuple[str, str, str]) -> Iterator[Central]:
    with new_project(*any_server) as found:
        yield found


@pytest.fixture
def two(district: Engine, any_central: Central, second: Central) -> Two:
    with writing(district) as session:
        session.execute(update(Round).filter_by(id=ROUND).values(project=any_central.project))
    first = a_kit(district, any_central)
    plan_round(district, NEXT, project=second.project)
    let_be(district, "open", NEXT)
    begin(district, DISTRICT, round_id=NEXT)
    kit = Kit(first.field, second)
    for name in LISTS:
        second.ensure_entity_list(name, ("district",))
    for form_id in (FORM, "visit_lksa"):
        publish_xml(second, built(form_id).xform)
    phone = a_team(kit, NEXT)
    (plan,) = [rows for rows in plan_publishing(district, second, []).rows if rows.name == PLACES]
    done = publish_lists(district, second)
    assert [rows.obstacles for rows in done] == [(), (), ()], "nothing was refused"
    assert done[0].create == plan.create, "and it is what was planned"
    return Two(first, kit, phone)


def test_phones_of_both_projects_have_the_places(two: Two) -> None:
    first, second = two.on_first(), two.on_second()
    assert {row["label"] for row in first} == {row["label"] for row in second} and len(first) == 2
    assert {row["name"] for row in first}.isdisjoint(row["name"] for row in second)
    with snapshot(two.engine) as session:
        assert {row["name"] for row in first} == set(session.scalars(select(Facility.id)))
    assert {row["name"][:8] for row in first} == {row["name"][:8] for row in second}, "homes' codes are the same"


def test_to_publish_again_changes_nothing_at_either(two: Two) -> None:
    for kit in (two.first, two.second):
        assert not any(rows.acts for rows in publish_lists(two.engine, kit.central))
        assert not any(rows.acts for rows in plan_publishing(two.engine, kit.central, []).rows)


def test_an_assignment_leads_to_its_place_and_that_for_which_it_stands_in(two: Two) -> None:
    two.give(OPEN_PLACE, instead_of=HOME)
    (row,) = two.on_second("follow_ups")
    by_id = {place["name"]: place["label"] for place in two.on_second()}
    assert by_id[row["facility"]] == OPEN_PLACE and by_id[row["substitute_for"]].startswith("LKSA")


def test_the_departure_check_knows_places_by_the_ids_of_the_project(two: Two) -> None:
    two.give()
    publish_facilities(two.engine, two.second.central)
    bring_phones(two.engine, two.second.central, nothing)
    assert two.wrong() == {"places_of_all"}
    share_out(two.engine, two.second.central)
    assert two.wrong() == set() and {row["label"] for row in two.on_second()} == {OPEN_PLACE}


@pytest.mark.parametrize("label", [HOME, "Tempat rekaan"])
@pytest.mark.parametrize("by_own", [True, False])
def test_the_departure_check_sees_a_home_by_its_name_and_a_shelter_by_whichever_id(
    two: Two, by_own: bool, label: str
) -> None:
    shelter = claimed_later(two.engine, "rumah_aman")
    two.give()
    (key,) = two.second.central.entities("follow_ups")
    place = two.first.field.places[HOME].facility_id if label == HOME else shelter
    data = {"facility": turned(place, two.second.central.project) if by_own else place, "kind": ""}
    assert "names" not in two.wrong()
    two.second.central.update_entity("follow_ups", {"uuid": key, "label": label, "data": data})
    assert "names" in two.wrong()


def test_a_place_of_more_teams_than_the_filter_takes_is_said_by_its_name(two: Two) -> None:
    for team in (two.phone.team_id, *(a_team(two.second, NEXT).team_id for _ in range(6))):
        two.second.field.places[OPEN_PLACE] = There(NEXT, DISTRICT, two.second.field.places[OPEN_PLACE].facility_id)
        two.second.field.give(OPEN_PLACE, who=str(team))
    (obstacle,) = publish_facilities(two.engine, two.second.central).obstacles
    assert obstacle.what.startswith(OPEN_PLACE) and obstacle.why.code == "place_of_too_many_teams"


def test_a_visit_to_a_place_that_was_picked_there_is_read_as_one_to_it(two: Two, filler: FormFiller) -> None:
    number, place = two.give(), two.first.field.places[OPEN_PLACE].facility_id
    (task,) = two.on_second("follow_ups")
    media = {f"{name}.csv": as_file(two.on_second(name)) for name in LISTS}
    (scenario,) = [one for one in scenarios(built(FORM)) if one.name == "an assigned place"]
    answers = {**scenario.rounds[0], "assigned": task["name"], "tasks_done": [task["name"]]}
    del answers["facility"]
    filled = filler.fill(built(FORM).xform, answers, media=media)
    assert filled.problem is None and task["facility"] in filled.xml and place not in filled.xml
    two.second.central.submit(FORM, filled.xml)
    pull_all(two.engine, two.second.central)
    assert read_unread(two.engine) == 1
    with writing(two.engine) as session:
        state = session.scalars(select(SubmissionState)).one()
        assert (state.facility_id, state.round_id, state.district, state.aside) == (place, NEXT, DISTRICT, None)
        kept = json.loads(session.scalars(select(Submission.answers)).one())
        assert kept["place"]["facility"] == task["facility"], "what came stays as it came"
        note_visited(session)
        assert session.get_one(Assignment, number).state == "visited"


# ── what was there before


def forget_what_was_settled(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(delete(CentralProject))


def test_lists_that_stand_go_on_as_they_are_where_nothing_is_noted_of_them(two: Two) -> None:
    number = two.first.field.give(HOME)
    bring(two.engine, two.first.central, number, nothing)
    publish_lists(two.engine, two.first.central)
    forget_what_was_settled(two.engine)
    for kit in (two.second, two.first):
        assert not any(rows.acts for rows in publish_lists(two.engine, kit.central))
    assert two.first.field.found(number).state == "sent"


@pytest.mark.parametrize("is_named", [True, False])
def test_a_project_whose_places_were_refused_gets_them_once_tilik_is_updated(
    district: Engine, any_central: Central, second: Central, is_named: bool
) -> None:
    """An older Tilik sent places by their own ids: there is what the first project did not have, and follow-ups."""
    kit = a_kit(district, any_central)
    with writing(district) as session:
        session.execute(update(Round).filter_by(id=ROUND).values(project=second.project if is_named else None))
        session.add(CentralProject(number=second.project, own_ids=False))  # as the older one did without a word
    number, visited, of_no_round = (kit.field.give(place) for place in (OPEN_PLACE, HOME, OPEN_PLACE))
    bring(district, second, number, nothing)
    kit.field.changed(visited, state="visited")
    kit.field.changed(of_no_round, state="sent", round_id=None)
    (row,) = second.entities("follow_ups").values()
    assert row["facility"] == kit.field.places[OPEN_PLACE].facility_id
    new = claimed_later(district, "pojok_asi")
    with writing(district) as session:
        session.execute(delete(CentralProject).filter_by(number=second.project))
    second.ensure_entity_list(PLACES, ("kind",))
    second.create_entities(PLACES, [{"uuid": new, "label": "Baru", "data": {}}])
    assert not publish_facilities(district, second).obstacles
    known = {new, *(place.facility_id for place in kit.field.places.values())}
    assert set(second.entities(PLACES)) == {turned(place, second.project) for place in known}
    assert [kit.field.found(one).state for one in (number, visited, of_no_round)] == ["given", "visited", "sent"]
    bring(district, second, number, nothing)
    (row,) = second.entities("follow_ups").values()
    assert row["facility"] in second.entities(PLACES)


def test_a_follow_up_settles_it_too(district: Engine, any_central: Central, second: Central) -> None:
    """A follow-up may go before any list was published."""
    kit = a_kit(district, any_central)
    with writing(district) as session:
        session.execute(update(Round).filter_by(id=ROUND).values(project=second.project))
    bring(district, second, kit.field.give(OPEN_PLACE), nothing)
    with snapshot(district) as session:
        noted = noted_ids(session, second.project)
    assert noted and noted.own
    with Central("http://localhost:1", "nobody@example.test", "x", second.project) as silent:
        assert ids_at(district, silent) == noted, "and Central is not asked again"


def test_a_project_that_is_not_there_settles_nothing(engine: Engine, any_server: tuple[str, str, str]) -> None:
    """A mistyped number must not take the places' ids."""
    with Central(*any_server, 987_654) as nowhere:
        assert refusal(lambda: ids_at(engine, nowhere)).startswith("central_not_found")
    with snapshot(engine) as session:
        assert noted_ids(session, 987_654) is None
