"""Tilik with Central behind a proxy that remembers every byte, and words planted in all that is known of shelters and
homes, of children, points, scores and people.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from server.assignments.changing import EXTEND, Change, change
from server.assignments.giving import AssignmentWish, There, give
from server.assignments.tables import Assignment
from server.claims.tables import Answer, Claim, ClaimFile, ClaimLine
from server.db import now, open_database, writing
from server.decisions.deciding import COMMENT, FOLLOW_UP, REVIEW, Wish, decide
from server.people.tables import Person
from server.register.tables import Facility
from server.removals.removing import remove_file
from server.restricted.tables import ServiceTotals, ShelterVisit
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import TeamMember
from server.schema import upgrade
from server.sealed.giving import give as give_sealed
from server.sealed.typed import SealedWish
from server.settings import Settings
from server.submissions.tables import Form, SubmissionState
from server.work.kinds import ApprovalLists, Certify, Facilities, LookOverAll, Pulls
from server.work.queue import ask
from tests.sandbox.server import Sandbox
from tests.support.builders import VILLAGES, load_district
from tests.support.built import all_built, built
from tests.support.claiming import ROUND, claims_come, open_round
from tests.support.days import this_month, today_here
from tests.support.environment import new_project_at
from tests.support.forms import new_id
from tests.support.photographs import a_picture
from tests.support.proxy import FaultProxy, Request
from tests.support.trial import a_context
from tests.support.web import TESTER, account, person
from tests.support.workbooks import DISTRICT, a_place, filled, row_of
from workers.central.api import Central
from workers.pulling.repair import repair
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.sending.publish import publish_forms, publish_lists

NIGHT_HOME, SHELTER, CALLED_ONE, STRANGER, RPSA, SERVICE = (
    f"{sign}17ba0c1-4444-4444-8444-444444444444" for sign in "123456"
)
HERE, EMPTY, HIDDEN = VILLAGES[0].code, VILLAGES[2].code, VILLAGES[3].code  # the last: homes and shelters alone
SENT = {
    "an open place": "Pojok ASI Kunciboleh", "a question": "Kuncitanya berapa ruang?", "a comment": "Kuncikomentar",
    "a reason": "Kuncialasan", "a home": "LKSA/panti asuhan anak", "a team": "Tim Rekaan",
}  # fmt: skip
NEVER = {
    "a home's name": "Kuncimelati", "a home's other name": "Kuncikemuning", "a home's number": "KUNCI7REG",
    "a home for the night": "Kuncicempaka", "a shelter's name": "Kunciseruni", "a shelter's number": "KUNCI9REG",
    "a shelter": SHELTER, "an RPSA": RPSA, "an RPSA's name": "Kunciasoka", "a place that is called one": CALLED_ONE,
    "what that is called": "Kuncidahlia", "a place of an unknown kind": STRANGER, "its name": "Kuncianyelir",
    "a shelter's kind": "rumah_aman", "an RPSA's kind": "rpsa", "a claimed latitude": "5.00437",
    "a longitude": "110.00391", "a point of a visit": "5.00519", "a number of children": "48613",
    "an answer": "Kuncijawaban", "a score": "27.25", "another": "12.25",
    "a total of a service": "41237", "a letter": "KUNCI-77", "a person": "Kuncipegawai", "an address": "kuncisurel",
    "a telephone": "6281290001234", "who is sent": "Kuncikawan", "a met person": "Kuncibertemu",
}  # fmt: skip
A_KIND = {"a shelter's kind", "an RPSA's kind"}  # forms name kinds where they say what is asked of which


@dataclass
class Post:
    """Tilik with Central behind a proxy; `received` is all that came through it."""

    engine: Engine
    context: Context
    central: Central
    received: list[Request]

    def work(self, *works: Any) -> None:
        with writing(self.engine) as session:
            for work in works:
                ask(session, work)
        drain(self.context)


def plant(engine: Engine) -> None:
    """Put words into all that is known."""
    open_place = a_place(SENT["an open place"], G=-5.00437, H=110.00391)
    home = a_place("Panti Kuncimelati", A=13, B="lksa", D="KUNCI7REG", E=HIDDEN, F=2019, G=None, H=None)
    plan = claims_come(engine, filled({f"Klaim!E{row_of(17)}": 12.25}, open_place, home))
    assert not plan.problems, plan.problems
    facilities = (
        (NIGHT_HOME, "rumah_singgah", "Rumah Singgah Kuncicempaka", None, HIDDEN),
        (SHELTER, "rumah_aman", "Rumah Kunciseruni", "KUNCI9REG", HIDDEN),
        (RPSA, "rpsa", "Griya Kunciasoka", None, HIDDEN), (STRANGER, "istana", "Kuncianyelir", None, HIDDEN),
        (CALLED_ONE, "sekolah", "RPSA Kuncidahlia", "KUNCI9REG", HIDDEN),
        (SERVICE, "uptd_ppa", "UPTD PPA Rekaan", None, HERE),
    )  # fmt: skip
    with writing(engine) as session:
        of_home = session.scalars(select(ClaimLine).where(ClaimLine.kind == "lksa")).one()
        home_facility = session.get_one(Facility, of_home.facility_id)
        home_facility.name, of_home.name = "Panti Kuncikemuning", "Panti Kuncimelati"
        session.add_all(Facility(id=key, kind=kind, name=name, registry_no=number, village=village)
                        for key, kind, name, number, village in facilities)  # fmt: skip
        session.flush()
        file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x" * 64, template_version="1", imported_at=now(),
                         filename="Kuncipegawai.xlsx")  # fmt: skip
        shelter = ClaimLine(facility_id=SHELTER, kind="rumah_aman", name="Rumah Kunciseruni", cell="x", village=HIDDEN)
        claim = Claim(round_id=ROUND, district=DISTRICT, indicator=12, self_score=27.25, file=file, lines=[shelter])
        session.add(claim)
        session.flush()
        session.add_all([Answer(claim_id=claim.id, code="28a1", value="48613", cell="x"),
                         Answer(claim_id=claim.id, code="1a2", value="Kuncijawaban", cell="y")])  # fmt: skip


def people(engine: Engine) -> tuple[int, int]:
    """Make a team of two; gives its number and the lead's. Its lead has a letter, and a service has its totals."""
    with writing(engine) as session:
        lead = person(session, Held(Role.LEAD, DISTRICT, ROUND), name="Kuncipegawai", email="kuncisurel@contoh.test")
        session.get_one(Person, lead).phone = "6281290001234"
        member = person(session, name="Kuncikawan", email="kuncisurel2@contoh.test")
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
        session.add(TeamMember(team_id=team, person_id=member, leads=False, given_by="test", given_at=now()))
        session.flush()
        wish = SealedWish(kind="rumah_aman", first=f"{team}/{lead}", second=f"{team}/{member}", decision="KUNCI-77",
                          decided_on=today_here().isoformat(), month=this_month())  # fmt: skip
        sealed, _ = give_sealed(session, ROUND, DISTRICT, wish, account(session, Held(Role.SAFEGUARDING)))
        session.add(ShelterVisit(assignment_id=sealed.id, number=1, month="2026-11", answers={"capacity": 41237},
                                 filled_by=lead, confirmed_by=member))  # fmt: skip
        session.add(ServiceTotals(round_id=ROUND, district=DISTRICT, facility_id=SERVICE, number=1, source="register",
                                  totals={"cases_known": 41237}, entered_by="test"))  # fmt: skip
    return team, lead


@contextmanager
def a_post(sandbox: Sandbox, folder: Path) -> Iterator[Post]:
    """Give a database of the made-up district with planted words, and Central behind a proxy."""
    settings = Settings(data=folder)
    engine = open_database(settings.database)
    upgrade(engine)
    load_district(engine)
    with new_project_at(sandbox) as central, FaultProxy(sandbox.url) as proxy:
        open_round(engine, project=central.project)
        plant(engine)
        yield Post(engine, a_context(central, engine, folder, proxy.url), central, proxy.seen)
    engine.dispose()


def phones_send(post: Post) -> dict[str, str]:
    """Have phones send visits, past the proxy; gives their instance ids by what they are about."""
    with writing(post.engine) as session:
        open_place = session.scalars(select(Facility.id).filter_by(kind="pojok_asi")).one()
        home = session.scalars(select(Facility.id).filter_by(kind="lksa")).one()
    sent = {}
    for what, form_id, kind, facility in (("open", "visit_pojok_asi", "pojok_asi", open_place),
                                          ("home", "visit_lksa", "lksa", home)):  # fmt: skip
        sent[what] = new_id()
        post.central.submit(form_id, (
            f'<data id="{form_id}" version="{built(form_id).version}"><place><kind>{kind}</kind>'
            f"<facility>{facility}</facility></place><on_arrival><arrival>open</arrival></on_arrival>"
            f"<point>-5.00519 110.00519 0 5</point>"
            f"<met_name>Kuncibertemu</met_name><photo_front>1.jpg</photo_front>"
            f"<meta><instanceID>{sent[what]}</instanceID></meta></data>"
        ), {"1.jpg": a_picture()})  # fmt: skip
    return sent


def people_act(post: Post, sent: dict[str, str], team: int, lead: int) -> None:
    """Have decisions taken about visits, and assignments given, changed and sent to a person."""
    until = date(today_here().year + 1, 1, 1).isoformat()
    with writing(post.engine) as session:
        states = {state.root_id: state for state in session.scalars(select(SubmissionState))}
        typed: dict[str, dict[str, Any]] = {
            REVIEW: {"review_state": "hasIssues", "why": SENT["a reason"]}, COMMENT: {"text": SENT["a comment"]},
            FOLLOW_UP: {"text": SENT["a question"], "why": SENT["a reason"], "deadline": until},
        }  # fmt: skip
        for root in sent.values():
            for kind, words in typed.items():
                decide(session, states[root].form_pk, root, Wish(kind, root, **words), TESTER)
        for kind in ("pojok_asi", "lksa"):
            facility = session.scalars(select(Facility.id).filter_by(kind=kind)).one()
            for who in (str(team), f"{team}/{lead}"):
                wish = AssignmentWish(question=SENT["a question"], why=SENT["a reason"], deadline=until, who=who)
                give(session, There(ROUND, DISTRICT, facility), wish, TESTER)
    post.work()
    with writing(post.engine) as session:
        one = session.scalars(select(Assignment).order_by(Assignment.id)).first()
        assert one
        later = date(today_here().year + 1, 2, 1).isoformat()
        change(session, one, Change(EXTEND, SENT["a reason"], one.deadline.isoformat(), later), TESTER)


def what_older_versions_left(central: Central) -> None:
    """Leave homes and shelters on phones, as an older Tilik sent them: what takes them back is sent too."""
    central.ensure_entity_list("facilities", ("kind", "registry_no", "village", "subdistrict", "district"))
    data = {"registry_no": "KUNCI9REG", "village": HIDDEN}
    central.create_entities("facilities", [
        {"uuid": NIGHT_HOME, "label": "Rumah Singgah Kuncicempaka", "data": data | {"kind": "rumah_singgah"}},
    ])  # fmt: skip


def everything_is_done(sandbox: Sandbox, folder: Path) -> list[Request]:
    """Go the whole way once, and give all that Central was sent."""
    with a_post(sandbox, folder) as post:
        what_older_versions_left(post.central)
        team, lead = people(post.engine)
        with post.context.central() as through:
            publish_forms(through, all_built())
            publish_lists(post.engine, through)
        sent = phones_send(post)
        post.work(ApprovalLists(), Pulls())
        people_act(post, sent, team, lead)
        post.work(LookOverAll(), Facilities(), Certify())
        with writing(post.engine) as session:
            form = session.scalars(select(Form).filter_by(form_id="visit_lksa")).one()
            remove_file(session, form, sent["home"], "1.jpg", "never_to_be_stored", TESTER.label)
        post.work()
        with post.context.central() as through:
            repair(post.engine, through, post.context.store, "visit_pojok_asi")
        return list(post.received)
