"""A birth registration service: no list claims one, so visits inform; whether anything is charged is always asked."""

import re

import pytest

from tests.support.built import built
from tests.xlsforms.filling import Fill, photographs, visit
from verification.model import Seen
from xlsforms.criteria import load_set

FORM, KIND = "visit_birth_registration", "layanan_akta"
SET = load_set("permen-pppa-12-2011")
CORE = {"no_charge", "service_within_reach", "collective_registration", "neglected_children", "court_fix"}


def test_no_indicator_lists_such_a_place_and_all_that_is_seen_there_is_of_number_8() -> None:
    assert not [indicator.number for indicator in SET.indicators if KIND in indicator.facility_kinds]
    assert SET.criteria_at(KIND) == ()
    assert set(built(FORM).criteria) == {criterion.code for criterion in SET.by_number[8].criteria}


def test_what_decides_is_asked_without_any_module(fill: Fill) -> None:
    strict = {criterion.code for criterion in SET.by_number[8].criteria if criterion.strict}
    assert strict == {"no_charge"}
    assert visit(fill(FORM, modules=None)).answers.keys() == CORE
    for code in ("no_charge", "service_within_reach"):
        assert fill(FORM, modules=None, **{code: None}).problem == code
    assert visit(fill(FORM, no_charge="no")).answers["no_charge"] is Seen.NO


def test_whether_anything_is_charged_always_applies(fill: Fill) -> None:
    assert fill(FORM, no_charge="na").refused == [{"question": "no_charge", "answer": "na", "sentence": "not offered"}]


MODULES = {
    "practice": {"free_notice", "days_typical"},
    "recount": {"register_count", "register_total", "certificate_total"},
}


def test_each_module_adds_what_it_says(fill: Fill) -> None:
    assert set(built(FORM).modules) == MODULES.keys()
    core = set(fill(FORM, modules=None).asked[0])
    for module, adds in MODULES.items():
        assert set(fill(FORM, modules=[module]).asked[0]) - core == adds


@pytest.mark.parametrize("question, good, bad, sentence", [
    ("days_typical", (0, 365), (-1, 366), "Tulis hari dari 0 sampai 365."),
    ("register_total", (0, 100_000), (-1, 100_001), "Tulis bilangan dari 0 sampai 100.000."),
    ("certificate_total", (0, 100_000), (-1, 100_001), "Tulis bilangan dari 0 sampai 100.000."),
])  # fmt: skip
def test_counts_have_bounds(
    fill: Fill, question: str, good: tuple[int, int], bad: tuple[int, int], sentence: str
) -> None:
    for count in good:
        assert fill(FORM, **{question: count}).refused == []
    for count in bad:
        assert fill(FORM, **{question: count}).refused == [
            {"question": question, "answer": str(count), "sentence": sentence}
        ]


def test_a_module_left_out_after_all_takes_its_counts_back(fill: Fill) -> None:
    filled = fill(FORM, {"modules": ["practice"]}, register_total=120, days_typical=3)
    assert "<register_total>" not in filled.xml and "<days_typical>3</days_typical>" in filled.xml


def test_of_registers_only_totals_are_taken() -> None:
    xform = built(FORM).xform
    assert photographs(built(FORM)) == ["photo_front"]
    inputs = re.findall(r'<input ref="/data/seen/[^"]*/(\w+)"', xform)
    assert inputs == ["days_typical", "register_total", "certificate_total"]
    assert "jangan disalin" in xform
