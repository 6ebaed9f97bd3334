"""The minutes of a discussion with a children's forum: counts and what it said together; no child, no day."""

import csv
import re
from typing import Any

import pytest

from tests.support.filling import FormFilling, answer
from verification.reading.forum import (
    ForumAnswer,
    ForumChosen,
    ForumEnded,
    ForumLedBy,
    ForumMinutes,
    ForumProcess,
    ForumRepresents,
    read_minutes,
)
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import Filled, FormFiller
from xlsforms.forms import SHEETS
from xlsforms.scenarios import DISTRICT, media_for

FORM = "forum_minutes"
HELD: dict[str, Any] = {
    "forum_district": DISTRICT, "forum_code": "N-7KQM2F", "forum_year": 2025, "forum_month": "11",
    "outsiders": "no", "two_adults": "yes",
    "n_invited": 14, "n_parent_consent": 12, "n_assent": 11, "n_present": 10, "n_stopped": 1, "band_10_12": 2,
    "band_13_15": 5, "band_16_17": 3, "n_disability": 1, "q_invited_planning": "yes", "q_invited_monitoring": "no",
    "q_invited_evaluation": "not_discussed", "q_proposals": 4, "q_answered": 1, "q_who_leads": "children",
    "q_chosen_how": "by_children", "q_represent": ["subdistricts", "disability"], "summary": "Ingin taman (fiktif).",
}  # fmt: skip
SAID = {name for name in HELD if name.startswith("q_")} | {"summary"}


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM], media_for(forms[FORM]))


def read(filled: Filled) -> ForumMinutes:
    return read_minutes(read_answers(filled.xml), "uuid:1", "uuid:1")


def test_minutes_read_back_as_they_were_filled_in(fill: FormFilling) -> None:
    filled = fill(HELD)
    assert (filled.problem, filled.refused) == (None, [])
    assert read(filled) == ForumMinutes(
        "uuid:1", "uuid:1", None, "2025-11", "99.01", "N-7KQM2F", two_adults=True, present=10, bands=(2, 5, 3),
        disability=1, proposals=4, answered=1, led_by=ForumLedBy.CHILDREN, chosen=ForumChosen.BY_CHILDREN,
        invited_to={ForumProcess.PLANNING: ForumAnswer.YES, ForumProcess.MONITORING: ForumAnswer.NO,
                    ForumProcess.EVALUATION: ForumAnswer.NOT_DISCUSSED},
        represents=frozenset({ForumRepresents.SUBDISTRICTS, ForumRepresents.DISABILITY}),
        summary="Ingin taman (fiktif).",
    )  # fmt: skip


def test_with_others_there_it_ends_and_they_begin_again(fill: FormFilling) -> None:
    filled = fill(HELD | {"outsiders": "yes"})
    assert "start_again" in filled.asked[0] and not {"two_adults", "n_present", *SAID} & set(filled.asked[0])
    after_all = fill(HELD, {"outsiders": "yes"})
    assert not {name for name in ("n_present", *SAID) if answer(after_all.xml, name)}, "it is taken back"
    assert read(filled).ended is read(after_all).ended is ForumEnded.OUTSIDERS


def test_of_fewer_than_five_nothing_is_asked_that_they_said(fill: FormFilling) -> None:
    filled = fill(HELD | {"n_present": 4, "n_stopped": 0})
    assert "too_few" in filled.asked[0] and not SAID & set(filled.asked[0])
    assert read(filled) == ForumMinutes("uuid:1", "uuid:1", ForumEnded.TOO_FEW, "2025-11", "99.01", "N-7KQM2F")


REFUSED = {
    "more present than agreed": ("n_present", 12, "Tidak ada anak yang ikut tanpa kesediaannya sendiri."),
    "more agreed than parents": ("n_assent", 13, "Tidak ada anak yang ikut tanpa izin orang tua atau wali."),
    "more consents than invited": ("n_parent_consent", 15, "Lebih banyak izin daripada anak yang diundang."),
    "more ages than children": ("band_16_17", 4, "Jumlah menurut umur melebihi yang hadir."),
    "more answered than made": ("q_answered", 5, "Lebih banyak yang dijawab daripada yang disampaikan."),
    "a code of a children's session": ("forum_code", "K7QM-2F9D", "Kode notulen ditulis N-"),
    "a person's number": ("summary", "Hubungi 081234567890", "Paling panjang 500 huruf, tanpa nomor orang."),
    "a story": ("summary", "x" * 501, "Paling panjang 500 huruf, tanpa nomor orang."),
    "a month that has not come": ("forum_year", 2999, "Tulis tahun, dari 2020 sampai tahun ini."),
}


@pytest.mark.parametrize("name, value, sentence", REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_written_is_refused(fill: FormFilling, name: str, value: Any, sentence: str) -> None:
    (refused,) = [one for one in fill(HELD | {name: value}).refused if one["question"] == name]
    assert refused["sentence"].startswith(sentence)


def test_a_reader_trusts_no_phone_with_the_chain_of_consents() -> None:
    """An older or another client may send what this form refuses."""
    sent = {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in HELD.items()}
    for wrong in ({"n_present": "12"}, {"n_assent": "13"}, {"n_parent_consent": None}, {"n_stopped": "11"}):
        found = read_minutes(sent | wrong, "a", "a")
        assert found.ended is ForumEnded.COUNTS and found.summary is None and not found.invited_to
    assert read_minutes(sent | {"outsiders": None}, "a", "a").ended is ForumEnded.OUTSIDERS
    assert read_minutes(sent | {"forum_code": "K7QM-2F9D"}, "a", "a").code is None


def test_nothing_is_in_it_that_tells_a_day_a_place_or_a_child(fill: FormFilling, forms: dict[str, BuiltForm]) -> None:
    xml = fill(HELD).xml
    assert not re.search(r"\d\d:\d\d|\d{4}-\d\d-\d\d|N-7KQM2F.*N-7KQM2F", xml), "its name has no code, nothing a day"
    assert "jr:preload=" not in re.sub(r'jr:preload="uid"', "", forms[FORM].xform)
    traces = {"start", "end", "today", "deviceid", "username", "audit", "geopoint", "image", "audio", "date"}
    assert traces & {row["type"] for row in forms[FORM].survey} == set()


@pytest.mark.parametrize("list_name, values", [("forum_answer", ForumAnswer), ("forum_led_by", ForumLedBy),
                                               ("forum_chosen", ForumChosen),
                                               ("forum_represents", ForumRepresents)])  # fmt: skip
def test_form_and_reader_have_the_same_words(list_name: str, values: Any) -> None:
    with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
        offered = [row["name"] for row in csv.DictReader(sheet) if row["list_name"] == list_name]
    assert offered == list(values)
