"""The interview with an adult: about places, with consent first, and nothing by which somebody could be found."""

import csv
import re
from datetime import date
from typing import Any

import pytest

from server.rulebook import load_indicators, load_kinds
from tests.support.filling import FormFilling, answer, listed
from verification.places.kinds import Shown
from verification.reading.fields import Heard
from verification.reading.interview import (
    QUESTIONS,
    Ended,
    Interview,
    InterviewRole,
    InterviewTopic,
    Party,
    read_interview,
)
from workers.central.xml import read_answers
from xlsforms.build import BuiltForm
from xlsforms.fill import Filled, FormFiller
from xlsforms.forms import SHEETS

FORM = "interview_adult"
AGREED = {"adult_18": "yes", "consent": "yes", "staff_near": "no"}
COMMUNITY: dict[str, Any] = AGREED | {
    "role": "parent", "topic": ["place"], "about_listed_place": "yes", "facility": listed("taman"),
    "knows_place": "yes", "used_here_12m": "no", "open_when_needed": "unknown", "paid_here": "no",
}  # fmt: skip
THIRD_PARTY: dict[str, Any] = AGREED | {
    "role": "ngo", "topic": ["budget", "task_force"], "about_listed_place": "no", "subdistrict_given": "Melati",
    "may_be_named": "yes", "institution_and_post": "Lembaga Rekaan, ketua", "document_seen": "yes", "gt_met": 3,
    "statement": "Laporan dibahas terbuka.",
}  # fmt: skip
PLACE = {"knows_place", "used_here_12m", "open_when_needed", "paid_here"}


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM])


def read(filled: Filled) -> Interview:
    return read_interview(read_answers(filled.xml), "uuid:1", "uuid:1")


def stored(filled: Filled) -> dict[str, str]:
    """Give all that a submission says, but for what names the submission itself."""
    return dict(re.findall(r"<([a-z]\w*)>([^<]+)</\1>", re.sub(r"<instanceID>[^<]*</instanceID>", "", filled.xml)))


# ── consent


ENDED = {
    "no adult": ({"adult_18": "no"}, "adults_only", Ended.NO_ADULT),
    "no consent": ({"adult_18": "yes", "consent": "no"}, "consent_refused", Ended.NO_CONSENT),
}


@pytest.mark.parametrize("answers, kindly, ended", ENDED.values(), ids=ENDED)
def test_every_no_ends_it_kindly_and_nothing_else_is_stored(
    fill: FormFilling, answers: dict[str, str], kindly: str, ended: Ended
) -> None:
    filled = fill(COMMUNITY | answers)
    assert filled.asked[0] == [*answers, kindly, "concern"]
    assert (filled.problem, filled.refused) == (None, [])
    assert stored(filled) == answers | {"instanceName": "Wawancara"}
    assert read(filled) == Interview("uuid:1", "uuid:1", ended)


@pytest.mark.parametrize("answers", [COMMUNITY, THIRD_PARTY], ids=["community", "third party"])
@pytest.mark.parametrize("no", ["adult_18", "consent"])
def test_going_back_to_no_takes_back_all_that_was_said(fill: FormFilling, no: str, answers: dict[str, Any]) -> None:
    filled = fill(answers, {no: "no"})
    assert filled.problem is None
    assert stored(filled).keys() <= {"adult_18", "consent", "instanceName"}


def test_consent_comes_before_everything(fill: FormFilling) -> None:
    assert fill({}).asked[0] == ["adult_18", "concern"]
    assert fill({}).problem == "adult_18"
    assert fill(COMMUNITY).asked[0][:3] == ["adult_18", "consent", "staff_near"]


# ── what is asked


def test_the_community_is_asked_about_the_place_and_writes_nothing_in_words(fill: FormFilling) -> None:
    filled = fill(COMMUNITY)
    assert (filled.problem, filled.refused) == (None, [])
    assert set(filled.asked[0]) >= PLACE
    assert {"may_be_named", "institution_and_post", "document_seen", "statement"}.isdisjoint(filled.asked[0])
    assert read(filled) == Interview(
        "uuid:1", "uuid:1", None, staff_near=False, day=date.fromisoformat(str(answer(filled.xml, "interview_day"))),
        role=InterviewRole.PARENT, topics=frozenset({InterviewTopic.PLACE}), facility_id=listed("taman"),
        answers={"knows_place": Heard.YES, "used_here_12m": Heard.NO, "open_when_needed": Heard.UNKNOWN,
                 "paid_here": Heard.NO},
    )  # fmt: skip


def test_a_third_party_is_an_institution_and_named_where_it_agrees(fill: FormFilling) -> None:
    said = read(fill(THIRD_PARTY))
    assert (said.named, said.statement, said.task_force_met, said.subdistrict, said.unread) == (
        "Lembaga Rekaan, ketua", "Laporan dibahas terbuka.", 3, "Melati", (),
    )  # fmt: skip
    assert PLACE.isdisjoint(fill(THIRD_PARTY).asked[0]), "no place is meant"
    taken_back = fill(THIRD_PARTY, {"may_be_named": "no"})
    assert "Rekaan" not in taken_back.xml and read(taken_back).named is None


BY_TOPIC = {"registration": "akta_paid", "smoke": "smoke_here", "school_road": "safe_crossing", "water": "water_today",
            "task_force": "gt_met"}  # fmt: skip


@pytest.mark.parametrize("topic", InterviewTopic)
def test_each_topic_has_its_questions(fill: FormFilling, topic: InterviewTopic) -> None:
    asked = set(fill(COMMUNITY | {"topic": [topic]}).asked[0])
    about_it = {BY_TOPIC[topic]} if topic in BY_TOPIC else set()
    assert asked & set(BY_TOPIC.values()) == about_it
    is_about_a_place = topic in {"place", "breastfeeding", "family_service", "play", "clinic"}
    assert asked & PLACE == (PLACE if is_about_a_place else set())


def test_going_back_to_another_role_forgets_what_it_is_not_asked(fill: FormFilling) -> None:
    filled = fill(COMMUNITY, {"role": "media", "may_be_named": "no"})
    assert answer(filled.xml, "used_here_12m") is None and read(filled).role is InterviewRole.MEDIA
    back = fill(THIRD_PARTY, {"role": "visitor"})
    assert {"institution_and_post", "statement", "document_seen"}.isdisjoint(stored(back))


def test_all_that_could_be_asked_takes_a_quarter_of_an_hour_at_most(fill: FormFilling) -> None:
    everything = {"topic": list(InterviewTopic)}
    assert fill.seconds(COMMUNITY | everything) <= 15 * 60
    assert fill.seconds(THIRD_PARTY | everything | {"about_listed_place": "yes", "facility": listed("taman")}) <= 900


# ── what is refused


REFUSED = {
    "a person's number": ("statement", "Hubungi 081234567890", "Paling panjang 300 huruf, tanpa nomor orang."),
    "a story": ("statement", "x" * 301, "Paling panjang 300 huruf, tanpa nomor orang."),
    "a name with a number": ("institution_and_post", "Budi 3321010101010001", "Paling panjang 100 huruf, tanpa"),
    "a subdistrict with a number": ("subdistrict_given", "Melati 332101010", "Paling panjang 60 huruf, tanpa"),
    "more meetings than days": ("gt_met", 367, "Tulis bilangan dari 0 sampai 366."),
}


@pytest.mark.parametrize("name, value, sentence", REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_written_is_refused(fill: FormFilling, name: str, value: Any, sentence: str) -> None:
    (refused,) = fill(THIRD_PARTY | {name: value}).refused
    assert refused["question"] == name and refused["sentence"].startswith(sentence)


HIDDEN = [kind.code for kind in load_kinds().by_code.values() if kind.shown is not Shown.OPENLY]
OF_VICTIMS = load_indicators().by_number[28].facility_kinds


@pytest.mark.parametrize("kind", sorted({*HIDDEN, *OF_VICTIMS}))
def test_no_interview_is_about_a_home_a_shelter_or_a_service_for_victims(fill: FormFilling, kind: str) -> None:
    """Whether somebody's family has used one is a story about a child."""
    (refused,) = fill(COMMUNITY | {"facility": listed(kind)}).refused
    assert refused == {"question": "facility", "answer": listed(kind), "sentence": "not offered"}


# ── what it may not hold


def test_only_the_day_is_kept_of_when_it_was(fill: FormFilling, forms: dict[str, BuiltForm]) -> None:
    filled = fill(COMMUNITY)
    assert not re.search(r"\d\d:\d\d", filled.xml)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(answer(filled.xml, "interview_day")))
    assert "jr:preload=" not in re.sub(r'jr:preload="uid"', "", forms[FORM].xform)
    assert "Contoh taman" not in filled.xml, "a place is its number, not its name"


def test_nothing_about_a_child_is_asked(forms: dict[str, BuiltForm]) -> None:
    names = set(re.findall(r'nodeset="/data/(?:\w+/)*(\w+)"', forms[FORM].xform))
    assert {"akta_have", "point", "start", "end", "name_given", "age", "concern_text"}.isdisjoint(names)
    assert set(QUESTIONS) <= names


@pytest.mark.parametrize("list_name, values", [("interview_role", InterviewRole), ("interview_topic", InterviewTopic)])
def test_form_and_reader_have_the_same_words(list_name: str, values: Any) -> None:
    with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
        offered = [row["name"] for row in csv.DictReader(sheet) if row["list_name"] == list_name]
    assert offered == list(values)


@pytest.mark.parametrize("role", InterviewRole)
def test_the_reader_knows_by_the_role_whom_somebody_speaks_for(fill: FormFilling, role: InterviewRole) -> None:
    assert answer(fill(COMMUNITY | {"role": role}).xml, "party") == role.party
    assert (role.party is Party.THIRD_PARTY) == (role in {"ngo", "media", "academic", "other_agency", "task_force"})
