"""What another application exported, as an operator turns it into a claim form by a map, and imports it."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.cli import a_file, printed, said, tilik
from tests.support.exports import Claimed, as_book, as_text, by_district, by_question, the_map
from tests.support.workbooks import DISTRICT, YEAR

WHERE = ("--round", str(YEAR), "--district", DISTRICT)
CLAIMED = Claimed({("Klaim", "1"): {"self_score": 45.5}, ("Jawaban", "9b1"): {"value": 120, "value_before": 90}})


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize("shape", [by_district, by_question])
def test_an_export_becomes_a_claim_form_that_is_looked_at_and_imported(shape: Any) -> None:
    sheets, named = shape(CLAIMED)
    export, peta = a_file("ekspor.xlsx", as_book(**sheets)), a_file("peta.csv", as_text(the_map(named)))
    told = printed("claims", "convert", export, "--map", peta, *WHERE, "--to", "klaim.xlsx")
    assert "kolom yang tidak dipakai" in told and "BUKAN" not in told and "3 isian diisi." in told
    assert printed("claims", "show", *WHERE, "--json").strip() == "[]", "nothing is imported yet"
    said(0, "claims", "import", "klaim.xlsx")
    assert '"self_score": 45.5' in printed("claims", "show", *WHERE, "--json")
    before = Path("klaim.xlsx").read_bytes()
    assert "klaim.xlsx" in said(1, "claims", "convert", export, "--map", peta, *WHERE, "--to", "klaim.xlsx")
    assert Path("klaim.xlsx").read_bytes() == before, "what is there is not written over"


@pytest.mark.usefixtures("areas")
def test_an_empty_map_is_given_out_and_what_is_wrong_is_told_and_nothing_written() -> None:
    said(0, "claims", "map", "peta.xlsx", "--round", str(YEAR))
    assert "peta.xlsx" in said(1, "claims", "map", "peta.xlsx", "--round", str(YEAR))
    assert "1999" in said(1, "claims", "map", "lain.xlsx", "--round", "1999")
    sheets, _ = by_district(CLAIMED)
    command = ("claims", "convert", a_file("ekspor.xlsx", as_book(**sheets)), *WHERE, "--to", "klaim.xlsx", "--map")
    assert "belum menyebut satu kolom pun" in said(1, *command, "peta.xlsx")
    book = load_workbook(io.BytesIO(Path("peta.xlsx").read_bytes()))
    book.worksheets[0]["E12"] = "Skor"
    book.save("peta.xlsx")
    result = tilik(*command, "peta.xlsx")
    assert result.exit_code == 1 and "Peta E12: Ekspor tidak punya kolom “Skor”" in result.stdout
    assert "Tidak ada yang ditulis" in result.stderr and not Path("klaim.xlsx").exists()
    assert "x.xlsx: " in said(1, *command, a_file("x.xlsx", "no workbook"))
    assert "99.77" in said(1, *command, "peta.xlsx", "--district", "99.77")
