"""The visit forms, filled with Collect's own engine: every answer on arrival makes a visit, read as it was meant."""

import csv
import re
from collections.abc import Callable
from typing import Any

import pytest

from server.rulebook import load_indicators, load_kinds
from verification.model import Arrival, Fix, Mode, Seen, Visit
from verification.reading.visit import read_visit
from workers.central.xml import read_answers
from workers.sending.assigning import PROPERTIES
from workers.sending.publish import columns_on_phones
from xlsforms.build import BuiltForm, build
from xlsforms.check import check
from xlsforms.fill import Filled, FormFiller, facilities_csv, list_csv
from xlsforms.forms import FORMS, SHEETS

KINDS = load_kinds()
LISTED = {kind: f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit, kind in
          zip("1234", ("pojok_asi", "sekolah", "lksa", "rumah_aman"), strict=True)}  # fmt: skip
with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
    CHOICES = list(csv.DictReader(sheet))
FACILITIES = facilities_csv([{"name": id_, "label": f"Contoh {kind}", "kind": kind} for kind, id_ in LISTED.items()])
LIST_OF = {"visit_pojok_asi": (17, "pojok_asi"), "visit_lksa": (13, "lksa"), "visit_school": (25, "sekolah")}
HERE = [-5.3, 111.1, 4.0, 12.5]

Fill = Callable[..., Filled]


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> Fill:
    """Fill a form; what a test does not say is a plain visit to a listed place, open, with everything seen."""

    def with_defaults(
        form_id: str = "visit_pojok_asi", *changes: dict[str, Any], tasks: str = "", **answers: Any
    ) -> Filled:
        first = plain_answers(form_id) | answers
        if "assigned" in answers:
            first.pop("facility")  # it comes with the assignment
        media = {"facilities.csv": FACILITIES, "follow_ups.csv": tasks or list_csv(PROPERTIES, [])}
        return filler.fill(forms[form_id].xform, first, *changes, media=media, look_at=("assigned", "tasks_done"))

    return with_defaults


def plain_answers(form_id: str) -> dict[str, Any]:
    indicator, kind = LIST_OF[form_id]
    codes = [criterion.code for criterion in load_indicators().by_number[indicator].criteria]
    return dict.fromkeys(codes, "yes") | {
        "mode": "on_site", "listed": "yes", "facility": LISTED[kind], "arrival": "open", "point": HERE,
        "two_adults": "yes", "staff_within_hearing": "no", "closed_why": "holiday", "moved_address_known": "no",
        "refused_by": "staff", "refused_why": "busy", "letter_shown": "yes", "asked_third_party": "yes",
    }  # fmt: skip


def visit(filled: Filled) -> Visit:
    return read_visit(read_answers(filled.xml), "uuid:1", "uuid:1", None, KINDS)


def test_the_forms_pass_all_rules_and_odk_validate(forms: dict[str, BuiltForm]) -> None:
    assert check(forms.values(), columns_on_phones()) == {form_id: [] for form_id in FORMS}


@pytest.mark.parametrize("arrival", Arrival)
@pytest.mark.parametrize("form_id", FORMS)
def test_every_answer_on_arrival_makes_a_valid_visit(fill: Fill, form_id: str, arrival: Arrival) -> None:
    filled = fill(form_id, arrival=arrival)
    assert (filled.problem, filled.refused) == (None, [])
    read = visit(filled)
    assert (read.arrival, read.kind) == (arrival, LIST_OF[form_id][1])
    assert bool(read.answers) == (arrival is Arrival.OPEN)


@pytest.mark.parametrize("form_id", FORMS)
def test_the_form_asks_exactly_the_criteria_that_the_indicator_has(fill: Fill, form_id: str) -> None:
    criteria = {criterion.code for criterion in load_indicators().by_number[LIST_OF[form_id][0]].criteria}
    assert visit(fill(form_id)).answers == dict.fromkeys(criteria, Seen.YES)


def test_a_visit_reads_back_as_it_was_filled_in(fill: Fill) -> None:
    filled = fill(refrigerator="no", chair="not_seen", photo_room="1.jpg")
    read = visit(filled)
    assert (read.mode, read.facility_id, read.fix) == (Mode.ON_SITE, LISTED["pojok_asi"], Fix(111.1, -5.3, 12.5))
    assert (read.answers["refrigerator"], read.answers["chair"]) == (Seen.NO, Seen.NOT_SEEN)
    assert "<photo_room>1.jpg</photo_room>" in filled.xml


def test_a_place_that_is_not_in_the_list(fill: Fill) -> None:
    read = visit(fill(listed="no", name_given="Ruang Laktasi Pos", registry_given="A1B2"))
    assert (read.facility_id, read.name, read.registry_no) == (None, "Ruang Laktasi Pos", "A1B2")


def test_an_lksa_form_asks_for_the_kind_of_a_place_that_is_not_listed(fill: Fill) -> None:
    filled = fill("visit_lksa", listed="no", name_given="Rumah Singgah Baru", kind_given="rumah_singgah")
    assert visit(filled).kind == "rumah_singgah"
    assert "kind_given" not in fill(listed="no", name_given="x").asked[0]


HOME_NAMES = {
    "listed": {"listed": "yes"},
    "not listed": {"listed": "no", "name_given": "Panti Rekaan", "kind_given": "lksa"},
}


@pytest.mark.parametrize("answers", HOME_NAMES.values(), ids=HOME_NAMES)
def test_a_home_is_in_no_instance_name_by_its_name(fill: Fill, answers: dict[str, str]) -> None:
    """Not even where a phone still has the list of an older Tilik, with names in it."""
    xml = fill("visit_lksa", **answers).xml
    name, label = (re.findall(rf"<(?:\w+:)?{field}>([^<]*)<", xml)[0] for field in ("instanceName", "label"))
    expected = f"lksa {LISTED['lksa'][:8]}" if answers["listed"] == "yes" else "lksa (di luar daftar)"
    assert label == expected and name.startswith(f"{expected} · ")
    assert "Contoh lksa" not in xml


@pytest.mark.parametrize("form_id, name", [("visit_pojok_asi", "Contoh pojok_asi"), ("visit_school", "Contoh sekolah")])
def test_any_other_place_is_in_it_by_its_name(fill: Fill, form_id: str, name: str) -> None:
    assert f"<label>{name}</label>" in fill(form_id).xml
    assert re.search(rf"instanceName>{name} · \d", fill(form_id).xml)
    assert "<label>Ruang Pos</label>" in fill(listed="no", name_given="Ruang Pos").xml


# ── what is refused


def test_a_number_as_long_as_a_persons_is_refused_as_a_name(fill: Fill) -> None:
    filled = fill(listed="no", name_given="Budi 3321010101010001")
    assert filled.problem == "name_given"
    assert filled.refused[0]["sentence"].startswith("Terlalu banyak angka")


def test_a_registry_number_of_words_is_refused(fill: Fill) -> None:
    assert [r["question"] for r in fill(listed="no", name_given="x", registry_given="tidak ada").refused] == [
        "registry_given"
    ]


def test_a_facility_of_another_kind_is_not_offered(fill: Fill) -> None:
    filled = fill(facility=LISTED["sekolah"])
    assert filled.refused == [{"question": "facility", "answer": LISTED["sekolah"], "sentence": "not offered"}]
    assert filled.problem == "facility"


def test_a_visit_without_an_answer_on_arrival_cannot_be_sent(fill: Fill) -> None:
    assert fill(arrival=None).problem == "arrival"


@pytest.mark.parametrize("accuracy", [0, 3, 40, 900, 25_000])
def test_any_accuracy_is_accepted_and_graded_later(fill: Fill, accuracy: float) -> None:
    filled = fill(point=[*HERE[:3], accuracy])
    assert (filled.problem, filled.refused) == (None, [])
    read = visit(filled)
    assert read.fix and read.fix.accuracy_m == accuracy


def test_a_phone_without_a_fix_sends_its_visit_too(fill: Fill) -> None:
    filled = fill(point=None)
    assert (filled.problem, visit(filled).fix) == (None, None)


# ── branches, and going back


def test_a_video_visit_asks_for_no_point_and_no_photograph(fill: Fill) -> None:
    asked = fill(mode="video").asked[0]
    assert {"point", "photo_front"}.isdisjoint(asked)


def test_a_shelter_on_the_list_is_offered_by_no_form(forms: dict[str, BuiltForm], fill: Fill) -> None:
    for form_id in forms:
        filled = fill(form_id, facility=LISTED["rumah_aman"])
        assert filled.refused == [{"question": "facility", "answer": LISTED["rumah_aman"], "sentence": "not offered"}]
    assert fill("visit_lksa", listed="no", name_given="x", kind_given="rumah_aman").refused


@pytest.mark.parametrize("form_id", FORMS)
def test_no_form_would_ask_for_a_point_where_none_may_be_known(forms: dict[str, BuiltForm], form_id: str) -> None:
    without = [kind.code for kind in KINDS.by_code.values() if not kind.claimed_point]
    (condition,) = re.findall(r'nodeset="/data/point"[^>]*relevant="([^"]*)"', forms[form_id].xform)
    assert without and set(without) <= set(re.findall(r"/data/place/kind\s+!= '(\w+)'", condition))


def test_an_lksa_form_takes_no_photograph(forms: dict[str, BuiltForm], fill: Fill) -> None:
    assert not [name for name in fill("visit_lksa").asked[0] if name.startswith("photo")]


def test_changing_open_to_closed_takes_back_what_was_seen(fill: Fill) -> None:
    filled = fill("visit_pojok_asi", {"arrival": "closed"})
    assert "closed_why" in filled.asked[1] and "refrigerator" not in filled.asked[1]
    read = visit(filled)
    assert (read.arrival, read.answers, filled.problem) == (Arrival.CLOSED, {}, None)


def test_changing_closed_to_open_asks_what_was_skipped(fill: Fill) -> None:
    filled = fill("visit_pojok_asi", {"arrival": "open"}, arrival="closed")
    assert "refrigerator" not in filled.asked[0] and "refrigerator" in filled.asked[1]
    assert visit(filled).answers["refrigerator"] is Seen.YES
    assert "closed_why>holiday" not in filled.xml


def test_switching_to_not_listed_forgets_the_facility(fill: Fill) -> None:
    filled = fill("visit_pojok_asi", {"listed": "no", "name_given": "Tempat lain"})
    read = visit(filled)
    assert (read.facility_id, read.name, read.kind) == (None, "Tempat lain", "pojok_asi")
    assert "Contoh pojok_asi" not in filled.xml


def test_an_answer_changed_after_a_second_look(fill: Fill) -> None:
    assert visit(fill("visit_pojok_asi", {"refrigerator": "no"})).answers["refrigerator"] is Seen.NO


# ── what verifiers are asked to go and see


TASK_IDS = [f"{letter * 8}-aaaa-4aaa-8aaa-{letter * 12}" for letter in "abcd"]


def tasks(*kinds: str) -> str:
    """Write the list that phones have: one assignment for each of these places, in turn."""
    return list_csv(PROPERTIES, [
        {"name": id_, "label": f"Tim Rekaan: Contoh {kind}", "facility": LISTED[kind], "kind": kind,
         "task": f"Pertanyaan {id_[0]}? (paling lambat 30 Desember 2026)"}
        for id_, kind in zip(TASK_IDS, kinds, strict=False)
    ])  # fmt: skip


@pytest.mark.parametrize("form_id", FORMS)
def test_who_picks_an_assignment_has_its_place_and_reads_what_is_asked_there(fill: Fill, form_id: str) -> None:
    kind = LIST_OF[form_id][1]
    filled = fill(form_id, tasks=tasks(kind, "rumah_aman"), assigned=TASK_IDS[0])
    assert (filled.problem, filled.refused) == (None, [])
    assert filled.offered["assigned"] == [f"Tim Rekaan: Contoh {kind}"], "of this form's kinds alone"
    assert filled.offered["tasks_done"] == ["Pertanyaan a? (paling lambat 30 Desember 2026)"]
    assert visit(filled).facility_id == LISTED[kind]


def test_who_picks_the_place_itself_reads_all_that_is_asked_there(fill: Fill) -> None:
    filled = fill(tasks=tasks("pojok_asi", "pojok_asi", "sekolah"), tasks_done=[TASK_IDS[1]])
    assert [text[:12] for text in filled.offered["tasks_done"]] == ["Pertanyaan a", "Pertanyaan b"]
    assert f"<tasks_done>{TASK_IDS[1]}</tasks_done>" in filled.xml
    assert "Pertanyaan" not in filled.xml, "a submission says which, not what"


def test_where_nothing_is_asked_the_form_is_no_longer(fill: Fill) -> None:
    assert {"assigned", "tasks_done"}.isdisjoint(fill().asked[0])
    assert "assigned" not in fill(tasks=tasks("sekolah")).asked[0], "another form's kinds"
    elsewhere = fill("visit_lksa", tasks=tasks("lksa"), listed="no", name_given="x", kind_given="lksa")
    assert {"assigned", "tasks_done"}.isdisjoint(elsewhere.asked[0])


def test_going_back_from_an_assignment_forgets_its_place(fill: Fill) -> None:
    filled = fill("visit_pojok_asi", {"assigned": None}, tasks=tasks("pojok_asi"), assigned=TASK_IDS[0])
    assert filled.problem == "facility"
    other = fill("visit_pojok_asi", {"listed": "no", "name_given": "Tempat lain"}, tasks=tasks("pojok_asi"),
                 assigned=TASK_IDS[0])  # fmt: skip
    assert (visit(other).facility_id, visit(other).name) == (None, "Tempat lain")
    assert TASK_IDS[0] not in other.xml


def test_picking_an_assignment_later_takes_its_place(fill: Fill) -> None:
    filled = fill("visit_lksa", {"assigned": TASK_IDS[0]}, tasks=tasks("lksa"), facility=None)
    assert visit(filled).facility_id == LISTED["lksa"]


def test_what_an_older_tilik_sent_is_not_shown_without_its_words(fill: Fill) -> None:
    old = list_csv(PROPERTIES, [{"name": TASK_IDS[0], "label": "x", "facility": LISTED["pojok_asi"]}])
    assert {"assigned", "tasks_done"}.isdisjoint(fill(tasks=old).asked[0])


# ── what no form may hold


FORBIDDEN = (
    "audit",
    "deviceid",
    "username",
    "phonenumber",
    "background-audio",
    "start-geopoint",
    "background-geopoint",
)


@pytest.mark.parametrize("form_id", FORMS)
def test_no_form_records_a_device_a_track_or_a_voice(forms: dict[str, BuiltForm], form_id: str) -> None:
    assert [
        word for word in FORBIDDEN if f'"{word}"' in forms[form_id].xform or f"<{word}" in forms[form_id].xform
    ] == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_form_says_where_to_turn_with_a_concern_and_records_none(fill: Fill, form_id: str) -> None:
    filled = fill(form_id)
    assert "concern" in filled.asked[0]
    assert "<concern />" in filled.xml


@pytest.mark.parametrize("form_id", FORMS)
def test_the_team_says_whether_it_was_two_adults_out_of_staffs_hearing(fill: Fill, form_id: str) -> None:
    assert {"two_adults", "staff_within_hearing"} <= set(fill(form_id).asked[0])


def test_kinds_in_forms_sets_and_rules_are_the_same_words(forms: dict[str, BuiltForm]) -> None:
    """A kind that a form offers is one that an indicator lists, and the other way round; each has its words."""
    listed = {kind for indicator in load_indicators().indicators for kind in indicator.facility_kinds}
    assert {kind for form in forms.values() for kind in form.kinds} == listed
    assert {row["name"] for row in CHOICES if row["list_name"] == "facility_kind"} == listed
    assert listed < KINDS.by_code.keys()
    assert {form.form_id: form.kinds for form in forms.values()} == {
        "visit_pojok_asi": ("pojok_asi",), "visit_lksa": ("lksa", "rumah_singgah"), "visit_school": ("sekolah",),
    }  # fmt: skip


# ── versions


def test_the_version_follows_the_sheets(forms: dict[str, BuiltForm]) -> None:
    again = build("visit_school")
    assert again.version == forms["visit_school"].version
    assert len({form.version for form in forms.values()}) == len(FORMS)
    assert all(f'version="{form.version}"' in form.xform for form in forms.values())
