"""The visit plan at the terminal: a file out, filled in, in again; released; and what is wrong, by its cell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.assignments.tables import Assignment
from server.db import open_database, snapshot
from server.plan.tables import PlannedVisit
from server.settings import load_settings
from tests.support.acts import written_down
from tests.support.assigning import PART
from tests.support.cli import a_file, said
from tests.support.planning import DAY, OTHER_PLACE, PlanField, a_plan_field

HERE = ("--round", PART[0], "--district", PART[1])


@pytest.fixture
def field(district: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PlanField]:
    """A district's database, as the one that the commands are told of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    assert open_database(load_settings().database).url == district.url
    yield a_plan_field(district)


def filled(field: PlanField, text: str) -> str:
    """Fill in one row of the file that was given out."""
    lines = text.splitlines()
    (row,) = [number for number, line in enumerate(lines) if OTHER_PLACE in line]
    cells = lines[row].split(";")
    cells[4], cells[6] = field.written().team, DAY.strftime("%d/%m/%Y")
    return "\r\n".join([*lines[:row], ";".join(cells), *lines[row + 1 :]])


def test_a_file_out_filled_in_in_again_and_released(field: PlanField) -> None:
    said(0, "plan", "file", "rencana.csv", *HERE, "--all")
    a_file("diisi.csv", filled(field, Path("rencana.csv").read_text(encoding="utf-8")))
    assert "menambah 1 kunjungan" in said(0, "plan", "import", "diisi.csv", *HERE, answer="t\n")
    with snapshot(field.engine) as session:
        assert not session.scalars(select(PlannedVisit)).all(), "nobody agreed"
    assert "1 kunjungan baru" in said(0, "plan", "import", "diisi.csv", *HERE, "--yes")
    assert "menambah 0 kunjungan" in said(0, "plan", "import", "diisi.csv", *HERE, "--yes")
    waits = said(0, "plan", "release", *HERE, "--yes")
    assert "1 kunjungan menunggu persetujuan" in waits and "menunggu dirilis" not in waits
    assert "1 kunjungan disetujui" in said(0, "plan", "agree", *HERE, "--yes")
    assert "Tidak ada kunjungan" in said(0, "plan", "agree", *HERE, "--yes")
    assert "1 tugas baru" in said(0, "plan", "release", *HERE, "--yes")
    assert "menunggu dirilis" in said(0, "plan", "release", *HERE, "--yes")
    with snapshot(field.engine) as session:
        assert session.scalars(select(Assignment.deadline)).all() == [DAY]
    acts = [entry.act for entry in written_down(field.engine)]
    assert acts[-4:] == ["plan_changed", "plan_agreed", "assignment_given", "plan_released"]
    said(0, "plan", "file", "rencana.xlsx", *HERE)
    assert "1 sudah sama" in said(0, "plan", "import", "rencana.xlsx", *HERE, "--yes")


def test_what_is_wrong_is_told_by_its_cell(field: PlanField) -> None:
    a_file("salah.csv", "Kode;Tim;Hari\r\n#ffffffff;x;kapan\r\n")
    told = said(1, "plan", "import", "salah.csv", *HERE, "--yes")
    assert all(cell in told for cell in ("A2:", "B2:", "C2:")) and "3 sel" in told
    a_file("lain.csv", "a;b\r\n1;2\r\n")
    assert "Judul kolom" in said(1, "plan", "import", "lain.csv", *HERE)
    assert ".csv atau .xlsx" in said(1, "plan", "file", "rencana.pdf", *HERE)
    said(1, "plan", "file", "x.csv", "--round", PART[0], "--district", "99.09")
