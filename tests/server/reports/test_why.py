"""`tilik why` tells what the pages tell: of an indicator what was found, of a place who decided, when and why."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from server.db import snapshot, writing
from server.disclosure.viewer import viewer_of
from server.reports.builder import build_report
from server.reports.decided import line_decided
from server.reports.material import load_material
from server.reports.why import ToldBeside, why_indicator
from server.reports.why_line import why_line
from server.results.verifying import verify
from server.roles.account import Account, Held
from server.roles.table import Role
from server.rounds.planning import set_two_checkers
from server.rounds.states import Entry
from server.words import catalogue
from tests.support.claiming import ROUND, claims_come
from tests.support.cli import printed
from tests.support.facts import District, a_district, places
from tests.support.web import browser_of, entered
from tests.support.workbooks import DISTRICT, filled, row_of
from verification.deciding.facts import TwoCheckers

HERE = f"/wilayah/{ROUND}/{DISTRICT}"
INDICATOR = f"{HERE}/indikator/17"
WHY = "Sudah tutup tetap."


@pytest.fixture
def here(district: Engine, monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    return a_district(district)


def plain(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def told(here: District, by: Account, language: str, line: int | None = None) -> str:
    """Tell what the command tells to an account."""
    words = catalogue(language)
    with snapshot(here.engine) as session:
        material = load_material(session, ROUND, DISTRICT, 1)
        assert material
        viewer = viewer_of(by, DISTRICT, ROUND)
        report = build_report(material, words, viewer)
        one = next(one for one in report.indicators if one.number == 17)
        if line is None:
            return "\n".join(why_indicator(report, one, ToldBeside(), words))
        decided = line_decided(session, material, (17, line), by, viewer, words)
        return "\n".join(why_line(report, one, one.lines[line - 1], decided, ToldBeside(), words))


@pytest.mark.parametrize("language", ["id", "en"])
def test_of_a_decided_place_it_tells_who_decided_when_and_why(here: District, app: Flask, language: str) -> None:
    here.visit(arrival="closed")
    number = here.decide("not_found")
    here.compute()
    said, words = told(here, here.lead, language, 1), catalogue(language)
    assert here.lead.person_id
    page = plain(browser_of(app, here.lead.person_id).get(f"{HERE}/baris/{here.line()}?lang={language}").text)
    decided = here.facts()[-1]
    for text in (
        WHY,
        words.say("fact.number", number=number),
        words.say("line.decided_as", outcome=words.say("fact_outcome.not_found")),
        words.say("fact_now.in_force"),
    ):
        assert text in said and text in page, text
    who = next(line for line in said.splitlines() if words.show(decided.decided_at)[:10] in line and "," in line)
    assert who.removeprefix("  – ") in page
    assert words.say("why.beside_decision") in said and words.say("report.why") not in said.splitlines()
    proposal = re.search(
        re.escape(words.say("line.decided_as", outcome=words.say("fact_outcome.not_found"))) + r" [^.]*\.", said
    )
    assert proposal and proposal[0] in page


def test_before_anybody_decided_it_is_what_the_rules_propose(here: District) -> None:
    here.visit(arrival="closed")
    words = catalogue("id")
    assert words.say("line.by_rules") in told(here, here.lead, "id", 1)


def test_the_command_tells_decisions(here: District) -> None:
    here.visit(arrival="closed")
    here.decide("not_found")
    here.compute()
    said, words = printed("why", "--round", ROUND, DISTRICT, "17", "1"), catalogue("id")
    assert WHY in said and words.say("why.decisions_withheld") not in said


def test_but_no_opinion_while_two_have_to_say_the_same(here: District) -> None:
    with writing(here.engine) as session:
        set_two_checkers(session, ROUND, TwoCheckers.ALL, Entry("terminal:test"))
    here.visit(arrival="closed")
    here.decide("not_found")
    here.compute()
    said, words = printed("why", "--round", ROUND, DISTRICT, "17", "1"), catalogue("id")
    assert WHY not in said and words.say("why.decisions_withheld") in said


@pytest.mark.parametrize("language", ["id", "en"])
def test_its_findings_are_those_of_the_page(here: District, app: Flask, language: str) -> None:
    answers: dict[str, Any] = {f"Klaim!E{row_of(17)}": 12, "Jawaban!E92": 12, "Jawaban!F92": 1}
    claims_come(here.engine, filled(answers, *places(("Pasar", "Terminal", "Balai"))))
    verify(here.engine, ROUND, DISTRICT)
    words, address = catalogue(language), f"{HERE}/indikator/17?lang={language}"
    assert here.lead.person_id
    page = plain(browser_of(app, here.lead.person_id).get(address).text)
    found = findings(told(here, here.lead, language), words.say("report.findings"))
    assert len(found) > 1 and [one for one in found if one not in page] == []
    outside = plain(entered(app, [Held(Role.DISTRICT, DISTRICT, ROUND)]).get(address).text)
    command = printed("why", "--round", ROUND, DISTRICT, "17")
    assert [one for one in found if one not in outside], "a district does not read them before it replied"
    if language == "id":
        assert findings(command, words.say("report.findings")) == found


def test_points_documents_match_factors_and_rules_are_told_as_on_the_pages(here: District, app: Flask) -> None:
    cells: dict[str, Any] = {f"Klaim!E{row_of(17)}": 12, "Dokumen!A4": 17, "Dokumen!B4": "SK Rekaan 15/2023"}
    claims_come(here.engine, filled(cells, *places(("Pasar", "Terminal", "Balai"))))
    here.visit()
    reads = entered(app, [Held(Role.INSPECTORATE)])
    of_line, of_indicator = plain(reads.get(f"{HERE}/baris/{here.line()}").text), plain(reads.get(INDICATOR).text)
    line, indicator = (printed("why", "--round", ROUND, DISTRICT, "17", *which) for which in (["1"], []))
    rules = f"aturan versi {here.result().rules_version}, dihitung"
    for page, said, texts in (
        (of_line, line, ("> 99,9 %", "SK Rekaan 15/2023", rules)),
        (of_indicator, line, ("12,0", "4,0 – 12,0")),
        (of_indicator, indicator, ("SK Rekaan 15/2023", rules, "Ada: 1 dari 3 tempat", "Aturan 5.")),
    ):
        assert [text for text in texts if text not in page or text not in said] == []


def test_every_visit_to_a_place_is_told_as_on_its_page_with_its_signs(here: District, app: Flask) -> None:
    here.visit("1", arrival="closed")
    here.visit("2", photo_point={"type": "Point", "coordinates": [111.5, -6.5, 0], "properties": {"accuracy": 5}})
    page = plain(entered(app, [Held(Role.INSPECTORATE)]).get(f"{HERE}/baris/{here.line()}").text)
    said, words = printed("why", "--round", ROUND, DISTRICT, "17", "1"), catalogue("id")
    told = said.partition(f"\n{words.say('line.visits', count=2)}\n")[2].partition("\n\n")[0]
    visits = told.removeprefix("  – ").split("\n  – ")
    assert words.say("line.visits", count=2) in page and len(visits) == 2
    for one, relation, root, arrival in zip(visits, ("judged", "earlier"), ("2", "1"), ("Buka", "Tutup"), strict=True):
        assert words.say(f"relation.{relation}") in one and f"[uuid:{root}]" in one and arrival in one, one
        assert words.say(f"relation.{relation}") in page
    sign = words.say("flag.photographed_away").partition("{")[0]
    assert sign in page and sign in visits[0] and sign not in visits[1]


def test_a_phones_clock_that_is_ahead_is_told_in_minutes(here: District, app: Flask) -> None:
    """The visit came at seven in the morning of Jakarta, and by the phone's clock was ended at a quarter past nine."""
    here.visit("1", start="2026-11-01T09:00:00.000+07:00", end="2026-11-01T09:15:00.000+07:00")
    sign = catalogue("id").say("flag.ended_after_receipt_by", minutes=135)
    assert sign.startswith("Jam ponsel ini terlalu cepat, sedikitnya 135 menit:")
    browser = entered(app, [Held(Role.INSPECTORATE)])
    assert sign in plain(browser.get(f"{HERE}/baris/{here.line()}").text)
    assert sign in printed("why", "--round", ROUND, DISTRICT, "17", "1").replace("\n", " ")
    assert "Pertanda: Jam ponsel terlalu cepat." in plain(browser.get(f"{HERE}/kunjungan").text)


def test_a_closed_door_after_the_visit_that_counts_is_told(here: District) -> None:
    here.visit("1", start="2026-10-20T09:00:00.000+07:00")
    here.visit("2", start="2026-10-27T09:00:00.000+07:00", arrival="refused", seen={})
    said, words = printed("why", "--round", ROUND, DISTRICT, "17", "1"), catalogue("id")
    assert words.say("outcome.confirmed") in said
    assert words.say("reason.later_refused", day="27 Okt 2026") in said
    assert f"27 Okt 2026 {words.say('relation.later')}" in said


def findings(said: str, head: str) -> list[str]:
    """Give the sentences of the findings, without their verdicts."""
    block = said.partition(f"\n{head}\n")[2].partition("\n\n")[0]
    return [line.partition(": ")[2] for line in block.splitlines()]


def test_all_that_it_tells_is_of_one_moment(here: District) -> None:
    """One transaction reads: two could tell of what changed in between as if it stood together."""
    begun: list[int] = []

    def begin(connection: Any) -> None:
        begun.append(1)

    here.visit()
    event.listen(Engine, "begin", begin)
    try:
        printed("why", "--round", ROUND, DISTRICT, "17")
    finally:
        event.remove(Engine, "begin", begin)
    assert len(begun) == 2, "one asks how the database is, one reads"
