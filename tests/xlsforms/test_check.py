"""The form check: each defect that converts without a word is named."""

import shutil
from pathlib import Path

import pytest

from xlsforms.build import build
from xlsforms.check import check, validate
from xlsforms.forms import SHEETS

LABELS = "Pertanyaan,Question"
BAD_ROWS = {
    "required=ya": (f"text,extra,{LABELS},ya", "required must be 'yes'"),
    "no English": ("text,extra,Pertanyaan,,", "extra: no label::English (en)"),
    "asks for a person": (f"text,nik,{LABELS},", "must not ask for a person"),
    "point required": (f"geopoint,extra,{LABELS},yes", "must not be required"),
    "a second question of that name": (f"text,two_adults,{LABELS},", "two_adults: two questions of this name"),
}


def edited(folder: Path, row: str) -> Path:
    """Copy the sheets, with one row added to the school form."""
    sheets = folder / "sheets"
    shutil.copytree(SHEETS, sheets)
    with (sheets / "visit_school" / "survey.csv").open("a", encoding="utf-8") as survey:
        survey.write(row + "\n")
    return sheets


@pytest.mark.parametrize("row, sentence", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named(tmp_path: Path, row: str, sentence: str) -> None:
    problems = check(build("visit_school", edited(tmp_path, row)))
    assert [problem for problem in problems if sentence in problem]


def test_an_unknown_column_is_named(tmp_path: Path) -> None:
    sheets = edited(tmp_path, "")
    survey = sheets / "visit_school" / "survey.csv"
    lines = survey.read_text(encoding="utf-8").rstrip().splitlines()
    survey.write_text("\n".join([lines[0] + ",wajib", *(line + ",ya" for line in lines[1:])]), encoding="utf-8")
    assert "unknown column 'wajib' in survey.csv" in check(build("visit_school", sheets))


def test_an_edited_sheet_gets_a_new_version(tmp_path: Path) -> None:
    sheets = edited(tmp_path, f"text,extra,{LABELS},")
    assert build("visit_school", sheets).version != build("visit_school").version
    assert build("visit_lksa", sheets).version == build("visit_lksa").version


def test_odk_validate_names_what_only_it_knows() -> None:
    broken = build("visit_school").xform.replace("count-selected(", "counted(")
    assert any("counted" in line for line in validate(broken))
