"""The visit to a children's forum or group: its papers with an adult, and nothing of any child."""

import re

import pytest

from tests.support.built import built
from tests.xlsforms.filling import LISTED, OF_THE_PLACE, Fill, judged, questions, visit
from verification.model import Outcome, Seen
from xlsforms.build import BuiltForm

FORM = "visit_children_group"
OF_A_DISTRICTS_FORUM = {"vision", "mission", "structure", "work_plan", "represents_subdistricts"}
OF_A_FORUM = {"membership_without_discrimination", "official_role", "regular_meetings"}
MODULES = {
    "role": {"invited_planning", "invited_monitoring", "invited_evaluation", "proposals_made", "proposals_answered"},
    "practice": {"founding_decree", "meeting_minutes", "founded", "meetings_12m", "support", "members_boys",
                 "members_girls", "members_disability"},
}  # fmt: skip
GROUP = LISTED["kelompok_anak"]
CORE = {
    "a district's forum": ({}, {"run_by_children"} | OF_A_FORUM | OF_A_DISTRICTS_FORUM),
    "a subdistrict's": ({"group_level": "subdistrict"}, {"run_by_children"} | OF_A_FORUM),
    "a village's": ({"group_level": "village"}, {"run_by_children"} | OF_A_FORUM),
    "a group": ({"facility": GROUP}, {"run_by_children"}),
    "a village's group": ({"facility": GROUP, "group_level": "village"}, {"run_by_children"}),
}


@pytest.mark.parametrize("answers, asked", CORE.values(), ids=CORE)
def test_a_districts_forum_is_asked_for_more_than_another_and_a_group_for_least(
    fill: Fill, answers: dict[str, str], asked: set[str]
) -> None:
    filled = fill(FORM, modules=None, **answers)
    assert filled.problem is None
    assert visit(filled).answers == dict.fromkeys(asked, Seen.YES)
    assert {"group_level", "activities"} <= set(filled.asked[0])
    assert judged(visit(filled).kind, 10, visit(filled).answers) is Outcome.CONFIRMED


def test_one_that_is_not_run_by_children_is_not_confirmed(fill: Fill) -> None:
    assert judged("kelompok_anak", 10, visit(fill(FORM, run_by_children="no")).answers) is Outcome.UNSURE
    for required in ("run_by_children", "group_level"):
        assert fill(FORM, **{required: None}).problem == required


def test_going_back_takes_back_what_only_the_first_answer_asked_for(fill: Fill) -> None:
    village = visit(fill(FORM, {"group_level": "village"})).answers
    assert OF_A_DISTRICTS_FORUM.isdisjoint(village) and village.keys() >= OF_A_FORUM
    group = visit(fill(FORM, {"facility": GROUP})).answers
    assert (OF_A_DISTRICTS_FORUM | OF_A_FORUM).isdisjoint(group)
    raised = visit(fill(FORM, {"group_level": "district"}, group_level="village")).answers
    assert raised.keys() >= OF_A_DISTRICTS_FORUM


def test_all_else_is_asked_only_where_the_plan_says_so(fill: Fill) -> None:
    core = set(fill(FORM, modules=None).asked[0])
    for module, asked in MODULES.items():
        assert set(fill(FORM, modules=[module]).asked[0]) - core == asked
    assert set(built(FORM).modules) == MODULES.keys()


# ── what is of children stays with them


@pytest.mark.parametrize("kind", built(FORM).kinds)
@pytest.mark.parametrize("mode", ["on_site", "video"])
def test_nothing_is_photographed(forms: dict[str, BuiltForm], fill: Fill, kind: str, mode: str) -> None:
    asked = fill(FORM, facility=LISTED[kind], mode=mode).asked[0]
    assert questions(forms[FORM], "image").isdisjoint(asked)
    assert questions(forms[FORM], "image") == {"photo_front"}, "of the part that all share, and never asked here"


def test_nothing_is_written_about_the_group(forms: dict[str, BuiltForm]) -> None:
    assert questions(forms[FORM], "text") == OF_THE_PLACE


def test_it_says_first_that_papers_are_looked_at_with_an_adult(fill: Fill) -> None:
    asked = fill(FORM).asked[0]
    assert asked.index("papers_only") < asked.index("run_by_children")
    assert "papers_only" not in fill(FORM, arrival="closed").asked[0]


def test_a_group_is_called_by_its_kind_and_code(fill: Fill) -> None:
    filled = fill(FORM, facility=GROUP)
    assert f"<label>kelompok_anak {GROUP[:8]}</label>" in filled.xml
    assert re.search(rf"instanceName>kelompok_anak {GROUP[:8]} · \d", filled.xml)
    assert "Contoh" not in filled.xml


def test_few_members_with_a_disability_are_no_number(forms: dict[str, BuiltForm], fill: Fill) -> None:
    """One child with a disability in a known group is a known child."""
    assert "<members_disability>below_5<" in fill(FORM, members_disability="below_5").xml
    assert fill(FORM, members_disability="1").refused[0]["sentence"] == "not offered"


# ── what cannot be


def test_no_more_proposals_are_answered_than_made(fill: Fill) -> None:
    assert fill(FORM, proposals_made=3, proposals_answered=3).refused == []
    assert fill(FORM, proposals_answered=3).refused == []
    (refused,) = fill(FORM, proposals_made=3, proposals_answered=4).refused
    assert refused["sentence"] == "Usulan yang dijawab melebihi usulan yang dibuat."
    assert fill(FORM, {"proposals_made": 1}, proposals_made=3, proposals_answered=3).problem == "proposals_answered"


def test_no_support_and_some_support_exclude_each_other(fill: Fill) -> None:
    for possible in (["none"], ["dana", "tempat"]):
        assert fill(FORM, support=possible).refused == []
    (refused,) = fill(FORM, support=["none", "dana"]).refused
    assert refused["sentence"] == "Pilih 'Tidak ada' saja, atau dukungan yang ada."


def test_no_group_is_founded_tomorrow(fill: Fill) -> None:
    assert "<founded>2019-07-23</founded>" in fill(FORM, founded="2019-07-23").xml
    (refused,) = fill(FORM, founded="2999-01-01").refused
    assert refused["sentence"] == "Tanggal ini belum lewat."


@pytest.mark.parametrize("question", ["proposals_made", "meetings_12m", "members_boys", "members_girls"])
def test_a_count_that_cannot_be_is_refused(fill: Fill, question: str) -> None:
    for count in (-1, 100_001):
        (refused,) = fill(FORM, **{question: count}).refused
        assert (refused["question"], refused["sentence"]) == (question, "Tulis bilangan dari 0 sampai 100.000.")
