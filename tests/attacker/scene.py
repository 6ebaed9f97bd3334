"""A district in which everything that people and phones write has a planted word in it, from claims to decisions."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openpyxl import load_workbook
from shapely.geometry import box
from sqlalchemy import Engine, select

from server.areas.geojson import AreaPlan
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import now, writing
from server.decisions.tables import Decision
from server.documents.changing import mark
from server.documents.tables import HandedIn
from server.incidents.keeping import Facts, acknowledge, write_facts
from server.incidents.reporting import Concern, report
from server.people.inviting import Invitation, invite
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.restricted.tables import ServiceTotals, ShelterVisit
from server.roles.account import Held
from server.roles.table import Role
from server.roles.teams import declare_tie, join, make_team
from server.rounds.states import CLOSED, Entry, change_part
from server.rounds.states import OPEN as OPENED
from server.sealed.tables import SealedAssignment
from server.settings import Settings
from server.submissions.tables import Form
from server.work.kinds import WriteBack
from server.work.queue import ask
from tests.attacker.planted import PLANTED
from tests.sandbox.server import Sandbox
from tests.sandbox.xform import read_submission
from tests.support.builders import AREAS, NEIGHBOUR, VILLAGES
from tests.support.claiming import ROUND, open_round
from tests.support.cli import a_file, said
from tests.support.days import today_here
from tests.support.documents import a_pdf
from tests.support.forms import a_form, a_submission, new_id
from tests.support.web import TESTER, account, person
from tests.support.workbooks import DISTRICT, row_of
from verification.model import Village
from workers.central.api import Central
from workers.demo.story import a_photo

P = SimpleNamespace(**PLANTED)
HOME, SHELTER, STRANGER, SERVICE = (f"{number}9c2a1b0-4444-4444-8444-444444444444" for number in "3456")
HOMES, OPEN = "visit_lksa", "visit_pojok_asi"
QUESTIONS = {"kind": "text", "arrival": "text", "facility": "text", "name_given": "text", "registry_given": "text",
             "serves_children": "text", "photo_front": "image"}  # fmt: skip
THERE = f"-{P.fix_at_home}9 110.0055 0 5"


@dataclass(frozen=True)
class Scene:
    engine: Engine
    settings: Settings
    central: Central
    sandbox: Sandbox
    roots: Mapping[str, str]  # submissions, by what is odd about them


def areas_come(engine: Engine) -> None:
    village = Village(P.home_village_code, f"Desa {P.home_village}", box(110, -5.01, 110.01, -5))
    villages = (village, *VILLAGES[1:], NEIGHBOUR)
    names = AREAS | {one.code: one.name for one in villages}
    load_areas(engine, AreaPlan(villages, names, (), ()), AreasWish("terminal:test", date(2026, 1, 1)))


def a_claim_form(template: Path, places: list[dict[str, Any]], documents: list[tuple[Any, ...]], **cells: Any) -> Path:
    """Fill in the district's own form; `cells` are answers by their code."""
    book = load_workbook(template)
    for row in book["Jawaban"].iter_rows(min_row=4):
        if str(row[0].value) in cells:
            row[4].value = cells[str(row[0].value)]
    for indicator, score in ((13, 30), (17, 15)):
        book["Klaim"][f"E{row_of(indicator)}"] = score
    for number, document in enumerate(documents, start=4):
        for column, value in zip("ABCD", document, strict=True):
            book["Dokumen"][f"{column}{number}"] = value
    for number, place in enumerate(places, start=4):
        for column, value in place.items():
            book["Fasilitas"][f"{column}{number}"] = value
    path = Path(f"Isian Bu {P.surname_in_file}.xlsx")
    book.save(path)
    return path


def claims_come(template: Path) -> Path:
    village = f"{P.home_village_code} Desa"
    home = {"A": 13, "B": "lksa", "C": f"Panti {P.home_name}", "D": P.home_registry, "E": village,
            "G": -float(P.home_lat + "7"), "H": float(P.home_lon + "1")}  # fmt: skip
    pojok = {"A": 17, "B": "pojok_asi", "C": "Pojok ASI Pasar", "E": VILLAGES[1].code, "G": -5.005, "H": 110.015}
    documents = [(13, P.document_number, date(2025, 1, 2), f"Izin {P.document_title}"),
                 (10, f"SK Rumah Aman {P.shelter_document}", date(2025, 1, 2), None),
                 (17, "SK 7 pojok", date(2025, 1, 2), "Pojok di pasar")]  # fmt: skip
    answers = {"1a2": P.answer_in_words, "13b1": int(P.children)}
    return a_claim_form(template, [home, pojok], documents, **answers)


def documents_come(engine: Engine) -> None:
    """Two documents whose names are somebody's; one is found to show a child."""
    for name, pages in ((P.document_file, 1), (P.marked_file, 2)):
        said(0, "claims", "documents", ROUND, DISTRICT, a_file(f"{name}.pdf", a_pdf(*[(300, 300)] * pages)))
    with writing(engine) as session:
        marked = session.scalars(select(HandedIn).filter_by(name=f"{P.marked_file}.pdf")).one()
        mark(session, marked, TESTER)


def a_refused_form(template: Path) -> Path:
    """Write planted words where they do not belong, in rows about homes and shelters."""
    home = {"A": 13, "B": "lksa", "C": f"Panti {P.refused_name}", "D": f"{P.misplaced_word} !",
            "E": f"{P.refused_village} {P.refused_name}", "F": P.misplaced_word,
            "G": -float(P.refused_lat), "H": 110.0}  # fmt: skip
    shelter = home | {"B": "rumah_aman", "G": P.misplaced_word}
    free = home | {"B": P.misplaced_word, "E": P.refused_name}
    documents = [(13, P.refused_name, P.refused_name, P.refused_name)]
    return a_claim_form(template, [home, shelter, free], documents, **{"13b1": P.misplaced_word})


def what_came_before(engine: Engine) -> None:
    """Have a shelter and a place of an unknown kind in the register, claimed when that could be done."""
    kinds = {SHELTER: ("rumah_aman", f"Rumah {P.shelter_name}"), STRANGER: ("istana", P.stranger_name)}
    at = {"village": P.home_village_code}
    with writing(engine) as session:
        session.add_all(Facility(id=key, kind=kind, name=name, **at) for key, (kind, name) in kinds.items())
        session.flush()
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x" * 64, template_version="1", imported_at=now(),
                         filename=f"{P.surname_in_file}.xlsx")  # fmt: skip
        lines = [ClaimLine(facility_id=SHELTER, kind="rumah_aman", name=kinds[SHELTER][1], cell="Fasilitas!C9", **at)]
        session.add(Claim(round_id=ROUND, district=DISTRICT, indicator=12, self_score=5, file=file, lines=lines))


def home_of(engine: Engine) -> str:
    with writing(engine) as session:
        return session.scalars(select(Facility.id).filter_by(kind="lksa")).one()


def what_phones_had(central: Central, home: str) -> None:
    """Leave on phones what an older Tilik sent there."""
    central.ensure_entity_list("facilities", ("kind", "registry_no", "village", "subdistrict", "district"))
    data = {"registry_no": P.home_registry, "village": P.home_village_code}
    central.create_entities("facilities", [
        {"uuid": home, "label": P.home_name, "data": data | {"kind": "lksa"}},
        {"uuid": SHELTER, "label": P.shelter_name, "data": data | {"kind": "rumah_aman"}},
        {"uuid": STRANGER, "label": P.stranger_name, "data": data | {"kind": "istana"}},
        {"uuid": str(uuid.uuid4()), "label": P.stranger_name, "data": data | {"kind": "rumah_singgah"}},
    ])  # fmt: skip


class Phones:
    """Sends submissions as phones do: none of Tilik's own requests."""

    def __init__(self, sandbox: Sandbox, central: Central) -> None:
        self.project = sandbox.state.projects[central.project]
        self.state, self.roots = sandbox.state, dict[str, str]()

    def send(self, what: str, form_id: str, **answers: Any) -> None:
        xml = a_submission(form_id=form_id, **({"arrival": "open"} | answers)).encode()
        self.state.create(self.project.forms[form_id], read_submission(xml), xml)
        self.roots[what] = read_submission(xml).instance_id

    def edit(self, what: str, form_id: str, **answers: Any) -> None:
        root = self.roots[what]
        xml = a_submission(new_id(), replaces=root, form_id=form_id, **({"arrival": "open"} | answers)).encode()
        form = self.project.forms[form_id]
        self.state.edit(form, form.submissions[root], read_submission(xml), xml)


def phones_send(phones: Phones, home: str) -> None:
    photo = {"photo_front": f"{P.home_photograph}.jpg", "word": P.remarks}
    phones.send("a home", HOMES, kind="lksa", facility=home, point=THERE, **photo)
    phones.send("a home by another form", OPEN, kind="pojok_asi", facility=home, point=THERE, **photo)
    phones.send("another kind at an open place", OPEN, kind="lksa", point="-5.005 110.015 0 5", **photo)
    phones.send("a shelter", HOMES, kind="rumah_aman", facility=SHELTER,
                point=f"-{P.fix_at_shelter} 110.0055 0 5", **photo)  # fmt: skip
    phones.send("a shelter nobody knew", HOMES, kind="rumah_aman", name_given=P.name_typed_at_shelter,
                point=f"-{P.fix_at_shelter} 110.0055 0 5")  # fmt: skip
    phones.send("a kind", OPEN, kind=P.kind_in_words, facility=home)
    phones.send("an arrival", OPEN, kind="pojok_asi", facility=home, arrival=P.arrival_in_words)
    phones.send("a place not listed", OPEN, kind="pojok_asi", name_given=P.name_typed,
                registry_given=P.registry_typed, serves_children=P.seen_in_words,
                word=P.remarks, point="-5.005 110.015 0 5",
                photo_front=f"{P.late_file}.jpg")  # fmt: skip
    phones.send("an edited one", HOMES, kind="lksa", facility=home, word=P.earlier_remarks, point=THERE)
    phones.edit("an edited one", HOMES, kind="lksa", facility=home, word=P.remarks, point=THERE)
    phones.send("a rejected one", OPEN, kind=P.kind_in_words, facility=home, word=P.remarks)


def people_write(scene: Scene) -> None:
    """Have a reviewer's comment at Central, and decisions about a home from before they were looked through."""
    root = scene.roots["a home"]
    scene.sandbox.state.projects[scene.central.project].forms[HOMES].submissions[root].comments.append(
        {"body": P.comment_at_central, "actorId": 5, "createdAt": "2026-11-01T00:00:00.000Z"}
    )
    with writing(scene.engine) as session:
        form_pk = session.scalars(select(Form.id).filter_by(form_id=HOMES)).one()
        for what, facility in (("a home", home_of_session(session)), ("a shelter", SHELTER)):
            typed = f"Kembali ke {P.home_name} {P.shelter_name} di {P.home_village}: {P.decision_on_home}"
            about = {"form_pk": form_pk, "root_id": scene.roots[what], "instance_id": scene.roots[what]}
            for kind in ("follow_up", "comment"):
                found = Decision(uuid=str(uuid.uuid4()), kind=kind, text=typed, why=typed, facility_id=facility,
                                 deadline=date(2027, 1, 1), decided_by="terminal:test", decided_at=now(),
                                 **about)  # fmt: skip
                session.add(found)
                session.flush()
                ask(session, WriteBack(found.id))


def people_act(scene: Scene) -> None:
    """Have people invited, put into a team and tied, and a part closed and opened again, all in planted words."""
    invitation = Invitation(P.person_name, f"{P.person_email}@contoh.go.id", (Held(Role.OBSERVER),))
    with writing(scene.engine) as session:
        person_id = invite(session, TESTER, invitation).person_id
        team = make_team(session, TESTER, ROUND, P.team_name, [DISTRICT])
        join(session, TESTER, team.id, person_id, leads=False)
        declare_tie(session, TESTER, person_id, "99.02", P.tie_why)
        change_part(session, ROUND, DISTRICT, CLOSED, Entry(TESTER.label, P.round_why))
        change_part(session, ROUND, DISTRICT, OPENED, Entry(TESTER.label, P.round_why))


def behind_closed_doors(scene: Scene) -> None:
    """Have a shelter's papers looked at by two people, a service's totals entered, and an incident taken up."""
    with writing(scene.engine) as session:
        first, second = (person(session, name="Rekaan") for _ in range(2))
        team = make_team(session, TESTER, ROUND, "Tim Rekaan", [DISTRICT])
        given = SealedAssignment(
            uuid=str(uuid.uuid4()), round_id=ROUND, district=DISTRICT, kind="rumah_aman", team_id=team.id,
            first_id=first, second_id=second, decision=P.letter, decided_on=today_here(), month="2026-11", code="",
            drawn=1, wrong_codes=0, given_by=TESTER.label, given_at=now(),
        )  # fmt: skip
        today = today_here().isoformat()
        concern = Concern(district=DISTRICT, told_on=today, came_by="card", danger="yes", staff="yes",
                          place=P.incident_place, callback=P.incident_number)  # fmt: skip
        one, officer = report(session, concern, TESTER), account(session, Held(Role.SAFEGUARDING))
        acknowledge(session, one, officer)
        words = {"wish": P.incident_wish, "decision": P.incident_decision}
        write_facts(session, one, Facts("yes", (), "yes", "yes", words), officer)
        service = Facility(id=SERVICE, kind="uptd_ppa", name="UPTD Rekaan", village=VILLAGES[1].code)
        session.add_all([given, service])
        session.flush()
        session.add(ShelterVisit(assignment_id=given.id, number=1, month="2026-11", filled_by=first,
                                 confirmed_by=second, answers={"capacity": int(P.shelter_capacity)}))  # fmt: skip
        session.add(ServiceTotals(round_id=ROUND, district=DISTRICT, facility_id=SERVICE, number=1, source="register",
                                  totals={"cases_known": int(P.service_total)}, entered_by=TESTER.label))  # fmt: skip


def home_of_session(session: Any) -> str:
    return str(session.scalars(select(Facility.id).filter_by(kind="lksa")).one())


def set_up(engine: Engine, settings: Settings, central: Central, sandbox: Sandbox) -> Scene:
    """Do it all but what Tilik does by itself: pull, read, verify, publish, write back."""
    areas_come(engine)
    open_round(engine, project=central.project)
    said(0, "claims", "template", "formulir.xlsx", "--round", ROUND, "--district", DISTRICT)
    said(0, "claims", "import", claims_come(Path("formulir.xlsx")), "--yes")
    documents_come(engine)
    what_came_before(engine)
    home = home_of(engine)
    what_phones_had(central, home)
    for form_id in (HOMES, OPEN):
        central.publish(form_id, a_form(form_id=form_id, **QUESTIONS), "1")
    phones = Phones(sandbox, central)
    phones_send(phones, home)
    photo = a_photo({"facility": "x", "name_given": ""})
    for what, form_id in (("a home", HOMES), ("a home by another form", OPEN), ("a shelter", HOMES),
                          ("another kind at an open place", OPEN)):  # fmt: skip
        central.attach(form_id, phones.roots[what], f"{P.home_photograph}.jpg", photo)
    central.review(OPEN, phones.roots["a rejected one"], "rejected", "x")
    a_file("unused", "")
    return Scene(engine, settings, central, sandbox, phones.roots)
