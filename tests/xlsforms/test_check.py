"""The check of our own forms: each rule sees them, and ODK Validate does in the one process that has Java."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workers.sending.publish import columns_on_phones
from xlsforms.build import BuiltForm, build
from xlsforms.check import check, lint_built
from xlsforms.fill import FormFiller
from xlsforms.forms import SHEETS
from xlsforms.lint import Finding

LABELS = "Pertanyaan,Question"
BAD_ROWS = {
    "required=ya": (f"text,extra,{LABELS},ya", "word_for_condition", "extra"),
    "no English": ("text,extra,Pertanyaan,,", "not_in_both_languages", "extra"),
    "asks for a person": (f"text,nik,{LABELS},", "asks_for_a_person", "nik"),
    "point required": (f"geopoint,extra,{LABELS},yes", "phone_may_lack_it", "extra"),
    "a second question of that name": (f"text,two_adults,{LABELS},", "name_twice", "two_adults"),
}


def edited(folder: Path, row: str) -> Path:
    """Copy the sheets, with one row added to the school form."""
    sheets = folder / "sheets"
    shutil.copytree(SHEETS, sheets)
    with (sheets / "visit_school" / "survey.csv").open("a", encoding="utf-8") as survey:
        survey.write(row + "\n")
    return sheets


def linted(sheets: Path) -> list[Finding]:
    return lint_built([build("visit_school", sheets)], columns_on_phones())["visit_school"]


@pytest.mark.parametrize("row, code, name", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named(tmp_path: Path, row: str, code: str, name: str) -> None:
    assert (code, "survey", name) in [(one.code, one.sheet, one.row) for one in linted(edited(tmp_path, row))]


def test_an_unknown_column_is_named(tmp_path: Path) -> None:
    sheets = edited(tmp_path, "")
    survey = sheets / "visit_school" / "survey.csv"
    lines = survey.read_text(encoding="utf-8").rstrip().splitlines()
    survey.write_text("\n".join([lines[0] + ",wajib", *(line + ",ya" for line in lines[1:])]), encoding="utf-8")
    assert linted(sheets) == [Finding("unknown_column", "survey", "", {"column": "wajib"})]


def test_a_column_that_no_list_on_phones_has_is_named(tmp_path: Path) -> None:
    sheets = edited(tmp_path, "")
    place = sheets / "parts" / "place.csv"
    place.write_text(
        place.read_text(encoding="utf-8").replace("facility = ${facility}", "place = ${facility}"), "utf-8"
    )
    assert {(one.code, one.row, one.values["column"]) for one in linted(sheets)} == {
        ("no_such_column", "tasks_done", "place")
    }


def test_an_edited_sheet_gets_a_new_version(tmp_path: Path) -> None:
    sheets = edited(tmp_path, f"text,extra,{LABELS},")
    assert build("visit_school", sheets).version != build("visit_school").version
    assert build("visit_lksa", sheets).version == build("visit_lksa").version


def test_a_sheet_that_was_edited_meanwhile_is_built_anew_and_an_unedited_one_is_not(tmp_path: Path) -> None:
    sheets = edited(tmp_path, f"text,extra,{LABELS},")
    before, other = build("visit_school", sheets), build("visit_lksa", sheets)
    survey = sheets / "visit_school" / "survey.csv"
    survey.write_text(survey.read_text(encoding="utf-8").replace("text,extra,", "text,renamed,"), encoding="utf-8")
    after = build("visit_school", sheets)
    assert "/extra" in before.xform and "/renamed" not in before.xform
    assert "/renamed" in after.xform and "/extra" not in after.xform and after.xlsx != before.xlsx
    assert build("visit_lksa", sheets).xlsx is other.xlsx


# ── ODK Validate


def broken(form: BuiltForm, old: str, new: str) -> BuiltForm:
    assert old in form.xform
    return replace(form, xform=form.xform.replace(old, new))


@pytest.mark.ci
def test_what_only_validate_knows_is_said_of_the_form_it_is_about(forms: dict[str, BuiltForm]) -> None:
    many = [
        broken(forms["visit_school"], "count-selected(", "counted("),
        forms["visit_lksa"],
        broken(forms["visit_pojok_asi"], "</h:html>", ""),
    ]
    found = check(many, columns_on_phones())
    said = {id_: " ".join(one.values["text"] for one in findings) for id_, findings in found.items()}
    assert {one.code for findings in found.values() for one in findings} == {"validate_refuses"}
    assert "cannot handle function 'counted'" in said["visit_school"]
    assert said["visit_lksa"] == ""
    assert said["visit_pojok_asi"].endswith("must start and end within the same entity.")


def test_a_form_can_be_filled_in_where_others_were_validated(filler: FormFiller, forms: dict[str, BuiltForm]) -> None:
    xform = forms["visit_lksa"].xform
    before = filler.fill(xform, {}).asked
    assert filler.validate("no form") != [] and filler.validate(xform) == []
    assert filler.fill(xform, {}).asked == before


@pytest.mark.ci
def test_one_process_has_java_for_any_number_of_forms(
    forms: dict[str, BuiltForm], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    class Counted(subprocess.Popen[str]):
        def __init__(self, command: list[str], *more: Any, **options: Any) -> None:
            started.append(command)
            super().__init__(command, *more, **options)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    many = [replace(form, form_id=f"{form.form_id}_{number}") for form in forms.values() for number in range(3)]
    assert check(many, columns_on_phones()) == {form.form_id: [] for form in many}
    assert started == [[sys.executable, "-m", "xlsforms.engine"]]
