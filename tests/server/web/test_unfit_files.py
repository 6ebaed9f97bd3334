"""Whatever unfit file comes, the page that takes workbooks says itself what to do, and keeps what was typed."""

import html
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from server.claims.workbook import MAX_FILE_BYTES
from server.roles.account import Held
from server.roles.table import Role
from server.web.door import LONGEST_BODY
from server.words import catalogue
from tests.support.assigning import a_field
from tests.support.claiming import ROUND
from tests.support.documents import as_form
from tests.support.handing import OURS, a_desk
from tests.support.web import Browser, as_read, entered
from tests.support.workbooks import DISTRICT
from verification.reason import Reason

PART = f"/wilayah/{ROUND}/{DISTRICT}"
TABLE = {"untuk": ["5b", "8b1"], "lembar": "Rekap 2025", "tempat": "17/pojok_asi"}
OF_SEVERAL = ("gabung", "tabel", "ekspor")
# a page, the field of its workbook, what else is sent with it
PAGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("/perangkat", "buku", {}), (f"{PART}/klaim", "buku", {}), (f"{PART}/klaim/gabung", "buku", {}),
    (f"{PART}/klaim/tabel", "tabel", {"untuk": "5b"}), (f"{PART}/klaim/ekspor", "ekspor", {}),
    (f"{PART}/rencana/berkas", "file", {}),
)  # fmt: skip
PASSWORD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
UNFIT = {
    "empty": (b"", Reason("workbook_empty")),
    "too large": (b"PK\x03\x04" + bytes(MAX_FILE_BYTES), Reason("workbook_too_large", {"limit": 10})),
    "by password": (PASSWORD, Reason("workbook_has_password")),
    "of old": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), Reason("workbook_of_other_kind", {"name": ".xls"})),
    "cut short": (b"PK\x03\x04 half of it", Reason("not_a_workbook")),
}


def in_words(reason: Reason) -> str:
    return catalogue("id").say(f"reason.{reason.code}", **reason.values)


@pytest.fixture
def web(district: Engine, tmp_path: Path) -> Browser:
    a_field(district)
    return entered(a_desk(district, tmp_path).app, [Held(Role.SECRETARIAT)])


@pytest.mark.parametrize(("page", "field", "more"), PAGES, ids=[page.rpartition("/")[2] for page, *_ in PAGES])
def test_the_page_says_what_to_do(web: Browser, page: str, field: str, more: dict[str, Any]) -> None:
    for content, reason in UNFIT.values():
        beside = {"peta": (io.BytesIO(b"lembar;kode\n"), "peta.csv")} if page.endswith("ekspor") else {}
        sent = {field: (io.BytesIO(content), "isian.xlsx"), **beside, **more}
        answer = web.post(page, headers=OURS, **as_form(sent))
        assert answer.status_code == 400
        said, expected = html.unescape(as_read(answer.text)), in_words(reason)
        assert expected in said and f'name="{field}"' in answer.text, "another file can be chosen at once"
        if page.endswith(OF_SEVERAL):
            assert f"isian.xlsx : {expected}" in said, "which one of them"


def test_what_was_said_of_a_table_stands_there_when_its_file_was_unfit(web: Browser) -> None:
    sent = {"tabel": (io.BytesIO(b""), "isian.xlsx"), **TABLE}
    page = web.post(f"{PART}/klaim/tabel", headers=OURS, **as_form(sent)).text
    assert 'value="Rekap 2025"' in page
    assert page.count(" checked>") == 2
    assert '<option value="17/pojok_asi" selected>' in page


def test_who_chose_no_file_is_told_so(web: Browser) -> None:
    for page, field, _ in PAGES:
        if not page.endswith(OF_SEVERAL):
            answer = web.post(page, headers=OURS, **as_form({field: (io.BytesIO(b""), "")}))
            assert answer.status_code == 400 and "Pilih" in answer.text


def test_a_file_of_all_places_comes_back_by_the_page_that_gave_it_however_many_they_are(web: Browser) -> None:
    rows = "".join(f"{number:08x};;Pojok ASI Rekaan {number};Desa Rekaan;;;\n" for number in range(4000))
    file = io.BytesIO(f"Kode;Nomor registrasi;Tempat;Desa/kelurahan;Tim;Hari\n{rows}".encode())
    assert len(file.getvalue()) > LONGEST_BODY
    answer = web.post(f"{PART}/rencana/berkas", headers=OURS, **as_form({"file": (file, "rencana.csv")}))
    assert answer.status_code == 200
