"""The demo's people: one for each role; their links open the door once, on this machine, where the demo made it all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import delete

import server.wsgi
from server.app import create_app
from server.db import now, snapshot, writing
from server.people.links import DEMO, make_link
from server.people.tables import Mark
from server.roles.table import GIVEN, MAY, Permission, Role
from server.settings import Settings
from server.words import catalogue
from tests.support.cli import said
from tests.support.copying import a_copy
from tests.support.demo import PAGE, Demo
from tests.support.web import Browser, browser
from workers.demo.people import FIRST, DemoPerson, make_people

OURS = {"Origin": "http://localhost"}


@dataclass
class Opened:
    app: Flask
    people: dict[Role, DemoPerson]

    def enter(self, role: Role, address: str = "127.0.0.1") -> tuple[Browser, int]:
        whose = browser(self.app)
        link = f"/masuk/tautan/{self.people[role].token}?next={PAGE}"
        answer = whose.post(link, headers=OURS, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code != 303 or answer.headers["Location"] == PAGE
        return whose, answer.status_code


@pytest.fixture(scope="module")
def opened(run: Demo) -> Iterator[Opened]:
    with a_copy(run.engine, "sqlite") as engine:
        with writing(engine) as session:
            people = make_people(session, catalogue("id"))
        settings = Settings(data=run.settings.data, central_project=run.settings.central_project)
        yield Opened(create_app(engine, settings), {person.role: person for person in people})


def test_there_is_one_for_every_role_called_by_it_and_the_first_sees_everything(opened: Opened) -> None:
    assert list(opened.people) == [FIRST, *(role for role in GIVEN if role is not FIRST)]
    assert opened.people[Role.SUPERVISOR].name == "Penyelia (contoh)"
    assert all(person.name.endswith("(contoh)") for person in opened.people.values())


@pytest.mark.parametrize("role", GIVEN)
def test_a_link_opens_the_door_whole_and_once(opened: Opened, role: Role) -> None:
    whose, status = opened.enter(role)
    assert status == 303
    assert whose.get(PAGE).status_code == (200 if role in MAY[Permission.SEE_REPORT].roles else 403)
    assert opened.people[role].name in whose.get("/").text
    assert opened.enter(role)[1] == 400, "used up"


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "192.168.1.5", "::ffff:10.0.0.7", "", "unix:", "8.8.8.8", "2001:db8::1"]
)
def test_a_link_opens_nothing_for_another_machine(opened: Opened, address: str) -> None:
    with writing(opened.app.extensions["tilik"].engine) as session:
        again = make_link(session, 1, DEMO, "demo").token
    found = Opened(opened.app, {FIRST: replace(opened.people[FIRST], token=again)})
    page = browser(opened.app).get(f"/masuk/tautan/{again}", environ_base={"REMOTE_ADDR": address})
    assert (page.status_code, "tidak dikenal" in page.text) == (400, True)
    assert found.enter(FIRST, address)[1] == 400
    assert found.enter(FIRST, "::1")[1] == 303, "it was the address alone"


def test_a_link_opens_nothing_where_the_demo_did_not_make_the_database(run: Demo) -> None:
    with a_copy(run.engine, "sqlite") as engine:
        with writing(engine) as session:
            people = make_people(session, catalogue("id"))
            session.execute(delete(Mark))
        found = Opened(create_app(engine, Settings(data=run.settings.data)), {one.role: one for one in people})
        assert found.enter(FIRST)[1] == 400
        with writing(engine) as session:
            session.add(Mark(name="demo", made_at=now()))
        assert found.enter(FIRST)[1] == 303, "it was the mark alone"


def test_what_the_demo_made_is_not_served(run: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_DATA", str(run.settings.data))
    assert "dibuat oleh demo" in said(1, "serve", "--port", "0")
    monkeypatch.setenv("TILIK_WEB_NAME", "kla.example")
    with pytest.raises(SystemExit, match="dibuat oleh demo"):
        server.wsgi.application()
    with snapshot(run.engine) as session:
        assert session.get(Mark, "demo")
