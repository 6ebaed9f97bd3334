"""Who is told that a decision waits: reopened, for all who decide there; an opinion, for the others of them."""

from collections import defaultdict

import pytest
from sqlalchemy import Engine

from server.db import snapshot, writing
from server.facts.waiting import facts_that_wait
from server.rounds.states import CLOSED, change_part
from server.submissions.files import Asked, note
from server.work.kinds import Verify
from server.work.tables import Job
from tests.support.claiming import ROUND, TESTER, forget_jobs
from tests.support.facts import District, a_district
from tests.support.workbooks import DISTRICT
from workers.pulling.files import evidence_changed


@pytest.fixture
def here(district: Engine) -> District:
    found = a_district(district)
    found.visit(arrival="closed")
    return found


def told(here: District) -> dict[int | None, dict[str, list[int]]]:
    found: dict[int | None, dict[str, list[int]]] = defaultdict(dict)
    with snapshot(here.engine) as session:
        for person_id, what, numbers in facts_that_wait(session):
            found[person_id][what] = numbers
    return dict(found)


def test_nothing_waits_where_nothing_was_decided_or_what_was_is_in_force(here: District) -> None:
    assert told(here) == {}
    here.decide()
    here.compute()
    assert told(here) == {}


def test_a_reopened_decision_waits_for_all_who_decide_there_and_in_a_closed_part_for_nobody(here: District) -> None:
    number = here.decide()
    here.visit("2")
    everybody = {here.lead.person_id, here.supervisor.person_id, here.other.person_id}
    assert told(here) == {person: {"reopened": [number]} for person in everybody}
    with writing(here.engine) as session:
        change_part(session, ROUND, DISTRICT, CLOSED, TESTER)
    assert told(here) == {}


def test_an_opinion_waits_for_the_others_and_a_difference_for_all(here: District) -> None:
    here.setting("all")
    first = here.decide(by=here.supervisor)
    assert told(here) == {who.person_id: {"second": [first]} for who in (here.lead, here.other)}
    second = here.decide("unsure", by=here.other)
    assert set(told(here)) == {here.lead.person_id, here.supervisor.person_id, here.other.person_id}
    assert told(here)[here.lead.person_id] == {"different": [first, second]}


def test_a_file_that_comes_has_the_district_computed_where_something_was_decided(here: District) -> None:
    asked = Asked(0, "uuid:1", "uuid:1", False, 0)
    for decided in (False, True):
        forget_jobs(here.engine)
        with writing(here.engine) as session:
            values = {"state": "stored", "digest": ("b" if decided else "a") * 64}
            assert note(session, 1, asked, "1.jpg", **values)
            assert not note(session, 1, asked, "1.jpg", **values), "the same again is no news"
            evidence_changed(session, 1, "uuid:1")
            assert [job.kind for job in session.query(Job)] == ([Verify.kind] if decided else [])
        if not decided:
            here.decide()
