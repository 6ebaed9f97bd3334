"""What children said, as a finding: on a page, on paper, in every export and by `tilik why`; to each role."""

import io
import json
from collections.abc import Mapping

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.claims.tables import Answer, Claim
from server.db import snapshot, writing
from server.feedback.expiring import forget_answers
from server.feedback.gathering import gather, told_in
from server.feedback.tables import ChildAnswer, ChildForm
from server.reports.builder import build_report
from server.reports.material import load_material
from server.reports.why import ToldBeside, why_indicator
from server.results.tables import Result
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.words import catalogue
from server.work.tables import Job
from tests.support.built import built
from tests.support.claiming import ROUND, claims_come, forget_jobs
from tests.support.web import Browser, as_read, entered
from tests.support.workbooks import DISTRICT, a_place, filled
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM

REPORT = f"/laporan/{ROUND}/{DISTRICT}"
SAID = "hampir semua (80 % ke atas)"
SEES_ALL, OWN_WORD, NOTHING = (
    (Role.SUPERVISOR, Role.SECRETARIAT, Role.ASSESSOR, Role.INDEPENDENT), (Role.PROVINCIAL, Role.DISTRICT),
    (Role.READER,),
)  # fmt: skip


def come(engine: Engine, *said: str, kind: str = "ktr", month: str = "2026-10", start: int = 0) -> None:
    with writing(engine) as session:
        for number, one in enumerate(said, start=start):
            session.add(ChildAnswer(key=f"{number:032x}", round_id=ROUND, district=DISTRICT, place_kind=kind,
                                    month=month, version="1", answers={"smoke_seen": one}, state="passed"))  # fmt: skip
        session.flush()
        gather(session, ROUND)


@pytest.fixture
def part(district: Engine) -> Engine:
    """Have smoke-free areas claimed, and ten children who nearly all saw somebody smoke in one."""
    claims_come(district, filled(None, a_place()))
    with writing(district) as session:
        session.add(ChildForm(version="1", page=child_page(built(CHILD_FORM))))
        claimed = session.scalars(select(Claim).limit(1)).one()
        claim = Claim(round_id=ROUND, district=DISTRICT, indicator=22, self_score=1.0, file_id=claimed.file_id)
        claim.answers.append(Answer(code="22a1", value="yes", cell="Jawaban!D9"))
        session.add(claim)
    verify(district, ROUND, DISTRICT)
    forget_jobs(district)
    return district


def ways_out(web: Browser) -> Mapping[str, str]:
    """Read every way out that somebody may use, as text."""
    found = {
        "page": as_read(web.get(f"/wilayah/{ROUND}/{DISTRICT}/indikator/22").text),
        "paper": as_read(web.get(REPORT).text),
    }
    for ending in ("csv", "json", "xlsx"):
        answer = web.get(f"{REPORT}.{ending}")
        if answer.status_code == 200:
            content = answer.data
            if ending == "xlsx":
                rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
                content = "\n".join(str(cell) for row in rows for cell in row if cell).encode()
            found[ending] = content.decode("utf-8-sig")
    return found


def test_a_batch_that_is_told_asks_for_the_claim_to_be_set_beside_it_and_changes_no_point(part: Engine) -> None:
    def points() -> list[object]:
        with snapshot(part) as session:
            one = session.scalars(select(Result)).one()
            return [one.claimed, one.standing, one.lowest, one.highest, one.inputs_digest]

    before = points()
    come(part, *["yes"] * 9)
    with snapshot(part) as session:
        assert not session.scalars(select(Job)).all(), "nine are told to nobody"
    come(part, "yes", start=9)
    with snapshot(part) as session:
        assert [one.kind for one in session.scalars(select(Job))] == ["verify"]
    assert verify(part, ROUND, DISTRICT)
    assert points()[:4] == before[:4] and points()[4] != before[4]


@pytest.mark.parametrize("role", [*SEES_ALL, *OWN_WORD, *NOTHING])
def test_it_stands_in_every_way_out_as_far_as_each_may_see(part: Engine, app: Flask, role: Role) -> None:
    come(part, *["yes"] * 10)
    verify(part, ROUND, DISTRICT)
    found = ways_out(entered(app, [Held(role, DISTRICT, ROUND)]))
    sentence = "Anak-anak ditanya “Apakah orang dewasa merokok di tempat ini?”"
    for name, text in found.items():
        assert (sentence in text) is (role not in NOTHING) and (SAID in text) is (role not in NOTHING), (name, text)
        assert ("pasang berbeda" in text) is (role in SEES_ALL), name
    assert ("csv" in found) is (role not in NOTHING)
    if role in OWN_WORD:
        finding = next(one for indicator in json.loads(found["json"])["indicators"] for one in indicator["findings"]
                       if one["voice"])  # fmt: skip
        assert finding["why"]["values"] == {"question": "smoke_seen", "kind": "ktr", "bands": "most"}


def test_on_paper_it_is_the_childrens_voice_also_where_it_goes_with_the_claim(part: Engine, app: Flask) -> None:
    web = entered(app, [Held(Role.ASSESSOR, DISTRICT, ROUND)])
    assert "Kata anak" not in as_read(web.get(REPORT).text).partition("Daftar baris")[0]
    come(part, *["no"] * 10)
    verify(part, ROUND, DISTRICT)
    page = as_read(web.get(REPORT).text)
    assert "Kata anak" in page and "sedikit sekali (kurang dari 20 %)" in page and "tidak berbeda" in page


def test_tilik_why_tells_what_children_said(part: Engine) -> None:
    come(part, *["yes"] * 10)
    verify(part, ROUND, DISTRICT)
    words = catalogue("en")
    with snapshot(part) as session:
        material = load_material(session, ROUND, DISTRICT, 1)
        assert material
        report = build_report(material, words)
    one = next(one for one in report.indicators if one.number == 22)
    told = "\n".join(why_indicator(report, one, ToldBeside(), words))
    assert "Children were asked “Do adults smoke in this place?”" in told and "pairs differ" not in told


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_was_asked_is_said_as_the_page_for_children_asks_it(language: str) -> None:
    asked = {one["name"]: one["label"][language] for one in child_page(built(CHILD_FORM))["questions"]}
    known = {key.rpartition(".")[2]: text for key, text in catalogue(language).sentences.items()
             if key.startswith("voices.asked_of.")}  # fmt: skip
    assert known and known == {name: asked[name] for name in known}


def test_a_batch_goes_whole_so_that_no_second_sum_of_the_same_answers_is_ever_told(part: Engine) -> None:
    """Twelve were told together, two of them of an older month: of ten that are left another share would be told."""
    come(part, *["no"] * 2, month="2025-10")
    come(part, *["yes"] * 2, *["no"] * 8, start=2)
    come(part, *["yes"] * 10, start=12, month="2026-11")
    with snapshot(part) as session:
        assert len(told_in(session, ROUND, (DISTRICT,))) == 22
    forget_jobs(part)
    with writing(part) as session:
        forget_answers(session, "2025-11")
    with snapshot(part) as session:
        assert {(one.batch, one.answers["smoke_seen"]) for one in told_in(session, ROUND, (DISTRICT,))} == {(2, "yes")}
        assert [one.kind for one in session.scalars(select(Job))] == ["verify"]
