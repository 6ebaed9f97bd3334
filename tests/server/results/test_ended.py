"""A row that says that its place had ended, in the database: counted nowhere, said everywhere it is shown.

In rounds under way it stays one of the claimed places, until the present rules are taken.
"""

import copy
import html
import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.claims.tables import ClaimLine
from server.db import snapshot, writing
from server.draws.lines import listed
from server.draws.shown import lists_offered
from server.facts.before import Refused
from server.reports import paper_material
from server.reports.paper_material import load_paper
from server.results.counts import count_lines
from server.results.tables import IndicatorResult
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.rules import digest_of_rules, take_present_rules
from server.rounds.states import Entry
from server.rounds.tables import RoundRules
from server.words import catalogue
from tests.support.builders import ALL_FIVE
from tests.support.claiming import ROUND
from tests.support.cli import printed
from tests.support.facts import District, a_district
from tests.support.web import browser_of, entered
from tests.support.workbooks import DISTRICT, YEAR
from verification.deciding.facts import WITHDRAWN

ID = catalogue("id")
SAID = ID.say("reason.row_ended", ended=YEAR - 1, year=YEAR)
HERE = f"/wilayah/{ROUND}/{DISTRICT}"
NO_CHAIR = ALL_FIVE | {"chair": "no"}


@pytest.fixture
def here(district: Engine, monkeypatch: pytest.MonkeyPatch) -> District:
    """Give three places: one confirmed, one that had ended and lacked a chair when it was visited, one not visited."""
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    found = a_district(district)
    found.visit("1", compute=False)
    found.visit("2", 1, compute=False, seen=NO_CHAIR)
    return found


def it_ended(here: District, year: int = YEAR - 1, name: str = "Terminal") -> None:
    with writing(here.engine) as session:
        session.execute(update(ClaimLine).filter_by(name=name).values(ended_year=year))


def as_planned_before_10(engine: Engine) -> None:
    with writing(engine) as session:
        row = session.scalars(select(RoundRules)).one()
        rules = copy.deepcopy(row.rules)
        del rules["numbers"]["points"]
        row.rules, row.digest = rules, digest_of_rules(rules)


def take_the_present_ones(engine: Engine) -> None:
    with writing(engine) as session:
        assert take_present_rules(session, ROUND, Entry("terminal:test", "Berita acara 7."))


def points(here: District) -> tuple[float | None, float | None]:
    with snapshot(here.engine) as session:
        row = session.scalars(select(IndicatorResult).filter_by(indicator=17)).one()
        return row.lowest, row.highest


def plain(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def test_it_is_counted_nowhere_and_its_visit_stays_with_it(here: District) -> None:
    assert (here.ledger(), points(here)) == ((1, 1, 1), (5.0, 10.0))
    it_ended(here)
    assert (here.ledger(), points(here)) == ((1, 0, 1), (7.5, 15.0)), "as if the row were deleted"
    row, result = here.row(1), here.result()
    assert (row.outcome, row.proposed, row.visit_id) == ("ended", "ended", "uuid:2")
    assert row.reason_codes == " row_ended row_ended_visited "
    assert (result.lines, result.visited, result.confirmed, result.contradicted, result.waiting) == (2, 1, 1, 0, 0)
    with snapshot(here.engine) as session:
        counts = count_lines(session, result.id)[17]
    assert (counts.lines, counts.visited, counts.confirmed, counts.contradicted) == (2, 1, 1, 0)


def test_a_round_under_way_keeps_it_until_the_present_rules_are_taken_with_a_minute(here: District) -> None:
    as_planned_before_10(here.engine)
    it_ended(here)
    assert (here.ledger(), here.result().ledger_rule, here.row(1).outcome) == ((1, 1, 1), "4", "criteria_not_met")
    take_the_present_ones(here.engine)
    assert (here.ledger(), here.result().ledger_rule, here.row(1).outcome) == ((1, 0, 1), "5", "ended")


def test_its_page_and_tilik_why_say_what_its_row_says(here: District, app: Flask) -> None:
    it_ended(here)
    here.compute()
    for held in (Held(Role.INSPECTORATE), Held(Role.DISTRICT, DISTRICT, ROUND)):
        page = plain(entered(app, [held]).get(f"{HERE}/baris/{here.line(1)}").text)
        assert SAID in page and ID.say("reason.row_ended_visited") in page and ID.say("outcome.ended") in page
    said = printed("why", "--round", ROUND, DISTRICT, "17", "2")
    assert SAID in said and ID.say("outcome.ended") in said and "berhenti" in said
    listed = entered(app, [Held(Role.INSPECTORATE)]).get(f"{HERE}/baris?hasil=ended").text
    assert f"/baris/{here.line(1)}" in listed and f"/baris/{here.line(0)}" not in listed


def test_lists_reports_and_the_map_tell_it_apart_and_count_it_with_none(here: District, app: Flask) -> None:
    it_ended(here)
    here.compute()
    web = entered(app, [Held(Role.INSPECTORATE)])
    assert "Ada: 1 dari 2 tempat" in plain(web.get(f"{HERE}/indikator/17").text)
    assert ID.say("outcome.ended") in plain(web.get(f"/laporan/{ROUND}/{DISTRICT}").text)
    told = web.get(f"/laporan/{ROUND}/{DISTRICT}.json").get_json()
    (list_,) = [one for one in told["indicators"] if one["number"] == 17]
    assert (list_["lines_claimed"], [line["outcome"] for line in list_["lines"]]) == (
        2, ["confirmed", "ended", "not_visited"],
    )  # fmt: skip
    assert 'class="mark ended"' in web.get(f"{HERE}/peta").text
    with snapshot(here.engine) as session:
        paper = load_paper(session, ROUND, DISTRICT, 1, 1, whole=True)
    assert paper and (paper.counts[17].lines, paper.counts[17].visited, paper.counts[17].contradicted) == (2, 1, 0)


def test_on_paper_every_row_has_its_line(here: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_material, "A_PART", 2)
    it_ended(here)
    here.compute()
    with snapshot(here.engine) as session:
        parts = [load_paper(session, ROUND, DISTRICT, 1, number, whole=True) for number in (1, 2)]
    assert [line.outcome for part in parts if part for line in part.lines] == ["confirmed", "ended", "not_visited"]


def test_it_is_not_drawn_nor_given_out_with_others(here: District, app: Flask) -> None:
    it_ended(here)
    with snapshot(here.engine) as session:
        assert here.facility(1) not in listed(session, (ROUND, DISTRICT), 17).risks
        assert len(listed(session, (ROUND, DISTRICT), 17).risks) == 2
        assert [one.lines for one in lists_offered(session, (ROUND, DISTRICT), ID)] == [2]
    it_ended(here, name="Balai")
    here.compute()
    page = entered(app, [Held(Role.SUPERVISOR)]).get(f"{HERE}/tugas/beri").text
    assert ID.say("assignments.nothing_waits") in page, "nobody has been there, and nobody is sent"
    as_planned_before_10(here.engine)
    with snapshot(here.engine) as session:
        assert here.facility(1) in listed(session, (ROUND, DISTRICT), 17).risks
        assert [one.lines for one in lists_offered(session, (ROUND, DISTRICT), ID)] == [3]


def test_nobody_decides_about_it_and_the_page_says_why(here: District, app: Flask) -> None:
    it_ended(here)
    here.compute()
    with pytest.raises(Refused, match="fact_row_ended"):
        here.decide("confirmed", number=1)
    assert here.lead.person_id
    page = browser_of(app, here.lead.person_id).get(f"{HERE}/baris/{here.line(1)}").text
    assert ID.say("reason.fact_row_ended") in plain(page) and 'name="outcome"' not in page
    assert 'name="outcome"' in browser_of(app, here.lead.person_id).get(f"{HERE}/baris/{here.line(0)}").text


def test_what_was_decided_before_is_kept_counts_no_more_and_can_be_taken_back(here: District, app: Flask) -> None:
    here.compute()
    here.decide("confirmed", number=1)
    assert here.ledger() == (2, 0, 1)
    it_ended(here)
    assert (here.ledger(), here.row(1).outcome, here.row(1).fact_id) == ((1, 0, 1), "ended", None)
    assert here.lead.person_id
    page = plain(browser_of(app, here.lead.person_id).get(f"{HERE}/baris/{here.line(1)}").text)
    assert ID.say("fact_now.past") in page and ID.say("fact_state.decided") not in page
    here.decide(WITHDRAWN, number=1)
    assert (here.row_now(1).outcome, here.row(1).outcome) == ("ended", "ended")
    it_ended(here, YEAR)
    assert here.row(1).outcome == "criteria_not_met"
