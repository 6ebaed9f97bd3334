"""Two rounds in one project: they share its lists, and each phone still holds its own round's and no other's."""

import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

from server.assignments.giving import There
from server.db import snapshot, writing
from server.phones import keeping
from server.phones.expected import holding
from server.phones.tables import Phone, PhoneKit
from server.register.tables import Facility
from server.roles.tables import Team
from server.work.tables import Job
from tests.support.assigning import HOME, OPEN_PLACE
from tests.support.claiming import ROUND, forget_jobs
from tests.support.phoning import Kit, a_kit, a_team, nothing
from tests.support.rounds import begin, let_be, move, move_part, plan_round
from tests.support.web import TESTER
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.central.app_users import Rule
from workers.sending.assigning import bring
from workers.sending.phone_check import check_team, sheets_of
from workers.sending.phone_lists import keep_shared_out, share_out
from workers.sending.phones import bring_phones
from workers.sending.place_ids import PLACES
from workers.sending.publish import publish_facilities

NEXT = "putaran-berikut"  # the round that begins while the other goes on
ELSEWHERE = "Pojok ASI Desa Lain"


@dataclass
class Rounds:
    """Two rounds open in one project, each with a team and a phone in the same district; lists are shared out."""

    kit: Kit
    old: Phone
    new: Phone

    def give(self, round_id: str, team: int | None, place: str = OPEN_PLACE) -> int:
        field = self.kit.field
        field.places[place] = There(round_id, DISTRICT, field.places[place].facility_id)
        number = field.give(place, who=str(team) if team else "")
        bring(self.kit.engine, self.kit.central, number, nothing)
        return number

    def work(self) -> None:
        """Do what the queue does after a change."""
        publish_facilities(self.kit.engine, self.kit.central)
        bring_phones(self.kit.engine, self.kit.central, nothing)
        keep_shared_out(self.kit.engine, self.kit.central)

    def places(self, phone: Phone) -> set[str]:
        return self.kit.on_phone(phone)

    def tasks(self, phone: Phone) -> int:
        return len(self.kit.on_phone(phone, "follow_ups"))

    def wrong(self, phone: Phone) -> set[str]:
        """Give the lines of a phone's departure check that are about what it holds and are not as they should be."""
        (found,) = [one for one in check_team(self.kit.engine, self.kit.central, phone.team_id, nothing)
                    if one.code == phone.code]  # fmt: skip
        return {line.line for line in found.lines if not line.is_fine} - {"forms", "versions", "sheet", "drill"}


def open_next(kit: Kit) -> None:
    plan_round(kit.engine, NEXT)
    let_be(kit.engine, "open", NEXT)
    begin(kit.engine, DISTRICT, round_id=NEXT)


def share(kit: Kit) -> None:
    publish_facilities(kit.engine, kit.central)
    bring_phones(kit.engine, kit.central, nothing)
    share_out(kit.engine, kit.central)


@pytest.fixture
def rounds(district: Engine, any_central: Central) -> Rounds:
    kit = a_kit(district, any_central)
    open_next(kit)
    found = Rounds(kit, kit.living()[0], a_team(kit, NEXT))
    share(kit)
    return found


@pytest.mark.ci
def test_each_round_holds_its_own_teams_places_and_follow_ups(rounds: Rounds) -> None:
    rounds.give(ROUND, rounds.old.team_id, OPEN_PLACE)
    rounds.give(NEXT, rounds.new.team_id, HOME)
    rounds.work()
    assert rounds.places(rounds.old) == {OPEN_PLACE} and len(rounds.places(rounds.new)) == 1
    assert rounds.places(rounds.old).isdisjoint(rounds.places(rounds.new))
    assert rounds.tasks(rounds.old) == rounds.tasks(rounds.new) == 1
    assert rounds.wrong(rounds.old) == rounds.wrong(rounds.new) == set()


@pytest.mark.ci
def test_what_a_round_asks_of_nobody_in_particular_is_on_no_phone_of_another_round(rounds: Rounds) -> None:
    rounds.give(ROUND, rounds.old.team_id, HOME)  # from now on both hold what is assigned, and not their district
    rounds.give(NEXT, rounds.new.team_id, HOME)
    rounds.give(NEXT, None, OPEN_PLACE)
    rounds.work()
    assert OPEN_PLACE in rounds.places(rounds.new) and OPEN_PLACE not in rounds.places(rounds.old)
    assert (rounds.tasks(rounds.old), rounds.tasks(rounds.new)) == (1, 2)
    assert rounds.wrong(rounds.old) == rounds.wrong(rounds.new) == set()


def test_a_place_that_both_rounds_ask_of_nobody_in_particular_is_on_phones_of_both(rounds: Rounds) -> None:
    for round_id, team in ((ROUND, rounds.old.team_id), (NEXT, rounds.new.team_id)):
        rounds.give(round_id, team, HOME)
        rounds.give(round_id, None, OPEN_PLACE)
    rounds.work()
    assert OPEN_PLACE in rounds.places(rounds.old) & rounds.places(rounds.new)
    assert (rounds.tasks(rounds.old), rounds.tasks(rounds.new)) == (2, 2)


@pytest.mark.ci
def test_what_is_of_no_round_reaches_every_team_that_goes_there(rounds: Rounds) -> None:
    """A visit that could be in either round is in none until a person chose: to go again is then for both."""
    number = rounds.give(ROUND, None, OPEN_PLACE)
    rounds.kit.field.changed(number, round_id=None, state="given", sent_at=None)
    bring(rounds.kit.engine, rounds.kit.central, number, nothing)
    rounds.work()
    assert (rounds.tasks(rounds.old), rounds.tasks(rounds.new)) == (1, 1)
    assert rounds.wrong(rounds.old) == rounds.wrong(rounds.new) == set()


def test_three_teams_of_each_round_hold_one_place(rounds: Rounds) -> None:
    phones = [rounds.old, rounds.new, *(a_team(rounds.kit, round_id) for round_id in (ROUND, ROUND, NEXT, NEXT))]
    for phone in phones:
        with snapshot(rounds.kit.engine) as session:
            round_id = session.get_one(Team, phone.team_id).round_id
        rounds.give(round_id, phone.team_id)
    rounds.work()
    assert all(rounds.places(phone) == {OPEN_PLACE} for phone in phones)
    with snapshot(rounds.kit.engine) as session:
        found = holding(session, rounds.kit.central.project)
    assert found and found.against == {}


def test_who_is_in_a_team_of_each_round_has_an_account_for_each_and_can_tell_them_apart(rounds: Rounds) -> None:
    other = a_team(rounds.kit, NEXT, "Tim Rekaan", who=rounds.old.person_id)
    rounds.give(ROUND, rounds.old.team_id, OPEN_PLACE)
    rounds.give(NEXT, other.team_id, HOME)
    rounds.work()
    assert other.person_id == rounds.old.person_id and rounds.places(other).isdisjoint(rounds.places(rounds.old))
    names = [sheets_of(rounds.kit.engine, rounds.kit.central, team)[0]["settings"]["project"]["name"]
             for team in (rounds.old.team_id, other.team_id, rounds.new.team_id)]  # fmt: skip
    assert names[0] != names[1] and NEXT in names[1] and names[2] == "KLA · Tim Putaran Lain"


def test_who_leaves_the_team_of_one_round_keeps_the_phone_of_the_other(rounds: Rounds) -> None:
    other = a_team(rounds.kit, NEXT, "Tim Rekaan", who=rounds.old.person_id)
    with writing(rounds.kit.engine) as session:
        keeping.lose(session, rounds.old.code, TESTER)
    assert other.code in {phone.code for phone in rounds.kit.living()}


@pytest.mark.ci
def test_phones_of_a_round_that_is_over_hold_nothing_and_still_send(rounds: Rounds) -> None:
    rounds.give(ROUND, rounds.old.team_id, OPEN_PLACE)
    rounds.give(NEXT, rounds.new.team_id, HOME)
    rounds.give(NEXT, None, OPEN_PLACE)
    rounds.work()
    before = rounds.places(rounds.new)
    move_part(rounds.kit.engine, DISTRICT, "closed")
    forget_jobs(rounds.kit.engine)
    move(rounds.kit.engine, "closed")
    rounds.work()
    assert rounds.places(rounds.old) == set() and rounds.tasks(rounds.old) == 0
    assert rounds.kit.central.forms_on_phone(rounds.kit.token(rounds.old)), "what is on it can still be sent"
    assert rounds.places(rounds.new) == before and rounds.tasks(rounds.new) == 2 and rounds.wrong(rounds.new) == set()
    move(rounds.kit.engine, "open")
    rounds.work()
    assert rounds.places(rounds.old) == {OPEN_PLACE} and rounds.tasks(rounds.old) == 1


@pytest.mark.parametrize("state", ["closed", "open"])
def test_phones_follow_at_once_when_a_round_ends_or_begins(rounds: Rounds, state: str) -> None:
    move_part(rounds.kit.engine, DISTRICT, "closed")
    if state == "open":
        move(rounds.kit.engine, "closed")
    forget_jobs(rounds.kit.engine)
    move(rounds.kit.engine, state)
    with snapshot(rounds.kit.engine) as session:
        assert {"facilities", "phones"} <= set(session.scalars(select(Job.kind)))


@pytest.mark.ci
def test_a_round_that_begins_later_knows_that_lists_are_shared_out(district: Engine, any_central: Central) -> None:
    kit = a_kit(district, any_central)
    with writing(kit.engine) as session:
        session.add(Facility(id=str(uuid.uuid4()), kind="pojok_asi", name=ELSEWHERE, village=f"{DISTRICT}.01.2002"))
    share(kit)
    move_part(district, DISTRICT, "closed")
    move(district, "closed")
    open_next(kit)
    rounds = Rounds(kit, kit.living()[0], a_team(kit, NEXT))
    rounds.give(NEXT, rounds.new.team_id)
    rounds.work()
    with snapshot(district) as session:
        mine, before = session.get_one(PhoneKit, NEXT), session.get_one(PhoneKit, ROUND)
        assert mine.filtered and mine.filtered_at == before.filtered_at
    assert rounds.places(rounds.new) == {OPEN_PLACE} and rounds.wrong(rounds.new) == set()


@pytest.mark.ci
def test_a_follow_up_of_another_round_on_a_phone_is_found_by_the_check(rounds: Rounds) -> None:
    rounds.give(ROUND, rounds.old.team_id, HOME)
    rounds.give(NEXT, rounds.new.team_id, OPEN_PLACE)
    rounds.work()
    for key, row in rounds.kit.central.entities("follow_ups").items():
        data = {"for_team": str(rounds.old.team_id)}
        rounds.kit.central.update_entity("follow_ups", {"uuid": key, "label": row["label"], "data": data})
    assert rounds.wrong(rounds.old) == {"follow_ups_of_others"}


def test_lists_shared_out_by_an_older_version_are_brought_up_to_this_one(rounds: Rounds) -> None:
    rounds.give(ROUND, rounds.old.team_id, HOME)
    rounds.give(NEXT, rounds.new.team_id, HOME)
    rounds.give(NEXT, None, OPEN_PLACE)
    rounds.work()
    wanted = {name: rounds.kit.central.access_rules(name) for name in (PLACES, "follow_ups")}
    for name in wanted:
        rounds.kit.central.set_access_rules(name, [Rule("for_team", "team"), Rule("for_district", "in_1")])
    for key, row in rounds.kit.central.entities("follow_ups").items():
        if row.get("for_district"):
            data = {"for_district": DISTRICT}
            rounds.kit.central.update_entity("follow_ups", {"uuid": key, "label": row["label"], "data": data})
    rounds.work()
    assert {name: set(rounds.kit.central.access_rules(name) or ()) for name in wanted} == {
        name: set(rules or ()) for name, rules in wanted.items()
    }
    assert (rounds.tasks(rounds.old), rounds.tasks(rounds.new)) == (1, 2)
