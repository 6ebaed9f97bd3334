"""The comparisons that indicator sets name: what each kind takes, and what the set of 2011 asks for."""

from typing import Any

import pytest

from server.rulebook import load_benchmarks
from tests.support.builders import BESIDE, INDICATORS, a_line
from verification.comparing.compare import TAKES, UnusableCompare, read_compare
from verification.comparing.comparisons import KINDS, compared
from verification.comparing.finding import Verdict
from verification.model import Answer, Claim
from verification.sets.indicators import ClaimKind

FIELDS = {answer.code: answer for answer in INDICATORS.by_number[25].answer_fields}
CHILDREN = {answer.code: answer for answer in INDICATORS.by_number[8].answer_fields}


def test_each_kind_is_made_by_something() -> None:
    assert KINDS.keys() == TAKES.keys()


def test_each_kind_is_asked_for_by_the_set() -> None:
    assert {how.kind for one in INDICATORS.indicators for how in one.compares} == KINDS.keys()


GOOD = {"kind": "changes", "answers": ["25a1"], "direction": "up"}


@pytest.mark.parametrize("row, says", [
    ({"kind": "guess"}, "no kind of comparison"),
    ({"kind": "changes", "answers": ["25a1"]}, "needs direction"),
    (GOOD | {"direction": "sideways"}, "direction is one of"),
    (GOOD | {"answers": ["99z"]}, "no answer is called '99z'"),
    (GOOD | {"answers": []}, "names no answers"),
    (GOOD | {"benchmark": "akb"}, "takes no benchmark"),
    ({"kind": "share_by_group", "answers": ["25a2"], "whole": ["25a3"], "breakdowns": ["25a"]}, "names two breakdowns"),
    ({"kind": "yes_no", "answers": ["25a1"], "criterion": "in_tune"}, "'in_tune' is no criterion here"),
])  # fmt: skip
def test_what_cannot_be_compared_is_refused_with_a_sentence(row: dict[str, Any], says: str) -> None:
    with pytest.raises(UnusableCompare, match=says):
        read_compare(row, FIELDS, ["anti_violence_policy"])


def test_numbers_of_children_are_never_written_by_mistake() -> None:
    row = {"kind": "changes", "answers": ["8b1"], "direction": "up"}
    with pytest.raises(UnusableCompare, match="counts children"):
        read_compare(row, CHILDREN, [])
    assert read_compare(row | {"children": True}, CHILDREN, []).children


def test_a_share_of_children_in_need_of_protection_goes_by_the_stricter_threshold() -> None:
    shares = [
        (one.cluster, how.protected) for one in INDICATORS.indicators for how in one.compares if how.kind == "ratio"
    ]
    assert shares and all(protected == (cluster == "V") for cluster, protected in shares)


def test_who_has_a_birth_certificate_is_told_by_sex_too() -> None:
    """E-8: (4,820 + 4,655)/(5,100 + 4,960) is 94.2 per cent; of boys 94.5, of girls 93.9: none is 100."""
    counted = {"8b1": "5100", "8b2": "4960", "8b3": "4820", "8b4": "4655"}
    claim = Claim(8, 57.0, {code: Answer(number) for code, number in counted.items()})
    found = [one for one in compared(INDICATORS.by_number[8], claim, (), BESIDE, {}) if one.about == "ratio"]
    assert [one.reason.values["what"] for one in found] == ["8b3 8b4", "8b3", "8b4"]
    assert {one.reason.code for one in found} == {"own_share_falls_short"}
    boys = Claim(8, 57.0, {**claim.answers, "8b3": Answer("5100")})
    said = [one.reason.code for one in compared(INDICATORS.by_number[8], boys, (), BESIDE, {}) if one.about == "ratio"]
    assert said == ["own_share_falls_short", "own_share_reaches", "own_share_falls_short"]


@pytest.mark.parametrize("boys, girls, told", [
    (9, 12, ["8b1 8b2"]), (12, 9, ["8b1 8b2"]), (12, 12, ["8b1 8b2", "8b1", "8b2"]), (0, 12, ["8b1 8b2", "8b2"]),
    (5, 4, []),
])  # fmt: skip
def test_no_share_of_a_sex_is_told_that_would_tell_of_few_of_the_other(boys: int, girls: int, told: list[str]) -> None:
    """Of 21 children between 55 and 65 per cent and of 12 girls all: of nine boys hardly one."""
    counted = {"8b1": boys, "8b2": girls, "8b3": min(boys, 1), "8b4": girls}
    claim = Claim(8, 57.0, {code: Answer(str(number)) for code, number in counted.items()})
    found = [one.reason for one in compared(INDICATORS.by_number[8], claim, (), BESIDE, {}) if one.about == "ratio"]
    assert [reason.values["whole"] for reason in found if reason.code != "share_of_too_few"] == told


# words of a measure, and by which comparisons of an indicator they are worked out: one of these at least
WORDS = {
    "meningkat": {"changes", "rise", "ratio_rises"}, "menurun": {"changes"}, "rata-rata nasional": {"benchmark"},
    "minimal": {"target"}, "100%": {"ratio", "target"}, "5 klaster kha": {"clusters_covered", "share_of_budget"},
}  # fmt: skip
ASKED_BY_NOTHING = {(5, "5 klaster kha"), (31, "100%")}  # a profile is read at the desk; of how many nobody asks


def test_every_measure_of_the_regulation_is_worked_out_by_what_it_says() -> None:
    """And that a list grows each year against the list of the round before: that is what a rise is (E-RISE)."""
    lacking = {(one.number, word) for one in INDICATORS.indicators for word, kinds in WORDS.items()
               if word in one.measure["id"].lower() and not kinds & {how.kind for how in one.compares}}  # fmt: skip
    assert lacking == ASKED_BY_NOTHING
    lists = [one for one in INDICATORS.indicators if one.claim_kind is ClaimKind.LIST]
    grows = {one.number for one in lists if "meningkat" in one.measure["id"].lower()}
    assert grows == {one.number for one in lists for how in one.compares if how.kind == "rise"}


def test_every_number_of_the_country_is_one_that_is_asked_for() -> None:
    asked = {how.benchmark for one in INDICATORS.indicators for how in one.compares if how.benchmark}
    assert {one.code for one in load_benchmarks()} <= asked


def test_a_claim_of_nothing_is_compared_with_nothing_and_nobody_falls_over() -> None:
    for indicator in INDICATORS.indicators:
        for finding in compared(indicator, Claim(indicator.number, None), (), BESIDE, {}):
            assert finding.verdict == "open", (indicator.number, finding.reason.code)


def test_what_was_not_filled_in_is_said_once() -> None:
    """Two comparisons of each of three numbers of 15, and nothing is there."""
    (only,) = compared(INDICATORS.by_number[15], Claim(15, 1.0), (), BESIDE, {})
    assert only.reason.values == {"what": "15a1 15b1 15c1"}


def test_an_institution_that_gives_both_services_is_in_both_counts_and_once_on_the_list() -> None:
    """E-LINE (19, union): of 6 and 4 there are between 6 and 10 institutions."""
    said = {"19a1": Answer("6"), "19b1": Answer("4")}
    told = []
    for listed in (5, 6, 10, 11):
        lines = tuple(a_line(n, indicator=19, kind="puskesmas", facility_id=f"f{n}") for n in range(listed))
        found = compared(INDICATORS.by_number[19], Claim(19, 20.0, said, lines=lines), [], BESIDE, {})
        told += [one.verdict for one in found if one.about == "union"]
    assert told == [Verdict.DIFFERS, Verdict.OPEN, Verdict.OPEN, Verdict.DIFFERS]
