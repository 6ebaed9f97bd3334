"""Teams and ties, by page and by use case: who is tied to a district judges nothing there, whichever came first."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.people.tables import Person
from server.roles.account import Account, Forbidden, Held, NotGiven
from server.roles.granting import give
from server.roles.queries import account_of
from server.roles.table import Permission, Role
from server.roles.tables import Team, TeamMember, Tie
from server.roles.teams import declare_tie, end_tie, join, make_team
from server.rounds.tables import Round
from tests.support.house import ROUND, SECRETARIAT, open_house
from tests.support.house import House as OpenHouse
from tests.support.web import TESTER, browser_of, person
from tests.support.workbooks import DISTRICT


class House(OpenHouse):
    """With accounts and a team."""

    def account(self, number: int) -> Account:
        with snapshot(self.engine) as session:
            found = account_of(session, number)
            assert found
            return found

    def team(self) -> int:
        with writing(self.engine) as session:
            return make_team(session, TESTER, ROUND, "Tim Rekaan", [DISTRICT]).id


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(*open_house(engine, tmp_path))


def test_a_team_is_made_filled_and_dissolved(house: House) -> None:
    number = house.somebody(email="anggota@kla.example")
    status, page = house.post("/tim", name="  Tim   Satu ", round=ROUND, districts=DISTRICT)
    assert (status, "Tim dibuat." in page, "<h1>Tim Satu</h1>" in page) == (303, True, True)
    with snapshot(house.engine) as session:
        team = session.scalars(select(Team.id)).one()
    assert "Anggota ditambahkan." in house.post(f"/tim/{team}/anggota", who="ANGGOTA@kla.example")[1]
    assert house.account(number).held == (Held(Role.VERIFIER, DISTRICT, ROUND),)
    house.post(f"/tim/{team}/anggota", who=str(number), leads="1")
    assert house.account(number).held == (Held(Role.LEAD, DISTRICT, ROUND),), "once, whichever came last"
    assert "Anggota dikeluarkan." in house.post(f"/tim/{team}/keluar", person=str(number))[1]
    assert house.account(number).held == ()
    house.post(f"/tim/{team}/anggota", who=str(number))
    assert "Centang dahulu" in house.post(f"/tim/{team}/bubar")[1]
    assert "Tim dibubarkan." in house.post(f"/tim/{team}/bubar", sure="1")[1]
    assert house.account(number).held == () and house.web.get(f"/tim/{team}").status_code == 404


@pytest.mark.parametrize("fields, sentence", [
    ({"name": ""}, "Nama tim harus diisi"), ({"name": "x" * 101}, "Nama tim"), ({"round": "1999"}, "tidak dikenal"),
    ({"districts": ""}, "sedikitnya satu"), ({"districts": "Antah"}, "Tidak ada wilayah"),
    ({"districts": f"{DISTRICT}; {DISTRICT.partition('.')[0]}"}, "Tidak ada wilayah"),
])  # fmt: skip
def test_a_team_that_cannot_be_is_refused_and_what_was_typed_stays(
    house: House, fields: dict[str, str], sentence: str
) -> None:
    typed = {"name": "Tim Satu", "round": ROUND, "districts": DISTRICT} | fields
    status, page = house.post("/tim", None, **typed)
    assert (status, sentence in page) == (400, True)
    assert f">{typed['districts']}</textarea>" in page
    with snapshot(house.engine) as session:
        assert session.scalars(select(Team)).all() == []


def test_who_is_tied_is_refused_a_place_in_the_team_and_the_role(house: House) -> None:
    number, team = house.somebody(email="a@kla.example"), house.team()
    theirs = browser_of(house.app, number)
    assert "dicatat" in house.post("/benturan", theirs, district=DISTRICT, why="Adik saya bekerja di dinas.")[1]
    status, page = house.post(f"/tim/{team}/anggota", who="a@kla.example")
    assert (status, "menyatakan benturan kepentingan" in page) == (400, True)
    status, page = house.post(f"/orang/{number}/peran", role="supervisor", area=DISTRICT)
    assert (status, "menyatakan benturan kepentingan" in page) == (400, True)
    assert "Adik saya bekerja di dinas." in house.web.get(f"/orang/{number}").text
    assert house.post(f"/orang/{number}/peran", role="district", area=DISTRICT)[0] == 303, "it judges nothing"


@pytest.mark.parametrize("role", [Role.LEAD, Role.SUPERVISOR])
def test_a_tie_that_is_declared_later_takes_what_is_judged_there(house: House, role: Role) -> None:
    number = house.somebody(Held(role, DISTRICT, ROUND))
    assert house.account(number).may(Permission.REVIEW, DISTRICT, ROUND)
    theirs = browser_of(house.app, number)
    assert house.post("/benturan", theirs, district=DISTRICT, why="keluarga")[0] == 303
    assert not house.account(number).may(Permission.REVIEW, DISTRICT, ROUND)
    assert not house.account(number).may(Permission.SEE_HOMES, DISTRICT, ROUND)


def test_a_team_gets_no_district_to_which_a_member_is_tied(house: House) -> None:
    number, team = house.somebody(Held(Role.LEAD, "98.01", ROUND)), house.team()
    with writing(house.engine) as session:
        declare_tie(session, TESTER, number, DISTRICT, "keluarga")
        with pytest.raises(NotGiven, match="role_where_tied"):
            join(session, TESTER, team, number, leads=False)


def test_nobody_ends_their_own_tie_and_nobody_beyond_does(house: House) -> None:
    mine = house.somebody(SECRETARIAT)
    me = browser_of(house.app, mine)
    house.post("/benturan", me, district=DISTRICT, why="keluarga")
    with snapshot(house.engine) as session:
        tie = session.scalars(select(Tie.id)).one()
    status, page = house.post(f"/orang/{mine}/benturan/akhiri", me, tie=str(tie))
    assert (status, "Tidak seorang pun mengakhiri" in page) == (400, True)
    other = house.somebody(Held(Role.OBSERVER))
    assert "tidak dikenal" in house.post(f"/orang/{other}/benturan/akhiri", tie=str(tie))[1], "it is another's"
    with writing(house.engine) as session:
        far = account_of(session, person(session, Held(Role.SECRETARIAT, "98")))
        assert far
        with pytest.raises(Forbidden):
            end_tie(session, far, tie, mine)
    assert "diakhiri" in house.post(f"/orang/{mine}/benturan/akhiri", tie=str(tie))[1]
    assert house.account(mine).tied == frozenset()


@pytest.mark.parametrize("fields, sentence", [
    ({"district": ""}, "Tidak ada provinsi atau kabupaten/kota"), ({"district": "Antah"}, "Tidak ada wilayah"),
    ({"why": " "}, "Tulislah apa hubungannya"), ({"why": "x" * 501}, "Tulislah"),
    ({"place": "1234567"}, "Tidak ada tempat itu"), ({"place": "%%%%%%%%%"}, "Tidak ada tempat itu"),
])  # fmt: skip
def test_a_tie_that_says_too_little_is_refused(house: House, fields: dict[str, str], sentence: str) -> None:
    theirs = browser_of(house.app, house.somebody())
    typed = {"district": DISTRICT, "why": "keluarga"} | fields
    status, page = house.post("/benturan", theirs, **typed)
    assert (status, sentence in page) == (400, True)
    with snapshot(house.engine) as session:
        assert session.scalars(select(Tie)).all() == []


@pytest.mark.parametrize("state, sees", [("open", True), ("closed", True), ("archived", False)])
def test_a_team_sees_its_round_until_that_is_archived(house: House, state: str, sees: bool) -> None:
    number = house.somebody(Held(Role.LEAD, DISTRICT, ROUND))
    with writing(house.engine) as session:
        session.get_one(Round, ROUND).state = state
    assert house.account(number).may(Permission.SEE_REPORT, DISTRICT, ROUND) is sees


def test_a_place_in_a_team_does_not_go_over_with_the_post(house: House) -> None:
    number = house.somebody(Held(Role.LEAD, DISTRICT, ROUND), Held(Role.OBSERVER))
    assert house.post(f"/orang/{number}/serah-terima", name="Pengganti", email="baru@kla.example")[0] == 200
    with snapshot(house.engine) as session:
        after = session.scalars(select(Person.id).filter_by(email="baru@kla.example")).one()
        assert [member.ended_at is None for member in session.scalars(select(TeamMember))] == [False]
    assert house.account(after).held == (Held(Role.OBSERVER),)


def test_nobody_gives_a_role_to_themselves(house: House) -> None:
    with writing(house.engine) as session:
        number = person(session, SECRETARIAT)
        me = account_of(session, number)
        assert me
        with pytest.raises(NotGiven, match="role_to_oneself"):
            give(session, me, number, Held(Role.SUPERVISOR))
