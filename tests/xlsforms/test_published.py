"""What went out stays: a form may gain questions and choices, and retire them; it takes nothing away."""

from pathlib import Path

import pytest

from tests.support.built import built
from tests.support.mending import edited
from workers.sending.publish import columns_on_phones
from xlsforms.build import as_designed, build
from xlsforms.check import lint_built
from xlsforms.fill import FormFiller
from xlsforms.forms import FORMS, SHEETS
from xlsforms.published import FOLDER, PublishedField, fields_of, note, published, went_out
from xlsforms.scenarios import every_answer, media_for

FORM = "visit_school"


def codes(sheets: Path, form_id: str = FORM) -> list[tuple[str, str]]:
    form = build(form_id, sheets)
    return [(one.code, one.row) for one in lint_built([form], columns_on_phones())[form_id]]


def test_a_form_that_went_out_is_still_there_with_all_of_its_fields() -> None:
    record = {file.stem for file in FOLDER.glob("*.csv")}
    assert FORM in record and record <= FORMS.keys()
    assert lint_built(map(built, record), columns_on_phones()) == {form_id: [] for form_id in record}


TAKEN = {
    "taken away": ("parts/arrival.csv", "refused_why", {}, [("field_taken_away", "refused_why")]),
    "renamed": ("parts/arrival.csv", "refused_why", {"name": "why_refused"}, [("field_taken_away", "refused_why")]),
    "another type": (
        "parts/arrival.csv", "refused_why", {"type": "text"}, [("field_of_another_type", "refused_why")],
    ),
    "a choice": ("parts/choices.csv", "permanently", {}, [("choice_taken_away", "closed_why")]),
}  # fmt: skip


@pytest.mark.parametrize("sheet, row, cells, found", TAKEN.values(), ids=TAKEN)
def test_what_is_taken_away_is_named(
    tmp_path: Path, sheet: str, row: str, cells: dict[str, str], found: list[tuple[str, str]]
) -> None:
    assert codes(edited(tmp_path, sheet, row, **cells)) == found


def test_an_optional_question_stays_optional_and_a_required_one_may_become_so(tmp_path: Path) -> None:
    optional = next(name for name, field in went_out(FORM).items() if field.required == "" and field.type == "text")
    sheet = next(
        path.relative_to(SHEETS)
        for path in SHEETS.rglob("*.csv")
        if f",{optional}," in path.read_text(encoding="utf-8") and path.parent.name in ("parts", FORM)
    )
    assert codes(edited(tmp_path / "a", str(sheet), optional, required="yes")) == [("field_now_required", optional)]
    assert codes(edited(tmp_path / "b", "parts/arrival.csv", "refused_why", required="")) == []


# ── retired


def test_a_question_is_retired_and_its_field_stays(tmp_path: Path, filler: FormFiller) -> None:
    form = build(FORM, edited(tmp_path, "parts/arrival.csv", "refused_why", retired="2026-12: tidak dipakai (fiktif)"))
    assert lint_built([form], columns_on_phones())[FORM] == []
    assert form.version != built(FORM).version and "retired" not in form.survey[0]
    filled = filler.fill(form.xform, every_answer(form, first=True) | {"arrival": "refused"}, media=media_for(form))
    asked = {name for walk in filled.asked for name in walk}
    assert (filled.problem, "refused_by" in asked, "refused_why" in asked) == (None, True, False)
    assert "<refused_why/>" in form.xform, "its field"
    assert filler.validate(form.xform) == []


def test_a_group_is_retired_with_what_decides_in_it(tmp_path: Path, filler: FormFiller) -> None:
    sheets = edited(tmp_path, "visit_daycare/survey.csv", "papers", retired="2026-12 (fiktif)")
    form = build("visit_daycare", sheets)
    assert lint_built([form], columns_on_phones())["visit_daycare"] == []
    gone = set(built("visit_daycare").criteria) - set(form.criteria)
    assert gone == {"daycare_licence", "daycare_certificate", "no_physical_punishment", "two_adults_rule",
                    "parents_may_enter", "incident_book"}  # fmt: skip
    filled = filler.fill(form.xform, every_answer(form, first=True), media=media_for(form))
    assert filled.problem is None and not gone & {name for walk in filled.asked for name in walk}


def test_an_empty_column_retires_nothing_and_is_no_other_version(tmp_path: Path) -> None:
    sheets = edited(tmp_path, "parts/arrival.csv", "refused_why", retired="")
    assert build(FORM, sheets).version == built(FORM).version


# ── the record


def test_a_release_adds_to_the_record_and_takes_nothing_from_it(tmp_path: Path) -> None:
    before = as_designed(built(FORM))
    assert note(before, tmp_path) == len(list(fields_of(before)))
    assert note(before, tmp_path) == 0
    first = published(FORM, tmp_path)
    sheets = edited(tmp_path, "parts/arrival.csv", "refused_why", required="", name="why_refused")
    later = as_designed(build(FORM, sheets))
    assert note(later, tmp_path) == 1
    after = published(FORM, tmp_path)
    assert {name: field for name, field in after.items() if name != "why_refused"} == first
    assert after["why_refused"].since == later.settings["version"] != first["refused_why"].since
    assert all(isinstance(field, PublishedField) for field in after.values())


def test_what_was_optional_once_is_optional_on_record(tmp_path: Path) -> None:
    note(as_designed(built(FORM)), tmp_path)
    assert published(FORM, tmp_path)["refused_why"].required == "yes"
    lenient = as_designed(build(FORM, edited(tmp_path, "parts/arrival.csv", "refused_why", required="")))
    for form, rows in ((lenient, 1), (as_designed(built(FORM)), 0)):
        assert note(form, tmp_path) == rows and published(FORM, tmp_path)["refused_why"].required == ""


def test_a_choice_that_is_added_is_added_to_the_record_and_one_that_went_stays(tmp_path: Path) -> None:
    note(as_designed(built(FORM)), tmp_path)
    sheets = edited(tmp_path, "parts/choices.csv", "permanently", name="for_good")
    assert note(as_designed(build(FORM, sheets)), tmp_path) == 1
    choices = published(FORM, tmp_path)["closed_why"].choices
    assert {"permanently", "for_good"} <= set(choices)
