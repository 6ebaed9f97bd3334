"""What a page asks of the database does not grow with what it shows."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select

from server.app import create_app
from server.areas.tables import Area
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import now, writing
from server.decisions.tables import Decision
from server.register.tables import Facility
from server.results.tables import Result
from server.results.verifying import verify
from server.rounds.states import begin_part
from server.settings import Settings
from server.submissions.tables import Attachment
from server.work.queue import put
from server.work.tables import Job
from tests.support.arriving import a_visit_comes, belongs
from tests.support.builders import VILLAGES
from tests.support.claiming import ROUND, TESTER, forget_jobs, open_round
from tests.support.statements import statements
from tests.support.web import entered
from tests.support.workbooks import DISTRICT
from verification.reason import Reason

REPORT, WORK, ASIDE = f"/laporan/{ROUND}/{DISTRICT}", "/pekerjaan", "/disisihkan"


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> FlaskClient:
    return entered(create_app(district, Settings(data=tmp_path, central_project=1)))


def asked(engine: Engine, web: FlaskClient, path: str) -> int:
    """Count the statements a page takes, and see that it is there."""
    with statements(engine) as said:
        assert web.get(path).status_code == 200
    return len(said)


# ── the list of reports


def districts_claim(engine: Engine, count: int, begin: int = 1) -> None:
    """Let districts have parts with results, and submissions of no district be set aside."""
    codes = [f"99.{number:02}" for number in range(begin, begin + count)]
    with writing(engine) as session:
        known = set(session.scalars(select(Area.code)))
        new = [code for code in codes if code not in known]
        session.add_all(Area(since=1, code=code, level="district", name=f"Kabupaten {code}", district=code)
                        for code in new)  # fmt: skip
        for code in codes:
            begin_part(session, ROUND, code, TESTER)
            session.add(Result(
                round_id=ROUND, district=code, shape=1, code="", rules_version="1", ledger_rule="1", indicator_set="x",
                rules={}, inputs_digest="", computed_at=now(), maximum=1, claimed=1, standing=0, observed_claimed=1,
                lowest=0, highest=1,
            ))  # fmt: skip


def test_the_list_of_one_district_and_of_thirty(district: Engine, web: FlaskClient) -> None:
    districts_claim(district, 1)
    few = asked(district, web, "/")
    districts_claim(district, 29, begin=2)
    for number in range(20):
        a_visit_comes(district, f"uuid:{number}", at=None)
    page = web.get("/").text
    assert len(set(re.findall(r'<a href="(/wilayah/[^"/]+/[^"/]+)"', page))) == 30
    assert "Kabupaten 99.30" in page and "20 kiriman belum masuk" in page
    assert asked(district, web, "/") == few


def test_the_page_of_one_submission_set_aside_and_of_twenty(district: Engine, web: FlaskClient) -> None:
    a_visit_comes(district, "uuid:first", at=None)
    few = asked(district, web, ASIDE)
    for number in range(19):
        a_visit_comes(district, f"uuid:{number}", at=None)
    assert web.get(ASIDE).text.count("/kiriman/") == 20
    assert asked(district, web, ASIDE) == few


def test_of_several_rounds_on_the_same_areas(district: Engine, web: FlaskClient) -> None:
    districts_claim(district, 1)
    few = asked(district, web, "/")
    for number in range(5):
        open_round(district, f"again-{number}", project=2)
        with writing(district) as session:
            begin_part(session, f"again-{number}", DISTRICT, TESTER)
    assert asked(district, web, "/") == few


# ── a report


def lines_are_claimed(engine: Engine, count: int, begin: int = 1) -> None:
    """Claim so many places under one indicator."""
    numbers = range(begin, begin + count)
    with writing(engine) as session:
        begin_part(session, ROUND, DISTRICT, TESTER)
        claim = session.scalars(select(Claim)).one_or_none()
        if claim is None:
            file = ClaimFile(round_id=ROUND, district=DISTRICT, digest="x", filename="k.xlsx", template_version="1",
                             imported_at=now())  # fmt: skip
            claim = Claim(round_id=ROUND, district=DISTRICT, indicator=17, self_score=15, file=file, cell="Klaim!E20")
            session.add(claim)
            session.flush()
        at = {"kind": "pojok_asi", "village": VILLAGES[0].code}
        session.execute(insert(Facility), [{"id": f"f{n}", "name": f"Pojok {n}"} | at for n in numbers])
        session.execute(insert(ClaimLine), [
            {"claim_id": claim.id, "facility_id": f"f{n}", "name": f"Pojok {n}", "cell": f"C{n}"} | at for n in numbers
        ])  # fmt: skip


def visits_come(engine: Engine, count: int, begin: int = 1) -> None:
    for number in range(begin, begin + count):
        form_pk = a_visit_comes(engine, f"uuid:{number}", facility=f"f{number}")
        with writing(engine) as session:
            session.add(Attachment(form_pk=form_pk, root_id=f"uuid:{number}", instance_id=f"uuid:{number}",
                                   name="a.jpg", state="stored", digest="d" * 64))  # fmt: skip


def test_a_report_on_one_line_and_on_two_hundred(district: Engine, web: FlaskClient) -> None:
    lines_are_claimed(district, 1)
    visits_come(district, 1)
    verify(district, ROUND, DISTRICT)
    few = {path: asked(district, web, path) for path in (REPORT, f"{REPORT}.json", f"{REPORT}.csv")}
    lines_are_claimed(district, 199, begin=2)
    visits_come(district, 20, begin=2)
    a_visit_comes(district, "uuid:stranger")
    a_visit_comes(district, "uuid:refused", review_state="rejected")
    verify(district, ROUND, DISTRICT)
    report = web.get(f"{REPORT}.json").json
    assert report
    assert [len(i["lines"]) for i in report["indicators"] if i["lines"]] == [200]
    many = {path: asked(district, web, path) for path in few}
    assert many == few | {REPORT: few[REPORT] - 1}, "of many places the paper's map reads none one by one"


# ── work


def work_fails(engine: Engine, count: int) -> None:
    """Let so many decisions not reach Central, and as many pulls fail."""
    form_pk = belongs(engine).form_pk
    with writing(engine) as session:
        for number in range(count):
            made = Decision(uuid=f"u{count}-{number}", form_pk=form_pk, root_id="uuid:1", instance_id="uuid:1",
                            kind="comment", text="x", decided_by="terminal:test", decided_at=now())  # fmt: skip
            session.add(made)
            session.flush()
            put(session, "write_back", str(made.id))
            put(session, "pull", f"form {count} {number}")
        for job in session.scalars(select(Job)):
            job.state, job.problem = "failed", Reason("central_unreachable")


def test_the_page_of_one_failure_and_of_sixty(district: Engine, web: FlaskClient) -> None:
    a_visit_comes(district)
    forget_jobs(district)
    work_fails(district, 1)
    few = asked(district, web, WORK)
    work_fails(district, 29)
    page = web.get(WORK).text
    assert page.count("/kiriman/") == 30 and page.count('name="job"') == 60
    assert asked(district, web, WORK) == few


@pytest.mark.parametrize("kind, key", [
    ("write_back", "x"), ("write_back", ""), ("write_back", "99"), ("verify", "no slash"), ("of_a_newer_tilik", "x"),
])  # fmt: skip
def test_work_that_nobody_can_read_is_shown_with_its_key(
    district: Engine, web: FlaskClient, kind: str, key: str
) -> None:
    forget_jobs(district)
    with writing(district) as session:
        put(session, kind, key)
    with writing(district) as session:
        job = session.scalars(select(Job)).one()
        job.state, job.problem = "failed", Reason("our_mistake", {"what": "ValueError"})
    answer = web.get(WORK)
    assert answer.status_code == 200 and f"<code>{key or '–'}</code>" in answer.text
