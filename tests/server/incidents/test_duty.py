"""The roster, the ministry's duty officer, the alarm of a place, the paper card; and no form has a concern's field."""

import csv
import re

import pytest
from sqlalchemy import select

from server.areas.tables import Area
from server.db import snapshot, writing
from server.incidents.alarms import raise_place_alarm
from server.incidents.card import card_of
from server.incidents.roster import NotOnDuty, Shift, put_on
from server.incidents.tables import DutyShift, Incident, PlaceAlarm
from server.register.tables import Facility
from server.roles.account import Forbidden
from server.settings import CHECKOUT
from tests.support.claiming import ROUND
from tests.support.register import NOON, OURS, Register
from tests.support.telling import Clock
from tests.support.workbooks import DISTRICT

DAYS = {"starts": NOON.isoformat(), "ends": NOON.isoformat()}


def test_who_stands_on_the_roster_holds_the_role_and_that_a_deputy_acts_only_an_officer_says(
    register: Register,
) -> None:
    web = register.browser(register.officer)
    shown = web.get("/register/jaga").text
    assert shown.count('name="number"') == 3 and f"acting:{register.deputy}" in shown
    for typed, status in (
        ({"who": f"acting:{register.deputy}", **DAYS}, 303), ({"who": f"officer:{register.deputy}", **DAYS}, 400),
        ({"who": f"officer:{register.officer}", **DAYS, "ends": "2026-01-01"}, 400), ({"who": "x", **DAYS}, 400),
        ({"who": f"officer:{register.officer}", **DAYS, "area": "tidak ada"}, 400),
        ({"act": "end", "number": "1"}, 303), ({"act": "end", "number": "1"}, 400),
    ):  # fmt: skip
        assert web.post("/register/jaga", data=typed, headers=OURS).status_code == status, typed
    acting = Shift("acting", register.deputy, NOON.isoformat(), NOON.isoformat())
    with snapshot(register.engine) as session:
        for by in (register.deputy, register.ministry):
            with pytest.raises(NotOnDuty, match="duty_officer_says"):
                put_on(session, acting, register.account(by))
        with pytest.raises(Forbidden):
            put_on(session, acting, register.account(register.lead))
        kinds = session.scalars(select(DutyShift.kind).filter_by(ended_at=None).order_by(DutyShift.id)).all()
    assert kinds == ["deputy", "ministry", "acting"]


def test_the_ministrys_duty_officer_is_told_whom_to_call_and_nothing_else(register: Register, clock: Clock) -> None:
    web = register.browser(register.ministry)
    empty = web.get("/register/panggilan").text
    uuid = register.report(danger="yes")
    for _ in range(2):
        register.watch()
        clock.forward(hours=1)
    assert re.sub('"[^"]{60,}"', "", web.get("/register/panggilan").text) == re.sub('"[^"]{60,}"', "", empty)
    assert web.post("/register/panggilan", data={"uuid": uuid}, headers=OURS).status_code == 404, "not called yet"
    register.watch()
    page = web.get("/register/panggilan").text
    with snapshot(register.engine) as session:
        name = session.scalars(select(Area.name).filter_by(code=DISTRICT)).one()
    assert "Rekaan safeguarding" in page and DISTRICT not in page and name not in page.split("<main")[1]
    assert web.post("/register/panggilan", data={"uuid": uuid}, headers=OURS).status_code == 303
    one = register.one(uuid)
    assert (one.state, one.acknowledged_by) == ("waiting", f"person:{register.ministry}")
    clock.forward(days=1)
    assert register.watch() == 0 and web.get(f"/register/{uuid}").status_code == 403
    assert "Ada yang menunggu Anda" in register.browser(register.officer).get("/register/panggilan").text


def test_a_place_that_alarms_is_told_to_the_officer_once_a_day_and_opens_nothing(
    register: Register, clock: Clock
) -> None:
    clock.forward(hours=11)  # eleven at night: the same day all the same
    with writing(register.engine) as session:
        place = Facility(id="3f9c2a1b-4444-4444-8444-444444444444", kind="sekolah", name="Rekaan",
                         village=f"{DISTRICT}.01.2001")  # fmt: skip
        session.add(place)
        session.flush()
        for _ in range(3):
            raise_place_alarm(session, ROUND, place)
    assert register.watch() == 1 and register.told() == [(register.officer, clock())] and register.watch() == 0
    with snapshot(register.engine) as session:
        assert session.scalars(select(Incident)).all() == []
        number = session.scalars(select(PlaceAlarm.id)).one()
    web, other = register.browser(register.officer), register.browser(register.deputy)
    page = web.get("/register").text
    assert "Lihat tempat ini" in page and "Sekolah/madrasah, 3f9c2a1b" in page
    assert "3f9c2a1b" not in other.get("/register").text
    seen = {"act": "seen", "alarm": str(number)}
    assert [one.post("/register", data=seen, headers=OURS).status_code for one in (other, web, web)] == [404, 303, 404]
    assert "3f9c2a1b" not in web.get("/register").text


def test_the_card_is_a_page_of_paper_and_asks_for_no_story(register: Register) -> None:
    with snapshot(register.engine) as session:
        assert card_of(session, [DISTRICT]).startswith(b"%PDF")
    got = register.browser(register.lead).get("/lapor-kekhawatiran/kartu.pdf")
    assert got.status_code == 200 and got.mimetype == "application/pdf" and got.data.startswith(b"%PDF")


def test_no_form_has_a_field_for_a_concern() -> None:
    """A stored answer at a place and day would be a record of an incident at Central: there is a note alone."""
    of_a_concern = re.compile(r"concern|incident|kekhawatiran|kejadian|disclos", re.I)
    asked = [row for folder in ("published", "sheets") for file in CHECKOUT.glob(f"xlsforms/{folder}/**/*.csv")
             for row in csv.DictReader(file.read_text("utf-8-sig").splitlines())]  # fmt: skip
    found = {(row["type"], row["name"]) for row in asked if of_a_concern.search(row.get("name") or "") and row["type"]}
    assert {kind for kind, name in found if name == "concern"} == {"note", "include"}
    assert {name for _, name in found} == {"concern", "incident_book"}, "that a place keeps a book is no concern"
