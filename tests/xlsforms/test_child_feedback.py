"""What children are asked: nothing tells who it was, all may be skipped; their page asks just what the form asks."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from server.children.kinds import HOMES, OFFERED
from server.rulebook import load_indicators, load_kinds
from tests.support.built import built
from tests.support.environment import examples
from tests.support.mending import edited, with_a_question
from verification.places.kinds import Shown
from verification.summing.children import QUESTIONS
from workers.central.xml import read_answers
from workers.sending.publish import columns_on_phones
from xlsforms.build import build
from xlsforms.check import check, lint_built
from xlsforms.child_page import NotForThePage, child_page
from xlsforms.fill import FormFiller
from xlsforms.forms import CHILD_FORM, FORMS, SHEETS

SHEET = f"{CHILD_FORM}/survey.csv"
SESSION = {"district_code": 9901, "year": 2026, "month": 11}
PAGE = child_page(built(CHILD_FORM))
NAMES = {question["name"]: question for question in PAGE["questions"]}


def codes(sheets: Path) -> set[tuple[str, str]]:
    form = build(CHILD_FORM, sheets)
    return {(one.code, one.row) for one in lint_built([form], columns_on_phones())[CHILD_FORM]}


def test_it_passes_all_rules_and_odk_validate_and_no_phone_has_it() -> None:
    assert check([built(CHILD_FORM)], columns_on_phones()) == {CHILD_FORM: []}
    assert CHILD_FORM not in FORMS and (built(CHILD_FORM).kinds, built(CHILD_FORM).modules) == ((), ())


# ── nothing that tells who it was


RECORDS = ["text", "geopoint", "geotrace", "start", "end", "today", "date", "time", "dateTime", "deviceid", "username",
           "phonenumber", "email", "image", "audio", "video", "file", "barcode", "integer", "decimal", "range",
           "start-geopoint", "select_multiple child_answer", "select_one_from_file facilities.csv",
           "rank child_answer", "select_one child_answer or_other", "acknowledge"]  # fmt: skip


@pytest.mark.parametrize("kind", RECORDS)
def test_whatever_would_record_who_it_was_is_refused(tmp_path: Path, kind: str) -> None:
    form = with_a_question(tmp_path, CHILD_FORM, type=kind, parameters="start=1 end=9 step=1" * (kind == "range"))
    found = {(one.code, one.row) for one in lint_built([form], columns_on_phones())[CHILD_FORM]}
    assert ("child_could_be_known", "rekaan") in found


COMPUTED = {"calculation": "now()", "default": "${last-saved#sex_opt}", "trigger": "${assent}"}


@pytest.mark.parametrize("column", COMPUTED)
def test_nothing_is_computed(tmp_path: Path, column: str) -> None:
    cells = {"calculation": "now()", column: COMPUTED[column]}
    sheets = edited(tmp_path, SHEET, "sex_opt", **cells)
    assert ("child_could_be_known", "sex_opt") in codes(sheets)


def test_a_computed_name_and_an_audit_are_refused(tmp_path: Path) -> None:
    sheets = edited(tmp_path, SHEET, "sex_opt", type="calculate", calculation="uuid()")
    settings = sheets / CHILD_FORM / "settings.csv"
    settings.write_text(settings.read_text().replace("form_id,", "form_id,instance_name,", 1)
                        .replace(f"{CHILD_FORM},", f"{CHILD_FORM},now(),", 1))  # fmt: skip
    assert {("child_could_be_known", "sex_opt"), ("child_could_be_known", "")} <= codes(sheets)
    audited = with_a_question(tmp_path / "a", CHILD_FORM, name="audit", type="audit")
    assert ("child_could_be_known", "audit") in {
        (one.code, one.row) for one in lint_built([audited], columns_on_phones())[CHILD_FORM]
    }


PLANTED = {
    "a long list": ("sex_opt", {"type": "select_one facility_kind"}, ("child_list_long", "sex_opt")),
    "a question that must be answered": ("like_place", {"required": "yes"}, ("child_cannot_skip", "like_place")),
    "a question without skip": ("like_place", {"type": "select_one yes_no"}, ("child_cannot_skip", "like_place")),
    "help not told first": ("in_danger", {}, ("child_not_told", "what_this_is")),
    "help not told at the end": ("concern", {}, ("child_not_told", "concern")),
    "help told to some": ("concern", {"relevant": "selected('yes', ${assent})"}, ("child_not_told", "concern")),
    "nobody asked whether": ("answers", {"relevant": ""}, ("child_not_asked_whether", "age_band")),
    "no age asked": ("of_the_place", {"relevant": ""}, ("child_not_asked_whether", "like_place")),
    "services for victims": (
        "place_kind", {"type": "select_one facility_kind"}, ("child_not_asked_there", "uptd_ppa"),
    ),
    "a birthday": ("sex_opt", {"name": "birth"}, ("asks_for_a_person", "birth")),
}  # fmt: skip


@pytest.mark.parametrize("row, cells, found", PLANTED.values(), ids=PLANTED)
def test_what_a_child_is_owed_is_kept(tmp_path: Path, row: str, cells: dict[str, str], found: tuple[str, str]) -> None:
    named = cells.get("name") or row
    sheets = edited(tmp_path, SHEET, row, **cells)
    assert found in codes(sheets), named


def test_no_child_is_asked_in_a_shelter_or_where_victims_seek_help() -> None:
    kinds = load_kinds().by_code
    hidden = {code for code, kind in kinds.items() if kind.shown is Shown.ON_NO_LIST}
    of_victims = set(load_indicators().by_number[28].facility_kinds)
    assert set(PAGE["kinds"]) <= kinds.keys() - hidden - of_victims - {"paud"}


def test_the_form_asks_about_each_kind_of_place_for_which_a_session_can_be_planned_and_no_other() -> None:
    assert {*OFFERED, *HOMES} == set(PAGE["kinds"])
    asked = {question["name"] for question in PAGE["questions"]}
    assert set(QUESTIONS) < asked and "feel_ok_place" in asked, "what is summed up is asked"


def test_places_have_the_words_that_other_forms_have() -> None:
    with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
        rows = [row for row in csv.DictReader(sheet) if row["list_name"] in ("facility_kind", "child_place_kind")]
    words = {row["name"]: list(row.values())[2:] for row in rows if row["list_name"] == "facility_kind"}
    assert all(words[row["name"]] == list(row.values())[2:] for row in rows)


def test_words_are_short() -> None:
    """What is said at once to a ten-year-old: few words, few of them long; a question in one sentence."""
    said = [*PAGE["intro"], *PAGE["outro"], *(question["label"] for question in PAGE["questions"])]
    said += [note for question in PAGE["questions"] for choice in question["choices"]
             for note in choice.get("ends", choice.get("again", ()))]  # fmt: skip
    for language in ("id", "en"):
        sentences = [one for text in said for one in re.split(r"(?<=[.!?])\s+", text[language])]
        assert max(len(one.split()) for one in sentences) <= 17
        assert all(question["label"][language].count("?") == 1 for question in PAGE["questions"])


# ── the page asks what the form asks


def walked(kind: str, answers: dict[str, str]) -> list[str]:
    """Name what the page asks, by its JSON alone, until it ends."""
    asked = []
    for question in PAGE["questions"]:
        if question["kinds"] is None or kind in question["kinds"]:
            asked.append(question["name"])
            (choice,) = (one for one in question["choices"] if one["name"] == answers[question["name"]])
            if "ends" in choice or "again" in choice:
                return asked
    return asked


CHOSEN = some.fixed_dictionaries(
    {name: some.sampled_from([choice["name"] for choice in question["choices"]]) for name, question in NAMES.items()}
)
ON_THE_WAY = some.sampled_from(({}, {"assent": "yes"}, {"assent": "yes", "age_band": "13_15"}))  # or few get far


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(kind=some.sampled_from(PAGE["kinds"]), chosen=CHOSEN, further=ON_THE_WAY)
def test_the_page_asks_exactly_what_the_form_asks_in_its_order(
    filler: FormFiller, kind: str, chosen: dict[str, str], further: dict[str, str]
) -> None:
    answers = chosen | further
    filled = filler.fill(built(CHILD_FORM).xform, SESSION | {"place_kind": kind} | answers, look_at=list(NAMES))
    asked = [name for name in filled.asked[0] if name in NAMES]
    assert asked == walked(kind, answers)
    for name in asked:
        assert filled.offered[name] == [choice["label"]["id"] for choice in NAMES[name]["choices"]]
    assert (filled.problem, filled.refused) == (None, [])


@pytest.mark.parametrize("kind", PAGE["kinds"])
def test_at_each_kind_of_place_all_that_is_answered_is_kept_and_nothing_more(filler: FormFiller, kind: str) -> None:
    answers = {"assent": "yes", "age_band": "10_12"} | {
        name: "skip" for name in NAMES if name not in ("assent", "age_band")
    }
    filled = filler.fill(built(CHILD_FORM).xform, SESSION | {"place_kind": kind} | answers)
    kept = _leaves(read_answers(filled.xml))
    asked = walked(kind, answers)
    assert 5 <= len(asked) <= 12, "a few minutes"
    assert kept == {name: answers[name] for name in asked} | {"place_kind": kind} | {
        name: str(value) for name, value in SESSION.items()
    }
    assert {"like_place", "feel_ok_place"} <= set(asked) and asked[:2] == ["assent", "age_band"]


def _leaves(answers: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answers.items():
        found |= _leaves(value) if isinstance(value, dict) else {name: str(value)} if value else {}
    return {name: value for name, value in found.items() if name != "instanceID"}


def test_notes_before_the_first_question_and_after_the_last_are_the_forms() -> None:
    notes = {
        row["name"]: row["label::Bahasa Indonesia (id)"] for row in built(CHILD_FORM).survey if row["type"] == "note"
    }
    assert [one["id"] for one in PAGE["intro"]] == [
        notes[name] for name in ("what_this_is", "not_named", "in_danger", "may_stop")
    ]
    assert [one["id"] for one in PAGE["outro"]] == [notes["thanks"], notes["concern"]]
    assent, age = (
        {choice["name"]: choice.get("ends", choice.get("again")) for choice in NAMES[name]["choices"]}
        for name in ("assent", "age_band")
    )
    assert (assent["yes"], assent["no"], len(assent["tell"])) == (None, [], 4)
    assert [name for name, ends in age.items() if ends] == ["below_10", "from_18"]
    assert all(choice.keys() == {"name", "label", "picture"} for name, question in NAMES.items()
               if name not in ("assent", "age_band") for choice in question["choices"])  # fmt: skip


NOT_SHOWN = {
    "another condition": ("like_place", {"relevant": "${may_come} = 'yes'"}),
    "by an answer": ("like_place", {"relevant": "selected('yes', ${may_come})"}),
    "a group by the kind of place": ("of_the_place", {"relevant": "selected('sekolah', ${place_kind})"}),
    "a filter": ("sex_opt", {"choice_filter": "name != 'skip'"}),
    "a refusal": ("sex_opt", {"constraint": ". != 'skip'"}),
    "a text": ("sex_opt", {"type": "text"}),
}  # fmt: skip


@pytest.mark.parametrize("row, cells", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_what_the_page_could_not_show_as_the_form_has_it_is_refused(
    tmp_path: Path, row: str, cells: dict[str, str]
) -> None:
    with pytest.raises(NotForThePage, match=r"\w+: "):
        child_page(build(CHILD_FORM, edited(tmp_path, SHEET, row, **cells)))
