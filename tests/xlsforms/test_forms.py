"""The visit forms, filled with Collect's own engine: every answer on arrival makes a visit, read as it was meant."""

import csv
import re
from typing import Any

import pytest

from server.rulebook import load_indicators
from server.words import catalogue
from tests.support.built import all_built, built
from tests.xlsforms.filling import HERE, KINDS, LISTED, TASK_IDS, UNSAID, Fill, tasks, visit
from verification.model import Arrival, Fix, Mode, Seen
from verification.places.kinds import Shown
from verification.sets.indicators import Indicator
from workers.sending.assigning import PROPERTIES
from workers.sending.publish import columns_on_phones
from xlsforms.build import BuiltForm, build
from xlsforms.check import check
from xlsforms.criteria import LANGUAGES
from xlsforms.fill import Filled, list_csv
from xlsforms.forms import FORMS, SHEETS

SET = load_indicators()
VISITS = [form_id for form_id, read_as in FORMS.items() if read_as == "visit"]
OTHERS = [form_id for form_id in FORMS if form_id not in VISITS]
with (SHEETS / "parts/choices.csv").open(newline="", encoding="utf-8") as sheet:
    CHOICES = list(csv.DictReader(sheet))


def test_the_forms_pass_all_rules_and_odk_validate(forms: dict[str, BuiltForm]) -> None:
    assert check(forms.values(), columns_on_phones()) == {form_id: [] for form_id in FORMS}


@pytest.mark.parametrize("arrival", [one for one in Arrival if one is not Arrival.CLOSED_FOR_GOOD])  # why it was closed
@pytest.mark.parametrize("form_id", VISITS)
def test_every_answer_on_arrival_makes_a_valid_visit(fill: Fill, form_id: str, arrival: Arrival) -> None:
    filled = fill(form_id, arrival=arrival)
    assert (filled.problem, filled.refused) == (None, [])
    read = visit(filled)
    assert read.arrival is arrival and read.kind in built(form_id).kinds
    assert bool(read.answers) == (arrival is Arrival.OPEN)


FORM_AND_KIND = [(form.form_id, kind) for form in all_built() for kind in form.kinds]
IN_A_MODULE = {"pojok_asi": {"support_in_place"}}  # only a company's may be claimed as support too


@pytest.mark.parametrize("form_id, kind", FORM_AND_KIND)
def test_at_a_place_of_a_kind_the_form_asks_what_its_indicators_name(fill: Fill, form_id: str, kind: str) -> None:
    """What decides at such a place is asked without any module of the plan, and all that the form has with them."""
    asked = {criterion.code for criterion in SET.criteria.values() if criterion.asked_at(kind)}
    answers = visit(fill(form_id, facility=LISTED[kind])).answers
    assert answers == dict.fromkeys(asked & set(built(form_id).criteria), Seen.YES)
    core = visit(fill(form_id, facility=LISTED[kind], modules=None)).answers
    deciding = [what_decides(indicator, kind) for indicator in SET.indicators if kind in indicator.facility_kinds]
    form_has = set(built(form_id).criteria)
    assert not deciding or any(codes <= form_has for codes in deciding), "none of its indicators is this form's"
    mine: set[str] = set().union(*(codes for codes in deciding if codes & form_has))
    assert mine - IN_A_MODULE.get(kind, set()) <= core.keys()


def what_decides(indicator: Indicator, kind: str) -> set[str]:
    """Give the criteria by which a place of this kind is confirmed."""
    strict = [criterion.code for criterion in indicator.criteria if criterion.strict and criterion.asked_at(kind)]
    return {code for check in indicator.checks for code in (check.criteria or strict)}


NO_FORM_YET: set[tuple[int, str]] = set()


def test_what_decides_at_a_kind_of_place_is_asked_by_a_form_for_that_kind(forms: dict[str, BuiltForm]) -> None:
    offered = {kind: [set(form.criteria) for form in forms.values() if kind in form.kinds] for kind in KINDS.by_code}
    lacking = {
        (indicator.number, kind)
        for indicator in SET.indicators
        for kind in indicator.facility_kinds
        if offered[kind] and not any(what_decides(indicator, kind) <= asked for asked in offered[kind])
    }
    assert lacking <= NO_FORM_YET


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


def test_a_shelter_on_the_list_is_offered_by_no_form(fill: Fill) -> None:
    for form_id in VISITS:
        filled = fill(form_id, facility=LISTED["rumah_aman"])
        assert filled.refused == [{"question": "facility", "answer": LISTED["rumah_aman"], "sentence": "not offered"}]
    assert fill("visit_lksa", listed="no", name_given="x", kind_given="rumah_aman").refused


@pytest.mark.parametrize("form_id", VISITS)
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


@pytest.mark.parametrize("form_id", VISITS)
def test_who_picks_an_assignment_has_its_place_and_reads_what_is_asked_there(fill: Fill, form_id: str) -> None:
    kind = built(form_id).kinds[0]
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


# ── what the visit plan says


def modules(xml: str) -> list[str]:
    return (re.findall(r"<modules>([^<]*)<", xml) or [""])[0].split()


def planned(fill: Fill, *changes: dict[str, Any], **said: Any) -> Filled:
    """Fill a form for a planned visit to a nursing corner; what is not said of its parts comes from the plan."""
    plan = {"modules": "practice", "mode": "on_site", "substitute_for": ""} | said.pop("plan", {})
    first = {"assigned": TASK_IDS[0], "modules": UNSAID} | said
    return fill("visit_pojok_asi", *changes, tasks=tasks("pojok_asi", "pojok_asi", **plan), **first)


def test_the_plan_switches_further_parts_on(fill: Fill) -> None:
    filled = planned(fill)
    assert modules(filled.xml) == ["practice"] and "chair" in filled.asked[0]
    assert modules(planned(fill, plan={"modules": "practice titles"}).xml) == ["practice"], "what this form has"
    assert modules(planned(fill, plan={"modules": ""}).xml) == []


def test_what_a_person_chose_instead_stays(fill: Fill) -> None:
    assert modules(planned(fill, {"modules": ["recount"]}).xml) == ["recount"]
    assert modules(planned(fill, {"modules": ["recount"]}, {"mode": "video"}, {"attempt": "2"}).xml) == ["recount"]
    without = planned(fill, {"modules": ["recount"]}, {"assigned": None, "facility": LISTED["pojok_asi"]})
    assert modules(without.xml) == ["recount"], "though it is no assignment any more"


def test_how_the_visit_is_made_is_what_the_person_says_and_another_way_in_the_plan_is_told(fill: Fill) -> None:
    other = planned(fill, plan={"mode": "video"})
    assert "planned_otherwise" in other.asked[0] and visit(other).mode is Mode.ON_SITE
    for plan in ({"mode": "on_site"}, {"mode": ""}):
        assert "planned_otherwise" not in planned(fill, plan=plan).asked[0]
    assert "planned_otherwise" not in fill().asked[0]


def test_at_a_planned_substitute_only_who_approved_it_is_asked(fill: Fill) -> None:
    instead = {"substitute_for": LISTED["pojok_asi"]}
    assert planned(fill, plan=instead, substitute=None).problem == "substitute"
    assert planned(fill, plan=instead, substitute="no").refused[0]["sentence"] == "not offered"
    assert "<substitute>ketua_tim</substitute>" in planned(fill, plan=instead, substitute="ketua_tim").xml
    assert "substitute" not in planned(fill).asked[0] and "substitute" in fill().asked[0]


# ── what no form may hold


UNTRACKED = {"visit_lksa", "visit_protection_service", *OTHERS}  # where children live, come for help, or adults talk
OF_A_PERSON = {"deviceid", "username", "phonenumber", "simserial", "subscriberid", "email", "background-audio"}
TRACK = {"start-geopoint", "background-geopoint", "audit"}


@pytest.mark.parametrize("form_id", FORMS)
def test_no_form_records_a_device_or_a_voice_and_only_visits_to_open_places_a_track(
    forms: dict[str, BuiltForm], form_id: str
) -> None:
    types = {row["type"] for row in forms[form_id].survey}
    assert types & OF_A_PERSON == set()
    assert types & TRACK == (set() if form_id in UNTRACKED else TRACK)
    xform = forms[form_id].xform
    assert ("setgeopoint" in xform, "odk:audit" in xform or "<audit" in xform) == (form_id not in UNTRACKED,) * 2


@pytest.mark.parametrize("form_id", [form for form in VISITS if form not in UNTRACKED])
def test_what_was_erased_is_not_recorded_and_the_form_says_that_it_records(fill: Fill, form_id: str) -> None:
    (audit,) = [row for row in built(form_id).survey if row["type"] == "audit"]
    assert "track-changes" not in audit["parameters"] and "identify-user" not in audit["parameters"]
    assert "tracked" in fill(form_id).asked[0]


def test_a_phone_says_where_it_was_at_the_start_and_at_the_photograph(fill: Fill) -> None:
    away = [-5.31, 111.2, 0.0, 40.0]
    filled = fill("visit_school", position=away, photo_front="depan.jpg")
    assert re.findall(r"<(start_point|photo_point)>([^<]*)", filled.xml) == [
        ("start_point", "-5.31 111.2 0.0 40.0"), ("photo_point", "-5.31 111.2 0.0 40.0"),
    ]  # fmt: skip
    assert "<photo_point>" not in fill("visit_school", position=away).xml, "without a photograph"
    by_video = fill("visit_school", position=away, mode="video").xml
    assert "<start_point>" not in by_video, "a desk is no place"
    assert fill("visit_lksa", position=away).xml.count("-5.31") == 0


@pytest.mark.parametrize("form_id", VISITS)
def test_nobody_stands_where_it_is_unsafe_for_a_point_or_a_photograph(fill: Fill, form_id: str) -> None:
    asked = set(fill(form_id, arrival="unsafe", point=None).asked[0])
    assert asked.isdisjoint({"point", "photo_front", "no_point_why", "no_photo_why"})


def test_why_there_is_no_point_or_photograph_is_asked_and_may_be_skipped(fill: Fill) -> None:
    filled = fill("visit_school", point=None)
    assert {"no_point_why", "no_photo_why"} <= set(filled.asked[0]) and filled.problem is None
    assert "no_point_why" not in fill("visit_school").asked[0]
    assert "no_photo_why" not in fill("visit_school", photo_front="depan.jpg").asked[0]
    assert {"no_point_why", "no_photo_why"}.isdisjoint(fill("visit_school", mode="video").asked[0])


@pytest.mark.parametrize("form_id", FORMS)
def test_every_form_says_where_to_turn_with_a_concern_and_records_none(fill: Fill, form_id: str) -> None:
    filled = fill(form_id)
    assert "concern" in filled.asked[0]
    assert "<concern />" in filled.xml


@pytest.mark.parametrize("form_id", VISITS)
def test_the_team_says_whether_it_was_two_adults_out_of_staffs_hearing(fill: Fill, form_id: str) -> None:
    assert {"two_adults", "staff_within_hearing"} <= set(fill(form_id).asked[0])


def test_kinds_in_forms_sets_and_rules_are_the_same_words(forms: dict[str, BuiltForm]) -> None:
    """A kind that a form offers is one that an indicator lists, and the other way round; each has its words."""
    shelters = {code for code, kind in KINDS.by_code.items() if kind.shown is Shown.ON_NO_LIST}
    offered = {row["name"]: row for row in CHOICES if row["list_name"] == "facility_kind"}
    assert {kind for form in forms.values() for kind in form.kinds} <= offered.keys()
    assert offered.keys() == KINDS.by_code.keys() - shelters
    for code, row in offered.items():
        for language, column in LANGUAGES.items():
            assert row[f"label::{column}"] == catalogue(language).say(f"kind.{code}")


@pytest.mark.parametrize("form_id", OTHERS)
def test_a_form_that_is_no_visit_asks_for_no_point_no_picture_and_no_time(
    forms: dict[str, BuiltForm], form_id: str
) -> None:
    """It names no kinds and no modules, so that no plan of visits takes it for one."""
    form = forms[form_id]
    assert (form.kinds, form.modules) == ((), ())
    for trace in ('type="geopoint"', 'type="binary"', 'type="dateTime"', 'type="time"', 'jr:preload="timestamp"'):
        assert trace not in form.xform


# ── versions


def test_the_version_follows_the_sheets(forms: dict[str, BuiltForm]) -> None:
    again = build("visit_school")
    assert again.version == forms["visit_school"].version
    assert len({form.version for form in forms.values()}) == len(FORMS)
    assert all(f'version="{form.version}"' in form.xform for form in forms.values())
