"""Answers in words, and what of them is shown to whom: free text to the round's team, homes' never where not named."""

from typing import Any

import pytest

from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import EVERYONE, viewer_of
from server.forms.answering import answers_in_words
from server.forms.shown import Answers
from server.forms.words import (
    CHOICE,
    CHOICES,
    DATE,
    FILE,
    GROUP,
    LISTED,
    NOTE,
    NUMBER,
    POINT,
    REPEAT,
    TEXT,
    FormQuestion,
    FormWords,
)
from server.register.at_central import turned
from server.roles.account import Account, Held
from server.roles.table import Role
from server.words import catalogue

PLACE = "2dd725f8-c8bb-40e3-807d-056883df1310"
ROOMS = ("room", "room/use", "room/seats")
FORM = FormWords(
    (FormQuestion("opening", GROUP), FormQuestion("opening/arrival", CHOICE, "arrival"),
     FormQuestion("facility", LISTED), FormQuestion("many", CHOICES, "arrival"), FormQuestion("room", REPEAT),
     FormQuestion("room/use", TEXT), FormQuestion("room/seats", NUMBER), FormQuestion("when", DATE),
     FormQuestion("point", POINT), FormQuestion("photo", FILE), FormQuestion("told", NOTE), FormQuestion("last", TEXT)),
    {"id": {"opening": "Pembuka", "opening/arrival": "Apa yang terjadi?", "room": "Ruang", "room/use": "Untuk apa?",
            "many": "Apa saja?", "last": "Lainnya?", "room/seats": "Kursi?", "when": "Kapan?",
            "facility": "Yang mana?"},
     "en": {"opening/arrival": "What happened?"}},
    {"id": {"arrival": {"open": "Buka", "closed": "Tutup"}}}, "id",
)  # fmt: skip
SCHOOL = UnclearedPlace(("sekolah",), "SD Rekaan", "99.01.01.2001", "f-1")
HOME = UnclearedPlace(("lksa",), "Panti Kasih", "99.01.01.2001", "f-1")
SHELTER = UnclearedPlace(("rumah_aman",), "Rumah Melati", "99.01.01.2001", "f-1")


def shown(answers: dict[str, Any], role: Role = Role.SUPERVISOR, place: UnclearedPlace = SCHOOL,
          form: FormWords | None = FORM, language: str = "id") -> list[tuple[str, str]]:  # fmt: skip
    words, viewer = catalogue(language), viewer_of(Account("person:1", (Held(role),)), "99.01", "2025")
    found = Answers(Clearance(words, {}, viewer), words, place, 1, "Desa Melati").shown(form, answers)
    return [(one.question, one.answer) for group in found for one in group.answers]


# ── in words


def test_answers_are_in_the_order_of_the_form_whatever_the_submissions() -> None:
    given = {"last": "x", "room": [{"seats": 2, "use": "aula"}, {"use": "dapur"}], "opening": {"arrival": "open"}}
    found = answers_in_words(FORM, given, "id")
    assert [one.path for one in found] == ["opening/arrival", "room/use", "room/seats", "room[2]/use", "last"]
    assert [one.group for one in found] == ["Pembuka", "Ruang", "Ruang", "Ruang (2)", None]


def test_choices_are_said_in_their_words_and_a_value_that_no_list_has_by_itself() -> None:
    assert shown({"many": "open closed moved"}) == [("Apa saja?", "Buka, Tutup, moved")]
    assert shown({"many": "Bu_Siti"}) == [("Apa saja?", "–")], "a list's values are written small"
    assert shown({"opening": {"arrival": "open"}}, language="en") == [("What happened?", "Buka")]


def test_what_is_no_answer_is_left_out() -> None:
    given = {"point": "-5 110 0 5", "photo": "1.jpg", "told": "x", "start": "2026", "unknown": "x", "many": None,
             "meta": {"instanceID": "uuid:1"}, "__id": "x"}  # fmt: skip
    assert shown(given) == []


def test_numbers_and_days_are_written_as_the_language_writes_them() -> None:
    given = {"room": [{"seats": 1250.5}], "when": "2026-11-27"}
    assert shown(given) == [("Kursi?", "1.250,5"), ("Kapan?", "27 Nov 2026")]
    assert shown(given, language="en")[1] == ("Kapan?", "27 Nov 2026")


def test_a_place_of_the_list_on_phones_goes_by_the_registers_name() -> None:
    assert shown({"facility": "f-1"}) == [("Yang mana?", "SD Rekaan")]
    school = UnclearedPlace(SCHOOL.kinds, SCHOOL.name, SCHOOL.village, PLACE)
    assert shown({"facility": PLACE}, place=school) == [("Yang mana?", "SD Rekaan")]
    assert shown({"facility": turned(PLACE, 1)}, place=school) == [("Yang mana?", "SD Rekaan")]
    assert shown({"facility": turned(PLACE, 2)}, place=school) == [("Yang mana?", "dipilih dari daftar di ponsel")]
    assert shown({"facility": "f-2"}) == [("Yang mana?", "dipilih dari daftar di ponsel")]
    assert shown({"facility": "f-1"}, Role.ASSESSOR, HOME) == [("Yang mana?", "LKSA/panti asuhan anak")]


def test_without_words_questions_go_by_name_and_nothing_but_known_words_is_repeated() -> None:
    given = {"seen": {"chair": "yes"}, "arrival": "refused", "word": "Rahasia", "start": "x", "point": "1 2 3 4"}
    assert shown(given, form=None) == [
        ("seen/chair", "ada, terlihat"), ("arrival", "Ditolak"),
        ("word", "isinya ditampilkan setelah formulirnya dibaca"),
    ]  # fmt: skip


# ── to whom


@pytest.mark.parametrize("role, is_told", [
    (Role.SUPERVISOR, True), (Role.ASSESSOR, False), (Role.INSPECTORATE, False), (Role.INDEPENDENT, False),
])  # fmt: skip
def test_free_text_is_read_by_the_rounds_team_alone(role: Role, is_told: bool) -> None:
    ((_, answer),) = shown({"last": "Ruang sempit"}, role)
    assert (answer == "Ruang sempit") is is_told
    assert is_told or answer == "Teks bebas: hanya dibaca oleh tim putaran ini."


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.OBSERVER, Role.SECRETARIAT, Role.PROVINCIAL])
def test_who_may_not_open_a_submission_is_shown_no_answer(role: Role) -> None:
    assert shown({"opening": {"arrival": "open"}, "last": "x"}, role) == []


def test_nobody_is_shown_free_text_about_a_shelter() -> None:
    assert shown({"last": "x"}, Role.SUPERVISOR, HOME) == [("Lainnya?", "x")], "who may see the home named"
    ((_, answer),) = shown({"last": "Ruang sempit"}, Role.SUPERVISOR, SHELTER)
    assert "sempit" not in answer


@pytest.mark.parametrize("text", ["NIK 3321010101010001", "telepon 0812-3456-7890", "+62 812 3456 789"])
def test_what_looks_like_a_persons_number_is_never_repeated(text: str) -> None:
    ((_, answer),) = shown({"last": text})
    assert "…" in answer and not any(run.isdigit() and len(run) > 3 for run in answer.replace("-", " ").split())
    assert shown({"room": [{"seats": 81234567890}]})[0][1] == "…"


def test_an_edit_is_told_before_and_after_in_words_and_a_point_only_by_its_name() -> None:
    words = catalogue("id")
    viewer = viewer_of(Account("person:1", (Held(Role.ASSESSOR),)), "99.01", "2025")
    changes = [("opening/arrival", "closed", "open"), ("room[2]/use", None, "aula"), ("point", "1 2", "3 4")]
    for who, told in ((viewer, [("Tutup", "Buka"), (None, catalogue("id").say("answer.kept_back"))]), (EVERYONE, [])):
        found = Answers(Clearance(words, {}, who), words, SCHOOL, 1).changes(FORM, changes)
        assert [(one.before, one.after) for one in found] == [*told, *[(None, None)] * (3 - len(told))]
        assert found[2].question == "point"
