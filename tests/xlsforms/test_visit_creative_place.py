"""The visit to a creative or recreational facility: what confirms it, what is only counted, and what a plan may add."""

import pytest

from tests.support.built import built
from tests.xlsforms.filling import LISTED, OF_THE_PLACE, Fill, judged, questions, visit
from verification.model import Outcome
from xlsforms.build import BuiltForm

FORM = "visit_creative_place"
KINDS = built(FORM).kinds
CORE = {"outside_school", "for_children", "accessible_to_all", "free_entry"}
MODULES = {
    "practice": {"safe_equipment", "no_hazards", "opening_hours", "lighting", "supervision", "rbra_certificate",
                 "events_12m", "mainly_information"},
    "access": {"step_free_access", "toilet_accessible", "material_accessible", "fee_any", "fee_amount"},
    "recount": {"register_shown", "recount_period", "recount_total", "recount_boys", "recount_girls", "recount_method"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_place_is_confirmed_by_the_core(fill: Fill, kind: str) -> None:
    filled = fill(FORM, facility=LISTED[kind], modules=None)
    assert (filled.problem, visit(filled).answers.keys()) == (None, CORE)
    assert "managed_by" in filled.asked[0]
    assert judged(kind, 27, visit(filled).answers) is Outcome.CONFIRMED


@pytest.mark.parametrize("code", sorted(CORE))
def test_what_the_annex_names_is_not_skipped(fill: Fill, code: str) -> None:
    assert fill(FORM, **{code: None}).problem == code


def test_a_fee_is_noted_and_decides_nothing(fill: Fill) -> None:
    """The annex asks for how many one must pay; it does not ask that all be free."""
    assert judged("taman", 27, visit(fill(FORM, free_entry="no")).answers) is Outcome.CONFIRMED
    assert judged("taman", 27, visit(fill(FORM, accessible_to_all="no")).answers) is Outcome.UNSURE


def test_the_fee_is_asked_where_there_is_one_and_forgotten_where_there_is_none(fill: Fill) -> None:
    assert "fee_amount" not in fill(FORM, fee_any="no").asked[0]
    assert "<fee_amount>5000<" in fill(FORM, fee_any="yes", fee_amount=5000).xml
    assert "5000" not in fill(FORM, {"fee_any": "no"}, fee_any="yes", fee_amount=5000).xml
    (refused,) = fill(FORM, fee_any="yes", fee_amount=10_000_001).refused
    assert refused["sentence"] == "Tulis rupiah dari 0 sampai 10.000.000."


def test_all_else_is_asked_only_where_the_plan_says_so(fill: Fill) -> None:
    core = set(fill(FORM, modules=None).asked[0])
    for module, asked in MODULES.items():
        assert set(fill(FORM, modules=[module], fee_any="yes").asked[0]) - core == asked
    assert set(built(FORM).modules) == MODULES.keys()


def test_who_runs_it_and_what_it_is_mainly_for_are_kept(fill: Fill) -> None:
    filled = fill(FORM, managed_by="dunia_usaha", mainly_information="yes", events_12m=4)
    assert filled.refused == []
    for kept in ("<managed_by>dunia_usaha<", "<mainly_information>yes<", "<events_12m>4<"):
        assert kept in filled.xml


@pytest.mark.parametrize("count", [-1, 100_001])
def test_a_count_that_cannot_be_is_refused(fill: Fill, count: int) -> None:
    (refused,) = fill(FORM, events_12m=count).refused
    assert refused == {
        "question": "events_12m", "answer": str(count), "sentence": "Tulis bilangan dari 0 sampai 100.000.",
    }  # fmt: skip


def test_going_back_to_closed_takes_back_what_was_seen(fill: Fill) -> None:
    filled = fill(FORM, {"arrival": "closed"}, managed_by="masyarakat", events_12m=4)
    assert (filled.problem, visit(filled).answers) == (None, {})
    assert "masyarakat" not in filled.xml and "<events_12m>" not in filled.xml


def test_only_the_front_is_photographed_and_nothing_is_written(forms: dict[str, BuiltForm], fill: Fill) -> None:
    assert questions(forms[FORM], "image") == {"photo_front"}
    assert questions(forms[FORM], "text") == OF_THE_PLACE
    for kind in KINDS:
        assert "photo_front" in fill(FORM, facility=LISTED[kind]).asked[0]
