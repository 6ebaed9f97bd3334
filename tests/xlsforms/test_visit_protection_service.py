"""The visit to a child protection service: its rooms and rules, and never how many children came to it."""

import re

import pytest

from tests.support.filling import FormFilling, answer, at_a_place, elsewhere
from xlsforms.build import BuiltForm
from xlsforms.fill import FormFiller

FORM = "visit_protection_service"
KINDS = ("uptd_ppa", "ppt", "unit_ppa_polres", "lbh", "faskes")
SEEN = {"integrated_service": "yes", "services_given": "yes"}
MODULES = {
    "practice": {"private_room", "child_friendly_room", "written_procedure", "simfoni_recording"},
    "staff": {"staff_total", "staff_social_workers", "staff_certified", "staff_kha_trained", "training_certificate",
              "staff_checked"},
    "sop": {"sop_intake", "sop_distribution", "sop_presentation", "complaint_channel"},
}  # fmt: skip


@pytest.fixture
def fill(filler: FormFiller, forms: dict[str, BuiltForm]) -> FormFilling:
    return FormFilling(filler, forms[FORM])


def test_it_is_for_services_whose_address_is_no_secret(forms: dict[str, BuiltForm]) -> None:
    assert forms[FORM].kinds == KINDS
    assert forms[FORM].modules == tuple(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_adds_its_questions_to_the_core_and_no_others(fill: FormFilling, module: str) -> None:
    core = fill.asked(at_a_place("ppt") | SEEN)
    assert {"integrated_service", "services_given", "services"} <= core
    assert core.isdisjoint(set().union(*MODULES.values()))
    assert fill.asked(at_a_place("ppt", module) | SEEN) - core == MODULES[module]


@pytest.mark.parametrize("kind", KINDS)
def test_the_core_takes_a_quarter_of_an_hour_at_most(fill: FormFilling, kind: str) -> None:
    assert fill.seconds(at_a_place(kind) | elsewhere(kind) | SEEN) <= 15 * 60


def test_no_case_is_counted_on_a_phone(fill: FormFilling, forms: dict[str, BuiltForm]) -> None:
    """Totals of cases are small numbers about children: they are entered on a restricted page."""
    counts = set(re.findall(r'nodeset="[^"]*/(\w+)"[^>]*type="(?:int|decimal)"', forms[FORM].xform))
    assert counts == {name for name in MODULES["staff"] if name.startswith("staff_") and name != "staff_checked"}
    refused = fill(at_a_place("uptd_ppa", "recount") | SEEN).refused
    assert [one["sentence"] for one in refused if one["question"] == "modules"] == ["not offered"]
    assert "no_cases" in fill(at_a_place("uptd_ppa") | SEEN).asked[0], "and who fills it in is told so"
    typed = re.findall(r'<input ref="/data/seen/[^"]*/(\w+)"', forms[FORM].xform)
    assert set(typed) == {*counts, "no_cases"}, "nothing is written in words"


OF_ONE_KIND = {"abh_diversion_sop": "unit_ppa_polres", "functions": "uptd_ppa"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_of_one_kind_alone_is_asked_there(fill: FormFilling, kind: str) -> None:
    asked = fill.asked(at_a_place(kind, "practice") | SEEN)
    assert {name for name in OF_ONE_KIND if name in asked} == {n for n, there in OF_ONE_KIND.items() if there == kind}


def test_going_back_to_no_services_forgets_which(fill: FormFilling) -> None:
    given = at_a_place("ppt") | SEEN | {"services": ["medis", "hukum"]}
    assert answer(fill(given).xml, "services") == "medis hukum"
    changed = fill(given, {"services_given": "no"})
    assert "services" not in changed.asked[1] and answer(changed.xml, "services") is None
    assert changed.problem is None


def test_what_is_asked_in_the_core_has_to_be_answered(fill: FormFilling) -> None:
    for name in SEEN:
        assert fill(at_a_place("ppt") | SEEN | {name: None}).problem == name
