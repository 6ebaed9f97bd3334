"""The officer reads, the deputy only while acting, nobody else; each look is written down, where only they see it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.db import snapshot, writing
from server.incidents.forgetting import forget_closed
from server.incidents.manned import register_is_manned
from server.incidents.reading import readable
from server.incidents.tables import Incident, IncidentEntry, IncidentGone, IncidentRead, IncidentReferral
from server.roles.account import Held
from server.roles.table import GIVEN, Permission, Role, roles_with
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.register import NOON, OURS, Register
from tests.support.telling import Clock
from tests.support.web import browser_of, person
from tests.support.workbooks import DISTRICT

WISH, DECISION = "Kuncikehendak", "Kunciputusan"


def reads(register: Register, number: int) -> int:
    with snapshot(register.engine) as session:
        return len(readable(session, register.account(number)))


def log(register: Register) -> list[tuple[str, str]]:
    with snapshot(register.engine) as session:
        return [(one.by, one.what) for one in session.scalars(select(IncidentRead).order_by(IncidentRead.id))]


def test_the_officer_and_the_deputy_read_and_no_other_role() -> None:
    assert roles_with(Permission.READ_INCIDENTS) == {Role.SAFEGUARDING, Role.DEPUTY}


def test_the_deputy_reads_only_while_acting(register: Register, clock: Clock) -> None:
    register.report()
    assert (reads(register, register.officer), reads(register, register.deputy)) == (1, 0)
    register.shift("acting", register.deputy, days=1, begins=1)
    assert reads(register, register.deputy) == 0, "from tomorrow on"
    clock.forward(days=1)
    assert reads(register, register.deputy) == 1
    clock.forward(days=2)
    assert reads(register, register.deputy) == 0, "until the day after"
    register.off_duty("officer")
    assert reads(register, register.deputy) == 1, "the roster names no officer: the deputy acts"
    register.off_duty("deputy")
    assert reads(register, register.deputy) == 0, "an empty roster makes nobody act"


def test_what_the_deputy_was_called_to_the_deputy_reads_until_it_is_closed(register: Register, clock: Clock) -> None:
    uuid = register.report(danger="yes")
    register.watch()
    assert reads(register, register.deputy) == 0
    clock.forward(hours=1)
    register.watch()
    assert reads(register, register.deputy) == 1
    web = register.browser(register.officer)
    assert answer(web, uuid, register, act="acknowledge") == 303
    assert reads(register, register.deputy) == 0, "the officer has taken it up"


def answer(web: object, uuid: str, register: Register, **typed: object) -> int:
    """Send what the page of an incident sends."""
    page = web.get(f"/register/{uuid}").text  # type: ignore[attr-defined]
    before = re.findall(r'name="before" value="(\d+)"', page)[0]
    data = {"before": before} | typed
    return int(web.post(f"/register/{uuid}", data=data, headers=OURS).status_code)  # type: ignore[attr-defined]


def test_an_incident_from_the_form_to_its_end_and_all_of_it_in_the_registers_own_log(
    register: Register, clock: Clock
) -> None:
    app, since = register.app(), newest(register.engine)
    lead, officer = register.browser(register.lead, app), register.browser(register.officer, app)
    page = lead.get("/lapor-kekhawatiran").text
    assert page.index("112") < page.index("<form method"), "whom to call stands before the form"
    form = {"uuid": re.findall(r'name="uuid" value="([^"]+)"', page)[0], "district": DISTRICT, "came_by": "seen",
            "told_on": NOON.isoformat(), "danger": "yes", "staff": "yes", "called": ["112"]}  # fmt: skip
    wrong = lead.post("/lapor-kekhawatiran", data=form | {"place": "nama anak", "callback": "0812 000"}, headers=OURS)
    assert wrong.status_code == 400 and "0812 000" in wrong.text and "delapan" in wrong.text, "nothing is lost"
    sent = [lead.post("/lapor-kekhawatiran", data=form | {"place": "3f9c2a1b"}, headers=OURS) for _ in range(2)]
    assert [one.status_code for one in sent] == [200, 200] and form["uuid"] not in sent[0].text
    with snapshot(register.engine) as session:
        uuid = session.scalars(select(Incident.uuid)).one()  # once, however often it is sent
    assert [lead.get(path).status_code for path in ("/register", f"/register/{uuid}")] == [403, 403]

    assert "3f9c2a1b" in officer.get(f"/register/{uuid}").text
    assert answer(officer, uuid, register, act="refer", told=["police"]) == 400, "not before it is taken up"
    assert answer(officer, uuid, register, act="acknowledge") == 303
    for told, sentence in (
        (["institution", "police"], "lembaga tidak diberi tahu"), ([], "Pilih siapa"),
        (["uptd_district", "social_district"], "satu-satunya penerima"),
    ):  # fmt: skip
        before = re.findall(r'name="before" value="(\d+)"', officer.get(f"/register/{uuid}").text)[0]
        data = {"act": "refer", "before": before, "told": told}
        refused = officer.post(f"/register/{uuid}", data=data, headers=OURS)
        assert refused.status_code == 400 and sentence in refused.text, told
    assert answer(officer, uuid, register, act="refer", told=["uptd_district", "sapa129"]) == 303
    assert answer(officer, uuid, register, act="refer", **{"received-sapa129": NOON.isoformat()}) == 303
    assert answer(officer, uuid, register, act="close") == 400, "the child was not told what came of it"
    facts = {"danger": "no", "staff": "yes", "told_child": "yes", "wish": WISH, "decision": DECISION, "feedback": "x"}
    assert answer(officer, uuid, register, act="facts", before="1", **facts) == 400, "another wrote meanwhile"
    assert answer(officer, uuid, register, act="facts", **facts) == 303
    assert answer(officer, uuid, register, act="close") == 303
    shown = officer.get(f"/register/{uuid}").text
    assert WISH in shown and DECISION in shown and "ditutup" in shown

    own, mine = log(register), f"person:{register.officer}"
    assert own[0] == (f"person:{register.lead}", "opened")
    assert {what for by, what in own if by == mine} == {"saw_one", "acknowledged", "referred", "changed", "closed"}
    before = len(own)
    for path, what in (("/register", "saw_list"), (f"/register/{uuid}", "saw_one"), ("/register/catatan", "saw_log")):
        assert officer.get(path).status_code == 200
        assert log(register)[before:] == [(mine, what)], "every look writes one line"
        before += 1
    acts = [one.act for one in written_down(register.engine, since)]
    assert acts and set(acts) == {"refused"}, "the audit is told of nobody but who was refused"

    clock.forward(days=364)
    with writing(register.engine) as session:
        assert forget_closed(session, 365) == 0
    clock.forward(days=2)
    with writing(register.engine) as session:
        assert forget_closed(session, 365) == 1
    with snapshot(register.engine) as session:
        gone = session.scalars(select(IncidentGone)).one()
        assert (gone.number, gone.gone_on) == (1, NOON + timedelta(days=366))
        assert not any(session.scalars(select(table)).all() for table in
                       (Incident, IncidentEntry, IncidentReferral, IncidentRead))  # fmt: skip


@pytest.mark.parametrize("table", ["incident_entries", "incident_reads"])
def test_history_and_log_are_only_added_to(register: Register, table: str) -> None:
    register.report()
    with pytest.raises(DBAPIError, match="only added to"), writing(register.engine) as session:
        session.execute(text(f"UPDATE {table} SET \"by\" = 'x'"))


@pytest.mark.ci
def test_no_other_role_reads_and_no_word_and_no_count_of_an_incident_is_anywhere_else(register: Register) -> None:
    """Ask for each page of every role with an incident there, and without: nothing differs but what every look does."""
    app = register.app()
    with writing(register.engine) as session:
        people = {role: person(session, Held(role, DISTRICT, ROUND) if role in (Role.LEAD, Role.VERIFIER)
                               else Held(role)) for role in GIVEN if role is not Role.SAFEGUARDING}  # fmt: skip
    webs = {role: browser_of(app, number) for role, number in people.items()}
    paths = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
             and not rule.rule.startswith(("/masuk", "/akun", "/jejak", "/static"))]  # fmt: skip
    paths += [f"/wilayah/{ROUND}/{DISTRICT}", f"/laporan/{ROUND}/{DISTRICT}"]

    def everything() -> dict[tuple[Role, str], tuple[int, str]]:
        found = {(role, path): web.get(path) for role, web in webs.items() for path in paths}
        return {where: (one.status_code, settled(one.data.decode(errors="replace"))) for where, one in found.items()}

    before = everything()
    uuid = register.report(place="3f9c2a1b", callback="0812 7777")
    register.watch()
    officer = register.browser(register.officer, app)
    answer(officer, uuid, register, act="acknowledge")
    facts = {"danger": "yes", "staff": "yes", "wish": WISH, "decision": DECISION}
    assert answer(officer, uuid, register, act="facts", **facts) == 303
    after = everything()
    differ = {(role.value, path) for (role, path), found in after.items() if found != before[role, path]}
    assert differ == {("inspectorate", "/register/hitungan"), ("deputy", "/register/catatan")}, "looks, own or counted"
    assert "Rekaan safeguarding" not in after[Role.DEPUTY, "/register/catatan"][1]
    for (role, path), (_status, page) in after.items():
        for word in (WISH, DECISION, "3f9c2a1b", "0812 7777", uuid):
            assert word not in page, (role, path)
    for role, web in webs.items():
        allowed = 404 if role is Role.DEPUTY else 403
        assert (web.get(f"/register/{uuid}").status_code, web.get("/register").status_code) == (
            allowed, 200 if role is Role.DEPUTY else 403)  # fmt: skip


def settled(page: str) -> str:
    """Leave out what no two answers have alike: tokens, and how long ago something was."""
    page = "" if page.startswith("%PDF") else re.sub(r'(name="(csrf_token|uuid)" value|nonce)="[^"]*"', "", page)
    return re.sub(r"\d+ (detik|menit) yang lalu|\d\d[.:]\d\d(:\d\d)?( WIB)?|\"\d+\.\d+\"", "", page)


def test_the_register_is_manned_when_its_people_roster_and_drill_are_there(register: Register, clock: Clock) -> None:
    def missing() -> list[str]:
        with snapshot(register.engine) as session:
            return [one.code for one in register_is_manned(session, ROUND, DISTRICT, NOON)]

    assert missing() == ["register_not_tried"]
    officer, real = register.browser(register.officer), register.report()
    register.watch()
    assert answer(officer, real, register, act="acknowledge") == 303
    assert missing() == ["register_not_tried"], "an incident that was answered is no drill"
    for calls in (0, 1):
        drill = {"act": "drill", "district": DISTRICT}
        assert officer.post("/register", data=drill, headers=OURS).status_code == 303
        assert missing() == ["register_not_tried"], "started, and not answered; or answered and nobody was called"
        assert (register.watch() if calls else 0) == calls
        with snapshot(register.engine) as session:
            uuid = session.scalars(select(Incident.uuid).filter_by(is_drill=True, acknowledged_at=None)).one()
        assert answer(officer, uuid, register, act="acknowledge") == 303
    assert missing() == []
    register.report()
    assert missing() == []
    clock.forward(hours=5)
    assert missing() == ["register_not_tried"], "something waits too long: the same sentence, that tells of nothing"
    register.off_duty("ministry")
    register.tie(register.deputy)
    assert missing() == ["register_no_deputy", "register_days_open", "register_not_tried"]
