"""Every page that changes something, or shows what is sensitive, writes it down; and every page was thought of.

A route that is new fails `test_every_route_was_thought_of` until it is in CASES with the acts that it writes, or in
WITHOUT with the reason why it writes none. The children's line is an application of its own, and writes none
(safeguarding 3, 18); nor may one about incidents, whose register has a log of its own (safeguarding 6).
"""

import html
import io
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select, update

from server.app import create_app
from server.children.sessions import COUNTS
from server.children.tables import ChildSession
from server.claims.tables import Claim, ClaimLine, Document
from server.db import now, snapshot, writing
from server.desk.queries import draw_rules
from server.forms.tables import FormChange
from server.forum.tables import ForumCode
from server.messages.outbox import put_in
from server.messages.tables import Message
from server.people.links import INVITE, make_link
from server.people.passwords import hashed
from server.people.tables import Person
from server.phones.tables import Phone
from server.plan.tables import PlannedVisit
from server.publishing.kept import KeptPlan
from server.publishing.publishing import keep_plan, newest_publishing
from server.register.tables import Facility
from server.results.tables import LineResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import HeldRole, Team, TeamMember
from server.settings import Settings
from server.store.folder import Folder
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.tables import Visit
from server.words import catalogue
from server.work.kinds import Read
from server.work.queue import FAILED, ask
from server.work.tables import Job
from tests.support.acts import newest, written_down
from tests.support.builders import LAT, LON
from tests.support.children import child_field
from tests.support.claiming import ROUND, claims_come
from tests.support.days import this_month, today_here
from tests.support.documents import a_pdf, as_form
from tests.support.exports import Claimed, as_book, by_district, the_map
from tests.support.indicator_sets import looked_at
from tests.support.prepared import prepared
from tests.support.telling import news, somebody
from tests.support.told import THIRD_PARTY, an_interview, it_is_told, some_minutes
from tests.support.trial import it_comes
from tests.support.web import Browser, browser, browser_of, entered, person
from tests.support.workbooks import DISTRICT, a_place, filled
from workers.demo.story import a_photo

FORM, ROOT, OURS = "visit_pojok_asi", "uuid:1", {"Sec-Fetch-Site": "same-origin"}
TASKS = f"/wilayah/{ROUND}/{DISTRICT}/tugas"
PASSWORD, REPORT = "empat kata yang tidak berkaitan", f"/laporan/{ROUND}/{DISTRICT}"
DISTRICT_PAGE = f"/wilayah/{ROUND}/{DISTRICT}"
LINES = f"/wilayah/{ROUND}/{DISTRICT}/baris"
SEALED, TOTALS = f"{DISTRICT_PAGE}/tersegel", f"{DISTRICT_PAGE}/rekap-layanan"
SERVICE = "3f9c2a00-0000-4000-8000-00000000000b"
EMAIL, SECRET = "orang@contoh.go.id", "A" * 32


@dataclass
class Scene:
    """A district's part with a claim, a visit and its photograph; somebody who may do everything is logged in."""

    app: Flask
    engine: Engine
    web: Browser
    held: int = 0  # the row of a role that somebody holds
    number: int = 0  # who that is

    def post(self, path: str, **data: Any) -> int:
        return self.web.post(path, data=data, headers=OURS).status_code

    def a_person(self, role: Role, **values: Any) -> int:
        with writing(self.engine) as session:
            number = person(session, Held(role), email=EMAIL)
            session.execute(update(Person).filter_by(id=number).values(**values))
        return number


@cache  # to draw it takes as long as a page
def the_photo() -> bytes:
    return a_photo({"facility": "x", "name_given": ""})


@pytest.fixture
def scene(district: Engine, tmp_path: Path) -> Scene:
    photo = the_photo()
    prepared(district, _visited, Folder(Settings(data=tmp_path).store).put([photo], len(photo)).digest)
    app = create_app(district, Settings(data=tmp_path, central_project=1))
    return Scene(app, district, entered(app))


def _visited(district: Engine, photo: str) -> None:
    claims_come(district, filled(None, a_place()))
    with snapshot(district) as session:
        place = session.scalars(select(Facility.id)).one()
    answers = {"place": {"kind": "pojok_asi", "facility": place}, "arrival": "open", "point": f"{LAT} {LON} 0 5"}
    form_pk = it_comes(district, FORM, ROOT, answers)
    with writing(district) as session:
        session.add(Attachment(id=1, form_pk=form_pk, root_id=ROOT, instance_id=ROOT, name="1.jpg", state="stored",
                               digest=photo))  # fmt: skip
        ask(session, Read())
        session.flush()
        session.execute(update(Job).filter_by(kind="read").values(state=FAILED))
    verify(district, ROUND, DISTRICT)


def decides(scene: Scene, kind: str, **typed: str) -> int:
    return scene.post(f"/kiriman/{FORM}/{ROOT}", kind=kind, version=ROOT, uuid=str(uuid.uuid4()), **typed)


def shown_by(scene: Scene, path: str) -> dict[str, str]:
    """Open a page, and give what its form would send back."""
    page = scene.web.get(path).text
    found = re.findall(r'<input type="hidden" name="(uuid|seen|newest|shown-\d+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def decides_a_line(scene: Scene) -> int:
    form = shown_by(scene, f"{DISTRICT_PAGE}/baris/1")
    return scene.post(f"{DISTRICT_PAGE}/baris/1/keputusan", **form, outcome="unsure", why="x")


def decides_a_visit(scene: Scene) -> int:
    form = shown_by(scene, f"{DISTRICT_PAGE}/kunjungan/1/keputusan")
    return scene.post(f"{DISTRICT_PAGE}/kunjungan/1/keputusan", **form, outcome="set_aside", why="x")


def decides_at_once(scene: Scene) -> int:
    form = shown_by(scene, f"{DISTRICT_PAGE}/baris/sekaligus?baris=1")
    return scene.post(f"{DISTRICT_PAGE}/baris/sekaligus", **form, line="1", outcome="unsure", why="x")


def assigns(scene: Scene) -> int:
    with snapshot(scene.engine) as session:
        line = session.scalars(select(ClaimLine.id)).one()
    return scene.post(f"/wilayah/{ROUND}/{DISTRICT}/baris/{line}/tugas", uuid=str(uuid.uuid4()), question="x", why="x",
                      deadline=DEADLINE)  # fmt: skip


def assigns_several(scene: Scene) -> int:
    with writing(scene.engine) as session:
        session.execute(update(LineResult).values(state_id=None))  # as if nobody had been there
        line = session.scalars(select(ClaimLine.id)).one()
    return scene.post(f"{TASKS}/beri", uuid=str(uuid.uuid4()), line=line, question="x", why="x", deadline=DEADLINE)


def asks_again(scene: Scene) -> int:
    with writing(scene.engine) as session:
        form = session.scalars(select(Form).filter_by(form_id=FORM)).one()
        session.add(FormChange(project=form.project, form_id=FORM, version="9", before="8", noted_at=now(),
                               what={"added": ["refrigerator"]}))  # fmt: skip
        session.execute(update(Visit).values(seen={}))
        place = session.scalars(select(SubmissionState.facility_id).where(SubmissionState.facility_id.is_not(None)))
        number = place.first()
    return scene.post(f"{TASKS}/lagi", uuid=str(uuid.uuid4()), place=number, question="x", why="x", deadline=DEADLINE)


def changes(scene: Scene, act: str) -> int:
    assigns(scene)
    return scene.post(f"{TASKS}/1", act=act, why="x", before=DEADLINE, deadline=DEADLINE)


def a_sealed_one(scene: Scene) -> str:
    """Be one of two verifiers to whom an assignment was given; gives its code."""
    with writing(scene.engine) as session:
        session.add(Facility(id=SERVICE, kind="uptd_ppa", name="UPTD Rekaan", village=f"{DISTRICT}.01.2001"))
        officer = person(session, Held(Role.SAFEGUARDING))
        one, other = (person(session, Held(Role.LEAD, DISTRICT, ROUND)), person(session))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=one)).one()
        session.add(TeamMember(team_id=team, person_id=other, leads=False, given_by="test", given_at=now()))
    scene.web = browser_of(scene.app, officer)
    wish = {"uuid": str(uuid.uuid4()), "kind": "rpsa", "first": f"{team}/{one}", "second": f"{team}/{other}",
            "decision": "1/2026", "decided_on": today_here().isoformat(),
            "month": this_month()}  # fmt: skip
    page = scene.web.post(SEALED, data=wish, headers=OURS).text
    scene.number = one
    return html.unescape(re.findall(r"<code>(.*?)</code>", page)[0])


def officer_does(path: str = "", **typed: str) -> Callable[[Scene], int]:
    def does(scene: Scene) -> int:
        a_sealed_one(scene)
        return scene.post(SEALED + path, **typed) if typed else scene.web.get(path or SEALED).status_code

    return does


def officer_of_the_register(path: str, **typed: str) -> Callable[[Scene], int]:
    """Be the safeguarding officer, who is on duty or has others drilled."""

    def does(scene: Scene) -> int:
        with writing(scene.engine) as session:
            officer = person(session, Held(Role.SAFEGUARDING))
        scene.web = browser_of(scene.app, officer)
        return scene.post(path, who=f"officer:{officer}", **typed)

    return does


def opens_a_sealed_one(scene: Scene) -> int:
    code = a_sealed_one(scene)
    scene.web = browser_of(scene.app, scene.number)
    return scene.post("/tersegel/1", act="open", code=code)


def enters_totals(scene: Scene) -> int:
    a_sealed_one(scene)
    scene.web = browser_of(scene.app, scene.number)
    return scene.post(f"{TOTALS}/layanan/{SERVICE}", before="0", source="simfoni", cases_known="12")


def with_role(role: Role, path: str) -> Callable[[Scene], int]:
    def sees(scene: Scene) -> int:
        scene.web = entered(scene.app, [Held(role)])
        return scene.web.get(path).status_code

    return sees


def plans(scene: Scene, path: str = "tambah", **more: str) -> int:
    """Plan a visit to the claimed place by a team of the district."""
    with writing(scene.engine) as session:
        lead = person(session, Held(Role.LEAD, DISTRICT, ROUND))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
        place = session.scalars(select(ClaimLine.facility_id)).one()
    planned = {"place": place, "who": str(team), "day": DEADLINE, "mode": "on_site"}
    done = scene.post(f"{DISTRICT_PAGE}/rencana/tambah", **planned)
    return done if path == "tambah" else scene.post(f"{DISTRICT_PAGE}/rencana/{path}", **(planned | more))


def draws(scene: Scene, act: str = "") -> int:
    """Draw the one claimed place; and drop it, or look at it when it is a home."""
    with writing(scene.engine) as session:
        lead = person(session, Held(Role.LEAD, DISTRICT, ROUND))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
        indicator = session.scalars(select(Claim.indicator).join(ClaimLine)).one()
    at = f"{DISTRICT_PAGE}/rencana/undian"
    done = scene.post(f"{at}/baru", indicator=str(indicator), design="random", visits="1", a_day="8", team=str(team),
                      day=DEADLINE, seed="")  # fmt: skip
    if act == "drop":
        return scene.post(f"{at}/1", act="drop", why="x")
    if act == "see":
        it_is_a_home(scene)
        return scene.web.get(f"{at}/1").status_code
    return done


def agrees(scene: Scene) -> int:
    """Plan, and have somebody of Tim Penilai agree to all that waits, as the page shows it."""
    plans(scene)
    judging, path = entered(scene.app, [Held(Role.ASSESSOR)]), f"{DISTRICT_PAGE}/rencana/setujui"
    mark = re.findall(r'name="mark" value="(\w+)"', judging.get(path).text)[0]
    return int(judging.post(path, data={"mark": mark}, headers=OURS).status_code)


def releases(scene: Scene) -> int:
    agrees(scene)
    return releases_what_is_shown(scene)


def releases_what_is_shown(scene: Scene) -> int:
    path = f"{DISTRICT_PAGE}/rencana/rilis"
    return scene.post(path, mark=re.findall(r'name="mark" value="(\w+)"', scene.web.get(path).text)[0])


def sees_a_release_with_homes(scene: Scene) -> int:
    agrees(scene)
    it_is_a_home(scene)
    return scene.web.get(f"{DISTRICT_PAGE}/rencana/rilis").status_code


def plans_from_a_file(scene: Scene) -> int:
    plans(scene)
    with writing(scene.engine) as session:
        place, day = session.execute(select(PlannedVisit.facility_id, PlannedVisit.day)).one()
        team = session.scalars(select(Team.name)).one()
        session.execute(delete(PlannedVisit))
    file = io.BytesIO(f"Kode;Tim;Hari\r\n#{place};{team};{day}\r\n".encode())
    page = scene.web.post(f"{DISTRICT_PAGE}/rencana/berkas", data={"file": (file, "x.csv")}, headers=OURS).text
    packed = html.unescape(re.findall(r'name="packed" value="([^"]+)"', page)[0])
    return scene.post(f"{DISTRICT_PAGE}/rencana/berkas", packed=packed)


def it_is_a_home(scene: Scene) -> None:
    with writing(scene.engine) as session:
        session.execute(update(Facility).values(kind="lksa"))


def sees_a_plan_with_homes(path: str = "") -> Callable[[Scene], int]:
    def sees(scene: Scene) -> int:
        plans(scene)
        it_is_a_home(scene)
        return scene.web.get(f"{DISTRICT_PAGE}/rencana{path}").status_code

    return sees


def brings_a_plan_with_homes(scene: Scene) -> int:
    """Be shown what a file would plan."""
    it_is_a_home(scene)
    with writing(scene.engine) as session:
        person(session, Held(Role.LEAD, DISTRICT, ROUND))
        place, team = session.scalars(select(Facility.id)).one(), session.scalars(select(Team.name)).one()
    file = io.BytesIO(f"Kode;Tim;Hari\r\n#{place};{team};{DEADLINE}\r\n".encode())
    sent = {"file": (file, "x.csv")}
    return scene.web.post(f"{DISTRICT_PAGE}/rencana/berkas", data=sent, headers=OURS).status_code


def releases_to_nobody(scene: Scene) -> int:
    """Be told to which home of the plan nobody was sent, because the team is no more."""
    agrees(scene)
    it_is_a_home(scene)
    with writing(scene.engine) as session:
        session.execute(update(Team).values(ended_at=now()))
    return releases_what_is_shown(scene)


def sends_where_somebody_was(scene: Scene) -> int:
    """Be told to which home nobody was sent, because it was visited."""
    it_is_a_home(scene)
    with snapshot(scene.engine) as session:
        line = session.scalars(select(ClaimLine.id)).one()
    return scene.post(f"{TASKS}/beri", uuid=str(uuid.uuid4()), line=line, question="x", why="x", deadline=DEADLINE)


def would_send_to_a_home(scene: Scene) -> int:
    it_is_a_home(scene)
    with snapshot(scene.engine) as session:
        line = session.scalars(select(ClaimLine.id)).one()
    return scene.web.get(f"{LINES}/{line}/tugas").status_code


def would_send_to_homes(scene: Scene) -> int:
    it_is_a_home(scene)
    with writing(scene.engine) as session:
        session.execute(update(LineResult).values(state_id=None))  # as if nobody had been there
    return scene.web.get(f"{TASKS}/beri").status_code


def would_ask_again_at_homes(scene: Scene) -> int:
    it_is_a_home(scene)
    with writing(scene.engine) as session:
        form = session.scalars(select(Form).filter_by(form_id=FORM)).one()
        session.add(FormChange(project=form.project, form_id=FORM, version="9", before="8", noted_at=now(),
                               what={"added": ["refrigerator"]}))  # fmt: skip
        session.execute(update(Visit).values(seen={}))
    return scene.web.get(f"{TASKS}/lagi").status_code


def sees_a_line(scene: Scene) -> int:
    with snapshot(scene.engine) as session:
        line = session.scalars(select(ClaimLine.id)).one()
    return scene.web.get(f"/wilayah/{ROUND}/{DISTRICT}/baris/{line}").status_code


def logs_in(scene: Scene) -> int:
    scene.a_person(Role.DISTRICT, password=hashed(PASSWORD), totp_secret=None)
    scene.web = browser(scene.app)
    return scene.post("/masuk", email=EMAIL, password=PASSWORD)


def comes_by_a_link(scene: Scene) -> int:
    number = scene.a_person(Role.DISTRICT, totp_secret=None)
    with writing(scene.engine) as session:
        link = make_link(session, number, INVITE, "terminal:test")
    scene.web = browser(scene.app)
    return scene.post(f"/masuk/tautan/{link.token}")


def states_a_number(scene: Scene) -> int:
    return scene.post("/angka-nasional", code="akb", year="2024", value="16,1", source="Rekaan")


def sets_a_password(scene: Scene) -> int:
    comes_by_a_link(scene)
    return scene.post("/masuk/kata-sandi", password=PASSWORD)


def shows_a_factor(scene: Scene) -> int:
    scene.a_person(Role.SUPERVISOR, password=hashed(PASSWORD), totp_secret=SECRET)
    scene.web = browser(scene.app)
    scene.post("/masuk", email=EMAIL, password=PASSWORD)
    return scene.post("/masuk/langkah-kedua", way="app", code=pyotp.TOTP(SECRET).now())


def gets_an_app(scene: Scene) -> int:
    scene.a_person(Role.SUPERVISOR, password=hashed(PASSWORD), totp_secret=None)
    scene.web = browser(scene.app)
    scene.post("/masuk", email=EMAIL, password=PASSWORD)
    shown = scene.web.get("/masuk/pasang-langkah-kedua/aplikasi").text
    (secret,) = re.findall(r"<code>([A-Z2-7 ]{39})</code>", shown)
    return scene.post("/masuk/pasang-langkah-kedua/aplikasi", code=pyotp.TOTP(secret.replace(" ", "")).now())


def prints_codes(scene: Scene) -> int:
    page = scene.web.post("/masuk/pasang-langkah-kedua/lembar", headers=OURS).text
    (codes,) = re.findall(r'name="codes" value="([^"]+)"', page)
    return scene.post("/masuk/pasang-langkah-kedua/lembar", codes=codes)


def changes_a_password(scene: Scene) -> int:
    number = scene.a_person(Role.OBSERVER, password=hashed(PASSWORD))
    scene.web = browser_of(scene.app, number)
    return scene.post("/akun/kata-sandi", old=PASSWORD, password="kuda hijau menyanyi pelan")


def removes_a_factor(scene: Scene) -> int:
    scene.web = browser_of(scene.app, scene.a_person(Role.OBSERVER, password=hashed(PASSWORD)))
    return scene.post("/akun/langkah-kedua/hapus", way="app")


def proves(scene: Scene) -> int:
    scene.web = browser_of(scene.app, scene.a_person(Role.SUPERVISOR, totp_secret=SECRET))
    return scene.post("/masuk/buktikan", way="app", code=pyotp.TOTP(SECRET).now())


def seen(path: str) -> Callable[[Scene], int]:
    return lambda scene: scene.web.get(path).status_code


def manages(act: str, *held: Held, **typed: str) -> Callable[[Scene], int]:
    """Do something about somebody who holds these roles."""

    def does(scene: Scene) -> int:
        with writing(scene.engine) as session:
            number = person(session, *held, email=EMAIL)
            scene.held = session.scalar(select(HeldRole.id).filter_by(person_id=number)) or 0
            scene.number = number
        return scene.post(
            f"/orang/{number}/{act}", **{name: text.format(held=scene.held) for name, text in typed.items()}
        )

    return does


def ends_a_tie(scene: Scene) -> int:
    manages("benturan", district=DISTRICT, why="x")(scene)
    return scene.post(f"/orang/{scene.number}/benturan/akhiri", tie="1")


def leads_a_team(act: str, **typed: str) -> Callable[[Scene], int]:
    """Do something about the team of somebody who leads one."""

    def does(scene: Scene) -> int:
        with writing(scene.engine) as session:
            scene.number = person(session, Held(Role.LEAD, DISTRICT, ROUND), email=EMAIL)
            team = session.scalar(select(TeamMember.team_id).filter_by(person_id=scene.number))
        return scene.post(f"/tim/{team}/{act}", **{n: text.format(number=scene.number) for n, text in typed.items()})

    return does


def loses_a_phone(scene: Scene) -> int:
    leads_a_team("ponsel/siapkan")(scene)
    with snapshot(scene.engine) as session:
        phone = session.scalars(select(Phone)).one()
    return scene.post(f"/tim/{phone.team_id}/ponsel/hilang", code=phone.code)


CLOSING = f"/wilayah/{ROUND}/{DISTRICT}/penutupan"


def opens_again(scene: Scene) -> int:
    scene.post(CLOSING, why="x", typed=DISTRICT)
    return scene.post(f"{CLOSING}/buka", why="x")


OPENING = f"/wilayah/{ROUND}/{DISTRICT}/pembukaan"
OFFICE = {"kind": "uptd_ppa", "office": "UPTD PPA rekaan", "number": "0274 000"}


def tends(act: str) -> Callable[[Scene], int]:
    """Do something about a contact that was entered."""

    def does(scene: Scene) -> int:
        scene.post(f"{OPENING}/kontak", **OFFICE)
        return scene.post(f"{OPENING}/kontak/1/{act}")

    return does


PAPERS, CLAIM = f"/wilayah/{ROUND}/{DISTRICT}/dokumen", f"/wilayah/{ROUND}/{DISTRICT}/klaim"
READ = f"{PAPERS}/periksa"


def hands_in(scene: Scene, name: str = "rekaan.pdf") -> int:
    sent = {"berkas": [(io.BytesIO(a_pdf()), name)]}
    return scene.web.post(PAPERS, headers=OURS, **as_form(sent)).status_code


def says_of_a_document(path: str, **typed: str) -> Callable[[Scene], int]:
    """Hand a document in, and say something of it."""

    def does(scene: Scene) -> int:
        hands_in(scene)
        return scene.post(f"{PAPERS}/{path}", **typed)

    return does


def accepts(scene: Scene) -> int:
    """Accept the code of ethics, as somebody of a team."""
    lead = entered(scene.app, [Held(Role.LEAD, DISTRICT, ROUND)])
    return lead.post("/akun/kode-etik", data={"round": ROUND, "ties": "declared"}, headers=OURS).status_code


PAPER = "children_paper_entered"
PREPARED = [*["contact_added", "contact_phoned"] * 2, *[PAPER] * 3, "ethics_accepted", "children_adult_checked"]
ON = [*PREPARED, "children_on"]
HELD = [*ON, "children_session_planned"]


def asks_children(what: str) -> Callable[[Scene], int]:
    """Prepare a round, and do something for the sessions of children in it."""

    def does(scene: Scene) -> int:
        field, here = child_field(scene.engine), f"/suara-anak/{ROUND}"
        field.ready()
        officer, facilitator = (browser_of(scene.app, who.person_id or 0) for who in (field.officer, field.facilitator))
        if what in ROUND_ACTS:
            path, data = ROUND_ACTS[what]
            data = {name: value.format(number=field.facilitator.person_id) for name, value in data.items()}
            return officer.post(f"{here}/{path}", data=data, headers=OURS).status_code
        field.switched_on(anew=False)
        at, wish = f"{DISTRICT_PAGE}/suara-anak", field.wish()
        said = {"place_kind": wish.place_kind, "month": wish.month, "attending": "30", "invited": "12"}
        if what == "session":
            return facilitator.post(at, data=said, headers=OURS).status_code
        number = field.planned()
        counted = dict.fromkeys(COUNTS, "0") | {"helper": "none"}
        if what == "akibat":
            with writing(scene.engine) as session:
                session.execute(update(ChildSession).values(state="settled", month="2026-06"))
            said = {"days": "30", "outcome": "nobody"}
            return officer.post(f"{at}/akibat", data=said, headers=OURS).status_code
        if what == "kertas":
            facilitator.post(f"{at}/{number}/hitungan", data=counted, headers=OURS)
        return facilitator.post(f"{at}/{number}/{what}", data=counted, headers=OURS).status_code

    return does


ROUND_ACTS = {
    "papers": ("berkas", {"kind": "guardian_rule", "number": "2/2026 (fiktif)", "dated": "2026-11-01"}),
    "paper off": ("berkas/akhiri", {"paper": "1"}),
    "adult": ("dewasa", {"person": "{number}", "cleared_on": "2026-11-01"}), "on": ("sakelar", {"to": "on"}),
}  # fmt: skip


def looks_at_a_document(path: str) -> Callable[[Scene], int]:
    def does(scene: Scene) -> int:
        hands_in(scene)
        return scene.web.get(f"{PAPERS}/{path}").status_code

    return does


def at_the_desk(scene: Scene) -> int:
    """Hand in a document that is there for a question; gives its row."""
    sent = {"berkas": [(io.BytesIO(a_pdf()), "rekaan.pdf")], "nyatakan": "1"}
    scene.web.post(PAPERS, headers=OURS, **as_form(sent))
    with writing(scene.engine) as session:
        row = Document(number="1/2026", question="17a", file="rekaan.pdf", cell="Dokumen!B4")
        claim = session.scalars(select(Claim)).one()
        claim.documents.append(row)
        draw_rules(session, ROUND).second_percent = 0  # else one in ten waits for another reader
        session.flush()
        return row.id


def reads(scene: Scene, says: str = "yes", row: int = 0) -> int:
    """Read the document, as a reader of the centre."""
    number, reader = row or at_the_desk(scene), entered(scene.app, [Held(Role.READER)])
    page = reader.get(f"{READ}/{number}").text
    kept = dict(re.findall(r'<input type="hidden" name="(uuid|before)" value="([^"]*)"', page))
    answers = dict.fromkeys(("opened", "matches_number", "matches_date", "in_force", "issuer_ok"), "yes")
    return reader.post(f"{READ}/{number}", data=answers | kept | {"says": says}, headers=OURS).status_code


def judges(path: str, **typed: str) -> Callable[[Scene], int]:
    """Let Tim Penilai do something about a document that two readers doubt, or that one does not."""

    def does(scene: Scene) -> int:
        row = at_the_desk(scene)
        for _ in range(1 if path == "nilai" else 2):
            reads(scene, "yes" if path == "nilai" else "no", row)
        judge = entered(scene.app, [Held(Role.ASSESSOR)])
        asked = {"uuid": str(uuid.uuid4()), "words": "Mana?"}
        if path == "nilai":
            return judge.post(f"{READ}/{row}/nilai", data=asked | typed, headers=OURS).status_code
        done = judge.post(f"{READ}/{row}/klarifikasi", data=asked, headers=OURS).status_code
        if path == "klarifikasi/tarik":
            return judge.post(f"{READ}/{row}/{path}", data=asked | {"uuid": str(uuid.uuid4())},
                              headers=OURS).status_code  # fmt: skip
        for act in ("terima", "jawab")[: ("klarifikasi", "terima", "jawab", "simpulkan").index(path)]:
            done = scene.post(f"{PAPERS}/klarifikasi/1/{act}", uuid=str(uuid.uuid4()), words="Ini.")
        for last, step in enumerate(typed.get("step", "").split(), 1):
            before = re.findall(r'name="before" value="([^"]*)"', judge.get(f"{READ}/{row}").text)
            typed_in = {"words": "Ya.", "step": step, "newest": str(last), "before": before[0]}
            concluded = {"uuid": str(uuid.uuid4()), **typed_in}
            done = judge.post(f"{READ}/{row}/simpulkan", data=concluded, headers=OURS).status_code
        return done

    return does


def uploads(scene: Scene) -> int:
    sent = {"buku": (io.BytesIO(filled(None, a_place("Pojok ASI Lain"))), "klaim.xlsx")}
    return scene.web.post(CLAIM, headers=OURS, **as_form(sent)).status_code


def imports(scene: Scene) -> int:
    uploads(scene)
    (mark,) = re.findall(r'name="tampak" value="(\w+)"', scene.web.get(f"{CLAIM}/1").text)
    return scene.post(f"{CLAIM}/1", tampak=mark, ganti="1", catatan="1")


def brings_parts(scene: Scene) -> int:
    sent = {"buku": (io.BytesIO(filled(None, a_place("Pojok ASI Lain"))), "klaim.xlsx")}
    return scene.web.post(f"{CLAIM}/gabung", headers=OURS, **as_form(sent)).status_code


def brings_a_table(scene: Scene) -> int:
    sent = {"tabel": (io.BytesIO(b"Nama;Desa\nPojok Rekaan;Desa 00"), "tabel.csv"), "tempat": "17/pojok_asi"}
    return scene.web.post(f"{CLAIM}/tabel", headers=OURS, **as_form(sent)).status_code


def agrees_to(brings: Callable[[Scene], int], path: str) -> Callable[[Scene], int]:
    def does(scene: Scene) -> int:
        brings(scene)
        (mark,) = re.findall(r'name="tampak" value="(\w+)"', scene.web.get(f"{CLAIM}/{path}").text)
        return scene.post(f"{CLAIM}/{path}", tampak=mark)

    return does


merges = agrees_to(brings_parts, "gabung/1")
takes_a_table = agrees_to(brings_a_table, "tabel/1?tempat=17/pojok_asi")


def brings_an_export(scene: Scene) -> int:
    sheets, named = by_district(Claimed({("Klaim", "1"): {"self_score": 45.5}}))
    sent = {"ekspor": (io.BytesIO(as_book(**sheets)), "ekspor.xlsx"),
            "peta": (io.BytesIO(as_book(Peta=the_map(named))), "peta.xlsx")}  # fmt: skip
    return scene.web.post(f"{CLAIM}/ekspor", headers=OURS, **as_form(sent)).status_code


def takes_the_form_back(scene: Scene) -> int:
    brings_an_export(scene)
    return scene.web.get(f"{CLAIM}/1/formulir.xlsx").status_code


DEADLINE = (today_here() + timedelta(days=30)).isoformat()
SEEN = "submission_seen"
HANDED_IN = ["document_handed_in", "document_declared"]
ASKED = [*HANDED_IN, "document_read", "document_read", "clarification_asked"]
CONCLUDED = [*ASKED, "clarification_received", "clarification_replied", "clarification_concluded"]


# endpoint and method, what somebody does, and the acts that are written down of it
def institution_speaks(act: str) -> Callable[[Scene], int]:
    """Have an institution say something; the page is opened, or its words are released or kept back."""

    def do(scene: Scene) -> int:
        number = it_is_told(scene.engine, "interview", "uuid:told", an_interview(THIRD_PARTY))
        at = f"{DISTRICT_PAGE}/wawancara"
        return scene.post(f"{at}/{number}", act=act) if act else scene.web.get(at).status_code

    return do


def forum_speaks(act: str) -> Callable[[Scene], int]:
    """Have a forum say something under a code of ours; the page is opened, or its words are released or kept back."""

    def do(scene: Scene) -> int:
        with writing(scene.engine) as session:
            session.add(ForumCode(code="N-222222", round_id=ROUND, district=DISTRICT))
        number = it_is_told(scene.engine, "forum", "uuid:forum", some_minutes(forum_code="N-222222"))
        at = f"{DISTRICT_PAGE}/forum-anak"
        return scene.post(f"{at}/{number}", act=act) if act else scene.web.get(at).status_code

    return do


def draws_a_code(scene: Scene) -> int:
    field = child_field(scene.engine)
    field.switched_on()
    facilitator = browser_of(scene.app, field.facilitator.person_id or 0)
    return facilitator.post(f"{DISTRICT_PAGE}/forum-anak/kode", headers=OURS).status_code


CASES: list[tuple[str, str, Callable[[Scene], int], list[str]]] = [
    ("login.login", "POST", logs_in, ["login_password"]),
    ("login.link", "POST", comes_by_a_link, ["login_link"]),
    ("login.set_password", "POST", sets_a_password, ["login_link", "password_set"]),
    ("login.show_factor", "POST", shows_a_factor, ["login_password", "factor_app"]),
    ("login.get_app", "POST", gets_an_app, ["login_password", "factor_app_added", "factor_app"]),
    ("login.get_codes", "POST", prints_codes, ["factor_printed_added", "factor_printed"]),
    ("login.prove", "POST", proves, ["factor_app"]),
    ("login.logout", "POST", lambda scene: scene.post("/keluar"), ["logout"]),
    ("own.password", "POST", changes_a_password, ["password_changed"]),
    ("own.remove_factor", "POST", removes_a_factor, ["factor_app_removed"]),
    ("own.end_session", "POST", lambda scene: scene.post("/akun/sesi/akhiri"), ["sessions_ended"]),
    ("own.speak", "POST", lambda scene: scene.post("/akun/bahasa", language="en"), ["language_set"]),
    ("reports.report_page", "GET", seen(REPORT), ["homes_seen"]),
    ("reports.report_as_json", "GET", seen(f"{REPORT}.json"), ["report_exported"]),
    ("reports.report_as_csv", "GET", seen(f"{REPORT}.csv"), ["report_exported"]),
    ("reports.report_as_xlsx", "GET", seen(f"{REPORT}.xlsx"), ["report_exported"]),
    ("lines.line_page", "GET", sees_a_line, ["line_seen"]),
    ("lines.lines_as_csv", "GET", seen(f"{LINES}.csv"), ["lines_exported"]),
    ("lines.lines_as_xlsx", "GET", seen(f"{LINES}.xlsx"), ["lines_exported"]),
    ("lists.as_file", "GET", seen(f"/wilayah/{ROUND}/{DISTRICT}/daftar/visits.csv"), ["list_exported"]),
    ("photographs.photo", "GET", seen("/foto/1.jpg"), ["photograph_seen"]),
    ("photographs.small_photo", "GET", seen("/foto/kecil/1.jpg"), ["photograph_seen"]),
    ("decisions.submission_page", "GET", seen(f"/kiriman/{FORM}/{ROOT}"), [SEEN]),
    ("decisions.submission_page", "POST", lambda scene: decides(scene, "comment", text="x"), ["decided_comment"]),
    ("decisions.submission_page", "POST", lambda scene: decides(scene, "review", review_state="rejected", why="x"),
     ["decided_review"]),
    ("decisions.submission_page", "POST",
     lambda scene: decides(scene, "follow_up", text="x", why="x", deadline=DEADLINE), ["decided_follow_up"]),
    ("decisions.submission_page", "POST", lambda scene: decides(scene, "round", round_id=ROUND, why="x"),
     ["decided_round"]),
    ("assignments.assignments_page", "GET", seen(TASKS), ["assignments_seen"]),
    ("assignments.assignments_as_csv", "GET", seen(f"{TASKS}.csv"), ["assignments_exported"]),
    ("assignments.assign", "POST", lambda scene: assigns(scene), ["assignment_given"]),
    ("assignments.assign_several", "POST", lambda scene: assigns_several(scene), ["assignment_given"]),
    ("assignments.ask_again", "POST", lambda scene: asks_again(scene), ["assignment_given"]),
    ("plan.plan_page", "GET", sees_a_plan_with_homes(), ["plan_changed", "plan_seen"]),
    ("plan.plan_by_hand", "GET", sees_a_plan_with_homes("/tambah"), ["plan_changed", "homes_seen"]),
    ("plan.planned_visit", "GET", sees_a_plan_with_homes("/1"), ["plan_changed", "homes_seen"]),
    ("draws.draw_page", "POST", draws, ["places_drawn"]),
    ("draws.drawn_page", "POST", lambda scene: draws(scene, "drop"), ["places_drawn", "draw_dropped"]),
    ("draws.drawn_page", "GET", lambda scene: draws(scene, "see"), ["places_drawn", "homes_seen"]),
    ("plan.plan_from_file", "POST", brings_a_plan_with_homes, ["homes_seen"]),
    ("plan.release_page", "GET", sees_a_release_with_homes, ["plan_changed", "plan_agreed", "homes_seen"]),
    ("plan.release_page", "POST", releases_to_nobody, ["plan_changed", "plan_agreed", "homes_seen", "homes_seen"]),
    ("assignments.assign_several", "POST", sends_where_somebody_was, ["homes_seen"]),
    ("assignments.assign", "GET", would_send_to_a_home, ["homes_seen"]),
    ("assignments.assign_several", "GET", would_send_to_homes, ["homes_seen"]),
    ("assignments.ask_again", "GET", would_ask_again_at_homes, ["homes_seen"]),
    ("plan.plan_as_file", "GET", seen(f"{DISTRICT_PAGE}/rencana/rencana.csv"), ["plan_exported"]),
    ("plan.plan_by_hand", "POST", plans, ["plan_changed"]),
    ("plan.plan_from_file", "POST", plans_from_a_file, ["plan_changed", "plan_changed"]),
    ("plan.planned_visit", "POST", lambda scene: plans(scene, "1", mode="video"), ["plan_changed", "plan_changed"]),
    ("plan.planned_visit", "POST", lambda scene: plans(scene, "1", act="withdraw"), ["plan_changed", "plan_withdrawn"]),
    ("plan.release_page", "POST", releases, ["plan_changed", "plan_agreed", "assignment_given", "plan_released"]),
    ("plan.agree_page", "POST", agrees, ["plan_changed", "plan_agreed"]),
    ("assignments.change_one", "POST", lambda scene: changes(scene, "extend"),
     ["assignment_given", "assignment_extended"]),
    ("assignments.change_one", "POST", lambda scene: changes(scene, "withdraw"),
     ["assignment_given", "assignment_withdrawn"]),
    ("sealed.part_page", "POST", officer_does(), ["sealed_given", "sealed_listed"]),
    ("sealed.given", "GET", officer_does("/tersegel"), ["sealed_given", "sealed_listed"]),
    ("sealed.change", "POST", officer_does("/1", act="draw"), ["sealed_given", "sealed_code_drawn"]),
    ("sealed.change", "POST", officer_does("/1", act="withdraw", why="not_safe"), ["sealed_given", "sealed_withdrawn"]),
    ("register.incidents", "POST", officer_of_the_register("/register", act="drill", district=DISTRICT),
     ["drill_started"]),
    ("duty.roster", "POST", officer_of_the_register("/register/jaga", starts=DEADLINE, ends=DEADLINE), ["duty_set"]),
    ("restricted.shelter_page", "POST", opens_a_sealed_one, ["sealed_given", "sealed_opened", "shelter_seen"]),
    ("restricted.shelter_sums", "GET", with_role(Role.ASSESSOR, "/rumah-aman"), ["shelter_sums_seen"]),
    ("totals.exact", "GET", with_role(Role.ASSESSOR, f"{TOTALS}/lengkap"), ["totals_seen"]),
    ("forum.minutes", "GET", forum_speaks(""), ["summaries_read"]),
    ("forum.minutes", "GET", seen(f"{DISTRICT_PAGE}/forum-anak"), ["minutes_read"]),
    ("forum.minutes_as_csv", "GET", seen(f"{DISTRICT_PAGE}/forum-anak.csv"), ["minutes_exported"]),
    ("forum.release", "POST", forum_speaks("release"), ["summary_released"]),
    ("forum.release", "POST", forum_speaks("keep_back"), ["summary_kept_back"]),
    ("told.interviews", "GET", institution_speaks(""), ["statements_read"]),
    ("told.interviews", "GET", seen(f"{DISTRICT_PAGE}/wawancara"), ["interviews_read"]),
    ("told.interviews_as_csv", "GET", seen(f"{DISTRICT_PAGE}/wawancara.csv"), ["interviews_exported"]),
    ("told.programmes_as_csv", "GET", seen(f"{DISTRICT_PAGE}/program-ampk.csv"), ["programmes_exported"]),
    ("told.release_statement", "POST", institution_speaks("release"), ["statement_released"]),
    ("told.release_statement", "POST", institution_speaks("keep_back"), ["statement_kept_back"]),
    ("totals.service", "POST", enters_totals, ["sealed_given", "totals_entered"]),
    ("sets.keep", "POST", lambda scene: scene.post("/perangkat/simpan", packed=looked_at(scene.web)), ["set_kept"]),
    ("sets.withdraw", "POST", lambda scene: _withdrawn(scene), ["set_kept", "set_withdrawn"]),
    ("benchmarks.state", "POST", lambda scene: states_a_number(scene), ["benchmark_stated"]),
    ("benchmarks.withdraw", "POST", lambda scene: scene.post("/angka-nasional/tarik", code="akb", year=2022),
     ["benchmark_taken_away"]),
    ("publishing.plan", "POST", lambda scene: scene.post("/penerbitan/rencana"), ["publishing_planned"]),
    ("publishing.agree", "POST", lambda scene: scene.post("/penerbitan/setuju", **_planned(scene)),
     ["publishing_planned", "forms_published"]),
    ("work.work_page", "POST", lambda scene: scene.post("/pekerjaan", job=_failed(scene)), ["work_again"]),
    ("messages.messages_page", "POST", lambda scene: scene.post("/pemberitahuan", act="done", message=_to_tell(scene)),
     ["message_by_hand"]),
    ("messages.own_messages", "POST", lambda scene: scene.post("/akun/pemberitahuan"), ["not_told"]),
    ("people.invite_page", "POST",
     lambda scene: scene.post("/orang/baru", name="Rekaan", email="lain@contoh.go.id", role="observer"),
     ["role_given", "person_invited"]),
    ("people.new_link", "POST", manages("tautan"), ["person_reset"]),
    ("people.new_link", "POST", manages("tautan", lost_factors="1"), ["person_reset_all"]),
    ("people.hand_over_post", "POST", manages("serah-terima", Held(Role.OBSERVER), name="Pengganti", email=EMAIL),
     ["role_given", "role_taken", "person_ended", "post_handed_over"]),
    ("people.end_person", "POST", manages("akhiri", Held(Role.LEAD, DISTRICT, ROUND), sure="1"),
     ["team_left", "person_ended"]),
    ("people.end_sessions", "POST", manages("sesi"), ["person_logged_out"]),
    ("people.give_role", "POST", manages("peran", role="observer"), ["role_given"]),
    ("people.take_role", "POST", manages("peran/cabut", Held(Role.OBSERVER), held="{held}"), ["role_taken"]),
    ("roles.tie_of_another", "POST", manages("benturan", district=DISTRICT, why="x"), ["tie_declared"]),
    ("roles.end_tie_of_another", "POST", ends_a_tie, ["tie_declared", "tie_ended"]),
    ("roles.own_ties", "POST", lambda scene: scene.post("/benturan", district=DISTRICT, why="x"), ["tie_declared"]),
    ("roles.teams_page", "POST", lambda scene: scene.post("/tim", name="Tim", round=ROUND, districts=DISTRICT),
     ["team_districts"]),
    ("roles.change_districts", "POST", leads_a_team("wilayah", districts=DISTRICT), ["team_districts"]),
    ("roles.add_member", "POST", leads_a_team("anggota", who="{number}"), ["team_member"]),
    ("roles.drop_member", "POST", leads_a_team("keluar", person="{number}"), ["team_left"]),
    ("roles.dissolve", "POST", leads_a_team("bubar", sure="1"), ["team_ended"]),
    ("facts.decide_line", "POST", decides_a_line, ["line_seen", "fact_decided"]),
    ("facts.decide_visit", "GET", seen(f"{DISTRICT_PAGE}/kunjungan/1/keputusan"), ["visit_seen"]),
    ("facts.send_visit", "POST", decides_a_visit, ["visit_seen", "fact_decided"]),
    ("facts.bulk_page", "GET", seen(f"{DISTRICT_PAGE}/baris/sekaligus?baris=1"), ["lines_listed"]),
    ("facts.bulk_act", "POST", decides_at_once, ["lines_listed", "fact_decided"]),
    ("opening.add", "POST", lambda scene: scene.post(f"{OPENING}/kontak", **OFFICE), ["contact_added"]),
    ("opening.phoned", "POST", tends("ditelepon"), ["contact_added", "contact_phoned"]),
    ("opening.end", "POST", tends("akhiri"), ["contact_added", "contact_ended"]),
    ("opening.accept", "POST", accepts, ["ethics_accepted"]),
    ("children.add_paper", "POST", asks_children("papers"), [*PREPARED, PAPER]),
    ("children.drop_paper", "POST", asks_children("paper off"), [*PREPARED, "children_paper_ended"]),
    ("children.check", "POST", asks_children("adult"), [*PREPARED, "children_adult_checked"]),
    ("children.switch", "POST", asks_children("on"), [*PREPARED, "children_on"]),
    ("children.part_page", "POST", asks_children("session"), [*ON, "children_session_planned"]),
    ("forum.code_page", "POST", draws_a_code, [*ON, "forum_code_drawn"]),
    ("children.print_slips", "POST", asks_children("kode"), [*HELD, "children_codes_printed"]),
    ("children.count", "POST", asks_children("hitungan"), [*HELD, "children_session_counted"]),
    ("children.papers_destroyed", "POST", asks_children("kertas"),
     [*HELD, "children_session_counted", "children_papers_destroyed"]),
    ("children.check_retaliation", "POST", asks_children("akibat"), [*HELD, "retaliation_checked"]),
    ("children.call_off", "POST", asks_children("batal"), [*HELD, "children_session_dropped"]),
    ("phones.prepare_phones", "POST", leads_a_team("ponsel/siapkan"), ["phones_prepared"]),
    ("phones.lose_phone", "POST", loses_a_phone, ["phones_prepared", "phone_lost"]),
    ("phones.drill", "POST", leads_a_team("ponsel/latihan"), ["phone_drill"]),
    ("phones.check", "POST", leads_a_team("ponsel/periksa"), ["phones_checked"]),
    ("closing.close", "POST", lambda scene: scene.post(CLOSING, why="x", typed=DISTRICT), ["part_closed"]),
    ("closing.reopen", "POST", opens_again, ["part_closed", "part_open"]),
    ("closing.proof", "GET", seen(f"{CLOSING}/bukti.csv"), ["traces_exported"]),
    ("desk.read", "POST", reads, [*HANDED_IN, "document_read"]),
    ("desk.score", "POST", judges("nilai", points="5"), [*HANDED_IN, "document_read", "question_scored"]),
    ("desk.ask", "POST", judges("klarifikasi"), ASKED),
    ("desk.take_question_back", "POST", judges("klarifikasi/tarik"), [*ASKED, "clarification_retracted"]),
    ("desk.receive", "POST", judges("terima"), [*ASKED, "clarification_received"]),
    ("desk.send_reply", "POST", judges("jawab"), [*ASKED, "clarification_received", "clarification_replied"]),
    ("desk.conclude_one", "POST", judges("simpulkan", step="settles"), CONCLUDED),
    ("desk.conclude_one", "POST", judges("simpulkan", step="settles withdraws"), [*CONCLUDED, "conclusion_withdrawn"]),
    ("documents.receive", "POST", hands_in, ["document_handed_in"]),
    ("documents.change", "POST", says_of_a_document("berkas", lakukan="nyatakan", berkas="1"),
     ["document_handed_in", "document_declared"]),
    ("documents.change", "POST", says_of_a_document("berkas", lakukan="tarik", berkas="1"),
     ["document_handed_in", "document_withdrawn"]),
    ("documents.mark_one", "POST", says_of_a_document("1/tandai", yakin="1"),
     ["document_handed_in", "document_marked"]),
    ("documents.document_page", "GET", looks_at_a_document("1"), ["document_handed_in", "document_seen"]),
    ("documents.picture_of_page", "GET", looks_at_a_document("1/halaman/1.jpg"),
     ["document_handed_in", "document_seen"]),
    ("documents.download", "GET", looks_at_a_document("1/unduh"), ["document_handed_in", "document_downloaded"]),
    ("claims.template", "GET", seen(f"{CLAIM}/formulir.xlsx"), ["claim_form_given"]),
    ("claims.upload", "POST", uploads, ["claims_uploaded"]),
    ("claims.agree", "POST", imports, ["claims_uploaded", "claims_imported"]),
    ("parts.split_as_file", "GET", seen(f"{CLAIM}/bagian.zip?lembaga=Bappeda"), ["claim_form_given"]),
    ("parts.receive_parts", "POST", brings_parts, ["claims_uploaded"]),
    ("parts.merge", "POST", merges, ["claims_uploaded", "claim_form_given"]),
    ("parts.receive_table", "POST", brings_a_table, ["claims_uploaded"]),
    ("parts.take_table", "POST", takes_a_table, ["claims_uploaded", "claim_form_given"]),
    ("parts.map_as_file", "GET", seen(f"{CLAIM}/peta-kolom.xlsx"), ["claim_form_given"]),
    ("parts.convert_export", "POST", brings_an_export, ["claims_uploaded"]),
    ("parts.waiting_as_file", "GET", takes_the_form_back, ["claims_uploaded", "claim_form_given"]),
    ("audit.trail", "GET", seen("/jejak-audit"), ["audit_seen"]),
    ("twice.second_visits_as_csv", "GET", seen("/kunjungan-kedua.csv"), ["second_visits_exported"]),
    ("audit.trail_as_csv", "GET", seen("/jejak-audit.csv"), ["audit_exported"]),
]  # fmt: skip
WITHOUT = {
    ("voice.heard", "GET"): "shares of ten and more", ("voice.given_back", "GET"): "the same, for children to read",
    ("forum.code_page", "GET"): "what a code is for",
    ("children.overview", "GET"): "where sessions are", ("children.round_page", "GET"): "papers by their numbers",
    ("children.part_page", "GET"): "sessions: no child, no answer, and counts of nobody",
    ("web.static", "GET"): "ours", ("web.health", "GET"): "says no more than that it lives",
    ("login.login", "GET"): "a form", ("login.link", "GET"): "a form: a chat's preview may fetch it",
    ("login.set_password", "GET"): "a form", ("login.show_factor", "GET"): "a form",
    ("login.get_factor", "GET"): "a form", ("login.get_app", "GET"): "a form", ("login.get_codes", "GET"): "a form",
    ("login.get_passkey", "GET"): "leads on", ("login.login_by_passkey", "GET"): "leads on",
    ("login.prove", "GET"): "a form", ("login.ask_for_passkey", "POST"): "a question; its answer is written down",
    ("login.login_by_passkey", "POST"): "seen in tests/server/login/test_passkeys.py",
    ("login.get_passkey", "POST"): "seen in tests/server/login/test_passkeys.py",
    ("login.to_provider", "GET"): "leads to the provider", ("login.bind_provider", "GET"): "leads to the provider",
    ("login.leave_provider", "GET"): "leads to the provider",
    ("login.from_provider", "GET"): "seen in tests/server/login/test_provider.py",
    ("login.unbind_provider", "POST"): "seen in tests/server/login/test_provider.py",
    ("own.account", "GET"): "one's own", ("own.password", "GET"): "a form",
    ("districts.index", "GET"): "districts and points", ("districts.waiting_page", "GET"): "numbers of one's own",
    ("districts.district_page", "GET"): "numbers",
    ("districts.indicator_page", "GET"): "what a district claims, but for what names a home",
    ("reports.aside_page", "GET"): "ids and reasons",
    ("map.map_page", "GET"): "what everybody who sees the report sees; homes are not on it",
    ("map.map_data", "GET"): "as the page",
    ("lines.lines_page", "GET"): "homes that are named: tests/server/lines/test_list.py",
    **{(f"lists.{name}", "GET"): "homes that are named: tests/server/lists/test_lists.py"
       for name in ("submissions", "visits", "unmatched", "aside", "missing_files", "expected")},
    ("messages.messages_page", "GET"): "as the list of people", ("messages.own_messages", "GET"): "one's own",
    ("plan.plan_from_file", "GET"): "a form", ("draws.draw_page", "GET"): "a form and numbers",
    ("draws.draws_page", "GET"): "numbers",
    ("plan.day_page", "GET"): "numbers",
    ("plan.agree_page", "GET"): "Tim Penilai is shown no home by its name",
    ("publishing.publishing_page", "GET"): "forms, lists and numbers",
    ("rounds.rounds_page", "GET"): "dates and rules of rounds",
    ("benchmarks.benchmarks_page", "GET"): "numbers of the country",
    ("sets.sets_page", "GET"): "what regulations ask", ("sets.set_page", "GET"): "what a regulation asks",
    ("sets.set_as_book", "GET"): "what a regulation asks", ("sets.look", "POST"): "what they have just uploaded",
    ("work.work_page", "GET"): "ids and reasons", ("told.programmes", "GET"): "what institutions report, rounded",
    ("sync.certificate", "GET"): "numbers, ids and reasons",
    ("people.people_page", "GET"): "names and roles, for who gives these", ("people.invite_page", "GET"): "a form",
    ("people.person_page", "GET"): "as the list", ("roles.teams_page", "GET"): "as the list of people",
    ("roles.team_page", "GET"): "as the list of people", ("roles.own_ties", "GET"): "one's own",
    ("closing.closing_page", "GET"): "counts, states and reasons",
    ("twice.second_visits", "GET"): "numbers of teams; of a pair of visits no home is named",
    ("phones.all_phones", "GET"): "numbers of teams", ("phones.phones_page", "GET"): "as the list of people",
    ("phones.share_page", "GET"): "numbers of places and teams",
    ("phones.share", "POST"): "written down where there are phones: tests/server/phones/test_sharing.py",
    ("phones.ask_sheets", "POST"): "what is printed is written down: tests/server/phones/test_pages.py",
    ("phones.sheets_as_file", "GET"): "seen in tests/server/phones/test_pages.py",
    ("opening.opening_page", "GET"): "offices and numbers", ("opening.ethics", "GET"): "one's own",
    ("sealed.part_page", "GET"): "seen with what is given, above", ("sealed.mine", "GET"): "that one has one",
    ("restricted.shelter_page", "GET"): "seen in tests/server/sealed/test_opening.py",
    ("totals.rounded", "GET"): "what may be published", ("totals.service", "GET"): "seen below",
    ("documents.documents_page", "GET"): "names of files to whom they are from; each that is opened is written down",
    ("desk.queue", "GET"): "districts and numbers", ("desk.part_page", "GET"): "rows of documents and states",
    ("desk.document_page", "GET"): "its pictures are written down, each by itself",
    ("desk.clarifications", "GET"): "what a district is asked",
    **{(endpoint, method): "the register has a log of its own: tests/server/incidents/test_reading.py"
       for endpoint, methods in (("incidents.concern", ("GET", "POST")), ("register.incidents", ("GET",)),
                                 ("register.record", ("GET", "POST")), ("register.log", ("GET",)),
                                 ("duty.called", ("GET", "POST")), ("duty.reads", ("GET",)))
       for method in methods},
    ("incidents.card_as_file", "GET"): "a blank paper: nobody notes who printed it",
    ("duty.roster", "GET"): "names and days",
    ("claims.choose_page", "GET"): "districts", ("claims.claims_page", "GET"): "a form",
    ("claims.plan_page", "GET"): "what they have just uploaded",
    ("parts.parts_page", "GET"): "a form", ("parts.merge_page", "GET"): "what they have just uploaded",
    ("parts.table_page", "GET"): "what they have just uploaded", ("parts.map_page", "GET"): "a form",
    ("claims.problems", "GET"): "as the plan",
    ("audit.trail", "POST"): "it only gives a search its address", ("audit.own_trail", "GET"): "one's own acts",
}  # fmt: skip


def _to_tell(scene: Scene) -> int:
    """Have somebody be on the list to copy."""
    with writing(scene.engine) as session:
        put_in(session, Settings.model_validate({}), somebody(session, "tell@contoh.test"), news())
        return session.scalars(select(Message.id)).one()


def _withdrawn(scene: Scene) -> Any:
    """Keep a set, and withdraw it."""
    scene.post("/perangkat/simpan", packed=looked_at(scene.web))
    return scene.post("/perangkat/contoh-24/tarik")


def _planned(scene: Scene) -> dict[str, Any]:
    """Have a plan by which something is to be done; gives what the page's form sends."""
    project, digest = scene.app.extensions["tilik"].settings.project, "0" * 64
    scene.post("/penerbitan/rencana")
    with writing(scene.engine) as session:
        found = newest_publishing(session, project)
        assert found
        keep_plan(session, found.id, KeptPlan(True, False, (), (), (), ()), digest)
        return {"number": found.id, "digest": digest}


def _failed(scene: Scene) -> int:
    with writing(scene.engine) as session:
        return session.query(Job.id).filter_by(kind="read", state=FAILED).scalar()


@pytest.mark.parametrize("endpoint, method, does, acts", CASES, ids=lambda value: value if type(value) is str else "")
def test_it_is_written_down(
    scene: Scene, endpoint: str, method: str, does: Callable[[Scene], int], acts: list[str]
) -> None:
    since = newest(scene.engine)
    assert does(scene) in (200, 303)
    written = written_down(scene.engine, since)
    assert [entry.act for entry in written] == acts
    assert all(entry.by.startswith("person:") for entry in written)
    assert all(catalogue("id").knows(f"audit.{act}") for act in acts)


def test_every_route_was_thought_of(scene: Scene) -> None:
    routes = {(rule.endpoint, method) for rule in scene.app.url_map.iter_rules()
              for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}}  # fmt: skip
    assert {(endpoint, method) for endpoint, method, _, acts in CASES if acts} | WITHOUT.keys() == routes
    assert not {(endpoint, method) for endpoint, method, *_ in CASES} & WITHOUT.keys()


def test_what_writes_nothing_writes_nothing(scene: Scene) -> None:
    since = newest(scene.engine)
    paths = ("/sehat", "/masuk", "/", "/disisihkan", "/pekerjaan", "/sertifikat", "/jejak-saya")
    assert all(scene.web.get(path).status_code in (200, 303) for path in paths)
    assert written_down(scene.engine, since) == []


def test_what_is_refused_writes_no_read(scene: Scene) -> None:
    """Nothing was shown: that it was refused is all there is to write down."""
    with writing(scene.engine) as session:
        elsewhere = person(session, Held(Role.SUPERVISOR, "99.02"))
    web, since = browser_of(scene.app, elsewhere), newest(scene.engine)
    paths = (REPORT, f"{REPORT}.csv", f"{LINES}.csv", "/foto/1.jpg", f"/kiriman/{FORM}/{ROOT}", "/jejak-audit")
    assert {web.get(path).status_code for path in paths} <= {403, 404}
    assert {entry.act for entry in written_down(scene.engine, since)} == {"refused"}


def test_what_a_refused_decision_shows_again_was_seen(scene: Scene) -> None:
    since = newest(scene.engine)
    assert decides(scene, "comment", text="") == 400
    assert [entry.act for entry in written_down(scene.engine, since)] == [SEEN]


def test_a_job_that_is_not_there_to_be_asked_for_again_is_no_act(scene: Scene) -> None:
    since = newest(scene.engine)
    scene.post("/pekerjaan", job=9999)
    assert written_down(scene.engine, since) == []
