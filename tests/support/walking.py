"""Walking every page as everybody: what there is to ask for, who asks, and what the table says to that.

What is expected is worked out here from the table's rows alone, not by the code that reads them for the pages.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.claims.tables import Claim, ClaimLine
from server.db import now, snapshot, writing
from server.documents.tables import HandedIn
from server.login.tables import LoginSession
from server.opening.tables import Contact
from server.register.tables import Facility
from server.results.tables import LineResult
from server.roles.account import Held
from server.roles.table import GIVEN, MAY, Permission, Role, Scope
from server.roles.tables import TeamMember, Tie
from server.rounds.tables import Round
from server.rulebook import DEFAULT_SET
from server.sealed.tables import SealedAssignment
from server.settings import Settings
from server.submissions.tables import Form, SubmissionState
from server.visits.photographs import shown_photograph
from tests.support.days import today_here
from tests.support.demo import Demo
from tests.support.web import Browser, browser, browser_of, person
from workers.demo.story import DISTRICT, ROUND

OTHER_ROUND, PROVINCE, OURS = "2031", DISTRICT.partition(".")[0], {"Origin": "http://localhost"}
# where a role is held, for an area and a round
AREAS: dict[str, tuple[str, str | None]] = {
    "inside": (DISTRICT, ROUND), "in its province": (PROVINCE, None), "nation": ("", None), "tied": (PROVINCE, None),
    "outside": ("98.01", ROUND), "another province": ("98", None), "a code that begins alike": (DISTRICT[:-1], None),
    "other round": (DISTRICT, OTHER_ROUND), "nation, other round": ("", OTHER_ROUND),
}  # fmt: skip
IN_TEAMS = {Role.VERIFIER: ("inside", "outside", "other round"), Role.LEAD: ("inside", "outside", "other round")}
KEPT_FROM_WHAT_THEY_ARE_TIED_TO = {"verifier", "lead", "supervisor", "assessor", "reader", "provincial", "independent",
                                   "facilitator"}  # fmt: skip
HERE, NOWHERE, NOT_THERE = (DISTRICT, ROUND), (None, None), None  # what a thing is about; one that is not
Where = tuple[str | None, str | None] | None
ADDRESS, LOOKED_UP, LISTED, WHOLE, OPEN = "address", "looked up", "listed", "whole", "open"
PARTS = 5  # into which all pairs of a request and who asks it fall


@dataclass(frozen=True)
class Asked:
    """A request: for what, by which permission it is let past; and what is answered where it is."""

    endpoint: str
    method: str
    path: str
    permission: Permission | None
    about: str
    status: int
    where: Where = HERE
    within: Permission | None = None  # asked for inside, once the page is within reach
    fields: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Who:
    """Somebody who asks."""

    role: Role | None
    area: str
    browser: Browser

    @property
    def held(self) -> tuple[str, str | None]:
        return AREAS[self.area]


def expected(asked: Asked, who: Who) -> int:
    """Work out from the table what is answered."""
    if asked.permission is None:
        return asked.status
    if who.area == "nobody":
        return 303
    scope = MAY[asked.permission].scope
    if scope is Scope.SELF:
        return asked.status
    if not _has(asked.permission, who) or (scope is Scope.NATION and who.held[0] != ""):
        return 403
    if asked.about in (LISTED, WHOLE):
        return asked.status
    if not _reaches(who, asked.where):
        return 403 if asked.about == ADDRESS else 404
    if asked.within and not (_has(asked.within, who) and _reaches(who, asked.where)):
        return 403
    return asked.status


def _may_somewhere(asked: Asked, who: Who) -> bool:
    return asked.permission is None or who.role is None or _has(asked.permission, who)


def _has(permission: Permission, who: Who) -> bool:
    return who.role in MAY[permission].roles


def _reaches(who: Who, where: Where) -> bool:
    if where is None or who.role is None:
        return False
    (area, held_round), (district, round_id) = who.held, where
    if who.area == "tied" and district == DISTRICT and who.role.value in KEPT_FROM_WHAT_THEY_ARE_TIED_TO:
        return False
    parts = area.split(".") if area else []
    if parts and (district or "").split(".")[: len(parts)] != parts:
        return False
    return round_id is None or held_round in (None, round_id)


@dataclass
class World:
    """A prepared database with its pages, everybody who asks and all there is to ask for."""

    app: Flask
    engine: Engine
    everybody: Sequence[Who]
    everything: Sequence[Asked]

    def pairs(self, parts: Collection[int] = range(PARTS)) -> Iterator[tuple[Asked, Who]]:
        """Pair requests with people: all, or some parts of them, each request and each of the people in every part.

        Who holds a role that may not ask for it anywhere does so in every third of the areas where it is held.
        """
        roles = [who.role for who in self.everybody]
        nth = [roles[:column].count(role) for column, role in enumerate(roles)]
        for row, asked in enumerate(self.everything):
            for column, who in enumerate(self.everybody):
                if (row + column) % PARTS in parts and ((row + nth[column]) % 3 == 0 or _may_somewhere(asked, who)):
                    yield asked, who


def ask(asked: Asked, who: Who) -> Any:
    """Ask, as a form of our own pages would."""
    if asked.method == "GET":
        return who.browser.get(asked.path, buffered=True)
    fields = asked.fields | ({"email": f"{id(who)}@b.example"} if "email" in asked.fields else {})
    origin = {
        "REMOTE_ADDR": f"10.0.{id(who) % 65_521 // 256}.{id(who) % 65_521 % 256}"
    }  # who guesses is limited by both
    return who.browser.post(asked.path, data=fields, headers=OURS, environ_base=origin, buffered=True)


def a_world(run: Demo, engine: Engine) -> World:
    """Prepare a copy of the demo's database: another round, people of every role everywhere, a team."""
    app = create_app(engine, Settings(data=run.settings.data, central_project=run.settings.central_project))
    with writing(engine) as session:
        session.add(Round(id=OTHER_ROUND, name="Rekaan", data_year=2031, indicator_set="permen-pppa-12-2011",
                          areas_id=session.get_one(Round, ROUND).areas_id, state="open"))  # fmt: skip
    return World(app, engine, _everybody(app, engine), everything(app, engine))


def _everybody(app: Flask, engine: Engine) -> list[Who]:
    found = [Who(None, "nobody", browser(app)), Who(None, "inside", _somebody(app, engine, None, "inside"))]
    for role in GIVEN:
        for area in IN_TEAMS.get(role, AREAS):
            found.append(Who(role, area, _somebody(app, engine, role, area)))
    return found


def _somebody(app: Flask, engine: Engine, role: Role | None, area: str) -> Browser:
    with writing(engine) as session:
        number = person(session, *([Held(role, *AREAS[area])] if role else []))
        if area == "tied":
            session.add(Tie(person_id=number, district=DISTRICT, why="keluarga", declared_by="uji", declared_at=now()))
    found = browser_of(app, number)
    with writing(engine) as session:  # a walk may take longer than a proof lasts
        proved = update(LoginSession).filter_by(person_id=number).values(proved_at=now() + timedelta(days=1))
        session.execute(proved)
    return found


def everything(app: Flask, engine: Engine) -> list[Asked]:
    """List all there is to ask for: things that are there, and numbers that were guessed."""
    return [*_door(), *_own(), *_reports(), *_districts(), *_maps(), *_lists(), *_a_line(engine), *_facts(engine),
            *_assignments(engine), *_plan(), *_restricted(engine), *_children(), *_register(), *_told(),
            *_closing(), *_opening(engine), *_documents(engine), *_submissions(engine), *_photographs(app, engine),
            *_people(engine), *_teams(engine), *_phones(engine), *_whole()]  # fmt: skip


def _door() -> Iterator[Asked]:
    yield Asked("web.static", "GET", "/static/tilik.css", None, OPEN, 200)
    yield Asked("web.health", "GET", "/sehat", None, OPEN, 200)
    yield Asked("login.login", "POST", "/masuk", None, OPEN, 400, fields={"email": "a@b.example", "password": "x"})
    for method in ("GET", "POST"):
        yield Asked("login.link", method, "/masuk/tautan/guessed", None, OPEN, 400)
        yield Asked("login.login_by_passkey", method, "/masuk/kunci", None, OPEN, 303 if method == "GET" else 400)
        for endpoint, path in (("set_password", "kata-sandi"), ("show_factor", "langkah-kedua")):
            yield Asked(f"login.{endpoint}", method, f"/masuk/{path}", Permission.OWN_ACCOUNT, WHOLE, 303)
    yield Asked("login.ask_for_passkey", "POST", "/masuk/kunci/tantangan", None, OPEN, 400)
    for endpoint, path in (("to_provider", ""), ("from_provider", "/kembali"), ("leave_provider", "/keluar")):
        yield Asked(f"login.{endpoint}", "GET", f"/masuk/instansi{path}", None, OPEN, 404)  # none is set


def _own() -> Iterator[Asked]:
    own = Permission.OWN_ACCOUNT
    yield Asked("login.get_factor", "GET", "/masuk/pasang-langkah-kedua", own, WHOLE, 303)
    for endpoint, path, seen, sent in (
        ("login.get_app", "/masuk/pasang-langkah-kedua/aplikasi", 200, 400),
        ("login.get_passkey", "/masuk/pasang-langkah-kedua/kunci", 303, 400),
        ("login.get_codes", "/masuk/pasang-langkah-kedua/lembar", 200, 200),
        ("login.prove", "/masuk/buktikan", 200, 400), ("own.password", "/akun/kata-sandi", 200, 400),
    ):  # fmt: skip
        yield Asked(endpoint, "GET", path, own, WHOLE, seen)
        yield Asked(endpoint, "POST", path, own, WHOLE, sent)
    yield Asked("own.account", "GET", "/akun", own, WHOLE, 200)
    yield Asked("own.speak", "POST", "/akun/bahasa", None, OPEN, 303)
    yield Asked("own.remove_factor", "POST", "/akun/langkah-kedua/hapus", own, WHOLE, 303)
    yield Asked("own.end_session", "POST", "/akun/sesi/akhiri", own, WHOLE, 303, fields={"session": "987654"})
    yield Asked("login.bind_provider", "GET", "/akun/instansi", own, WHOLE, 404)
    yield Asked("login.unbind_provider", "POST", "/akun/instansi/lepas", own, WHOLE, 303)


def _reports() -> Iterator[Asked]:
    for endpoint, ending, permission in (
        ("report_page", "", Permission.SEE_REPORT), ("report_as_json", ".json", Permission.EXPORT_REPORT),
        ("report_as_csv", ".csv", Permission.EXPORT_REPORT), ("report_as_xlsx", ".xlsx", Permission.EXPORT_REPORT),
    ):  # fmt: skip
        for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404),
                                           (OTHER_ROUND, DISTRICT, 404), ("x", "y", 404)):  # fmt: skip
            path = f"/laporan/{round_id}/{district}{ending}"
            yield Asked(f"reports.{endpoint}", "GET", path, permission, ADDRESS, status, (district, round_id))


def _districts() -> Iterator[Asked]:
    for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404)):
        path, about = f"/wilayah/{round_id}/{district}", (district, round_id)
        yield Asked("districts.district_page", "GET", path, Permission.SEE_REPORT, ADDRESS, status, about)
        for number, found in ((17, status), (99, 404)):
            at = f"{path}/indikator/{number}"
            yield Asked("districts.indicator_page", "GET", at, Permission.SEE_REPORT, ADDRESS, found, about)


def _maps() -> Iterator[Asked]:
    for round_id, district, status in ((ROUND, DISTRICT, 200), ("1999", DISTRICT, 404), (OTHER_ROUND, DISTRICT, 404)):
        for endpoint, ending in (("map_page", ""), ("map_data", ".json")):
            yield Asked(f"map.{endpoint}", "GET", f"/wilayah/{round_id}/{district}/peta{ending}",
                        Permission.SEE_REPORT, ADDRESS, status, (district, round_id))  # fmt: skip


def _closing() -> Iterator[Asked]:
    for round_id, district, is_there in ((ROUND, DISTRICT, True), (ROUND, "99.07", False), ("1999", DISTRICT, False)):
        path, where = f"/wilayah/{round_id}/{district}/penutupan", (district, round_id)
        for endpoint, method, ending, status in (
            ("closing_page", "GET", "", 200), ("proof", "GET", "/bukti.csv", 200),
            ("close", "POST", "", 400), ("reopen", "POST", "/buka", 400),
        ):  # fmt: skip
            found = status if is_there or endpoint == "proof" else 404
            yield Asked(f"closing.{endpoint}", method, path + ending, Permission.CLOSE_PART, ADDRESS, found, where)


def _opening(engine: Engine) -> Iterator[Asked]:
    """What is missing before visits: where there is a part, and where there is none; contacts of both districts."""
    tend = Permission.TEND_OPENING
    with writing(engine) as session:
        ours, theirs = (Contact(district=code, kind="other", office="Kantor rekaan", number="000", entered_by="uji",
                                entered_at=now()) for code in (DISTRICT, "98.01"))  # fmt: skip
        session.add_all([ours, theirs])
        session.flush()
        known, strange = ours.id, theirs.id
    for round_id, district, is_there in ((ROUND, DISTRICT, True), (ROUND, "99.07", False), ("1999", DISTRICT, False)):
        path, where = f"/wilayah/{round_id}/{district}/pembukaan", (district, round_id)
        yield Asked("opening.opening_page", "GET", path, tend, ADDRESS, 200 if is_there else 404, where)
        yield Asked("opening.add", "POST", f"{path}/kontak", tend, ADDRESS, 400 if is_there else 404, where)
        yield Asked("opening.phoned", "POST", f"{path}/kontak/{strange}/ditelepon", tend, ADDRESS, 404, where)
        yield Asked("opening.end", "POST", f"{path}/kontak/987654/akhiri", tend, ADDRESS, 404, where)
    path = f"/wilayah/{ROUND}/{DISTRICT}/pembukaan/kontak/{known}/ditelepon"
    yield Asked("opening.phoned", "POST", path, tend, ADDRESS, 303, HERE)
    yield Asked("opening.ethics", "GET", "/akun/kode-etik", Permission.OWN_ACCOUNT, WHOLE, 200)
    yield Asked("opening.accept", "POST", "/akun/kode-etik", Permission.OWN_ACCOUNT, WHOLE, 400)


def _documents(engine: Engine) -> Iterator[Asked]:
    """Documents of a part, and its claim form: what is there, and what is not."""
    with writing(engine) as session:
        file = HandedIn(round_id=ROUND, district=DISTRICT, name="rekaan.pdf", digest="0" * 64, size=1,
                        media_type="application/pdf", handed_in_by="demo", handed_in_at=now(), declared_by="demo",
                        declared_at=now())  # fmt: skip
        session.add(file)
        session.flush()
        number = file.id
    see, hand_in = Permission.SEE_DOCUMENTS, Permission.IMPORT_CLAIMS
    for round_id, district, is_here in ((ROUND, DISTRICT, True), (ROUND, "99.07", False), ("1999", DISTRICT, False)):
        part, where = f"/wilayah/{round_id}/{district}", (district, round_id)
        for endpoint, method, ending, permission, status in (
            ("documents.documents_page", "GET", "dokumen", see, 200),
            ("documents.receive", "POST", "dokumen", hand_in, 400),
            ("documents.change", "POST", "dokumen/berkas", hand_in, 400),
            ("documents.document_page", "GET", f"dokumen/{number}", see, 503),  # nothing is in the store
            ("documents.document_page", "GET", "dokumen/987654/dari/11", see, 404),
            ("documents.picture_of_page", "GET", f"dokumen/{number}/halaman/1.jpg", see, 404),
            ("documents.download", "GET", f"dokumen/{number}/unduh", Permission.DOWNLOAD_DOCUMENTS, 404),
            ("documents.mark_one", "POST", f"dokumen/{number}/tandai", see, 400),
            *_at_the_desk(),
            ("claims.claims_page", "GET", "klaim", hand_in, 200), ("claims.upload", "POST", "klaim", hand_in, 400),
            ("claims.template", "GET", "klaim/formulir.xlsx", Permission.GIVE_CLAIM_FORM, 200),
            ("claims.plan_page", "GET", "klaim/987654", hand_in, 404),
            ("claims.problems", "GET", "klaim/987654/masalah.csv", hand_in, 404),
            ("claims.agree", "POST", "klaim/987654", hand_in, 404),
            ("parts.parts_page", "GET", "klaim/bagian", hand_in, 200),
            ("parts.split_as_file", "GET", "klaim/bagian.zip?lembaga=x", Permission.GIVE_CLAIM_FORM, 400),
            ("parts.receive_parts", "POST", "klaim/gabung", hand_in, 400),
            ("parts.merge_page", "GET", "klaim/gabung/987654", hand_in, 404),
            ("parts.merge", "POST", "klaim/gabung/987654", hand_in, 404),
            ("parts.receive_table", "POST", "klaim/tabel", hand_in, 400),
            ("parts.table_page", "GET", "klaim/tabel/987654", hand_in, 404),
            ("parts.take_table", "POST", "klaim/tabel/987654", hand_in, 404),
            ("parts.map_page", "GET", "klaim/ekspor", hand_in, 200),
            ("parts.map_as_file", "GET", "klaim/peta-kolom.xlsx", Permission.GIVE_CLAIM_FORM, 200),
            ("parts.convert_export", "POST", "klaim/ekspor", hand_in, 400),
            ("parts.waiting_as_file", "GET", "klaim/987654/formulir.xlsx", hand_in, 404),
        ):  # fmt: skip
            found = status if is_here or endpoint in ("documents.change", "desk.conclude_one") else 404
            yield Asked(endpoint, method, f"{part}/{ending}", permission, ADDRESS, found, where)


def _at_the_desk() -> Iterator[tuple[str, str, str, Permission, int]]:
    """The desk of a part; of a document or a question that is not there."""
    see, judge, reply = Permission.SEE_DESK, Permission.JUDGE_DOCUMENTS, Permission.IMPORT_CLAIMS
    row, asked = "dokumen/periksa/987654", "dokumen/klarifikasi/987654"
    yield "desk.part_page", "GET", "dokumen/periksa", see, 200
    yield "desk.clarifications", "GET", "dokumen/klarifikasi", reply, 200
    yield "desk.document_page", "GET", row, see, 404
    yield "desk.read", "POST", row, see, 404
    for endpoint, ending in (("ask", "klarifikasi"), ("take_question_back", "klarifikasi/tarik"), ("score", "nilai")):
        yield f"desk.{endpoint}", "POST", f"{row}/{ending}", judge, 404
    yield "desk.conclude_one", "POST", f"{row}/simpulkan", judge, 400
    yield "desk.receive", "POST", f"{asked}/terima", reply, 404
    yield "desk.send_reply", "POST", f"{asked}/jawab", reply, 404


def _lists() -> Iterator[Asked]:
    see, report, export = Permission.SEE_SUBMISSION, Permission.SEE_REPORT, Permission.EXPORT_REPORT
    for endpoint, ending, permission, within in (
        ("lines.lines_page", "baris", report, None), ("lines.lines_as_csv", "baris.csv", export, None),
        ("lines.lines_as_xlsx", "baris.xlsx", export, None), ("lists.submissions", "kiriman", see, None),
        ("lists.visits", "kunjungan", see, None), ("lists.unmatched", "tanpa-klaim", see, None),
        ("lists.aside", "disisihkan", see, None), ("lists.missing_files", "berkas-kurang", see, None),
        ("lists.expected", "belum-tiba", see, None), ("lists.as_file", "daftar/visits.csv", export, see),
        ("lists.as_file", "daftar/aside.xlsx", export, see),
    ):  # fmt: skip
        for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404),
                                           (OTHER_ROUND, DISTRICT, 404), ("x", "y", 404)):  # fmt: skip
            path = f"/wilayah/{round_id}/{district}/{ending}"
            yield Asked(endpoint, "GET", path, permission, ADDRESS, status, (district, round_id), within)


def _a_line(engine: Engine) -> Iterator[Asked]:
    """A claimed line: in its own part of the round, in another's, and one that is not there."""
    with snapshot(engine) as session:
        line = session.scalars(select(ClaimLine.id).order_by(ClaimLine.id)).first()
    for round_id, district, number, status in (
        (ROUND, DISTRICT, line, 200), (ROUND, "99.07", line, 404), (OTHER_ROUND, DISTRICT, line, 404),
        (ROUND, DISTRICT, 987654, 404),
    ):  # fmt: skip
        path = f"/wilayah/{round_id}/{district}/baris/{number}"
        yield Asked("lines.line_page", "GET", path, Permission.SEE_REPORT, ADDRESS, status, (district, round_id))


def _facts(engine: Engine) -> Iterator[Asked]:
    """Deciding: about a line and a visit that are there, or are not, in districts that have a part or none."""
    with snapshot(engine) as session:
        # not of the first submissions: one of them is put aside
        visited = select(LineResult).where(LineResult.state_id.is_not(None)).order_by(LineResult.state_id.desc())
        line = session.scalars(visited.limit(1)).one()
        line_id, state_id = line.line_id, line.state_id
    decide = Permission.DECIDE_FACTS
    parts = ((ROUND, DISTRICT, True), (ROUND, "99.07", False), (OTHER_ROUND, DISTRICT, False), ("x", "y", False))
    for round_id, district, is_here in parts:
        part = f"/wilayah/{round_id}/{district}"
        for endpoint, method, path, status in (
            ("decide_line", "POST", f"baris/{line_id}/keputusan", 400),
            ("decide_line", "POST", "baris/987654/keputusan", 404),
            ("decide_visit", "GET", f"kunjungan/{state_id}/keputusan", 200),
            ("decide_visit", "GET", "kunjungan/987654/keputusan", 404),
            ("send_visit", "POST", f"kunjungan/{state_id}/keputusan", 400),
            ("bulk_page", "GET", f"baris/sekaligus?baris={line_id}", 200), ("bulk_act", "POST", "baris/sekaligus", 400),
        ):  # fmt: skip
            yield Asked(f"facts.{endpoint}", method, f"{part}/{path}", decide, ADDRESS, status if is_here else 404,
                        (district, round_id))  # fmt: skip


def _submissions(engine: Engine) -> Iterator[Asked]:
    with writing(engine) as session:
        query = select(SubmissionState, Form.form_id).join(Form, Form.id == SubmissionState.form_pk)
        (here, form), (aside, other_form), *_ = session.execute(
            query.where(SubmissionState.district == DISTRICT).order_by(SubmissionState.id)
        ).all()
        aside.district, aside.round_id = None, None
        version, mine = here.instance_id, f"/kiriman/{form}/{here.root_id}"
        things = ((mine, HERE), (f"/kiriman/{other_form}/{aside.root_id}", NOWHERE),
                  (f"/kiriman/{form}/uuid:00000000-0000-4000-8000-000000000000", NOT_THERE),
                  ("/kiriman/no_form/x", NOT_THERE))  # fmt: skip
    see = Permission.SEE_SUBMISSION
    for path, where in things:
        yield Asked("decisions.submission_page", "GET", path, see, LOOKED_UP, 200, where)
    for kind, permission in (("review", Permission.REVIEW), ("comment", Permission.COMMENT),
                             ("follow_up", Permission.FOLLOW_UP), ("round", Permission.CHOOSE_ROUND)):  # fmt: skip
        fields = {"kind": kind, "version": version, "uuid": "3f9c2a00-0000-4000-8000-000000000000"}
        yield Asked("decisions.submission_page", "POST", mine, see, LOOKED_UP, 400, HERE, permission, fields)
        yield Asked("decisions.submission_page", "POST", things[2][0], see, LOOKED_UP, 400, NOT_THERE, None, fields)


def _photographs(app: Flask, engine: Engine) -> Iterator[Asked]:
    with snapshot(engine) as session:
        project = app.extensions["tilik"].settings.project
        number = next(n for n in range(1, 100)
                      if (p := shown_photograph(session, project, n)) and (p.district, p.round_id) == HERE)  # fmt: skip
    see = Permission.SEE_PHOTOGRAPHS
    for endpoint, folder in (("photo", "/foto"), ("small_photo", "/foto/kecil")):
        yield Asked(f"photographs.{endpoint}", "GET", f"{folder}/{number}.jpg", see, LOOKED_UP, 200)
        yield Asked(f"photographs.{endpoint}", "GET", f"{folder}/98765.jpg", see, LOOKED_UP, 404, NOT_THERE)


def _people(engine: Engine) -> Iterator[Asked]:
    """Somebody who holds a role here in this round: whoever manages it, manages them."""
    with writing(engine) as session:
        somebody = person(session, Held(Role.OBSERVER, *HERE))
    manage = Permission.MANAGE_PEOPLE
    yield Asked("people.people_page", "GET", "/orang?q=rekaan", manage, LISTED, 200)
    yield Asked("people.invite_page", "GET", "/orang/baru", manage, LISTED, 200)
    yield Asked("people.invite_page", "POST", "/orang/baru", manage, LISTED, 400)
    for number, where in ((somebody, HERE), (987654, NOT_THERE)):
        yield Asked("people.person_page", "GET", f"/orang/{number}", manage, LOOKED_UP, 200, where)
        for endpoint, act, status in (
            ("people.new_link", "tautan", 200), ("people.hand_over_post", "serah-terima", 400),
            ("people.end_person", "akhiri", 400), ("people.end_sessions", "sesi", 303),
            ("people.give_role", "peran", 400), ("people.take_role", "peran/cabut", 400),
            ("roles.tie_of_another", "benturan", 400), ("roles.end_tie_of_another", "benturan/akhiri", 400),
        ):  # fmt: skip
            yield Asked(endpoint, "POST", f"/orang/{number}/{act}", manage, LOOKED_UP, status, where)


def _teams(engine: Engine) -> Iterator[Asked]:
    with writing(engine) as session:
        leader = person(session, Held(Role.LEAD, *HERE))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=leader)).one()
    manage = Permission.MANAGE_TEAMS
    yield Asked("roles.teams_page", "GET", "/tim", manage, LISTED, 200)
    yield Asked("roles.teams_page", "POST", "/tim", manage, LISTED, 400)
    for number, where in ((team, HERE), (987654, NOT_THERE)):
        yield Asked("roles.team_page", "GET", f"/tim/{number}", manage, LOOKED_UP, 200, where)
        for endpoint, act, status in (("change_districts", "wilayah", 400), ("add_member", "anggota", 400),
                                      ("drop_member", "keluar", 303), ("dissolve", "bubar", 400)):  # fmt: skip
            yield Asked(f"roles.{endpoint}", "POST", f"/tim/{number}/{act}", manage, LOOKED_UP, status, where)


def _phones(engine: Engine) -> Iterator[Asked]:
    """The phones of a team that has nobody else in it, and of one that is not there."""
    with writing(engine) as session:
        leader = person(session, Held(Role.LEAD, *HERE))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=leader)).one()
    tend = Permission.TEND_PHONES
    yield Asked("phones.all_phones", "GET", "/ponsel", tend, LISTED, 200)
    yield Asked("phones.share_page", "GET", "/ponsel/bagi", Permission.SHARE_LISTS, LISTED, 200)
    yield Asked("phones.share", "POST", "/ponsel/bagi", Permission.SHARE_LISTS, LISTED, 400)
    for number, where in ((team, HERE), (987654, NOT_THERE)):
        path = f"/tim/{number}/ponsel"
        yield Asked("phones.phones_page", "GET", path, tend, LOOKED_UP, 200, where)
        yield Asked("phones.sheets_as_file", "GET", f"{path}/lembar.pdf", tend, LOOKED_UP, 303, where)
        for endpoint, act, status in (("prepare_phones", "siapkan", 303), ("lose_phone", "hilang", 400),
                                      ("drill", "latihan", 303), ("check", "periksa", 303),
                                      ("ask_sheets", "cetak", 303)):  # fmt: skip
            yield Asked(f"phones.{endpoint}", "POST", f"{path}/{act}", tend, LOOKED_UP, status, where)


def _assignments(engine: Engine) -> Iterator[Asked]:
    with snapshot(engine) as session:
        line = session.scalars(select(ClaimLine.id).join(Claim).filter_by(round_id=ROUND, district=DISTRICT)).first()
    see, assign = Permission.SEE_ASSIGNMENTS, Permission.ASSIGN
    for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404)):
        where = (district, round_id)
        path = f"/wilayah/{round_id}/{district}/tugas"
        yield Asked("assignments.assignments_page", "GET", path, see, ADDRESS, status, where)
        yield Asked("assignments.assignments_as_csv", "GET", f"{path}.csv", assign, ADDRESS, status, where)
        yield Asked("assignments.change_one", "POST", f"{path}/987654", assign, ADDRESS, 404, where)
        for method, answer in (("GET", status), ("POST", 400 if status == 200 else 404)):
            yield Asked("assignments.assign_several", method, f"{path}/beri", assign, ADDRESS, answer, where)
            yield Asked("assignments.ask_again", method, f"{path}/lagi", assign, ADDRESS, answer, where)
        at = f"/wilayah/{round_id}/{district}/baris/{line}/tugas"
        yield Asked("assignments.assign", "GET", at, assign, ADDRESS, status, where)
        yield Asked("assignments.assign", "POST", at, assign, ADDRESS, 400 if status == 200 else 404, where)


def _restricted(engine: Engine) -> Iterator[Asked]:
    """Sealed assignments, of which there is one, for two others; and a service with its totals."""
    with writing(engine) as session:
        two = [person(session, Held(Role.VERIFIER, *HERE)) for _ in range(2)]
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=two[0])).one()
        session.add(SealedAssignment(
            uuid="3f9c2a00-0000-4000-8000-00000000000a", round_id=ROUND, district=DISTRICT, kind="rpsa", team_id=team,
            first_id=two[0], second_id=two[1], decision="1", decided_on=today_here(), month="2026-11", code="", drawn=1,
            wrong_codes=0, given_by="test", given_at=now(),
        ))  # fmt: skip
        service = "3f9c2a00-0000-4000-8000-00000000000b"
        session.add(Facility(id=service, kind="uptd_ppa", name="UPTD Rekaan", village=f"{DISTRICT}.01.2001"))
        session.flush()
        number = session.scalars(select(SealedAssignment.id)).one()
    give, visit, enter = Permission.GIVE_SEALED, Permission.VISIT_SHELTERS, Permission.ENTER_TOTALS
    yield Asked("sealed.given", "GET", "/tersegel", give, LISTED, 200)
    yield Asked("sealed.mine", "GET", "/tersegel/saya", visit, LISTED, 200)
    yield Asked("restricted.shelter_sums", "GET", "/rumah-aman", Permission.SEE_SHELTER_SUMS, WHOLE, 200)
    for thing in (number, 987654):  # to whom it does not name, one that is there is as one that is not
        for method in ("GET", "POST"):
            yield Asked("restricted.shelter_page", method, f"/tersegel/{thing}", visit, LOOKED_UP, 200, NOT_THERE)
    for round_id, district, is_there in ((ROUND, DISTRICT, True), (ROUND, "99.07", False), ("1999", DISTRICT, False)):
        where, at = (district, round_id), f"/wilayah/{round_id}/{district}"
        for endpoint, method, path, permission, status in (
            ("sealed.part_page", "GET", "tersegel", give, 200), ("sealed.part_page", "POST", "tersegel", give, 400),
            ("sealed.change", "POST", "tersegel/987654", give, 404),
            ("totals.rounded", "GET", "rekap-layanan", Permission.SEE_REPORT, 200),
            ("totals.exact", "GET", "rekap-layanan/lengkap", Permission.SEE_TOTALS_EXACT, 200),
            ("totals.service", "GET", f"rekap-layanan/layanan/{service}", enter, 200),
            ("totals.service", "POST", f"rekap-layanan/layanan/{service}", enter, 400),
            ("totals.service", "GET", "rekap-layanan/layanan/x", enter, 404),
        ):  # fmt: skip
            yield Asked(endpoint, method, f"{at}/{path}", permission, ADDRESS, status if is_there else 404, where)


def _children() -> Iterator[Asked]:
    prepare, see, hold = Permission.PREPARE_CHILDREN, Permission.SEE_SESSIONS, Permission.HOLD_SESSIONS
    yield Asked("children.overview", "GET", "/suara-anak", see, LISTED, 200)
    for round_id, is_there in ((ROUND, True), ("1999", False)):
        at, whole, wrong = f"/suara-anak/{round_id}", (None, round_id), 400 if is_there else 404
        yield Asked("children.round_page", "GET", at, prepare, LOOKED_UP, 200 if is_there else 404, whole)
        for endpoint, path in (("add_paper", "berkas"), ("drop_paper", "berkas/akhiri"), ("check", "dewasa")):
            yield Asked(f"children.{endpoint}", "POST", f"{at}/{path}", prepare, LOOKED_UP, wrong, whole)
        yield Asked("children.switch", "POST", f"{at}/sakelar", Permission.SWITCH_CHILDREN, LOOKED_UP, wrong, whole,
                    fields={"to": "on"})  # fmt: skip
    for round_id, district, is_there in ((ROUND, DISTRICT, True), (ROUND, "99.07", False), ("1999", DISTRICT, False)):
        at, where = f"/wilayah/{round_id}/{district}/suara-anak", (district, round_id)
        wrong_here = 400 if is_there else 404
        yield Asked("children.part_page", "GET", at, see, ADDRESS, 200 if is_there else 404, where)
        for endpoint, path in (("heard", "jawaban"), ("given_back", "kabar")):
            yield Asked(f"voice.{endpoint}", "GET", f"{at}/{path}", Permission.SEE_VOICE, ADDRESS,
                        200 if is_there else 404, where)  # fmt: skip
        yield Asked("children.part_page", "POST", at, see, ADDRESS, 400 if is_there else 404, where, within=hold)
        check = Permission.CHECK_RETALIATION
        yield Asked("children.check_retaliation", "POST", f"{at}/akibat", check, ADDRESS, wrong_here, where)
        for endpoint, path in (("print_slips", "kode"), ("count", "hitungan"), ("papers_destroyed", "kertas"),
                               ("call_off", "batal")):  # fmt: skip
            yield Asked(f"children.{endpoint}", "POST", f"{at}/987654/{path}", hold, ADDRESS, 404, where)


def _register() -> Iterator[Asked]:
    """The register of incidents: whatever is asked for by a number that was guessed is not there."""
    report, read, keep = Permission.REPORT_CONCERN, Permission.READ_INCIDENTS, Permission.KEEP_DUTY
    for method, posted in (("GET", 0), ("POST", 400)):
        yield Asked("incidents.concern", method, "/lapor-kekhawatiran", report, LISTED, posted or 200)
        yield Asked("register.incidents", method, "/register", read, LISTED, posted or 200)
        yield Asked("duty.roster", method, "/register/jaga", keep, LISTED, posted or 200)
        yield Asked("duty.called", method, "/register/panggilan", report, LISTED, 404 if posted else 200)
        yield Asked("register.record", method, f"/register/{uuid.uuid4()}", read, LOOKED_UP, 404, NOT_THERE)
    yield Asked("incidents.card_as_file", "GET", "/lapor-kekhawatiran/kartu.pdf", report, LISTED, 200)
    yield Asked("register.log", "GET", "/register/catatan", read, LISTED, 200)
    yield Asked("duty.reads", "GET", "/register/hitungan", Permission.SEE_INCIDENT_READS, WHOLE, 200)


def _plan() -> Iterator[Asked]:
    see, assign = Permission.SEE_PLAN, Permission.ASSIGN
    for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404)):
        where, path = (district, round_id), f"/wilayah/{round_id}/{district}/rencana"
        yield Asked("plan.plan_page", "GET", path, see, ADDRESS, status, where)
        yield Asked("plan.day_page", "GET", f"{path}/hari", see, ADDRESS, status, where)
        draws = f"{path}/undian"
        yield Asked("draws.draws_page", "GET", draws, Permission.SEE_DRAWS, ADDRESS, status, where)
        yield Asked("draws.draw_page", "GET", f"{draws}/baru", assign, ADDRESS, status, where)
        yield Asked("draws.draw_page", "POST", f"{draws}/baru", assign, ADDRESS, 400 if status == 200 else 404, where)
        yield Asked("draws.drawn_page", "GET", f"{draws}/987654", Permission.SEE_DRAWS, ADDRESS, 404, where)
        yield Asked("draws.drawn_page", "POST", f"{draws}/987654", Permission.SEE_DRAWS, ADDRESS, 404, where)
        for how, got in (("GET", status), ("POST", 303 if status == 200 else 404)):  # nothing waits
            yield Asked("plan.agree_page", how, f"{path}/setujui", Permission.APPROVE_DRAW, ADDRESS, got, where)
        yield Asked("plan.plan_as_file", "GET", f"{path}/rencana.csv", assign, ADDRESS, status, where)
        for endpoint, page, posted in (("plan_by_hand", "tambah", 400), ("plan_from_file", "berkas", 400),
                                       ("release_page", "rilis", 200), ("planned_visit", "987654", 404)):  # fmt: skip
            got = status if endpoint != "planned_visit" else 404
            yield Asked(f"plan.{endpoint}", "GET", f"{path}/{page}", assign, ADDRESS, got, where)
            yield Asked(f"plan.{endpoint}", "POST", f"{path}/{page}", assign, ADDRESS,
                        posted if status == 200 else 404, where)  # fmt: skip


def _told() -> Iterator[Asked]:
    see, export, comment = Permission.SEE_REPORT, Permission.EXPORT_REPORT, Permission.COMMENT
    for round_id, district, status in ((ROUND, DISTRICT, 200), (ROUND, "99.07", 404), ("1999", DISTRICT, 404)):
        where, at = (district, round_id), f"/wilayah/{round_id}/{district}"
        for name, ending in (("interviews", "wawancara"), ("programmes", "program-ampk")):
            yield Asked(f"told.{name}", "GET", f"{at}/{ending}", see, ADDRESS, status, where)
            yield Asked(f"told.{name}_as_csv", "GET", f"{at}/{ending}.csv", export, ADDRESS, status, where)
        yield Asked("forum.minutes", "GET", f"{at}/forum-anak", see, ADDRESS, status, where)
        yield Asked("forum.minutes_as_csv", "GET", f"{at}/forum-anak.csv", export, ADDRESS, status, where)
        yield Asked("forum.release", "POST", f"{at}/forum-anak/987654", comment, ADDRESS, 404, where)
        hold = Permission.HOLD_SESSIONS
        yield Asked("forum.code_page", "GET", f"{at}/forum-anak/kode", hold, ADDRESS, status, where)
        refused = 400 if status == 200 else 404
        yield Asked("forum.code_page", "POST", f"{at}/forum-anak/kode", hold, ADDRESS, refused, where)
        yield Asked("told.release_statement", "POST", f"{at}/wawancara/987654", comment, ADDRESS, 404, where)


def _whole() -> Iterator[Asked]:
    own = Permission.OWN_ACCOUNT
    yield Asked("districts.index", "GET", "/", own, LISTED, 200)
    yield Asked("claims.choose_page", "GET", "/klaim", Permission.IMPORT_CLAIMS, LISTED, 200)
    yield Asked("desk.queue", "GET", "/dokumen/periksa", Permission.SEE_DESK, LISTED, 200)
    for endpoint, ending in (("second_visits", ""), ("second_visits_as_csv", ".csv")):
        path = f"/kunjungan-kedua{ending}"
        yield Asked(f"twice.{endpoint}", "GET", path, Permission.SEE_SECOND_VISITS, LISTED, 200)
    yield Asked("districts.waiting_page", "GET", "/menunggu", own, LISTED, 200)
    yield Asked("roles.own_ties", "GET", "/benturan", own, WHOLE, 200)
    yield Asked("roles.own_ties", "POST", "/benturan", own, WHOLE, 400)
    yield Asked("reports.aside_page", "GET", "/disisihkan", Permission.SEE_ASIDE, WHOLE, 200)
    yield Asked("sync.certificate", "GET", "/sertifikat", Permission.SEE_CERTIFICATE, WHOLE, 200)
    yield Asked("audit.own_trail", "GET", "/jejak-saya", own, WHOLE, 200)
    yield Asked("audit.trail", "GET", "/jejak-audit", Permission.SEE_AUDIT, WHOLE, 200)
    yield Asked("audit.trail", "POST", "/jejak-audit", Permission.SEE_AUDIT, WHOLE, 303)
    yield Asked("audit.trail_as_csv", "GET", "/jejak-audit.csv", Permission.SEE_AUDIT, WHOLE, 200)
    yield Asked("publishing.publishing_page", "GET", "/penerbitan", Permission.PUBLISH_FORMS, WHOLE, 200)
    yield Asked("publishing.plan", "POST", "/penerbitan/rencana", Permission.PUBLISH_FORMS, WHOLE, 303)
    yield Asked("publishing.agree", "POST", "/penerbitan/setuju", Permission.PUBLISH_FORMS, WHOLE, 409)
    yield Asked("rounds.rounds_page", "GET", "/putaran", Permission.SEE_REPORT, LISTED, 200)
    rounds = Permission.MANAGE_ROUNDS
    yield Asked("sets.sets_page", "GET", "/perangkat", rounds, WHOLE, 200)
    yield Asked("sets.look", "POST", "/perangkat", rounds, WHOLE, 400)
    yield Asked("sets.keep", "POST", "/perangkat/simpan", rounds, WHOLE, 400)
    yield Asked("sets.withdraw", "POST", f"/perangkat/{DEFAULT_SET}/tarik", rounds, WHOLE, 409)
    yield Asked("benchmarks.benchmarks_page", "GET", "/angka-nasional", rounds, WHOLE, 200)
    yield Asked("benchmarks.state", "POST", "/angka-nasional", rounds, WHOLE, 400)
    yield Asked("benchmarks.withdraw", "POST", "/angka-nasional/tarik", rounds, WHOLE, 409)
    for set_id, status in ((DEFAULT_SET, 200), ("tidak-ada", 404)):
        yield Asked("sets.set_page", "GET", f"/perangkat/{set_id}", rounds, WHOLE, status)
        yield Asked("sets.set_as_book", "GET", f"/perangkat/{set_id}/buku.xlsx", rounds, WHOLE, status)
    yield Asked("work.work_page", "GET", "/pekerjaan", Permission.MANAGE_WORK, WHOLE, 200)
    yield Asked("work.work_page", "POST", "/pekerjaan", Permission.MANAGE_WORK, WHOLE, 400)
    yield Asked("messages.messages_page", "GET", "/pemberitahuan", Permission.SEE_MESSAGES, WHOLE, 200)
    yield Asked("messages.messages_page", "POST", "/pemberitahuan", Permission.SEE_MESSAGES, WHOLE, 400)
    yield Asked("messages.own_messages", "GET", "/akun/pemberitahuan", own, WHOLE, 200)
    yield Asked("messages.own_messages", "POST", "/akun/pemberitahuan", own, WHOLE, 303)
