"""Numbers on pages are written as the page's language writes them: 32,5 in Indonesian, 32.5 in English."""

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.words import catalogue
from tests.support.claiming import ROUND, claims_come
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled, row_of

HERE, REPORT = f"/wilayah/{ROUND}/{DISTRICT}", f"/laporan/{ROUND}/{DISTRICT}"
CLAIMED = {"Jawaban!E78": 15.2, "Jawaban!F78": 16.1, "Jawaban!E122": 32.5, f"Klaim!E{row_of(17)}": 7.5,
           f"Klaim!E{row_of(14)}": 3.75}  # fmt: skip
# what has a point in every language: hours (a dot in Indonesian), codes of areas, an indicator's number with a line's
_NO_NUMBERS = r"\d\d\.\d\d WI(?:B|TA|T)\b|99(?:\.\d\d){1,2}(?:\.\d{4})?|\b(?:17|25)\.1\b|/wilayah/\S+"
_RAW = {"id": rf"{_NO_NUMBERS}|\d{{1,3}}(?:\.\d{{3}})+(?!\d)|(\d\.\d)", "en": r"\d{1,3}(?:,\d{3})+(?!\d)|(\d,\d)"}
MOST_OF_A_KIND = 3


@pytest.fixture
def claimed(district: Engine) -> Engine:
    school = a_place("SDN 1 Rekaan", A=25, B="sekolah", G=-5.0071)
    claims_come(district, filled(CLAIMED, a_place(), school))
    verify(district, ROUND, DISTRICT)
    return district


def pages(web: FlaskClient, language: str) -> Iterator[tuple[str, str]]:
    """Walk from link to link within the district, some pages of each kind."""
    todo, seen, of_a_kind = [HERE, f"{HERE}/indikator/14", f"{HERE}/indikator/25"], set[str](), dict[str, int]()
    while todo:
        path = todo.pop(0)
        kind = re.sub(r"\d+", "#", path.partition("?")[0])
        if path in seen or of_a_kind.get(kind, 0) >= MOST_OF_A_KIND:
            continue
        seen.add(path)
        of_a_kind[kind] = of_a_kind.get(kind, 0) + 1
        answer = web.get(path, query_string=None if "lang=" in path else {"lang": language})
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield path, answer.text
            links = [html.unescape(link) for link in re.findall(r'href="([^"#]+)"', answer.text)]
            todo += [link for link in links if link.startswith((HERE, REPORT)) and f"lang={language}" in link]


def said(page: str) -> str:
    main = re.sub(r"(?s)<(script|style|svg|code)\b.*?</\1>|<[^>]+>", " ", page[page.index("<main") :])
    return " ".join(html.unescape(main).split())


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.SUPERVISOR])
def test_no_page_writes_a_number_as_the_other_language_does(
    app: Flask, claimed: Engine, language: str, role: Role
) -> None:
    walked = {path: said(page) for path, page in pages(entered(app, [Held(role)]), language)}
    assert len(walked) > 10
    raw = {path: [text[max(0, one.start() - 40) : one.end() + 9] for one in re.finditer(_RAW[language], text) if one[1]]
           for path, text in walked.items()}  # fmt: skip
    assert {path: found for path, found in raw.items() if found} == {}
    if role is Role.ASSESSOR:
        together, mark = " ".join(walked.values()), "," if language == "id" else "."
        for number in ("15{}2", "16{}1", "32{}5", "7{}5", "3{}75"):
            assert number.format(mark) in together


def test_programs_read_them_with_a_point(app: Flask, claimed: Engine) -> None:
    report = entered(app, [Held(Role.ASSESSOR)]).get(f"{REPORT}.json").json or {}
    answers = [one for indicator in report["indicators"] for one in indicator["answers"]]
    assert {"15.2", "32.5"} <= {one["value"] for one in answers} and "16.1" in {one["value_before"] for one in answers}


@pytest.mark.parametrize("text, written", [
    ("32.5", "32,5"), ("1250000.50", "1.250.000,50"), ("-0.1234567", "-0,1234567"), ("2025", "2025"), ("12", "12"),
    ("2025-12-31", "2025-12-31"), ("1.2.3", "1.2.3"), ("ya", "ya")])  # fmt: skip
def test_a_kept_number_is_written_whole(text: str, written: str) -> None:
    assert catalogue("id").written(text) == written
