"""Another application's export on a page: what comes of it waits for a yes as any form does; the export is not kept."""

import html
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.app import create_app
from server.claims.queries import claims_of
from server.claims.tables import WaitingForm
from server.claims.workbook import open_workbook
from server.db import snapshot, writing
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from tests.support.claiming import ROUND
from tests.support.documents import as_form
from tests.support.exports import Claimed, as_book, as_text, by_district, by_question, the_map
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT

OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/klaim"
CLAIMED = Claimed({("Klaim", "1"): {"self_score": 45.5}, ("Jawaban", "9b1"): {"value": 120, "value_before": 90}})


@dataclass
class District:
    """The district's officer, who has an export and a browser."""

    engine: Engine
    web: Browser
    folder: Path

    def brings(self, export: bytes, peta: bytes, name: str = "ekspor.xlsx") -> Any:
        sent = {"ekspor": (io.BytesIO(export), name), "peta": (io.BytesIO(peta), "peta.csv")}
        return self.web.post(f"{PAGE}/ekspor", headers=OURS, **as_form(sent))

    def waiting(self) -> int:
        with snapshot(self.engine) as session:
            return len(session.scalars(select(WaitingForm.id)).all())

    def kept(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.folder.rglob("*") if file.is_file())


@pytest.fixture
def officer(district: Engine, tmp_path: Path) -> District:
    app = create_app(district, Settings.model_validate({"data": tmp_path / "var", "secret_key": "k" * 40}))
    with writing(district) as session:
        number = person(session, Held(Role.DISTRICT, DISTRICT, ROUND))
    return District(district, browser_of(app, number), tmp_path / "var")


def test_the_empty_map_lists_every_question_and_field(officer: District) -> None:
    assert f'href="{PAGE}/ekspor' in officer.web.get(PAGE).text
    assert "peta-kolom.xlsx" in officer.web.get(f"{PAGE}/ekspor").text
    answer = officer.web.get(f"{PAGE}/peta-kolom.xlsx")
    rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][4:] == ("kolom sumber", "baris sumber", "lembar sumber")
    assert ("Jawaban", "9b1", "Tahun sebelumnya") in {row[:3] for row in rows}


@pytest.mark.parametrize("shape", [by_district, by_question])
def test_an_export_waits_as_a_form_is_looked_at_and_imported(officer: District, shape: Any) -> None:
    sheets, named = shape(CLAIMED)
    answer = officer.brings(as_book(**sheets), as_text(the_map(named)))
    page = html.unescape(answer.text)
    assert answer.status_code == 200 and "3 isian diisi." in page and "BUKAN" not in page
    with snapshot(officer.engine) as session:
        assert claims_of(session, ROUND, DISTRICT) == {}, "nothing is imported unseen"
    plan = officer.web.get(f"{PAGE}/1").text
    (mark,) = re.findall(r'name="tampak" value="(\w+)"', plan)
    assert officer.web.post(f"{PAGE}/1", data={"tampak": mark}, headers=OURS).status_code == 303
    with snapshot(officer.engine) as session:
        assert claims_of(session, ROUND, DISTRICT)[1].self_score == 45.5


def test_what_does_not_fit_is_told_and_put_right_in_the_form_that_waits(officer: District) -> None:
    sheets, named = by_district(Claimed({("Klaim", "1"): {"self_score": 99}}))
    page = html.unescape(officer.brings(as_book(**sheets), as_text(the_map(named))).text)
    assert "Ekspor Rekap!D4 → Klaim!E4: " in page
    assert open_workbook(officer.web.get(f"{PAGE}/1/formulir.xlsx").data).book["Klaim"][4]["self_score"] == 99
    assert officer.web.get(f"{PAGE}/2/formulir.xlsx").status_code == 404
    assert officer.web.post(f"{PAGE}/1", data={"tampak": "x"}, headers=OURS).status_code == 400


def test_only_the_form_is_kept_and_nothing_that_the_map_does_not_name(officer: District) -> None:
    sheets, named = by_district(CLAIMED)
    export, peta = as_text(sheets["Rekap"]), as_text(the_map(named))
    assert officer.brings(export, peta, "ekspor.csv").status_code == 200 and officer.waiting() == 1
    assert b"BUKAN" in export and b"BUKAN" not in officer.kept() and peta[:60] not in officer.kept()
    form = officer.web.get(f"{PAGE}/1/formulir.xlsx").data
    cells = [str(cell) for sheet in load_workbook(io.BytesIO(form)) for row in sheet.iter_rows(values_only=True)
             for cell in row]  # fmt: skip
    assert not any("BUKAN" in cell for cell in cells)


@pytest.mark.parametrize(
    ("export", "peta"),
    [(b"", b"x"), (b"x", b""), (b"\0\1", b"a;b\n"), (b"PK\x03\x04", b"a;b\n"), (b"a;b\n1;2\n", b"\0"),
     (b"a;b\n1;2\n", b"lembar;kode;isian;kolom sumber\nKlaim;1;Poin mandiri;Skor\n")],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_with_a_sentence_and_keeps_nothing(
    officer: District, export: bytes, peta: bytes
) -> None:
    answer = officer.brings(export, peta, "ekspor.csv")
    assert answer.status_code == 400 and 'role="alert"' in answer.text and officer.waiting() == 0


@pytest.mark.parametrize("alone", ["ekspor", "peta"])
def test_an_export_or_a_map_by_itself_is_asked_for_the_other(officer: District, alone: str) -> None:
    sent = {alone: (io.BytesIO(b"a;b\n1;2\n"), "a.csv")}
    answer = officer.web.post(f"{PAGE}/ekspor", headers=OURS, **as_form(sent))
    assert answer.status_code == 400 and "Pilih dahulu ekspor dan peta" in html.unescape(answer.text)


def test_whoever_hands_in_for_another_district_is_refused(officer: District) -> None:
    assert officer.web.get(f"/wilayah/{ROUND}/99.02/klaim/ekspor").status_code == 403
    assert officer.web.post(f"/wilayah/{ROUND}/99.02/klaim/ekspor", headers=OURS).status_code == 403
