"""Splitting a claim form by agency, merging the parts, and what stops either, as an operator sees it."""

from pathlib import Path

import pytest

from tests.support.builders import INDICATORS
from tests.support.cli import a_file, geojson, name_officers, printed, said, tilik
from tests.support.workbooks import DISTRICT, YEAR, filled
from verification.claim_form.parts import agencies_of

WHERE = ("--district", DISTRICT, "--round", str(YEAR))
HEALTH = f"klaim-{DISTRICT}-{YEAR}-dinas-kesehatan.xlsx"


@pytest.fixture
def parts() -> Path:
    said(0, "areas", "load", a_file("areas.geojson", geojson()))
    name_officers()
    said(0, "rounds", "add", str(YEAR), "--data-year", str(YEAR), "--open")
    printed("claims", "split", "bagian", *WHERE)
    return Path("bagian")


def test_a_form_is_split_filled_in_merged_and_imported(parts: Path) -> None:
    assert len(list(parts.iterdir())) == len(agencies_of(INDICATORS))
    health = a_file("kesehatan.xlsx", filled({"Klaim!E4": 5}, template=(parts / HEALTH).read_bytes()))
    assert "tilik claims merge" in said(1, "claims", "import", health)
    told = printed("claims", "merge", health, "gabungan.xlsx")
    assert "kesehatan.xlsx (Dinas Kesehatan): 1 baris" in told and "Bappeda" in told
    said(0, "claims", "import", "gabungan.xlsx")
    assert '"self_score": 5.0' in printed("claims", "show", *WHERE, "--json")


@pytest.mark.ci
def test_what_does_not_agree_is_written_only_where_the_first_is_to_count(parts: Path) -> None:
    template = (parts / HEALTH).read_bytes()
    one, other = (a_file(f"{n}.xlsx", filled({"Klaim!E4": n}, template=template)) for n in (5, 6))
    result = tilik("claims", "merge", one, other, "gabungan.xlsx")
    assert result.exit_code == 1 and "5.xlsx Klaim!E4: 5 | 6.xlsx Klaim!E4: 6" in result.stdout
    assert "--first" in result.stderr and not Path("gabungan.xlsx").exists()
    printed("claims", "merge", one, other, "gabungan.xlsx", "--first")
    said(0, "claims", "import", "gabungan.xlsx")
    assert '"self_score": 5.0' in printed("claims", "show", *WHERE, "--json")


@pytest.mark.ci
def test_no_file_that_is_there_is_written_over(parts: Path) -> None:
    assert "klaim-" in said(1, "claims", "split", parts, *WHERE)
    before = (parts / HEALTH).read_bytes()
    files = sorted(parts.iterdir())[:2]
    assert files[1].name in said(1, "claims", "merge", *files), "the last one is not taken for what is to be written"
    assert (parts / HEALTH).read_bytes() == before
    assert "x.xlsx" in said(1, "claims", "merge", a_file("x.xlsx", "no workbook"), "gabungan.xlsx")
    assert said(1, "claims", "split", "lain", "--district", "99.77", "--round", str(YEAR))
    assert not Path("lain").exists()


def test_an_agencys_own_table_is_shown_asked_about_and_put_into_a_form() -> None:
    said(0, "areas", "load", a_file("areas.geojson", geojson()))
    name_officers()
    said(0, "rounds", "add", str(YEAR), "--data-year", str(YEAR), "--open")
    said(0, "claims", "template", "klaim.xlsx", *WHERE)
    table = a_file("tabel.csv", "Kecamatan;Laki-laki;Catatan\n99.01.01;1.200;x\n99.01.02;300;\nJumlah;1.500;\n")
    command = ("claims", "table", table, "klaim.xlsx", "baru.xlsx", "--for", "8b1")
    result = tilik(*command, answer="t\n")
    assert result.exit_code == 1 and 'B "Laki-laki": 8b1' in result.stdout and 'C "Catatan"' in result.stdout
    assert not Path("baru.xlsx").exists()
    printed(*command, "--yes")
    said(0, "claims", "import", "baru.xlsx", "--yes")
    assert '"rows": 2' in printed("claims", "show", *WHERE, "--json")
    assert "baru.xlsx" in said(1, *command, "--yes"), "what is there is not written over"
    other = ("claims", "table", table, "klaim.xlsx", "lain.xlsx", "--for", "8b2")
    assert "--column 8b2" in said(1, *other) and said(2, *other, "--column", "8b2")
    assert said(0, *other, "--column", "8b2=b", "--yes")
