"""The page of second visits: what teams answer differently, for whom, with the visits themselves, and by lot."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from server.app import create_app
from server.claims.tables import ClaimLine
from server.db import now, snapshot, writing
from server.draws.tables import Draw
from server.phones.tables import Phone
from server.register.tables import Facility
from server.roles.account import Held
from server.roles.table import Permission, Role, roles_with
from server.roles.tables import Team, TeamMember
from server.rounds.states import OPEN
from server.rounds.tables import RoundPart
from server.settings import Settings
from server.submissions.tables import Submission, SubmissionState
from server.visits.tables import Visit
from tests.support.acts import newest, written_down
from tests.support.arriving import a_visit_comes
from tests.support.assigning import HOME, OPEN_PLACE, PART
from tests.support.builders import ALL_FIVE
from tests.support.drawing import DrawField, a_draw_field, point_of
from tests.support.statements import statements
from tests.support.web import as_read, browser_of, entered, person
from verification.model import Seen
from verification.sampling.intervals import exact

PAGE, ROUND = "/kunjungan-kedua", PART[0]
MOST_STATEMENTS = 15
BEFORE = datetime(2026, 11, 2, 3, tzinfo=UTC)
NO_CHAIR = {**ALL_FIVE, "chair": Seen.NO}


class Twice:
    """A district whose places are visited again by a second team, each team with a phone."""

    def __init__(self, field: DrawField, app: Flask) -> None:
        self.field, self.app, self.engine = field, app, field.engine
        with writing(self.engine) as session:
            other = Team(round_id=ROUND, name="Tim Kedua", made_by="test", made_at=now())
            session.add(other)
            session.flush()
            self.phones = {field.team: f"P{field.team}-AAAA", other.id: f"P{other.id}-BBBB"}
            session.add_all(Phone(code=code, team_id=team, made_at=now()) for team, code in self.phones.items())
            self.first, self.second = field.team, other.id

    def visit(
        self, place: str, team: int, at: datetime, seen: Mapping[str, str] = ALL_FIVE, sent_after: int = 0, **more: str
    ) -> str:
        """Let a team's visit to a place come, so many days after it was made; gives the submission's id."""
        root = f"uuid:{place}-{team}-{at:%Y%m%d%H}"
        number = 0 if place in {there.facility_id for there in self.field.places.values()} else int(place[:8], 16)
        a_visit_comes(self.engine, root, point_of(number), place, seen=dict(seen),
                      start=at.isoformat(), submitted_at=f"{at + timedelta(sent_after):%Y-%m-%dT%H:%M:%S}.000Z",
                      **{"submitter": f"Tim Rekaan {self.phones[team]}"} | more)  # fmt: skip
        return root

    def place(self, number: int) -> str:
        return f"{number:08x}-cccc-4ccc-8ccc-cccccccccccc"

    def twice(self, place: str, later: dict[str, Seen] = ALL_FIVE, days: int = 9) -> tuple[str, str]:
        return self.visit(place, self.first, BEFORE), self.visit(place, self.second, BEFORE + timedelta(days), later)

    def shown(self, role: Role = Role.SUPERVISOR, at: str = PAGE, area: str = "") -> str:
        return shown(entered(self.app, [Held(role, area)]).get(at))


def shown(response: TestResponse) -> str:
    assert response.status_code == 200
    return as_read(response.text.split("<main")[1])


@pytest.fixture
def twice(district: Engine, tmp_path: Path) -> Twice:
    return Twice(a_draw_field(district), create_app(district, Settings(data=tmp_path, central_project=1)))


def test_what_the_second_team_answers_otherwise_is_counted_for_the_first(twice: Twice) -> None:
    assert "belum ada tempat yang dikunjungi dua kali" in twice.shown()
    first, second = twice.twice(twice.place(1), NO_CHAIR)
    twice.twice(twice.place(2))
    twice.visit(twice.place(3), twice.first, BEFORE)
    page = twice.shown()
    assert "Tim Rekaan 2 2 oleh tim lain 9 1 dari 10 10 % 1 dari 10 10 % – –" in page
    assert "Tim Kedua" not in page, "nobody came after it"
    assert "1 dari 2" in page and "0 dari 2" in page, "by question"
    assert "Undian: dari" not in page, "none of it was drawn"
    web = entered(twice.app, [Held(Role.SUPERVISOR)])
    links = re.findall(r'href="(/kunjungan-kedua\?[^"]+)"', web.get(PAGE).text)
    pairs = web.get(html.unescape(next(one for one in links if "jenis=regulation" in one)))
    assert "Pasangan kunjungan: 1" in shown(pairs) and "9 hari kemudian" in shown(pairs)
    assert "“Ada, terlihat”, lalu “" in shown(pairs) and "Pojok ASI Rekaan 1" in shown(pairs)
    assert f"/{first}" in pairs.text and f"/{second}" in pairs.text
    both = web.get(html.unescape(next(one for one in links if one.split("&")[0].endswith(ROUND) and "tim=" in one)))
    assert "Pasangan kunjungan: 2" in shown(both)
    by_question = web.get(html.unescape(next(one for one in links if "soal=chair" in one)))
    assert "Pasangan kunjungan: 1" in shown(by_question)
    assert "Pasangan kunjungan: 0" in twice.shown(at=f"{PAGE}?jenis=count")


def test_questions_that_are_no_criteria_are_asked_in_words(twice: Twice) -> None:
    """Their codes are our own, and nobody else's."""
    noted = {"location_kind": "public", "managed_by": "government"}
    twice.visit(twice.place(1), twice.first, BEFORE, {**ALL_FIVE, **noted})
    twice.visit(twice.place(1), twice.second, BEFORE + timedelta(9), {**ALL_FIVE, **noted, "managed_by": "private"})
    page = twice.shown()
    assert "Jenis lokasi lainnya 0 dari 1" in page and "Pengelola lainnya 1 dari 1" in page
    assert "location_kind" not in page and "managed_by" not in page


def test_it_is_for_who_leads_and_neither_for_a_team_nor_the_district(twice: Twice) -> None:
    twice.twice(twice.place(1), NO_CHAIR)
    for role in (Role.DISTRICT, Role.SECRETARIAT, Role.PROVINCIAL, Role.OPERATOR):
        assert entered(twice.app, [Held(role)]).get(PAGE).status_code == 403
    for role in (Role.LEAD, Role.VERIFIER):
        assert entered(twice.app, [Held(role, PART[1], ROUND)]).get(PAGE).status_code == 403
    for role in (Role.ASSESSOR, Role.INSPECTORATE, Role.INDEPENDENT):
        assert "1 dari 5" in twice.shown(role)
    assert "Tidak ada putaran dalam jangkauan Anda" in twice.shown(area="98.01")
    web = entered(twice.app, [Held(Role.SUPERVISOR, "98.01")])
    for asked_for in (f"{PAGE}?putaran={ROUND}", f"{PAGE}.csv?putaran={ROUND}"):
        assert web.get(asked_for).status_code == 404
    assert "Tim Rekaan" not in web.get(f"{PAGE}.csv").text


def test_other_districts_of_the_round_are_not_in_it(twice: Twice) -> None:
    twice.twice(twice.place(1), NO_CHAIR)
    with writing(twice.engine) as session:
        session.add(RoundPart(round_id=ROUND, district="98.01", state=OPEN))
    assert "belum ada tempat yang dikunjungi dua kali" in twice.shown(area="98.01")
    assert "1 dari 5" in twice.shown(area=PART[1]) and "1 dari 5" in twice.shown()


def test_who_may_see_them_may_see_submissions() -> None:
    assert roles_with(Permission.SEE_SECOND_VISITS) < roles_with(Permission.SEE_SUBMISSION)


def test_forms_of_other_kinds_are_not_compared(twice: Twice) -> None:
    first, _ = twice.twice(twice.place(1), NO_CHAIR)
    with writing(twice.engine) as session:
        mine = select(Submission.id).filter_by(root_id=first)
        session.execute(update(Visit).where(Visit.submission_id.in_(mine)).values(kind="sekolah"))
    assert "belum ada tempat yang dikunjungi dua kali" in twice.shown()


def test_nobody_sees_a_team_that_they_belong_to(twice: Twice) -> None:
    twice.twice(twice.place(1), NO_CHAIR)
    with writing(twice.engine) as session:
        both = person(session, Held(Role.SUPERVISOR))
        session.add(TeamMember(team_id=twice.first, person_id=both, leads=False, given_by="test", given_at=now()))
    web = browser_of(twice.app, both)
    assert "belum ada tempat yang dikunjungi dua kali" in shown(web.get(PAGE))
    assert "Pasangan kunjungan: 0" in shown(web.get(f"{PAGE}?tim={twice.first}"))


def test_a_team_is_known_by_its_phone_else_by_what_it_was_asked_to_visit(twice: Twice) -> None:
    place = twice.field.places[OPEN_PLACE].facility_id
    twice.visit(place, twice.first, BEFORE, submitter="somebody")
    twice.visit(place, twice.second, BEFORE + timedelta(9))
    assert "Tim tidak diketahui 1 1 oleh tim lain" in twice.shown()
    assert "Pasangan kunjungan: 1" in twice.shown(at=f"{PAGE}?tim=0")
    with snapshot(twice.engine) as session:
        came = session.scalars(select(SubmissionState.id).filter_by(submitter="somebody")).one()
    twice.field.changed(twice.field.give(), visited_state_id=came, team_id=twice.first)
    assert "Tim Rekaan 1 1 oleh tim lain" in twice.shown()


def test_a_home_is_told_by_its_kind_alone_and_a_shelter_not_at_all(twice: Twice) -> None:
    home, shelter = twice.field.places[HOME].facility_id, twice.place(4)
    with writing(twice.engine) as session:
        session.execute(update(Facility).filter_by(id=shelter).values(name="Rumah Aman Rekaan"))
    for place in (home, shelter):
        twice.twice(place, NO_CHAIR)
    page = twice.shown(at=f"{PAGE}?jenis=regulation")
    assert "Pasangan kunjungan: 1" in page and HOME not in page and "Rumah Aman" not in page
    assert "Kecamatan Satu" in page or "99.01.01" in page
    with writing(twice.engine) as session:
        session.execute(update(ClaimLine).filter_by(facility_id=home).values(kind="rumah_aman"))
    page = twice.shown(at=f"{PAGE}?jenis=regulation")
    assert "Rumah aman" not in page and "Kecamatan Satu" not in page and "99.01.01" not in page


def test_only_visits_that_count_and_answered_are_compared(twice: Twice) -> None:
    first, _ = twice.twice(twice.place(1), NO_CHAIR)
    twice.twice(twice.place(2), {})
    assert "Tim Rekaan 2" in twice.shown() and "1 dari 5" in twice.shown()
    with writing(twice.engine) as session:
        session.execute(update(SubmissionState).filter_by(root_id=first).values(review_state="rejected"))
    assert "1 dari 5" not in twice.shown() and "0 dari" not in twice.shown()


def test_the_last_visit_is_the_last_that_was_made_and_saw_something(twice: Twice) -> None:
    """The first team's form waited on its phone until both others had come; the third visit found a closed door."""
    place = twice.place(1)
    twice.visit(place, twice.first, BEFORE, sent_after=40)
    twice.visit(place, twice.second, BEFORE + timedelta(9), NO_CHAIR)
    twice.visit(place, twice.second, BEFORE + timedelta(12), {})
    page = twice.shown()
    assert "Tim Rekaan 1 1 oleh tim lain 9 1 dari 5" in page
    assert "Tim Kedua 1 0 oleh tim lain 3 – – – –" in page, "what was not seen is not compared"


def test_lots_let_something_be_said_of_all_places_that_the_team_had_visited(twice: Twice) -> None:
    before = [twice.place(number) for number in range(1, 31)]
    for place in before:
        twice.visit(place, twice.first, BEFORE)
    draw = twice.field.draw(visits="24")
    twice.field.approve(draw)
    drawn = [row.facility_id for row in twice.field.drawn(draw) if row.substitute_for is None]
    mine = [place for place in drawn if place in before]
    assert 10 < len(mine) < 24 and "Undian: dari" not in twice.shown(), "nobody went yet"
    for number, place in enumerate(mine[:-2]):
        twice.visit(place, twice.second, now() + timedelta(hours=1), NO_CHAIR if number < 3 else ALL_FIVE)
    twice.visit(mine[-2], twice.second, now() + timedelta(hours=1), {})  # it was closed then
    twice.visit(mine[-1], twice.second, BEFORE + timedelta(1), NO_CHAIR)  # nobody went there after the drawing
    twice.visit(mine[5], twice.second, BEFORE + timedelta(1), NO_CHAIR)  # differs from its own last one alone
    twice.visit(mine[-1], twice.second, BEFORE + timedelta(2), NO_CHAIR, sent_after=60)  # made before the drawing
    low, high = exact(30, len(mine), 3).lowest, exact(30, len(mine), 5).highest
    told = f"Undian: dari 30 tempat yang sudah dikunjungi tim ini sebelum undian, {len(mine)} terundi"
    page = twice.shown()
    assert told in page and f"{low} sampai {high} dari 30 tempat" in page
    assert "3 berbeda pada paling sedikit satu jawaban, 2 belum dapat dibandingkan" in page
    assert asked(twice, entered(twice.app, [Held(Role.SUPERVISOR)]), PAGE) <= MOST_STATEMENTS
    with writing(twice.engine) as session:
        strata = session.get_one(Draw, draw).strata
        session.execute(update(Draw).values(strata=[*strata, *strata]))
    assert "Undian: dari" not in twice.shown(), "classes of risk have chances of their own"
    with writing(twice.engine) as session:
        session.execute(update(Draw).values(strata=strata, population="another list"))
    assert "Undian: dari" not in twice.shown(), "what it was drawn from is not what is listed now"


@pytest.mark.parametrize("state", ["drawn", "dropped"])
def test_a_drawing_that_nobody_approved_says_nothing(twice: Twice, state: str) -> None:
    for number in range(40):
        if number:
            twice.visit(twice.place(number - 1), twice.first, BEFORE)
    draw = twice.field.draw(visits="20")
    if state == "dropped":
        twice.field.drop(draw)
    for row in twice.field.drawn(draw):
        if row.substitute_for is None and "cccc" in row.facility_id:
            twice.visit(row.facility_id, twice.second, now() + timedelta(hours=1))
    assert "0 dari" in twice.shown() and "Undian: dari" not in twice.shown()


def test_the_counts_as_a_file_have_no_place_and_are_written_down(twice: Twice) -> None:
    twice.twice(twice.place(1), NO_CHAIR)
    since, web = newest(twice.engine), entered(twice.app, [Held(Role.SUPERVISOR)])
    file = web.get(f"{PAGE}.csv?putaran={ROUND}")
    head, row = file.text.removeprefix("\ufeff").splitlines()
    assert row.startswith("Tim Rekaan;1;1;9;5;1;5;1;0;0;0;0;;") and len(head.split(";")) == len(row.split(";"))
    assert "Pojok ASI" not in file.text
    assert [entry.act for entry in written_down(twice.engine, since)] == ["second_visits_exported"]


def test_it_costs_no_more_where_there_is_much(twice: Twice) -> None:
    twice.twice(twice.place(1), NO_CHAIR)
    web = entered(twice.app, [Held(Role.SUPERVISOR)])
    addresses = (PAGE, f"{PAGE}?tim={twice.first}")
    few = [asked(twice, web, address) for address in addresses]
    for number in range(2, 39):
        twice.twice(twice.place(number), NO_CHAIR)
    assert [asked(twice, web, address) for address in addresses] == few
    assert max(few) <= MOST_STATEMENTS
    page = shown(web.get(addresses[1]))
    assert "Pasangan kunjungan: 38" in page


def asked(twice: Twice, web: object, address: str) -> int:
    web.get(address)  # type: ignore[attr-defined]
    with statements(twice.engine) as said:
        web.get(address)  # type: ignore[attr-defined]
    return len([one for one in said if not one.startswith(("BEGIN", "SET ", "PRAGMA"))])
