"""What can be seen is asked in the words of the indicator data, and nothing else is."""

import csv
import shutil
from pathlib import Path

import pytest

from server.rulebook import load_indicators
from tests.support.built import built
from xlsforms.build import build
from xlsforms.criteria import LANGUAGES, UnknownCriterion, as_question, load_set
from xlsforms.forms import FORMS, SHEETS

SET = load_indicators()


def question(**row: str) -> dict[str, str]:
    return as_question({"type": "criterion", "relevant": "", **row}, SET)


def test_a_criterion_is_asked_in_the_words_and_on_the_scale_of_the_data() -> None:
    asked, chair = question(name="chair", required="yes"), SET.criteria["chair"]
    assert asked["type"] == f"select_one {chair.scale.code}" and asked["required"] == "yes"
    assert [asked[f"label::{column}"] for column in LANGUAGES.values()] == [chair.text["id"], chair.text["en"]]


def test_one_of_some_kinds_of_place_is_asked_at_these_on_top_of_the_sheets_own_condition() -> None:
    there = "selected('perpustakaan_keliling', ${kind})"
    assert question(name="routine_schedule")["relevant"] == there
    assert question(name="routine_schedule", relevant="${x} = 1 or ${y} = 1")["relevant"] == (
        f"({there}) and (${{x}} = 1 or ${{y}} = 1)"
    )
    assert question(name="chair", relevant="${x} = 1")["relevant"] == "${x} = 1"


REFUSED = {
    "unknown": ({"name": "sofa"}, "sofa: the indicator data has no criterion"),
    "in other words": ({"name": "chair", "label::English (en)": "A stool"}, "chair: its words come from the indicator"),
    "on another scale": ({"name": "chair", "type": "select_one yes_no"}, "chair: is a criterion of the indicator data"),
}


@pytest.mark.parametrize("row, sentence", REFUSED.values(), ids=REFUSED)
def test_a_form_that_asks_otherwise_cannot_be_built(row: dict[str, str], sentence: str, tmp_path: Path) -> None:
    sheets = tmp_path / "sheets"
    shutil.copytree(SHEETS, sheets)
    with (sheets / "visit_pojok_asi/survey.csv").open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with (sheets / "visit_pojok_asi/survey.csv").open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns).writerow({"type": "criterion", **row})
    with pytest.raises(UnknownCriterion, match=sentence):
        build("visit_pojok_asi", sheets)


def test_a_changed_word_of_the_data_is_a_new_version_of_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    before = build("visit_pojok_asi").version
    monkeypatch.setitem(SET.criteria["chair"].text, "id", "Kursi lain")
    monkeypatch.setattr("xlsforms.build.load_set", lambda _: SET)
    assert build("visit_pojok_asi").version != before


def test_the_forms_own_set_is_the_one_that_is_verified_with() -> None:
    assert load_set(SET.id) == SET


@pytest.mark.parametrize("form_id", FORMS)
def test_every_criterion_of_a_form_is_one_that_its_kinds_of_place_have(form_id: str) -> None:
    form = built(form_id)
    assert bool(form.criteria) == (FORMS[form_id] == "visit")
    named = {c.code for i in SET.indicators if set(form.kinds) & set(i.facility_kinds) for c in i.criteria}
    assert set(form.criteria) - named <= INFORMING.get(form_id, set())


# what indicators without a list of these kinds name: "visits inform"
INFORMING = {
    "visit_school": {"mechanism_made_known", "evacuation_map", "assembly_point", "drill_log", "declared_smoke_free",
                     "nobody_smoking", "no_tobacco_sale", "no_tobacco_promotion"},
    "visit_pojok_asi": {"no_formula_promotion"},
    "visit_health_service": {"declared_smoke_free", "nobody_smoking", "no_tobacco_sale", "no_tobacco_promotion"},
    "visit_birth_registration": {"no_charge", "service_within_reach", "free_notice", "register_count",
                                 "collective_registration", "neglected_children", "court_fix"},
    "visit_daycare": {"step_free_access", "toilet_accessible", "material_accessible"},
}  # fmt: skip
