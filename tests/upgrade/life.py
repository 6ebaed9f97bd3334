"""A made-up district's life, lived by the code that is here: what the fixture of a release is made of.

It is the demo and what comes after it: rounds in every state, areas with new codes, decisions, removals, files that are
late, replaced or refused, what was deleted or sent anew, certificates, and work that is half done. A table that no
chapter fills makes `tests/upgrade/make.py` stop: give it a chapter.
"""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.areas.geojson import AreaPlan, read_areas
from server.audit.sealing import seal
from server.backup.tables import Backup
from server.benchmarks.stating import BenchmarkWish, state_benchmark, take_away
from server.children.codes import digest_of_code
from server.children.tables import AdultCheck, ChildPaper, ChildSession, RetaliationCheck
from server.claims.importing import import_claims
from server.claims.tables import Claim, ClaimLine, Document, WaitingForm
from server.claims.template import template_for
from server.claims.waiting import keep as keep_form
from server.db import now, snapshot, writing
from server.decisions.deciding import COMMENT, FOLLOW_UP, REVIEW, ROUND
from server.desk.clarifying import DeskWords, ask_district, conclude, newest_step, reply, retract
from server.desk.reading import ReadingWish, read_document
from server.desk.refusing import document_here
from server.desk.scoring import score_question
from server.documents.changing import empty_of, mark
from server.documents.handing_in import Came, Handing, hand_in
from server.documents.tables import HandedIn
from server.draws.drawing import DrawWish, draw_places
from server.draws.settling import approve, drop
from server.facts.before import Part, new_uuid
from server.facts.deciding import decide_line
from server.facts.visits import decide_visit
from server.feedback.expiring import first_month_kept, forget_answers
from server.feedback.fresh import Typed, add_answer
from server.feedback.line import create_line, line_of
from server.feedback.settling import settle_ended
from server.feedback.tables import ChildAnswer
from server.forum.tables import ForumCode
from server.incidents.alarms import raise_place_alarm
from server.incidents.drills import start_drill
from server.incidents.duty import OFFICER
from server.incidents.forgetting import forget_closed
from server.incidents.keeping import Facts, acknowledge, close, refer, write_facts
from server.incidents.reporting import Concern, report
from server.incidents.roster import Shift, put_on
from server.login.sessions import WHOLE, Beginning, begin
from server.login.tables import UsedChallenge
from server.messages.tables import Message
from server.moments import CAPITAL, day_in, month_in
from server.opening.tables import EthicsAcceptance
from server.opening.tending import ContactWish, add_contact, note_phoned
from server.people.factors import draw_codes, keep_codes
from server.people.links import INVITE, make_link
from server.people.tables import Mark, Passkey
from server.phones.checked import CheckedLine, CheckedPhone, keep
from server.phones.keeping import lose, prepare
from server.phones.tables import PhoneSharing, PhoneSheet
from server.plan.agreeing import agree as agree_to_plan
from server.plan.agreeing import to_agree
from server.plan.places import plan_places
from server.plan.planning import plan
from server.plan.releasing import release
from server.plan.wishes import PlanWish
from server.publishing.kept import KeptPlan, PlannedForm
from server.publishing.publishing import agree, ask_for_plan, end, keep_plan, note_step, steps_of
from server.publishing.publishing import begin as begin_publishing
from server.recoding.applying import AreasWish, load_areas
from server.register.at_central import note_ids
from server.register.tables import Facility
from server.removals.removing import empty_store, remove_file, remove_submission
from server.restricted.shelter_view import asked_of
from server.restricted.shelter_visit import ShelterWish, confirm, fill_in
from server.restricted.totals import TotalsWish, enter
from server.results.closing import close_part
from server.results.tables import LineResult, Result
from server.roles.account import Account, Held
from server.roles.granting import give
from server.roles.queries import account_of
from server.roles.table import Role
from server.roles.tables import TeamMember
from server.roles.teams import declare_tie, join, make_team
from server.rounds.planning import VISITS, RoundWish, add_round, move_round, set_stages
from server.rounds.states import ARCHIVED, CLOSED, OPEN, Entry
from server.sealed.giving import give as give_sealed
from server.sealed.typed import SealedWish
from server.sets.keeping import keep_set
from server.submissions.files import give_up
from server.submissions.settling import settle
from server.submissions.tables import Attachment, Form, Submission
from server.sync.certificates import DIFFERENT, IDENTICAL
from server.work.kinds import ApprovalLists, Certify, Facilities, LookOverAll, Pull, Pulls
from server.work.queue import retry, take
from server.work.tables import Job
from tests.support.days import this_month, today_here
from tests.support.facts import typed_about_line, typed_about_visit
from tests.support.forms import a_form, a_submission
from tests.support.geojson import feature, square
from tests.support.indicator_sets import made_up_set
from tests.support.lining import plan_session
from tests.support.photographs import a_front
from tests.support.storing import damage
from tests.support.web import account, person
from tests.support.workbooks import PLACE, filled, row_of
from tests.upgrade.living import BY, TOWN_HALL, Life, altered, began, day, picture
from verification.deciding.facts import WITHDRAWN
from verification.desk.states import DocumentStep
from verification.reason import Reason
from verification.sets.sheets import as_plain
from workers.demo import story
from workers.demo.story import DISTRICT
from workers.pulling.certify import certify
from workers.pulling.repair import repair
from workers.sending.child_form import bring_child_form
from xlsforms.build import build
from xlsforms.forms import CHILD_FORM

BEFORE, NOW, BESIDE, NEXT = "2024", story.ROUND, "2026", "2027"  # rounds, by their data years
NEIGHBOUR, ITS_VILLAGE = "99.02", "99.02.01.2001"
OLD_CODE, NEW_CODE = "99.01.03.2003", "99.01.03.2013"  # of the village Hulu
SERVICE = "3f9c2a00-0000-4000-8000-00000000000b"  # of protection, which no district has claimed
SMALL, LOST = "trial", "visit_lksa"  # a form whose submissions are no visits; one that goes at Central
TOLD = "interview_adult"
WE = Entry(BY, "begini adanya (fiktif)")
DEADLINE = "2099-12-31"  # nobody is late, whenever the fixture is looked at


def live(life: Life) -> None:
    """Go through it from the first day to the last."""
    for chapter in CHAPTERS:
        chapter(life)


# ── before anybody goes out ──────────────────────────────────────────────────────────────────────────────────────────


def areas_and_claims(life: Life) -> None:
    """The demo's district, its claims, and its forms at Central; and a district beside it."""
    life.visits = story.prepare(life.engine, life.context.settings, life.central, lambda *_step, **_values: None)
    names = {"99.02": "Kabupaten Sebelah (fiktif)", "99.02.01": "Kecamatan Sebelah (fiktif)"}
    village = feature(ITS_VILLAGE, square(200), nama="Desa Sebelah (fiktif)")
    beside = read_areas(json.dumps({"type": "FeatureCollection", "features": [village]}), names)
    load_areas(life.engine, beside, AreasWish(BY, date(2025, 1, 1)))
    claim(life, NOW, NEIGHBOUR, ITS_VILLAGE, (-5.005, 112.005))
    other_sheets(life)


def other_rounds(life: Life) -> None:
    """A round that was, with a claim; one beside the demo's, in some of its days; one to come."""
    with writing(life.engine) as session:
        for round_id, days in ((BEFORE, (day(150), day(100))), (BESIDE, (day(40), day(30))), (NEXT, (day(-90), None))):
            stages = {VISITS: days, "claims": (day(200), day(180))}
            name = f"KLA {round_id} (fiktif)"
            wish = RoundWish(round_id, int(round_id), name, project=life.central.project, stages=stages)
            add_round(session, wish, WE)
        for round_id in (BEFORE, BESIDE):
            move_round(session, round_id, OPEN, WE)
        set_stages(session, NOW, {VISITS: (day(60), None)}, WE)
    claim(life, BEFORE, DISTRICT, "99.01.02.2002", (-5.30214, 111.08873))


def other_sheets(life: Life) -> None:
    """A row on each sheet that is no list of places, of the neighbour: none of it is about a place that was visited."""
    with snapshot(life.engine) as session:
        template = template_for(session, NOW, NEIGHBOUR).content
    rows = {"Kebijakan": ("Perda", "3"), "Anggaran": ("I", "Dinas Rekaan", 12.5, 11),
            "Rincian": ("9b1", "", "Laki-laki", "", "", 120),
            "Kelompok Anak": ("Kecamatan", "99.02.01"), "Masukan Anak": ("Perda Rekaan", "Peraturan"),
            "Rapat": ("10/02/2026", "Kabupaten/kota")}  # fmt: skip
    cells = {f"{sheet}!{chr(65 + at)}4": value for sheet, row in rows.items() for at, value in enumerate(row) if value}
    content = filled(cells, template=template)
    plan = import_claims(life.engine, life.context.store, content, "lembar lain.xlsx", WE.by, lambda _plan: True)
    assert plan.agreed, plan.problems


def claim(life: Life, round_id: str, district: str, village: str, at: tuple[float, float]) -> None:
    """Claim a corner for nursing mothers, and nothing else."""
    with snapshot(life.engine) as session:
        template = template_for(session, round_id, district).content
    place = PLACE | {"C": TOWN_HALL, "E": village, "G": at[0], "H": at[1]}
    content = filled({f"Klaim!E{row_of(17)}": 12.5}, place, template=template)
    plan = import_claims(life.engine, life.context.store, content, f"klaim {district}.xlsx", WE.by, lambda _plan: True)
    assert plan.agreed, plan.problems


# ── what phones send ─────────────────────────────────────────────────────────────────────────────────────────────────


def visits(life: Life) -> None:
    """The demo's visits; what was made in another round, in none, in two, nowhere; and what cannot be read."""
    for number, visit in enumerate(life.visits):
        photographs = {name: picture(number) for name in visit.photographs}
        replace(visit, photographs=photographs).send(life.central)
    model = life.visit_to(TOWN_HALL)
    odd = {
        "in the round before": began(120), "in no round": began(80), "in two rounds": began(35),
        "in two rounds still": began(36),
        "without a place": {"facility": "", "point": ""}, "far off": {"facility": "", "point": "-9.5 115.5 0 5"},
        "unreadable": {"arrival": "terbuka lebar"}, "to be reviewed": {"photo_front": "terlambat.jpg"},
        "to be reviewed too late": {}, "to be removed": {"photo_front": "depan.jpg"},
    }  # fmt: skip
    for name, answers in odd.items():
        life.send(name, model.form_id, altered(model.xml, **answers), ruangan=picture(30 + len(life.sent)))
    school = life.visit_to("SDN 1 Rekaan Pesisir")
    life.send("a school", school.form_id, altered(school.xml))
    life.work(ApprovalLists(), Pulls())


def a_photograph_shows_something(life: Life) -> None:
    """One that is no wall: it is looked at, and found again by what it looks like."""
    model = life.visit_to(TOWN_HALL)
    life.send("with a front", model.form_id, altered(model.xml), ruangan=a_front(1, pixels=160))
    life.work(Pulls())


def small_forms(life: Life) -> None:
    """Submissions that are no visits: with repeats and files, to be repaired, replaced or refused."""
    life.central.publish(SMALL, a_form(), "1")
    life.send("plain", SMALL, a_submission(word="satu", rooms=("aula", "dapur")))
    with_file: dict[str, Any] = {"photo": "1.jpg", "form_id": SMALL}
    for number, name in enumerate(("replaced file", "cleared file", "damaged file", "file removed")):
        life.send(name, SMALL, a_submission(word=name, **with_file), **{"1": picture(50 + number)})
    for name in ("file never comes", "file given up"):
        life.send(name, SMALL, a_submission(word=name, **with_file))
    for name in ("to be repaired", "to be deleted", "to be purged", "to be sent anew"):
        life.send(name, SMALL, a_submission(word=name, number="7", moment="2026-11-01T08:00:00.000+07:00"))
    large = picture(400)
    life.send("too large a file", SMALL, a_submission(word="besar", **with_file), **{"1": large})
    with patch("workers.pulling.files.LIMIT_BYTES", len(large) - 1):  # a fixture has no room for 20 MB
        life.work(Pull(SMALL))
    life.central.publish(TOLD, a_form(form_id=TOLD, adult_18="text"), "1")
    life.send("told", TOLD, a_submission(form_id=TOLD, adult_18="no"))
    life.work(Pulls())


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────


def at_central(life: Life) -> None:
    """Edits, reviews, comments and files there; what was deleted, purged, and sent again under its id."""
    form_id, root = life.sent["to be reviewed"]
    life.edit("to be reviewed", wash_basin="no", photo_front="terlambat.jpg")
    life.central.review(form_id, root, "hasIssues", "mohon diperiksa")
    life.central.comment(form_id, root, "Foto depan menyusul.")
    for name, number in (("replaced file", 70), ("file removed", 71)):
        life.central.attach(SMALL, life.sent[name][1], "1.jpg", picture(number))
    life.central.clear(SMALL, life.sent["cleared file"][1], "1.jpg")
    project = life.sandbox.state.projects[life.central.project]
    for name in ("to be purged", "to be sent anew"):
        life.central.delete(SMALL, life.sent[name][1])
    life.sandbox.state.purge(project.forms[SMALL])
    life.central.delete(SMALL, life.sent["to be deleted"][1])
    life.central.submit(SMALL, a_submission(life.sent["to be sent anew"][1], word="sekali lagi"))
    life.work(LookOverAll())


def people_decide(life: Life) -> None:
    """A decision of each kind, carried to Central; and one about a version that was replaced there meanwhile."""
    life.decide("to be reviewed", REVIEW, review_state="approved", why="Foto dan titik sesuai.")
    life.decide("to be reviewed", COMMENT, text="Terima kasih.")
    life.decide("a school", FOLLOW_UP, text="Berapa ruang yang dipakai?", why="Foto buram.", deadline=DEADLINE)
    life.decide("in two rounds", ROUND, round_id=BESIDE, why="Surat tugasnya dari putaran itu.")
    life.decide("to be removed", COMMENT, text="Nama anak terlihat.")
    life.decide("to be reviewed too late", REVIEW, review_state="rejected", why="Titik keliru.")
    life.edit("to be reviewed too late", chair="no")
    life.work(Pulls())


def facts_are_decided(life: Life) -> None:
    """What is so of a line, decided, taken back and decided again; and a visit that is of no claim."""
    part = Part(NOW, DISTRICT)
    with writing(life.engine) as session:
        by = account(session, Held(Role.SUPERVISOR, DISTRICT, NOW))
        visited = select(LineResult).join(Result, Result.id == LineResult.result_id)
        visited = visited.where(Result.round_id == NOW, Result.district == DISTRICT, LineResult.state_id.is_not(None))
        one, other, *_ = session.scalars(visited.order_by(LineResult.line_id)).all()
        for outcome in ("not_found", WITHDRAWN, "unsure"):
            decide_line(session, part, one.line_id, typed_about_line(session, part, one.line_id, by, outcome), by)
        decide_visit(session, part, other.state_id or 0,
                     typed_about_visit(session, part, other.state_id or 0, by, "unclaimed"), by)  # fmt: skip
    life.work()


def behind_closed_doors(life: Life) -> None:
    """A sealed assignment, filled in by one verifier and confirmed by the other; what a service counted."""
    with writing(life.engine) as session:
        officer = account(session, Held(Role.SAFEGUARDING))
        one = account(session, Held(Role.LEAD, DISTRICT, NOW))
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=one.person_id)).one()
        by_number = person(session, name="Rekan Rekaan")
        join(session, account(session, Held(Role.SECRETARIAT)), team, by_number, leads=False)
        other = account_of(session, by_number)
        assert other
        month = this_month()
        wish = SealedWish(kind="rumah_aman", first=f"{team}/{one.person_id}", second=f"{team}/{other.person_id}",
                          decision="B-1/2026", decided_on=today_here().isoformat(), month=month)  # fmt: skip
        sealed, _ = give_sealed(session, NOW, DISTRICT, wish, officer)
        asked = asked_of(session, sealed)
        answers = {criterion.code: "yes" for criterion in asked} | {"capacity": "6"}
        fill_in(session, sealed, asked, ShelterWish(0, month, answers), one)
        confirm(session, sealed, 1, other)
        service = Facility(id=SERVICE, kind="uptd_ppa", name="UPTD PPA Rekaan (fiktif)", village=f"{DISTRICT}.02.2002")
        session.add(service)
        session.flush()
        enter(session, NOW, DISTRICT, SERVICE, TotalsWish(0, {"cases_known": "12", "abh_known": "3"}, "register"), one)


def somebody_is_worried(life: Life) -> None:
    """An incident taken up and referred, one that was closed long ago; a roster, a drill, and a place to look at."""
    with writing(life.engine) as session:
        officer, lead = account(session, Held(Role.SAFEGUARDING)), account(session, Held(Role.LEAD, DISTRICT, NOW))
        today = today_here().isoformat()
        put_on(session, Shift(OFFICER, officer.person_id or 0, today, today), officer)
        concern = Concern(district=DISTRICT, told_on=today, came_by="card", danger="no", staff="unknown")
        one, other = report(session, concern, lead), report(session, replace(concern, uuid=new_uuid()), lead)
        for incident in (one, other):
            acknowledge(session, incident, officer)
        refer(session, one, ["police"], {}, officer)
        write_facts(session, other, Facts("no", (), "no", "yes", {"why_not": "x", "feedback": "x"}), officer)
        close(session, other, officer)
        other.closed_at = now() - timedelta(days=99)
        assert forget_closed(session, 1) == 1
        start_drill(session, DISTRICT, officer)
        place = session.scalars(select(Facility).where(Facility.village.startswith(f"{DISTRICT}."))).first()
        assert place
        raise_place_alarm(session, NOW, place)


def children_answer(life: Life) -> None:
    """Two sessions: one of last month, settled, whose answers went on to Central; one whose month goes on."""
    bring_child_form(life.engine, life.central)
    line = line_of(create_line(life.engine, life.context.settings))
    last_month = now() - timedelta(days=today_here().day + 9)
    version = build(CHILD_FORM).version
    answers = {"assent": "yes", "age_band": "13_15", "may_come": "yes", "like_place": "sometimes"}
    for moment in (last_month, now()):
        with writing(life.engine) as session:
            made = plan_session(session, 3, month_in(CAPITAL, moment), line.secret, round_id=NOW, district=DISTRICT,
                                place_kind="perpustakaan")  # fmt: skip
            papers_of_children(session, made.id, moment)
        for code in made.codes[:2]:
            typed = Typed(digest_of_code(line.secret, code), version, answers)
            with line.memory.using(typed.digest, None):
                add_answer(life.engine, line.keys, typed, moment)
    assert settle_ended(line.settling, now()) == 1
    with writing(life.engine) as session:
        session.add(ChildAnswer(key="0" * 32, round_id=NOW, district=DISTRICT, place_kind="perpustakaan",
                                month="2020-01", version=version, answers={}, state="passed"))  # fmt: skip
        session.flush()
        forget_answers(session, first_month_kept())
        session.add(RetaliationCheck(round_id=NOW, district=DISTRICT, days=30, outcome="nobody", done_by=BY,
                                     done_at=now()))  # fmt: skip
    life.work()


def papers_of_children(session: Session, number: int, moment: datetime) -> None:
    """What is on file before, and who may be with children."""
    with_them, dated = session.get_one(ChildSession, number).facilitator_id, day_in(CAPITAL, moment)
    session.add(ChildPaper(round_id=NOW, kind="ethics_protocol", number=f"ETIK-{number}", dated=dated,
                           entered_by=BY, entered_at=moment))  # fmt: skip
    session.add(AdultCheck(person_id=with_them, round_id=NOW, cleared_on=dated, trained_on=dated,
                           entered_by=BY, entered_at=moment))  # fmt: skip


def visits_are_planned(life: Life) -> None:
    """A place that a team is to visit, and one that would stand in for it: planned and released."""
    part = (NOW, DISTRICT)
    with writing(life.engine) as session:
        by = account(session, Held(Role.SECRETARIAT))
        team = make_team(session, by, NOW, "Tim rencana (fiktif)", [DISTRICT])
        lines = select(ClaimLine.facility_id).join(Claim).where(Claim.round_id == NOW, Claim.district == DISTRICT)
        one, other, *_ = plan_places(session, *part, session.scalars(lines).all()).places
        planned = PlanWish(place=one, team=str(team.id), day=DEADLINE, why="Terpilih acak (fiktif).")
        assert plan(session, part, [planned, replace(planned, place=other, substitute_for=one)], by).added
        agree_to_plan(session, part, to_agree(session, part).mark, account(session, Held(Role.TERMINAL)))
        assert release(session, part, by).given == 2
        wish = DrawWish("17", "random", "1", "", DEADLINE, "8", [str(team.id)])
        drawing = draw_places(session, part, wish, by).id
        drop(session, part, drawing, "Diundi ulang (fiktif).", by)
        approve(session, part, draw_places(session, part, wish, by).id, account(session, Held(Role.ASSESSOR)))
    life.work()


def documents_come(life: Life) -> None:
    """Documents of the neighbour: one is for a row, one was found to show a child; and a form that waits for a yes."""
    with writing(life.engine) as session:
        hand_in_by = account(session, Held(Role.DISTRICT, NEIGHBOUR, NOW), Held(Role.SUPERVISOR))
    papers = [Came(name, io.BytesIO(b"%PDF-1.7 " + name.encode())) for name in ("satu.pdf", "dua.pdf", "tiga.rar")]
    wish = Handing(NOW, NEIGHBOUR, hand_in_by, declared=True, row=(1, "1/2026 (fiktif)"))
    hand_in(life.engine, life.context.store, life.context.settings, papers, wish)
    with writing(life.engine) as session:
        shows_a_child = session.scalars(select(HandedIn).filter_by(name="dua.pdf")).one()
        gone = mark(session, shows_a_child, hand_in_by)
    empty_of(life.context.store, gone)
    keep_form(life.engine, life.context.store, b"formulir rekaan", "klaim.xlsx",
              WaitingForm(round_id=NOW, district=NEIGHBOUR, uploaded_by=WE.by))  # fmt: skip


def documents_are_read(life: Life) -> None:
    """A decree of the neighbour that two readers doubt: asked about, replied to, concluded and scored."""
    with writing(life.engine) as session:
        claimed = select(Claim).filter_by(round_id=NOW, district=NEIGHBOUR, indicator=17)
        row = Document(number="2/2026 (fiktif)", question="17a", file="satu.pdf", cell="Dokumen!B4")
        claim = session.scalars(claimed).one()
        claim.documents.append(row)
        session.flush()
        officer, judge = (account(session, held) for held in (Held(Role.SECRETARIAT), Held(Role.ASSESSOR)))
        part, now_read = (NOW, NEIGHBOUR), {"opened": "no", "note": "Halaman kosong (fiktif)."}
        for _ in range(2):
            before = document_here(session, part, row.id, has_scanner=False).before
            wish = ReadingWish(now_read, before=before, uuid=new_uuid())
            read_document(session, part, row.id, wish, account(session, Held(Role.READER)), has_scanner=False)
        ask_district(session, part, row.id, said("Keliru berkas (fiktif)?"), judge, has_scanner=False)
        retract(session, part, row.id, said("Salah dokumen (fiktif)."), judge, newest=0, has_scanner=False)
        asked = ask_district(session, part, row.id, said("Mana isinya (fiktif)?"), judge, has_scanner=False)
        reply(session, part, asked.id, said("Menyusul (fiktif)."), officer)
        before = document_here(session, part, row.id, has_scanner=False).before
        for step in (DocumentStep.SETTLES, DocumentStep.WITHDRAWS, DocumentStep.FAILS):
            conclude(session, part, row.id, said("Tidak menyusul."), judge, step=step, newest=newest_step(asked),
                     before=before, has_scanner=False)  # fmt: skip
        score_question(session, part, row.id, "1,5", said("Kosong."), judge, has_scanner=False)


def said(words: str) -> DeskWords:
    return DeskWords(words, new_uuid())


def lawful_removals(life: Life) -> None:
    """A submission and a file, here and at Central; files that nobody waits for any longer."""
    with writing(life.engine) as session:
        forms = {form.form_id: form for form in session.scalars(select(Form))}
        form_id, root = life.sent["to be removed"]
        gone = [remove_submission(session, forms[form_id], root, "withdrawn_consent", WE.by)]
        root = life.sent["file removed"][1]
        gone.append(remove_file(session, forms[SMALL], root, "1.jpg", "never_to_be_stored", WE.by))
        assert give_up(session, forms[SMALL].id, life.sent["file given up"][1], WE.by)
    for removed in gone:
        empty_store(life.context.store, removed)
    life.work()


def repaired(life: Life) -> None:
    """Answers and a file that were altered here, and made what Central has again."""
    with writing(life.engine) as session:
        root = life.sent["to be repaired"][1]
        session.execute(update(Submission).filter_by(root_id=root).values(answers='{"word": "lain"}'))
        file = session.scalars(select(Attachment.digest).filter_by(root_id=life.sent["damaged file"][1])).one()
    assert file
    damage(life.context.store, file, b"rusak")
    assert certify(life.engine, life.central, life.context.store, deep=True) == DIFFERENT
    done = repair(life.engine, life.central, life.context.store, SMALL)
    assert (done.rewritten, done.broken_files) == (1, 1)


def a_lost_form(life: Life) -> None:
    """A form that Central no longer has: a person settles it; somebody's wish to pull it fails."""
    life.central.session.ask("DELETE", f"projects/{life.central.project}/forms/{LOST}").close()
    life.work(Pulls(), Pull(LOST))
    with writing(life.engine) as session:
        settle(session, session.scalars(select(Form).filter_by(form_id=LOST)).one(), counts=True, why=WE.why, by=WE.by)
    life.work()


def people_come(life: Life) -> None:
    """A secretariat, a team and its lead, an officer with a tie; ways to log in, and one who has; a backup."""
    with writing(life.engine) as session:
        lead, officer = (person(session, email=f"{name}@contoh.test") for name in ("ketua", "petugas"))
        by = account(session, Held(Role.SECRETARIAT))
        give(session, by, officer, Held(Role.DISTRICT, DISTRICT, NOW))
        join(session, by, make_team(session, by, NOW, "Tim Rekaan", [DISTRICT]).id, lead, leads=True)
        declare_tie(session, by, officer, NEIGHBOUR, "Keluarga di sana (fiktif).")
        make_link(session, officer, INVITE, by.label, with_code=True)
        keep_codes(session, lead, draw_codes())
        begin(session, Beginning(lead, WHOLE, "password", "Firefox, Android"))
        session.add(Passkey(person_id=lead, credential_id=b"fiktif", public_key=b"fiktif", sign_count=0,
                            name="Ponsel rekaan", made_at=now()))  # fmt: skip
        session.add(UsedChallenge(digest="0" * 64, used_at=now()))
        session.add(Mark(name="fixture", made_at=now()))
        told = "3f9c2a00-0000-4000-8000-000000000001"
        session.add(Message(uuid=told, person_id=lead, kind="waits", about="decisions",
                            news="0" * 64, once="2025-01-01", state="by_hand", attempts=0, asked_at=now(),
                            next_at=now()))  # fmt: skip
        contact = add_contact(session, DISTRICT, ContactWish("uptd_ppa", "UPTD PPA rekaan", "000-000"), by)
        note_phoned(session, contact, by)
        session.add(EthicsAcceptance(person_id=lead, round_id=NOW, accepted_at=now()))
        session.add(ForumCode(code="N-222222", round_id=NOW, district=DISTRICT))
        phones_are_given(session, lead, by)
        forms_are_published(session)
        session.add(Backup(made_at=now(), file="rekaan.age", size=1, digest="0" * 64, rows=1, files=0, lacking=0))
    with writing(life.engine) as session:
        seal(session)


def phones_are_given(session: Session, lead: int, by: Account) -> None:
    """A team's phones, one of them lost; sheets that were asked for; what was found before departure."""
    team = session.scalars(select(TeamMember.team_id).filter_by(person_id=lead)).one()
    (phone,) = prepare(session, team, by)
    lose(session, phone.code, by)
    session.add(PhoneSheet(team_id=team, person_id=lead, recipient="age1rekaan", asked_at=now()))
    session.add(PhoneSharing(project=1, shared=False, asked_by=by.label, asked_at=now(), ended_at=now()))
    keep(session, team, [CheckedPhone(phone.code, [CheckedLine("let_in", True, {})])])


def a_set_is_loaded(life: Life) -> None:
    """An indicator set from a workbook, of which no round is."""
    with writing(life.engine) as session:
        keep_set(session, as_plain(made_up_set()), "f" * 64, account(session, Held(Role.SECRETARIAT)))


def numbers_are_stated(life: Life) -> None:
    """A number of the country that the secretariat stated, and one that it took away."""
    with writing(life.engine) as session:
        who = account(session, Held(Role.SECRETARIAT))
        state_benchmark(session, BenchmarkWish("stunting", "2025", "18,25", "Lembaga rekaan"), who)
        take_away(session, "stunting", 2023, who)


def forms_are_published(session: Session) -> None:
    """A plan that somebody agreed to on the page, with a step that failed; and a second project is known."""
    who = account(session, Held(Role.OPERATOR))
    note_ids(session, 2, ())
    number = ask_for_plan(session, 1, who).id
    form = PlannedForm("visit_rekaan", "2", "changed", "1", None, False, "", None)
    keep_plan(session, number, KeptPlan(True, False, (form,), (), (), ()), "0" * 64)
    agree(session, 1, number, "0" * 64, who)
    begin_publishing(session, number, [("form", "visit_rekaan")])
    (step,) = steps_of(session, number)
    note_step(session, step.id, "kept_back", "draft", problem=Reason("plan_not_true"))
    end(session, number)


def rounds_end(life: Life) -> None:
    """One round is archived, a part of the open one closed; then a village gets another code."""
    close_part(life.engine, BEFORE, DISTRICT, WE)
    close_part(life.engine, NOW, NEIGHBOUR, WE)
    with writing(life.engine) as session:
        for state in (CLOSED, ARCHIVED):
            move_round(session, BEFORE, state, WE)
    content = (story.FOLDER / "district.geojson").read_text(encoding="utf-8").replace(OLD_CODE, NEW_CODE)
    areas: AreaPlan = read_areas(content, {})
    load_areas(life.engine, areas, AreasWish(BY, day(1), whole=False))
    life.work(Facilities())


def the_last_day(life: Life) -> None:
    """Everything agrees with Central, and is written down so; then the machine stops in the middle of its work."""
    life.work(Certify())
    assert certify(life.engine, life.central, life.context.store) == IDENTICAL
    life.ask(Pulls(), Pull(SMALL))
    assert take(life.engine, {Pulls.kind})  # by a worker that died
    retried = take(life.engine, {Pull.kind})
    assert retried
    retry(life.engine, retried, Reason("central_unreachable"))
    life.decide("in no round", COMMENT, text="Besok dikirim.")
    with writing(life.engine) as session:
        session.execute(update(Job).where(Job.state == "running").values(lease_until=Job.asked_at))


CHAPTERS: tuple[Callable[[Life], None], ...] = (
    areas_and_claims, other_rounds, visits, a_photograph_shows_something, small_forms, at_central, people_decide,
    facts_are_decided, behind_closed_doors, somebody_is_worried, children_answer, a_set_is_loaded, numbers_are_stated,
    visits_are_planned, documents_come, documents_are_read, lawful_removals, repaired, a_lost_form, people_come,
    rounds_end, the_last_day,
)  # fmt: skip
