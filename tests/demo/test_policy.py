"""All pages with all that the demo has: nothing in them that their own policy refuses; what is no page is no page."""

import json
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.support.addresses import addresses
from tests.support.demo import PAGE, Demo
from tests.support.markup import refused_in
from workers.demo.story import DISTRICT


def opened(run: Demo) -> Iterator[tuple[str, TestResponse]]:
    web = run.web
    for path in addresses(run):
        for language in ("id", "en"):
            yield path, web.get(path, query_string={"lang": language}, buffered=True)


@pytest.mark.ci
def test_no_page_has_what_its_own_policy_refuses(run: Demo) -> None:
    pages = [(path, answer) for path, answer in opened(run) if answer.mimetype == "text/html"]
    assert {path for path, answer in pages if answer.status_code == 200} > {"/", PAGE, "/sertifikat", "/pekerjaan"}
    for path, answer in pages:
        number = re.search("nonce-([^']+)", answer.headers["Content-Security-Policy"])
        assert refused_in(answer.text, number[1] if number else "") == [], path


@pytest.mark.ci
def test_what_is_no_page_is_kept_by_browsers_and_not_shown_as_one(run: Demo) -> None:
    kinds = {}
    for path, answer in opened(run):
        if answer.status_code == 200 and answer.mimetype != "text/html":
            kinds[answer.mimetype] = answer.headers.get("Content-Disposition", "").split(";")[0]
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kept = dict.fromkeys(
        ("text/csv", "application/json", "application/pdf", "application/octet-stream", xlsx), "attachment"
    )
    assert {kind: how for kind, how in kinds.items() if kind in kept} == kept
    assert set(kinds) - set(kept) == {"image/jpeg", "text/css"}, "and whether the pages are alive"


def test_a_report_as_json_is_what_it_was(run: Demo) -> None:
    assert json.loads(run.web.get(f"{PAGE}.json").text)["district"] == DISTRICT
