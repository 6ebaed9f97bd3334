"""The indicator set and the rules, as data: they add up, and what they name exists."""

import copy
import tomllib

import pytest

from server.rulebook import FOLDER, load_indicators, load_rules
from verification.reading.visit import KINDS
from verification.rules import read_rules

SET = load_indicators()


def test_the_points_add_up_to_1000_and_to_each_clusters_sum() -> None:
    assert SET.total == 1000
    sums = {
        cluster.code: sum(i.points for i in SET.indicators if i.cluster == cluster.code) for cluster in SET.clusters
    }
    assert sums == {"A": 300, "I": 145, "II": 80, "III": 190, "IV": 165, "V": 120}
    assert sums == {cluster.code: cluster.points for cluster in SET.clusters}


def test_the_numbers_run_from_1_to_31() -> None:
    assert [indicator.number for indicator in SET.indicators] == list(range(1, 32))


def test_every_text_is_there_in_both_languages() -> None:
    texts = [
        text
        for i in SET.indicators
        for text in (i.name, i.measure, i.observable, *(q.text for q in i.questions), *(c.text for c in i.criteria),
                     *(a.label for a in i.answer_fields), *(b.text for b in i.beyond_a_visit))
    ]  # fmt: skip
    assert len(texts) > 400
    assert [text for text in texts if set(text) != {"id", "en"} or not all(text.values())] == []


def test_answer_codes_are_unique() -> None:
    codes = [answer.code for indicator in SET.indicators for answer in indicator.answer_fields]
    assert len(codes) == len(set(codes)) == len(SET.answer_fields)


def test_every_criterion_says_whether_the_regulation_or_only_practice_asks_for_it() -> None:
    criteria = [criterion for indicator in SET.indicators for criterion in indicator.criteria]
    assert {criterion.source for criterion in criteria} == {"regulation", "practice"}
    assert all(criterion.basis for criterion in criteria)
    assert [c.code for c in criteria if c.strict and c.source == "practice"] == []


def test_the_five_requirements_of_a_pojok_asi_are_strict_and_the_schools_seven_are_not() -> None:
    strict = {n: [c.code for c in SET.by_number[n].criteria if c.strict] for n in (13, 17, 25)}
    assert strict == {13: [], 25: [], 17: ["closed_room", "wash_basin", "refrigerator", "baby_table", "chair"]}
    assert sum(criterion.of_regulation for criterion in SET.by_number[25].criteria) == 7


def test_lists_name_kinds_that_visits_can_have_and_the_rules_know() -> None:
    kinds = {kind for indicator in SET.indicators for kind in indicator.facility_kinds}
    assert kinds == KINDS == set(load_rules().location.allowance_m)
    assert {i.number for i in SET.indicators if i.is_list} == {13, 17, 25}


def test_what_the_rules_need_for_confirming_exists() -> None:
    for rule in load_rules().confirming:
        codes = {criterion.code for criterion in SET.by_number[rule.indicator].criteria}
        assert set(rule.all_of) <= codes and rule.at_least <= len(codes)


def test_rules_with_a_hole_judge_nobody() -> None:
    table = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))
    for section, key in (("location", "coast_m"), ("matching", "automatic")):
        broken = copy.deepcopy(table)
        del broken[section][key]
        with pytest.raises((KeyError, TypeError)):
            read_rules(broken)
