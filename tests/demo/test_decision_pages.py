"""From the report to the page on which a visit is decided; and what that page says of a home."""

import re

from tests.support.demo import HOMES, HOMES_POINTS, PAGE, Demo


def linked(run: Demo) -> list[str]:
    return sorted(set(re.findall(r'href="(/kiriman/[^"?]+)', run.web.get(PAGE).text)))


def test_every_visit_of_the_report_leads_to_its_page(run: Demo) -> None:
    report = run.report()
    visits = {line.visit.submission for i in report.indicators for line in i.lines if line.visit}
    visits |= {visit.submission for visit in report.other_visits} | {aside.submission for aside in report.set_aside}
    pages = linked(run)
    assert {page.rsplit("/", 1)[1] for page in pages} == visits and len(visits) > 10
    assert all(run.web.get(page).status_code == 200 for page in pages)


def test_no_page_of_a_visit_names_a_home_or_its_point(run: Demo) -> None:
    for page in linked(run):
        for language in ("id", "en"):
            text = run.web.get(page, query_string={"lang": language}).text
            assert [word for word in (*HOMES, *HOMES_POINTS) if word in text] == [], page


def test_the_test_above_would_see_a_name(run: Demo) -> None:
    assert any("Pojok ASI Terminal Rekaan" in run.web.get(page).text for page in linked(run))
