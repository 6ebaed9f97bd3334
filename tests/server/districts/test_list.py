"""The list of districts: what it says, in which order, to whom, and what it costs."""

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from server.db import writing
from server.results.tables import Result
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.states import CLOSED
from server.rounds.tables import RoundPart
from tests.support.claiming import ROUND
from tests.support.nation import a_nation
from tests.support.statements import statements
from tests.support.web import entered
from tests.support.workbooks import DISTRICT

SECRETARIAT, SUPERVISOR = Held(Role.SECRETARIAT), Held(Role.SUPERVISOR)


@pytest.fixture
def nation(district: Engine) -> list[str]:
    return a_nation(district, 120)


def page(app: Flask, *held: Held, **args: str) -> str:
    answer = entered(app, held).get("/", query_string=args)
    assert answer.status_code == 200
    return str(answer.text)


def districts(found: str) -> list[str]:
    return re.findall(rf'<a href="/wilayah/{ROUND}/(\d\d\.\d\d)">', found)


def test_what_waits_most_comes_first_and_fifty_are_on_a_page(app: Flask, nation: list[str]) -> None:
    found = page(app, SUPERVISOR)
    assert districts(found) == list(reversed(nation))[:50]
    assert "1–50 dari 120" in found
    assert len(districts(page(app, SUPERVISOR, hal="3"))) == 20


def test_it_is_filtered_by_province_round_state_and_name(app: Flask, district: Engine, nation: list[str]) -> None:
    assert districts(page(app, SUPERVISOR, provinsi="12", urut="name")) == [code for code in nation if code[:2] == "12"]
    assert districts(page(app, SUPERVISOR, cari="rekaan 11.0", urut="name")) == nation[:9]
    assert districts(page(app, SUPERVISOR, putaran="1999")) == []
    assert districts(page(app, SUPERVISOR, keadaan="under_way")) == nation[:1], "where nothing waits"
    with writing(district) as session:
        session.execute(update(RoundPart).where(RoundPart.district == nation[5]).values(state=CLOSED))
        session.execute(update(Result).where(Result.district == nation[0]).values(visited=2000))
    assert districts(page(app, SUPERVISOR, keadaan="closed")) == [nation[5]]
    assert districts(page(app, SUPERVISOR, keadaan="seen")) == [nation[0]]


def test_nobody_sees_more_than_their_own(app: Flask, nation: list[str]) -> None:
    assert districts(page(app, Held(Role.PROVINCIAL, "13"), urut="name")) == [c for c in nation if c[:2] == "13"]
    mine = page(app, Held(Role.DISTRICT, nation[7]))
    assert districts(mine) == [nation[7]] and "Menurut provinsi" not in mine
    assert districts(page(app, Held(Role.DISTRICT, nation[7]), provinsi="11", keadaan="waiting")) == [nation[7]]


def test_provinces_and_the_nation_are_added_up(app: Flask, nation: list[str]) -> None:
    found = page(app, SECRETARIAT)
    assert "Menurut provinsi: 8 provinsi, 120 wilayah" in found
    total = re.search(r'<tr class="total">.*?</tr>', found, re.DOTALL)
    assert total and [re.sub(r"<.*?>", " ", cell).split()[0] for cell in re.findall(r"<td.*?</td>", total[0])] == [
        "120", "240.000", "144.000", "7.140", "360", "119",
    ]  # fmt: skip
    assert '<a href="/?provinsi=12">Provinsi Rekaan 12</a>' in found


# ── no tuning: who decides facts sees no points, and no order that tells them


def test_who_plans_sees_points_at_stake_and_may_sort_by_them(app: Flask, nation: list[str]) -> None:
    found = page(app, SECRETARIAT, urut="stake")
    assert "700,0" in found and "50,0 – 156,0" in found and 'value="stake" selected' in found
    at_stake = re.findall(r'data-label="Masih terbuka">([\d,]+)<', found)
    assert at_stake == sorted(at_stake, key=lambda text: -float(text.replace(",", "."))) and at_stake[0] == "106,0"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OBSERVER, Role.SAFEGUARDING])
def test_who_decides_or_only_looks_on_sees_no_points(app: Flask, nation: list[str], role: Role) -> None:
    found = page(app, Held(role), urut="stake")
    assert "700,0" not in found and "150," not in found and "Masih terbuka" not in found
    assert districts(found) == districts(page(app, Held(role))), "the order tells nothing either"


def test_a_secretariat_that_also_decides_somewhere_sees_no_points_there(app: Flask, nation: list[str]) -> None:
    both = (SECRETARIAT, Held(Role.SUPERVISOR, nation[6]))  # whose points at stake are the most
    found = page(app, *both, urut="stake", provinsi="11")
    assert found.count('data-label="Masih terbuka"') == 14
    assert districts(found)[-1] == nation[6], "nor may its place among others tell them"


def test_once_a_part_is_closed_who_decided_sees_what_came_of_it(
    app: Flask, district: Engine, nation: list[str]
) -> None:
    with writing(district) as session:
        session.execute(update(RoundPart).where(RoundPart.district == nation[5]).values(state=CLOSED))
    found = page(app, SUPERVISOR, keadaan="closed")
    assert "700,0" in found and "Masih terbuka" in found


# ── what it costs


def test_it_asks_as_much_of_many_as_of_few(app: Flask, district: Engine) -> None:
    a_nation(district, 1)
    web = entered(app)
    with statements(district) as few:
        web.get("/")
    a_nation(district, 513, rounds=(ROUND, "2031", "2032"), begin=15)
    with statements(district) as many:
        answer = web.get("/")
    assert len(many) == len(few) <= 15
    assert len(answer.data) <= 150_000


def test_a_district_outside_of_any_round_is_not_listed(app: Flask, district: Engine) -> None:
    assert DISTRICT not in districts(page(app, SUPERVISOR))
