"""The pages of people: who may, finds, invites, lets in, hands over and ends those within reach, and nobody else."""

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from server.areas.queries import area_of
from server.audit.tables import AuditEntry
from server.db import snapshot, writing
from server.login.sessions import sessions_of
from server.people.managing import PER_PAGE
from server.people.tables import OneTimeLink, Person
from server.roles.account import Held
from server.roles.queries import account_of
from server.roles.table import Role
from server.rounds.tables import Round
from tests.support.house import OURS, ROUND, SECRETARIAT, open_house
from tests.support.house import House as OpenHouse
from tests.support.web import browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT

PROVINCE = DISTRICT.partition(".")[0]


class House(OpenHouse):
    """With what somebody holds."""

    def held(self, person_id: int) -> tuple[Held, ...]:
        with snapshot(self.engine) as session:
            found = account_of(session, person_id)
            return found.held if found else ()


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(*open_house(engine, tmp_path))


def names_in(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/orang/\d+\?lang=id">([^<]+)</a>', page)


def test_people_are_found_by_name_address_and_role(house: House) -> None:
    house.somebody(Held(Role.OBSERVER), name="Sri Rekaan", email="sri@kla.example")
    house.somebody(Held(Role.LEAD, DISTRICT, ROUND), name="100% Rekaan_")
    found = {query: names_in(house.web.get(f"/orang?{query}").text) for query in
             ("q=sri", "q=SRI@KLA", "q=%25", "q=_", "q=nobody", "role=observer", "role=lead", "role=verifier",
              "role=made_up&q=Sri", "q=Sri%00", "page=0&q=Sri", "page=99999999999999999999&q=Sri",
              "page=x&q=Sri")}  # fmt: skip
    assert found == {
        "q=sri": ["Sri Rekaan"], "q=SRI@KLA": ["Sri Rekaan"], "q=%25": ["100% Rekaan_"], "q=_": ["100% Rekaan_"],
        "q=nobody": [], "role=observer": ["Sri Rekaan"], "role=lead": ["100% Rekaan_"], "role=verifier": [],
        "role=made_up&q=Sri": ["Sri Rekaan"], "q=Sri%00": ["Sri Rekaan"], "page=0&q=Sri": ["Sri Rekaan"],
        "page=99999999999999999999&q=Sri": [], "page=x&q=Sri": ["Sri Rekaan"],
    }  # fmt: skip


def test_a_page_has_so_many_and_leads_to_the_next(house: House) -> None:
    with writing(house.engine) as session:
        for number in range(PER_PAGE + 1):
            person(session, name=f"Rekaan {number:03}")
    first = house.web.get("/orang?q=rekaan 0").text
    assert len(names_in(first)) == PER_PAGE and 'rel="prev"' not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    last = house.web.get(unescape(following[1])).text
    assert names_in(last) == [f"Rekaan {PER_PAGE:03}"] and 'rel="next"' not in last and 'rel="prev"' in last


def link_on(page: str) -> str:
    found = re.search(r"http://localhost(?::80)?(/masuk/tautan/[\w-]{43})", page)
    assert found, page
    return found[1]


def test_who_is_invited_comes_in_by_what_is_shown_once(house: House) -> None:
    status, page = house.post("/orang/baru", name="Sri <b>Rekaan", email="SRI@kla.example", role="district",
                              area=DISTRICT, round=ROUND, with_code="1")  # fmt: skip
    assert status == 200
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)
    assert code
    with snapshot(house.engine) as session:
        made = session.scalars(select(Person).filter_by(email="sri@kla.example")).one()
        assert made.name == "Sri <b>Rekaan"
    assert house.held(made.id) == (Held(Role.DISTRICT, DISTRICT, ROUND),)
    theirs = browser(house.app)
    assert theirs.post(link_on(page), headers=OURS).status_code == 400
    assert theirs.post(link_on(page), headers=OURS, data={"code": code[0]}).status_code == 303
    assert "&lt;b&gt;" in house.web.get(f"/orang/{made.id}").text


@pytest.mark.parametrize("area, held", [
    ("", ""), (DISTRICT, DISTRICT), (PROVINCE, PROVINCE), ("kabupaten tirta", DISTRICT), ("tirta rek", DISTRICT),
])  # fmt: skip
def test_an_area_is_named_by_code_or_name(house: House, area: str, held: str) -> None:
    with snapshot(house.engine) as session:
        name = area_of(session, 1, DISTRICT)
        assert name
    area = name.name.lower() if area == "kabupaten tirta" else name.name[1:-1] if area == "tirta rek" else area
    number = house.somebody()
    assert house.post(f"/orang/{number}/peran", role="observer", area=area)[0] == 303
    assert house.held(number) == (Held(Role.OBSERVER, held),)


@pytest.mark.parametrize("fields, sentence", [
    ({"role": ""}, "Pilih dahulu perannya."), ({"role": "terminal"}, "tidak dapat diberikan"),
    ({"role": "lead"}, "menjadi anggota tim"), ({"role": "observer", "area": "Antah"}, "Tidak ada wilayah"),
    ({"role": "operator", "area": PROVINCE}, "hanya untuk seluruh Indonesia"),
    ({"role": "observer", "round": "1999"}, "Putaran 1999 tidak dikenal"),
    ({"role": "observer", "round": "x" * 500}, "tidak dikenal"), ({"role": "observer", "area": "%"}, "Tidak ada"),
])  # fmt: skip
def test_what_cannot_be_given_is_said_on_the_page(house: House, fields: dict[str, str], sentence: str) -> None:
    number = house.somebody()
    status, page = house.post(f"/orang/{number}/peran", None, **fields)
    assert (status, sentence in page) == (400, True)
    assert house.held(number) == ()


def test_a_role_is_taken_only_from_whose_it_is(house: House) -> None:
    number, other = house.somebody(Held(Role.OBSERVER)), house.somebody(Held(Role.INSPECTORATE))
    row = re.search(r'name="held" value="(\d+)"', house.web.get(f"/orang/{other}").text)
    assert row
    assert "tidak memegang peran itu" in house.post(f"/orang/{number}/peran/cabut", held=row[1])[1]
    assert "Peran dicabut." in house.post(f"/orang/{other}/peran/cabut", held=row[1])[1]
    assert (house.held(number), house.held(other)) == ((Held(Role.OBSERVER),), ())


def test_a_post_is_handed_over_and_who_had_it_is_out_at_once(house: House) -> None:
    number = house.somebody(Held(Role.DISTRICT, DISTRICT), email="dinas@kla.example")
    theirs = browser_of(house.app, number)
    assert theirs.get("/benturan").status_code == 200
    status, page = house.post(f"/orang/{number}/serah-terima", name="Pengganti", email="dinas@kla.example")
    assert status == 200 and page.count('class="half"') == 2
    assert theirs.get("/benturan").status_code == 303
    with snapshot(house.engine) as session:
        after = session.scalars(select(Person).filter_by(email="dinas@kla.example")).one()
    assert (house.held(number), house.held(after.id)) == ((), (Held(Role.DISTRICT, DISTRICT),))
    assert house.web.get(f"/orang/{number}").status_code == 404


def test_killed_between_two_steps_a_hand_over_never_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = house.somebody(Held(Role.DISTRICT, DISTRICT), email="dinas@kla.example")
    before = counts(house.engine)
    monkeypatch.setattr("server.people.inviting.make_link", lambda *_a, **_b: 1 / 0)
    assert house.post(f"/orang/{number}/serah-terima", name="Pengganti", email="baru@kla.example")[0] == 500
    assert counts(house.engine) == before and house.held(number)


def counts(engine: Engine) -> list[int | None]:
    with snapshot(engine) as session:
        acts = select(AuditEntry.id).where(AuditEntry.act.not_like("refused%"))  # that somebody tried is written down
        counted = (select(Person.id), select(OneTimeLink.id), acts)
        return [session.scalar(select(func.count()).select_from(query.subquery())) for query in counted]


def test_an_account_ends_when_it_is_said_to_be_meant(house: House) -> None:
    number = house.somebody(Held(Role.OBSERVER))
    assert "Centang dahulu" in house.post(f"/orang/{number}/akhiri")[1]
    assert "Akun diakhiri." in house.post(f"/orang/{number}/akhiri", sure="1")[1]
    assert house.web.get(f"/orang/{number}").status_code == 404


def test_a_new_link_forgets_the_second_factor_only_where_that_is_lost(house: House) -> None:
    number = house.somebody(Held(Role.OBSERVER))
    theirs = browser_of(house.app, number)
    page = house.post(f"/orang/{number}/tautan")[1]
    assert link_on(page) and "half" in page and page.count('class="half"') == 1
    assert theirs.get("/benturan").status_code == 200
    assert house.post(f"/orang/{number}/tautan", lost_factors="1")[1].count('class="half"') == 2
    assert theirs.get("/benturan").status_code == 303
    with snapshot(house.engine) as session:
        assert session.get_one(Person, number).totp_secret is None


def test_nobody_makes_a_link_for_themselves(house: House) -> None:
    me = house.somebody(SECRETARIAT)
    mine = browser_of(house.app, me)
    status, page = house.post(f"/orang/{me}/tautan", mine, lost_factors="1")
    assert (status, "bagi dirinya sendiri" in page) == (400, True)


def test_all_sessions_of_a_person_are_ended(house: House) -> None:
    number = house.somebody(Held(Role.OBSERVER))
    browsers = [browser_of(house.app, number) for _ in range(2)]
    assert "Sedang masuk di 2 peramban." in house.web.get(f"/orang/{number}").text
    assert "dikeluarkan dari semua peramban" in house.post(f"/orang/{number}/sesi")[1]
    assert [one.get("/benturan").status_code for one in browsers] == [303, 303]
    with snapshot(house.engine) as session:
        assert sessions_of(session, number) == []


BEYOND = [(Held(Role.OBSERVER, "98.01"),), (Held(Role.OBSERVER),), (Held(Role.OBSERVER, DISTRICT, "2031"),),
          (Held(Role.OBSERVER, DISTRICT, ROUND), Held(Role.LEAD, "98.01", ROUND)), ()]  # fmt: skip
WITHIN = [(Held(Role.OBSERVER, DISTRICT, ROUND),), (Held(Role.LEAD, DISTRICT, ROUND),),
          (Held(Role.OBSERVER, DISTRICT, ROUND), Held(Role.VERIFIER, DISTRICT, ROUND))]  # fmt: skip
ACTS = ("tautan", "serah-terima", "akhiri", "sesi", "peran", "peran/cabut", "benturan", "benturan/akhiri")


def test_who_manages_a_district_in_a_round_sees_and_touches_nobody_beyond(house: House) -> None:
    with writing(house.engine) as session:
        session.add(Round(id="2031", name="2031", data_year=2031, indicator_set="x", areas_id=1, state="open"))
    theirs = entered(house.app, [Held(Role.SECRETARIAT, PROVINCE, ROUND)])
    beyond = [house.somebody(*held, name=f"Jauh {number}") for number, held in enumerate(BEYOND)]
    within = [house.somebody(*held, name=f"Dekat {number}") for number, held in enumerate(WITHIN)]
    listed = names_in(theirs.get("/orang?q=Dekat").text) + names_in(theirs.get("/orang?q=Jauh").text)
    assert listed == ["Dekat 0", "Dekat 1", "Dekat 2"]
    assert [theirs.get(f"/orang/{number}").status_code for number in (*within, *beyond)] == [200] * 3 + [404] * 5
    before = counts(house.engine)
    for number in (*beyond, 987654):
        for act in ACTS:
            answer = theirs.post(
                f"/orang/{number}/{act}",
                headers=OURS,
                data={
                    "sure": "1",
                    "role": "observer",
                    "area": DISTRICT,
                    "round": ROUND,
                    "name": "A",
                    "email": "a@b.example",
                },
            )
            assert answer.status_code == 404, act
    assert counts(house.engine) == before


def test_nobody_gives_further_than_they_manage(house: House) -> None:
    theirs = entered(house.app, [Held(Role.SECRETARIAT, DISTRICT, ROUND)])
    for area, round_id in (("", ROUND), (PROVINCE, ROUND), (DISTRICT, ""), ("", "")):
        answer = theirs.post("/orang/baru", headers=OURS, data={
            "name": "Jauh", "email": "jauh@kla.example", "role": "observer", "area": area, "round": round_id,
        })  # fmt: skip
        assert answer.status_code == 403, (area, round_id)
    with snapshot(house.engine) as session:
        assert session.scalar(select(Person.id).filter_by(email="jauh@kla.example")) is None
    status, page = house.post("/orang/baru", theirs, name="Dekat", email="dekat@kla.example", role="observer",
                              area=DISTRICT, round=ROUND)  # fmt: skip
    assert status == 200, page


def test_who_was_invited_without_a_role_is_seen_by_who_did_so(house: House) -> None:
    theirs = entered(house.app, [Held(Role.SECRETARIAT, DISTRICT)])
    others = entered(house.app, [Held(Role.SECRETARIAT, DISTRICT)])
    assert house.post("/orang/baru", theirs, name="Anggota Rekaan", email="anggota@kla.example")[0] == 200
    assert [names_in(one.get("/orang?q=Anggota").text) for one in (theirs, others, house.web)] == [
        ["Anggota Rekaan"], [], ["Anggota Rekaan"]]  # fmt: skip


def test_a_form_sets_only_what_it_shows(house: House) -> None:
    status, _ = house.post("/orang/baru?role=secretariat&email=lain@kla.example", name="Sri", email="sri@kla.example",
                           person_id="1", id="4711", is_demo="1", password="x", totp_secret="x", made_by="x",
                           ended_at="2020-01-01", held="secretariat")  # fmt: skip
    assert status == 200
    with snapshot(house.engine) as session:
        made = session.scalars(select(Person).order_by(Person.id.desc()).limit(1)).one()
        kept = (made.email, made.password, made.totp_secret, made.ended_at, made.made_by[:7], made.id < 4711)
        assert kept == ("sri@kla.example", None, None, None, "person:", True)
    assert house.held(made.id) == ()


@pytest.mark.parametrize("path", ["/orang", "/orang/baru", "/tim"])
@pytest.mark.parametrize("held", [(Held(Role.SUPERVISOR),), (Held(Role.OPERATOR),), (Held(Role.INSPECTORATE),), ()])
def test_the_pages_and_their_links_are_for_who_manages(house: House, path: str, held: tuple[Held, ...]) -> None:
    theirs = entered(house.app, held)
    page = theirs.get(path)
    assert page.status_code == 403 and "sekretariat" in page.text
    assert 'href="/orang' not in theirs.get("/benturan").text and 'href="/tim' not in theirs.get("/benturan").text
    assert 'href="/orang' in house.web.get("/benturan").text
