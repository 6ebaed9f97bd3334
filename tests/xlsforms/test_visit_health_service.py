"""A health service for children and adolescents: five kinds of place, each asked what it is there for."""

import re

import pytest

from tests.support.built import built
from tests.xlsforms.filling import LISTED, Fill, visit
from verification.model import Seen

FORM = "visit_health_service"
CORE = {"reproductive_health_service", "mental_health_service", "accessible_to_children"}
MOTHERS = {"lactation_counsellor", "no_formula_promotion"}
AT = {  # what only some kinds of place are asked
    "puskesmas": MOTHERS | {"weighing_this_month"}, "posyandu": MOTHERS | {"weighing_this_month"},
    "rumah_sakit": MOTHERS, "pikr": set(), "konsultasi_psikologi": set(),
}  # fmt: skip
COHORT = {"cohort_due", "cohort_complete"}


@pytest.mark.parametrize("kind", AT)
def test_each_kind_is_asked_what_it_is_there_for(fill: Fill, kind: str) -> None:
    asked = set(fill(FORM, facility=LISTED[kind]).asked[0])
    assert asked & (MOTHERS | {"weighing_this_month"}) == AT[kind]
    assert ("counsellor_level" in asked) == ("food_programme" in asked) == bool(AT[kind])
    assert asked & COHORT == (COHORT if "weighing_this_month" in AT[kind] else set())


def test_each_kind_is_known_by_its_name_and_its_front_may_be_photographed(fill: Fill) -> None:
    for kind in AT:
        filled = fill(FORM, facility=LISTED[kind])
        assert f"<label>Contoh {kind}</label>" in filled.xml and "photo_front" in filled.asked[0]
        unlisted = fill(FORM, listed="no", name_given="Layanan Rekaan", kind_given=kind)
        assert visit(unlisted).kind == kind and "<label>Layanan Rekaan</label>" in unlisted.xml


def test_the_core_is_what_the_regulation_asks(fill: Fill) -> None:
    core = visit(fill(FORM, modules=None))
    assert core.answers.keys() == CORE | {"lactation_counsellor"}
    for code in CORE | {"lactation_counsellor"}:
        assert fill(FORM, modules=None, **{code: None}).problem == code


MODULES = {
    "practice": {"open_after_school", "private_room", "no_parental_signature", "free_service", "no_formula_promotion",
                 "weighing_this_month", "food_programme"},
    "cohort": COHORT,
    "smoke_free": {"declared_smoke_free", "nobody_smoking", "no_tobacco_sale", "no_tobacco_promotion"},
    "recount": {"register_shown", "recount_period", "recount_total", "recount_boys", "recount_girls", "recount_method"},
    "access": {"step_free_access", "toilet_accessible", "material_accessible", "fee_any"},
}  # fmt: skip


def test_each_module_adds_what_it_says(fill: Fill) -> None:
    assert set(built(FORM).modules) == MODULES.keys()
    core = set(fill(FORM, modules=None).asked[0])
    for module, adds in MODULES.items():
        assert set(fill(FORM, modules=[module]).asked[0]) - core == adds


def test_where_there_is_no_counsellor_nobody_asks_at_which_level(fill: Fill) -> None:
    filled = fill(FORM, {"lactation_counsellor": "no"}, counsellor_level="desa")
    assert "counsellor_level" in filled.asked[0] and "counsellor_level" not in filled.asked[1]
    assert "<counsellor_level>" not in filled.xml


def test_another_place_chosen_later_takes_back_what_it_is_not_asked(fill: Fill) -> None:
    filled = fill(FORM, {"facility": LISTED["pikr"]}, cohort_due=40, cohort_complete=38)
    assert (filled.problem, visit(filled).kind) == (None, "pikr")
    assert visit(filled).answers.keys().isdisjoint(AT["puskesmas"]) and "<cohort_due>" not in filled.xml


def test_totals_alone_are_counted_and_no_more_infants_are_complete_than_were_due(fill: Fill) -> None:
    assert fill(FORM, cohort_due=40, cohort_complete=40).refused == []
    (refused,) = fill(FORM, cohort_due=40, cohort_complete=41).refused
    assert refused["question"] == "cohort_complete"
    assert refused["sentence"] == "Yang imunisasinya lengkap melebihi jumlah bayi sasaran."
    for count in (-1, 100_001):
        (refused,) = fill(FORM, cohort_due=count).refused
        assert refused["sentence"] == "Tulis bilangan dari 0 sampai 100.000."


def test_fewer_due_after_a_second_look_must_be_put_right_before_sending(fill: Fill) -> None:
    assert fill(FORM, {"cohort_due": 30}, cohort_due=40, cohort_complete=38).problem == "cohort_complete"
    assert fill(FORM, {"cohort_due": 30, "cohort_complete": 28}, cohort_due=40, cohort_complete=38).problem is None


def test_what_could_not_be_seen_is_an_answer(fill: Fill) -> None:
    assert visit(fill(FORM, accessible_to_children="not_seen")).answers["accessible_to_children"] is Seen.NOT_SEEN


def test_nothing_is_written_freely_and_of_children_there_are_totals_alone() -> None:
    typed = set(re.findall(r'<input ref="/data/seen/[^"]*/(\w+)"', built(FORM).xform))
    assert typed == COHORT | {"recount_total", "recount_boys", "recount_girls", "fee_amount"}
    assert "jangan membuka halaman yang berisi nama" in built(FORM).xform
