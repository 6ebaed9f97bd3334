"""`tilik forms lint`: what a designer is told, of our forms and of a file or folder from elsewhere."""

from pathlib import Path

import pytest

from server.words import catalogue
from tests.support.cli import a_file, said, tilik
from workers.sending import commands
from xlsforms.build import build_all, write_xlsx
from xlsforms.forms import FORMS
from xlsforms.lint import Finding


def a_form(name: str, **cells: str) -> Path:
    survey = [{"type": "text", "name": "nama_tempat", "label": "Nama"} | cells]
    settings = [{"form_title": "Rekaan", "form_id": "rekaan", "version": "1"}]
    return a_file(name, write_xlsx(survey=survey, settings=settings))


def test_our_forms_are_clean() -> None:
    assert said(0, "forms", "lint") == f"Tidak ada yang ditemukan. Formulir yang diperiksa: {len(FORMS) + 1}.\n"


def test_a_file_is_told_its_sheet_its_row_and_what_to_do() -> None:
    told = said(1, "forms", "lint", a_form("orang_lain.xlsx", required="ya")).splitlines()
    assert told[0].startswith("orang_lain.xlsx · survey · nama_tempat: Di kolom required tertulis ya: ")
    assert "Tulis yes, no, atau syarat seperti ${q} = 'ya'." in told[0]
    assert told[1:] == ["Ditemukan 1 hal, dalam 1 dari 1 formulir."]
    assert said(0, "forms", "lint", a_form("orang_lain.xlsx", required="yes")).startswith("Tidak ada yang ditemukan")


def test_a_folder_is_told_file_by_file() -> None:
    Path("luar").mkdir()
    assert said(1, "forms", "lint", "luar") == "Di luar tidak ada berkas .xlsx.\n"
    a_form("luar/b.xlsx", required="ya"), a_form("luar/a.xlsx")
    a_file("luar/c.xlsx", "bukan formulir"), a_file("luar/~$a.xlsx", "kunci"), a_file("luar/catatan.txt", "x")
    told = said(1, "forms", "lint", "luar").splitlines()
    assert [line.split(" ")[0] for line in told] == ["b.xlsx", "c.xlsx:", "Ditemukan"]
    assert "bukan buku kerja Excel" in told[1] and told[2] == "Ditemukan 2 hal, dalam 2 dari 3 formulir."


def test_what_is_not_there_is_wrong_use() -> None:
    assert tilik("forms", "lint", "tidak_ada.xlsx").exit_code == 2


def test_what_a_cell_says_is_told_on_one_line_and_not_whole() -> None:
    (line, _) = said(1, "forms", "lint", a_form("a.xlsx", **{"x" * 500: "1"})).splitlines()
    assert "x" * 80 + "…" in line and "x" * 81 not in line


@pytest.mark.ci
def test_the_check_tells_what_validate_says(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {form.form_id: [Finding("validate_refuses", values={"text": f"one\ntwo {form.form_id}"})]
             for form in build_all()[:1]}  # fmt: skip
    monkeypatch.setattr(commands, "check_built", lambda *_: found)
    (form_id,) = found
    assert f"{form_id}: ODK Validate menolak: one two {form_id}" in said(1, "forms", "check")


def test_each_sentence_of_a_finding_says_what_its_cell_says() -> None:
    """Braces in a sentence are a question's or a value's."""
    for language in ("id", "en"):
        told = catalogue(language).say("lint.date_as_text", question="hari")
        assert "format-date(${hari}, '%Y-%m-%d')" in told
