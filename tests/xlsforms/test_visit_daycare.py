"""A day care centre: two adults, no picture inside, totals only, and its rooms are looked into by nobody's camera."""

import re

import pytest

from tests.support.built import built
from tests.xlsforms.filling import Fill, photographs, visit
from verification.model import Arrival, Seen

FORM = "visit_daycare"
CORE = {"child_service", "used_by_children", "support_in_place", "support_continuing"}
PAPERS = {"daycare_licence", "daycare_certificate", "no_physical_punishment", "two_adults_rule", "parents_may_enter",
          "incident_book"}  # fmt: skip
ROOMS = {"visible_rooms", "safe_sleep", "safe_food", "first_aid", "exits", "fence"}
AGES = ("u2", "2to4", "4to6")
COUNTS = {"children_enrolled", *(f"{who}_{age}" for who in ("children", "carers") for age in AGES)}


def test_the_core_is_what_decides_of_both_indicators(fill: Fill) -> None:
    assert visit(fill(FORM, modules=None)).answers.keys() == CORE
    for code in CORE:
        assert fill(FORM, modules=None, **{code: None}).problem == code


def test_each_module_adds_what_it_says(fill: Fill) -> None:
    assert set(built(FORM).modules) == {"practice", "ratio", "staff", "sop", "recount", "access"}
    core = set(fill(FORM, modules=None).asked[0])
    assert set(fill(FORM, modules=["practice"]).asked[0]) - core == PAPERS | ROOMS
    assert set(fill(FORM, modules=["ratio"]).asked[0]) - core == COUNTS
    assert "staff_checked" in fill(FORM, modules=["staff"]).asked[0]
    assert "complaint_channel" in fill(FORM, modules=["sop"]).asked[0]


def test_what_is_no_support_of_a_business_is_not_asked_whether_it_goes_on(fill: Fill) -> None:
    filled = fill(FORM, {"support_in_place": "no"})
    assert "support_continuing" in filled.asked[0] and "support_continuing" not in filled.asked[1]
    answers = visit(filled).answers
    assert answers["support_in_place"] is Seen.NO and "support_continuing" not in answers


# ── children first


def test_by_video_papers_are_looked_at_and_never_rooms_or_children(fill: Fill) -> None:
    filled = fill(FORM, mode="video")
    asked = set(filled.asked[0])
    assert filled.problem is None and asked >= PAPERS
    assert asked.isdisjoint(ROOMS | COUNTS | {"photo_front", "point", "inside"}) and "by_video" in asked


def test_going_over_to_video_takes_back_what_was_said_of_rooms_and_children(fill: Fill) -> None:
    filled = fill(FORM, {"mode": "video"}, children_u2=4)
    assert visit(filled).answers.keys().isdisjoint(ROOMS) and "<children_u2>" not in filled.xml


def test_a_team_is_told_to_go_in_as_two_and_take_no_picture(fill: Fill) -> None:
    asked = fill(FORM).asked[0]
    assert asked.index("arrival") < asked.index("inside") < asked.index("child_service")
    assert {"inside", "by_video"}.isdisjoint(fill(FORM, arrival="closed").asked[0])
    assert "Masuklah berdua" in built(FORM).xform
    assert fill(FORM, two_adults=None).problem == "two_adults"


def test_the_only_picture_is_of_the_front() -> None:
    assert photographs(built(FORM)) == ["photo_front"]


@pytest.mark.parametrize("arrival", Arrival)
def test_a_concern_leads_to_a_note_at_the_end_and_to_no_field(fill: Fill, arrival: Arrival) -> None:
    filled = fill(FORM, arrival=arrival)
    assert filled.asked[0][-1] == "concern" and "<concern />" in filled.xml


def test_of_children_there_are_totals_by_age_alone() -> None:
    typed = re.findall(r'<input ref="/data/seen/[^"]*/(\w+)"', built(FORM).xform)
    kinds = dict(re.findall(r'nodeset="/data/seen/[^"]*/(\w+)" type="(\w+)"', built(FORM).xform))
    assert set(typed) >= COUNTS and {kinds[name] for name in typed} == {"int"}, "nothing is written freely"


@pytest.mark.parametrize("question", sorted(COUNTS))
def test_counts_have_bounds(fill: Fill, question: str) -> None:
    assert fill(FORM, **{question: 0}).refused == fill(FORM, **{question: 1000}).refused == []
    for count in (-1, 1001):
        (refused,) = fill(FORM, **{question: count}).refused
        assert (refused["question"], refused["sentence"]) == (question, "Tulis bilangan dari 0 sampai 1.000.")
