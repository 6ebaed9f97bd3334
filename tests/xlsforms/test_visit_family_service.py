"""The visit to a family counselling institution: what confirms it, and what is never photographed or written down."""

import pytest

from tests.support.built import built
from tests.xlsforms.filling import LISTED, OF_THE_PLACE, Fill, judged, questions, visit
from verification.model import Outcome
from xlsforms.build import BuiltForm

FORM = "visit_family_service"
KINDS = built(FORM).kinds
CORE = {"counselling_service", "used_by_families"}
MODULES = {
    "practice": {"private_room", "trained_counsellor", "free_service", "register_without_names", "service_hours",
                 "outreach"},
    "recount": {"register_shown", "recount_period", "recount_total", "recount_boys", "recount_girls", "recount_method"},
    "staff": {"staff_total", "staff_social_workers", "staff_certified", "staff_kha_trained", "training_certificate",
              "staff_checked", "psychologists", "counsellors"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_institution_is_confirmed_by_the_core(fill: Fill, kind: str) -> None:
    filled = fill(FORM, facility=LISTED[kind], modules=None)
    assert (filled.problem, visit(filled).answers.keys()) == (None, CORE)
    assert "kind_now" in filled.asked[0]
    assert judged(kind, 12, visit(filled).answers) is Outcome.CONFIRMED


def test_one_that_counsels_no_family_is_not_confirmed(fill: Fill) -> None:
    answers = visit(fill(FORM, counselling_service="no")).answers
    assert judged("puspaga", 12, answers) is Outcome.UNSURE
    for required in sorted(CORE):
        assert fill(FORM, **{required: None}).problem == required


def test_what_it_is_now_may_be_other_than_what_it_was_claimed_as(fill: Fill) -> None:
    filled = fill(FORM, {"kind_now": "lain"}, kind_now="pos_curhat")
    assert "<kind_now>lain<" in filled.xml
    assert visit(filled).kind == "puspaga", "it is still visited as the place that was claimed"


def test_all_else_is_asked_only_where_the_plan_says_so(fill: Fill) -> None:
    core = set(fill(FORM, modules=None).asked[0])
    for module, asked in MODULES.items():
        assert set(fill(FORM, modules=[module]).asked[0]) - core == asked
    assert set(built(FORM).modules) == MODULES.keys()


def test_a_module_that_is_switched_off_again_takes_its_answers_back(fill: Fill) -> None:
    filled = fill(FORM, {"modules": ["recount"]}, staff_total=5, psychologists=2, service_hours="08.00–15.00")
    assert filled.problem is None
    assert "private_room" not in visit(filled).answers and "register_shown" in visit(filled).answers
    assert "<psychologists>" not in filled.xml and "08.00" not in filled.xml


@pytest.mark.parametrize("question", ["psychologists", "counsellors"])
def test_no_more_of_a_profession_than_staff(fill: Fill, question: str) -> None:
    assert fill(FORM, staff_total=5, **{question: 5}).refused == []
    assert fill(FORM, **{question: 7}).refused == []
    for staff, count in ((5, 6), (5, -1), (None, 100_001)):
        (refused,) = fill(FORM, staff_total=staff, **{question: count}).refused
        assert (refused["question"], refused["sentence"]) == (question, "Tulis bilangan dari 0 sampai jumlah petugas.")
    assert fill(FORM, {"staff_total": 1}, staff_total=5, **{question: 3}).problem == question


def test_hours_are_no_number_of_a_person(forms: dict[str, BuiltForm], fill: Fill) -> None:
    assert fill(FORM, service_hours="Senin–Jumat 08.00–15.00").refused == []
    (refused,) = fill(FORM, service_hours="Bu Ani 081234567890").refused
    assert refused["sentence"] == "Terlalu banyak angka: nomor orang tidak boleh dicatat."
    assert questions(forms[FORM], "text") == OF_THE_PLACE | {"service_hours"}
    assert "Jangan menulis nama, NIK, atau cerita tentang anak." in forms[FORM].xform


@pytest.mark.parametrize("kind", KINDS)
def test_where_victims_come_nothing_is_photographed(forms: dict[str, BuiltForm], fill: Fill, kind: str) -> None:
    filled = fill(FORM, facility=LISTED[kind])
    assert ("photo_front" in filled.asked[0]) == (kind != "uptd_ppa")
    assert questions(forms[FORM], "image") == {"photo_front"}
    name = f"uptd_ppa {LISTED[kind][:8]}" if kind == "uptd_ppa" else f"Contoh {kind}"
    assert f"<label>{name}</label>" in filled.xml
