"""The indicator set and the rules, as data: they add up, and what they name exists."""

import copy
import tomllib
from typing import Any

import pytest

from server.rulebook import FOLDER, load_indicators
from tests.support.builders import KINDS
from verification.judging.checks import Check
from verification.model import Seen
from verification.rules import read_rules
from verification.sets.indicators import ClaimKind, UnusableSet, read_indicator_set

SET = load_indicators()


def as_written() -> dict[str, Any]:
    """Give the set's file, parsed anew: a test changes it."""
    return tomllib.loads((FOLDER / "sets" / f"{SET.id}.toml").read_text(encoding="utf-8"))


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


def test_what_the_annex_explains_stands_in_both_languages_paragraph_by_paragraph() -> None:
    explained = {i.number: i.explanation for i in SET.indicators if i.explanation}
    assert set(range(1, 32)) - explained.keys() == {2, 3, 30}, "of these the annex explains nothing"
    paragraphs = {n: [text.split("\n") for text in (one["id"], one["en"])] for n, one in explained.items()}
    assert {
        n: (len(first), len(second)) for n, (first, second) in paragraphs.items() if len(first) != len(second)
    } == {}
    assert all(line.strip() == line and line for both in paragraphs.values() for lines in both for line in lines)
    assert (len(paragraphs[8][0]), len(paragraphs[9][0]), len(paragraphs[25][0])) == (6, 24, 9)
    assert "keduanya tidak boleh dimasukkan dalam data" in explained[8]["id"]
    assert explained[18]["id"].endswith("BCG 1 kali, DPT 3 kali, HB 3 kali, Polio 4 kali, dan Campak 1 kali.")
    assert not any("Sumber data" in one["id"] or "MENTERI" in one["id"] for one in explained.values())


def test_a_budgets_clusters_say_what_it_is_spent_on() -> None:
    assert all(cluster.budget and set(cluster.budget) == {"id", "en"} for cluster in SET.clusters)
    spent = {answer.budget_of for _, answer in SET.answer_fields.values() if answer.budget_of}
    assert spent == {cluster.code for cluster in SET.clusters}


def test_every_percentage_is_a_share_but_gross_rates() -> None:
    open_ended = {a.code for _, a in SET.answer_fields.values() if a.kind == "percent" and not a.share}
    assert open_ended == {"23a1", "23a2", *(f"24a{number}" for number in range(1, 7))}
    assert all(a.kind == "percent" for _, a in SET.answer_fields.values() if a.share)


def test_what_may_be_broken_down() -> None:
    by = {one.code: one.by for one in SET.breakdowns.values()}
    assert by["8b1"] == ("area", "age") and by["28a"] == ("sex", "age", "protection_group")
    assert {sheet: indicator.number for sheet, indicator in SET.by_sheet.items()} == {
        "Kebijakan": 1, "Anggaran": 2, "Masukan Anak": 3, "Kelompok Anak": 10,
    }  # fmt: skip


UNFITTING: dict[str, tuple[str, dict[str, Any], str]] = {
    "a breakdown of no indicator": ("breakdowns", {"indicator": 99}, "there is no indicator 99"),
    "one by what there is not": ("breakdowns", {"by": ["village"]}, "nothing is broken down by 'village'"),
    "one of children by area": ("breakdowns", {"by": ["area"], "protected": True}, "is for the district alone"),
    "one that adds up to nothing": ("breakdowns", {"total": ["99a1"]}, "no answer is called '99a1'"),
    "a rule of no kind": ("consistency", {"kind": "near"}, "no kind is called 'near'"),
    "a rule about nothing": ("consistency", {"left": ["99a1"]}, "no answer is called '99a1'"),
    "a sheet there is not": ("indicators", {"sheet": "Peta"}, "no sheet is called 'Peta'"),
}


@pytest.mark.parametrize("part, changes, said", UNFITTING.values(), ids=UNFITTING)
def test_what_names_what_there_is_not_is_refused(part: str, changes: dict[str, Any], said: str) -> None:
    table = as_written()
    table[part][0] |= changes
    with pytest.raises(UnusableSet, match=said):
        read_indicator_set(table, KINDS)


@pytest.mark.parametrize("breakdowns", [["28a", "28c"], ["28c", "28b"], ["28c", "31b"], ["28c", "28z"]], ids=str)
def test_what_is_compared_by_group_is_broken_down_by_group(breakdowns: list[str]) -> None:
    table = as_written()
    (row,) = (how for one in table["indicators"] for how in one.get("compares", ()) if how["kind"] == "share_by_group")
    row["breakdowns"] = breakdowns
    with pytest.raises(UnusableSet, match="no breakdown of these answers by group"):
        read_indicator_set(table, KINDS)


@pytest.mark.parametrize("change", [{"by": ["age"]}, {"total": ["8b1"]}, {"code": "8b9"}], ids=str)
def test_what_is_compared_by_area_is_broken_down_by_area_answer_by_answer(change: dict[str, Any]) -> None:
    table = as_written()
    (row,) = (one for one in table["breakdowns"] if one["code"] == "8b4")
    row |= change
    with pytest.raises(UnusableSet, match="'8b4' is not broken down by area"):
        read_indicator_set(table, KINDS)


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


def test_every_known_kind_is_listed_but_shelters_and_what_only_visits_inform_of() -> None:
    listed = {kind for indicator in SET.indicators for kind in indicator.facility_kinds}
    assert listed == KINDS.by_code.keys() - {"rumah_aman", "rpsa", "layanan_akta"}
    lists = [i for i in SET.indicators if i.claim_kind is ClaimKind.LIST]
    assert {i.number for i in lists} == {6, 7, 9, 10, 12, 13, 17, 19, 22, 25, 26, 27}
    assert sum(i.points for i in lists) == 340
    informed = {i.number for i in SET.indicators if i.facility_kinds} - {i.number for i in lists}
    assert informed == {16, 23, 28}, "a share or a rate is no list of places"


def test_what_it_takes_to_confirm_a_place() -> None:
    assert {i.number: i.checks for i in SET.indicators if i.claim_kind is ClaimKind.LIST} == {
        6: (Check("all_of", criteria=("child_service",)),),
        7: (Check("all_of", criteria=("support_in_place",)),),
        9: (Check("all_strict"),),
        10: (Check("all_of", criteria=("run_by_children",)),),
        12: (Check("all_of", criteria=("counselling_service",)),),
        13: (Check("all_of", criteria=("serves_children",)),),
        17: (Check("all_strict"),),
        19: (Check("all_of", criteria=("accessible_to_children",)),),
        22: (Check("all_of", criteria=("declared_smoke_free",)),),
        25: (Check("at_least", of="regulation", count=7),),
        26: (Check("at_least", of="regulation", count=1),),
        27: (Check("all_of", criteria=("for_children", "accessible_to_all")),),
    }  # fmt: skip


def test_what_there_is_to_see_at_a_place_is_what_all_indicators_that_list_it_ask() -> None:
    assert SET.criteria_at("lksa") == SET.by_number[13].criteria
    of_companies = {"no_child_labour_policy"}
    support = tuple(criterion for criterion in SET.by_number[7].criteria if criterion.code not in of_companies)
    assert SET.criteria_at("pojok_asi") == support + SET.by_number[17].criteria
    assert SET.criteria_at("bioskop") == ()


def test_a_criterion_of_some_kinds_is_asked_at_no_other() -> None:
    of_books = {criterion.code for criterion in SET.by_number[9].criteria if criterion.kinds}
    assert "routine_schedule" in of_books
    assert of_books.isdisjoint(criterion.code for criterion in SET.criteria_at("museum"))
    assert "routine_schedule" in {criterion.code for criterion in SET.criteria_at("perpustakaan_keliling")}


def test_a_scale_has_words_for_every_answer_and_one_for_what_nobody_saw() -> None:
    scales = {criterion.scale.code: criterion.scale for criterion in SET.criteria.values()}
    assert scales.keys() == {"seen", "seen4", "true", "true4", "yn3"}
    for scale in scales.values():
        assert all(text.keys() == {"id", "en"} and all(text.values()) for text in scale.answers.values())
    assert scales["true"].said(Seen.NOT_APPLICABLE, "id") == scales["true"].said(Seen.NOT_SEEN, "id")


UNUSABLE: dict[str, tuple[int, dict[str, Any], str]] = {
    "a check of no known kind": (25, {"checks": [{"kind": "most_of"}]}, "indicator 25: no kind of check is called"),
    "a criterion it does not have": (13, {"checks": [{"kind": "all_of", "criteria": ["chair"]}]},
                                     "indicator 13: all_of: 'chair' is no criterion of the regulation here"),
    "a strict criterion nobody asks for": (17, {"checks": []}, "indicator 17: has strict criteria, but no check"),
    "a claim of no known kind": (1, {"claim_kind": "rumour"}, "indicator 1: no claim is of kind 'rumour'; known are"),
    "a kind of place there is not": (17, {"facility_kinds": ["bioskop"]}, "indicator 17: no kind of place is called"),
    "a criterion there is not": (17, {"criteria": ["sofa"]}, "indicator 17: no criterion is called 'sofa'"),
    "a list of nothing": (17, {"facility_kinds": []}, "indicator 17: lists places, but of no kind"),
}  # fmt: skip


@pytest.mark.parametrize("number, changes, sentence", UNUSABLE.values(), ids=UNUSABLE)
def test_a_set_that_names_what_there_is_not_is_refused(number: int, changes: dict[str, Any], sentence: str) -> None:
    table = as_written()
    next(row for row in table["indicators"] if row["number"] == number).update(changes)
    with pytest.raises(UnusableSet) as caught:
        read_indicator_set(table, KINDS)
    assert sentence in str(caught.value)


UNUSABLE_CRITERIA: dict[str, tuple[str, dict[str, Any], str]] = {
    "no such scale": ("chair", {"scale": "stars"}, "criterion 'chair': no scale is called 'stars'"),
    "no such kind": ("chair", {"kinds": ["bioskop"]}, "criterion 'chair': no kind of place is called 'bioskop'"),
    "strict, and it need not apply": ("chair", {"scale": "seen4"}, "criterion 'chair': what is strict applies"),
    "two of one code": ("vision", {"code": "mission"}, "criterion 'mission': stands twice"),
}


@pytest.mark.parametrize("code, changes, sentence", UNUSABLE_CRITERIA.values(), ids=UNUSABLE_CRITERIA)
def test_a_criterion_that_cannot_be_asked_is_refused(code: str, changes: dict[str, Any], sentence: str) -> None:
    table = as_written()
    next(row for row in table["criteria"] if row["code"] == code).update(changes)
    with pytest.raises(UnusableSet) as caught:
        read_indicator_set(table, KINDS)
    assert sentence in str(caught.value)


def test_a_criterion_that_no_indicator_names_is_refused() -> None:
    table = as_written()
    table["criteria"].append(table["criteria"][0] | {"code": "sofa"})
    with pytest.raises(UnusableSet, match="criterion 'sofa': no indicator names it"):
        read_indicator_set(table, KINDS)


@pytest.mark.parametrize("answers, sentence", [
    ([{"code": "yes", "text": {}}], "offers no 'not_seen'"),
    ([{"code": "maybe", "text": {}}, {"code": "not_seen", "text": {}}], "no answer is called 'maybe'"),
])  # fmt: skip
def test_a_scale_that_cannot_be_read_is_refused(answers: list[dict[str, Any]], sentence: str) -> None:
    table = as_written()
    table["scales"][0]["answers"] = answers
    with pytest.raises(UnusableSet, match=sentence):
        read_indicator_set(table, KINDS)


def test_rules_with_a_hole_judge_nobody() -> None:
    table = tomllib.loads((FOLDER / "rules.toml").read_text(encoding="utf-8"))
    for section, key in (("location", "coast_m"), ("matching", "automatic")):
        broken = copy.deepcopy(table)
        del broken[section][key]
        with pytest.raises((KeyError, TypeError)):
            read_rules(broken, KINDS)
