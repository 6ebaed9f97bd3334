"""A smoke-free area: seen without notice, whatever kind of area it is."""

import re

import pytest

from tests.support.built import built
from tests.xlsforms.filling import Fill, photographs, visit
from verification.model import Arrival

FORM = "visit_smoke_free"
DEFINITION = {"declared_smoke_free", "nobody_smoking", "no_tobacco_sale", "no_tobacco_promotion"}
CORE = DEFINITION
TRACES = {"children_around", "designated", "sign_at_entrances", "no_smoking_room", "no_smoke_smell", "no_ashtrays",
          "no_cigarette_butts"}  # fmt: skip


def test_the_core_is_what_the_regulation_says_of_such_an_area(fill: Fill) -> None:
    filled = fill(FORM, modules=None)
    assert visit(filled).answers.keys() == CORE
    assert set(fill(FORM).asked[0]) - set(filled.asked[0]) == TRACES | {"minutes_observed", "unannounced"}
    for question in DEFINITION | {"ktr_kind"}:
        assert fill(FORM, modules=None, **{question: None}).problem == question


def test_who_comes_is_told_to_observe_before_showing_the_letter(fill: Fill) -> None:
    asked = fill(FORM).asked[0]
    assert asked.index("observe_first") < asked.index("arrival") < asked.index("letter_shown")
    assert "observe_first" not in fill(FORM, mode="video").asked[0]
    assert "tanpa pemberitahuan" in built(FORM).xform


AREAS = ("gov", "health", "school", "play", "worship", "transport", "work", "public", "other")


@pytest.mark.parametrize("area", AREAS)
def test_every_kind_of_area_that_the_regulation_names_can_be_chosen(fill: Fill, area: str) -> None:
    filled = fill(FORM, ktr_kind=area)
    assert filled.refused == [] and f"<ktr_kind>{area}</ktr_kind>" in filled.xml and visit(filled).kind == "ktr"


@pytest.mark.parametrize("minutes", [0, 61, -5])
def test_minutes_that_nobody_observes_are_refused(fill: Fill, minutes: int) -> None:
    (refused,) = fill(FORM, minutes_observed=minutes).refused
    assert (refused["question"], refused["sentence"]) == ("minutes_observed", "Tulis menit dari 1 sampai 60.")
    assert fill(FORM, minutes_observed=1).refused == fill(FORM, minutes_observed=60).refused == []


def test_a_module_left_out_after_all_takes_its_answers_back(fill: Fill) -> None:
    filled = fill(FORM, {"modules": None}, minutes_observed=10)
    assert visit(filled).answers.keys() == CORE and "<minutes_observed>" not in filled.xml
    filled = fill(FORM, {"arrival": "closed"})
    assert (visit(filled).arrival, visit(filled).answers) == (Arrival.CLOSED, {})


def test_who_smokes_or_sells_is_neither_named_nor_photographed() -> None:
    xform = built(FORM).xform
    assert photographs(built(FORM)) == ["photo_front"]
    assert not re.findall(r'<input ref="/data/seen/[^"]*/(?!minutes_observed)\w+"', xform)
