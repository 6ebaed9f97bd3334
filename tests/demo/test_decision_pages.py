"""The page of every visit that the report rests on, and what it says of a home."""

import pytest

from server.roles.account import Held
from server.roles.table import Role
from tests.support.demo import HOMES, HOMES_POINTS, Demo
from tests.support.web import entered

TEAM, ASSESSOR = (Held(Role.SUPERVISOR),), (Held(Role.ASSESSOR),)


def linked(run: Demo) -> list[str]:
    report = run.report()
    visits = {(line.visit.form, line.visit.submission) for i in report.indicators for line in i.lines if line.visit}
    visits |= {(visit.form, visit.submission) for visit in report.other_visits if visit.form}
    return sorted(f"/kiriman/{form}/{submission}" for form, submission in visits)


@pytest.mark.ci
def test_every_visit_of_the_report_has_its_page(run: Demo) -> None:
    pages = linked(run)
    assert len(pages) > 10
    assert all(run.web.get(page).status_code == 200 for page in pages)


@pytest.mark.ci
def test_no_page_of_a_visit_names_a_home_or_its_point(run: Demo) -> None:
    web = entered(run.app, ASSESSOR)
    for page in linked(run):
        for language in ("id", "en"):
            text = web.get(page, query_string={"lang": language}).text
            assert [word for word in (*HOMES, *HOMES_POINTS) if word in text] == [], page


def test_the_team_reads_the_name_of_a_home_and_no_page_has_its_point(run: Demo) -> None:
    web = entered(run.app, TEAM)
    texts = [web.get(page).text for page in linked(run)]
    assert any("Panti Asuhan" in text for text in texts)
    assert [word for word in HOMES_POINTS for text in texts if word in text] == []


def test_the_test_above_would_see_a_name(run: Demo) -> None:
    assert any("Pojok ASI Terminal Rekaan" in run.web.get(page).text for page in linked(run))
