"""The comparisons that indicator sets name: what each kind takes, and what the set of 2011 asks for."""

from typing import Any

import pytest

from server.rulebook import load_benchmarks
from tests.support.builders import BESIDE, INDICATORS
from verification.comparing.compare import TAKES, UnusableCompare, read_compare
from verification.comparing.comparisons import KINDS, compared
from verification.model import Claim

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
