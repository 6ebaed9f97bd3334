"""The report explains itself: every point leads to its claim's cell, its submission, its distance, its criterion."""

import csv
import io
import json
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from server.db import snapshot
from server.roles.account import Held
from server.roles.table import Role
from server.rulebook import load_indicators
from server.submissions.tables import Form, SubmissionState
from tests.support.demo import PAGE, Demo
from tests.support.web import entered


def test_the_demo_takes_every_step(run: Demo) -> None:
    assert run.steps == ["demo.areas", "demo.claims", "demo.published", "demo.filling", "demo.planned", "demo.sent",
                         "demo.pulled", "demo.came", "demo.judged", "demo.verified"]  # fmt: skip


def test_visits_of_twelve_kinds_of_form_and_what_adults_said_are_told(run: Demo) -> None:
    with snapshot(run.engine) as session:
        forms = set(session.scalars(select(Form.form_id).join(SubmissionState, SubmissionState.form_pk == Form.id)))
    assert len({form for form in forms if form.startswith("visit_")}) == 12
    assert forms > {"interview_adult", "ampk_programme"}
    seen = [i.number for i in run.report().indicators if i.confirmed]
    assert seen == [6, 9, 10, 12, 13, 17, 19, 22, 25, 26, 27]


def test_the_worked_example_comes_out_of_filled_forms(run: Demo) -> None:
    """Ten places claimed, six visited: 4 confirmed, 1 without a refrigerator, 1 closed; 15 of 15 points claimed."""
    indicator = run.report().indicators[16]
    assert (indicator.lowest, indicator.highest) == pytest.approx((6.0, 13.5))
    assert (indicator.lines_claimed, indicator.confirmed, indicator.not_yet_confirmed, indicator.undecided) == (
        10,
        4,
        1,
        5,
    )


def test_the_sums_keep_what_stands_as_claimed_apart_from_what_is_supported(run: Demo) -> None:
    totals = run.report().totals
    assert totals
    assert (totals.maximum, totals.claimed, totals.standing, totals.observed_claimed) == (1000, 746, 492, 254)
    assert (totals.lowest, totals.highest) == pytest.approx((164.5, 234.0))


def test_a_confirmed_place_leads_to_everything_it_rests_on(run: Demo) -> None:
    line = run.line(17, 1)
    assert line.outcome == "confirmed"
    assert (line.source.file, line.source.cell) == ("klaim-tirta-rekaan.xlsx", "Fasilitas!C4")
    assert line.visit and line.visit.submission.startswith("uuid:") and line.visit.form == "visit_pojok_asi"
    assert line.visit.form_version
    assert line.distance_m == pytest.approx(7, abs=1) and line.error_m == pytest.approx(9.7, abs=0.1)
    strict = [criterion for criterion in line.criteria if criterion.decides]
    assert len(strict) == 5 and all("Lampiran" in criterion.basis for criterion in strict)
    assert line.match_probability and line.match_probability > 0.99 and line.match_reasons


EXPECTED = {
    (17, 3): ("not_yet_confirmed", "not_yet_confirmed"), (17, 4): ("unsure", "arrival_closed"),
    (17, 7): ("not_visited", "not_visited"), (25, 1): ("confirmed", "criteria_counted"),
    (25, 2): ("unsure", "open_list_not_reached"), (25, 3): ("unsure", "location_unsure"),
    (25, 4): ("unsure", "arrival_refused"), (25, 5): ("not_yet_confirmed", "not_yet_confirmed"),
    (25, 6): ("unsure", "video_has_no_point"), (25, 7): ("unsure", "accuracy_zero"),
    (25, 8): ("confirmed", "criteria_counted"), (13, 1): ("confirmed", "criteria_counted"),
    (13, 3): ("not_visited", "not_visited"),
}  # fmt: skip


@pytest.mark.parametrize("place", EXPECTED, ids=str)
def test_each_kind_of_visit_comes_out_as_it_should(run: Demo, place: tuple[int, int]) -> None:
    line = run.line(*place)
    assert (line.outcome, line.reasons[0].code) == EXPECTED[place]


def test_an_outcome_that_is_not_told_has_no_code_that_tells_it(run: Demo) -> None:
    """The sentence stays, in words that a district may read before it replies; programs get neither code nor values."""
    reasons = run.line(25, 5).reasons + run.line(17, 3).reasons
    assert {(why.code, *why.values) for why in reasons} == {("not_yet_confirmed",)}
    assert "tidak dijumpai" in reasons[0].sentence
    codes = ("required_absent", "not_at_claimed_place")
    for path in (PAGE, f"{PAGE}.json"):
        assert [code for code in codes if code in run.officer.get(path).text] == []
    told = run.web.get(f"{PAGE}.json").text
    assert [code for code in codes if code in told] == list(codes), "the team works with them"


def test_a_school_not_picked_from_the_list_is_found_by_its_number_and_name(run: Demo) -> None:
    assert run.line(25, 2).match_reasons[:2] == ("nomor registrasi sama", "nama sama")


def test_a_place_found_but_not_claimed_is_listed(run: Demo) -> None:
    (visit,) = run.report().other_visits
    assert (visit.why.code, visit.kind, visit.place.split(",")[0]) == (
        "unclaimed",
        "Pojok ASI",
        "Desa Melati Rekaan (fiktif)",
    )


def test_what_no_visit_can_show_stays_undecided(run: Demo) -> None:
    findings = [finding.why.code for finding in run.report().indicators[16].findings]
    assert findings == ["count_differs_from_list"]


def test_what_comes_of_comparing_is_for_those_who_may_see_what_was_found(run: Demo) -> None:
    """The district sees nothing of it before it could reply: neither on its page nor in its files."""
    codes = {}
    for role in (Role.SECRETARIAT, Role.DISTRICT):
        web = entered(run.app, [Held(role, *([] if role is Role.SECRETARIAT else ["99.01"]))])
        report = json.loads(web.get(f"{PAGE}.json").text)
        codes[role] = {finding["why"]["code"] for one in report["indicators"] for finding in one["findings"]}
    assert {"list_disagrees", "yes_at_some", "share_above", "no_last_round"} & codes[Role.SECRETARIAT]
    assert codes[Role.DISTRICT] <= {"beyond_a_visit", "law_leaves_open", "count_differs_from_list"}


def test_what_is_missing_is_said(run: Demo) -> None:
    indicators = run.report().indicators
    assert indicators[30].reasons[0].code == "no_claim"
    assert len(indicators[0].missing) == len(load_indicators().by_number[1].answer_fields)


def test_every_sentence_is_there_in_both_languages(run: Demo) -> None:
    for language in ("id", "en"):
        report = run.report(language)
        reasons = [
            why
            for i in report.indicators
            for why in (*i.reasons, *(found.why for found in i.findings), *(w for x in i.lines for w in x.reasons))
        ]
        assert len(reasons) > 60
        assert [
            why for why in reasons if why.sentence == f"reason.{why.code}" or re.search(r"\{\w+\}", why.sentence)
        ] == []


def test_the_page_is_whole_without_a_script_and_says_it_is_made_up(run: Demo) -> None:
    page = run.web.get(PAGE)
    assert page.status_code == 200
    assert "<script" not in page.text and "fiktif" in page.text
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "bukan formulir terverifikasi" in page.text


def test_the_language_is_switched_by_the_address(run: Demo) -> None:
    assert "belum dapat dikonfirmasi" in run.web.get(PAGE).text
    english = run.web.get(PAGE, query_string={"lang": "en"}).text
    assert '<html lang="en"' in english and "cannot yet be confirmed" in english
    assert "belum dapat dikonfirmasi" not in english


def test_a_moment_is_told_in_one_zone(run: Demo) -> None:
    for path in ("/", PAGE):
        page = run.web.get(path).text
        assert " WIB" in page and "UTC" not in page


def test_who_decides_facts_reads_no_points_while_the_part_is_open(run: Demo) -> None:
    """No tuning: neither points nor what they are worth, on paper or in an export."""
    web = entered(run.app, [Held(Role.SUPERVISOR)])
    assert re.search(r"\bpoin\b", web.get(PAGE).text.split("signed")[0]) is None
    report = web.get(f"{PAGE}.json").json or {}
    assert report["totals"] is None
    shown = [i[key] for i in report["indicators"] for key in ("maximum", "claimed", "lowest", "highest")]
    assert set(shown) == {None}
    rows = list(csv.DictReader(io.StringIO(web.get(f"{PAGE}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert {row[name] for row in rows for name in ("diklaim", "terendah", "tertinggi")} == {""}


def test_who_plans_reads_points(run: Demo) -> None:
    page = entered(run.app, [Held(Role.SECRETARIAT)]).get(PAGE).text
    assert "746,0 poin" in page and "164,5 – 234,0 poin" in page


def test_every_key_a_page_says_is_in_the_catalogue(run: Demo) -> None:
    for language in ("id", "en"):
        text = (
            run.web.get(PAGE, query_string={"lang": language}).text
            + run.web.get("/", query_string={"lang": language}).text
        )
        assert (
            re.findall(
                r"\b(?:report|paper|reason|map|outcome|kind|word|match|seen|source|page|index)\.[a-z_]{3,}", text
            )
            == []
        )


def test_the_list_leads_to_the_district_and_that_to_the_report(run: Demo) -> None:
    district = PAGE.replace("/laporan/", "/wilayah/")
    assert f'href="{district}"' in run.web.get("/").text
    assert f'href="{PAGE}"' in run.web.get(district).text


def test_json_and_csv_say_the_same_as_the_page(run: Demo) -> None:
    web = entered(run.app, [Held(Role.SECRETARIAT)])
    report = json.loads(web.get(f"{PAGE}.json").text)
    assert [i["number"] for i in report["indicators"]] == list(range(1, 32))
    rows = list(csv.DictReader(io.StringIO(web.get(f"{PAGE}.csv").data.decode("utf-8-sig")), delimiter=";"))
    places = [row for row in rows if row["jenis_baris"] == "tempat"]
    assert len(places) == sum(len(indicator["lines"]) for indicator in report["indicators"]) == 35
    pojok_asi = next(row for row in rows if row["indikator"] == "17" and row["jenis_baris"] == "indikator")
    assert (pojok_asi["terendah"], pojok_asi["tertinggi"]) == ("6,0", "13,5")
    assert "expected" not in report["totals"], "places chosen on purpose give no estimate"


def test_the_workbook_has_the_same_rows(run: Demo) -> None:
    web = entered(run.app, [Held(Role.SECRETARIAT)])
    response = web.get(f"{PAGE}.xlsx")
    assert response.headers["Content-Disposition"] == "attachment; filename=tilik-2025-99.01.xlsx"
    rows = list(load_workbook(io.BytesIO(response.data)).worksheets[0].iter_rows(values_only=True))
    written = list(csv.reader(io.StringIO(web.get(f"{PAGE}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(written) and list(rows[0]) == written[0]


@pytest.mark.parametrize("path", ["/laporan/1999/99.01", "/laporan/2025/11.11", "/foto/9999.jpg", "/laporan/x/y"])
def test_what_there_is_not(run: Demo, path: str) -> None:
    assert run.web.get(path).status_code == 404


def test_health(run: Demo) -> None:
    assert run.web.get("/sehat").text == "ok"
