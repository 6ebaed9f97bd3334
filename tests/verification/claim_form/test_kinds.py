"""A kind of place is read by its name alone where only one kind of the indicator is called so."""

from dataclasses import replace
from typing import Any

import pytest

from server.claims.choices import names_of_choices
from tests.support.builders import INDICATORS, KINDS
from verification.claim_form.cells import SHEETS
from verification.claim_form.choices import Words
from verification.claim_form.form import FilledForm, VillageCodes
from verification.claim_form.reader import read_form
from verification.sets.indicators import IndicatorSet

VILLAGES = VillageCodes(frozenset({"99.01.01.2001"}), frozenset())
NAMES = names_of_choices(INDICATORS)


def of_kind(indicator: int, kind: str, names: Words = NAMES, indicators: IndicatorSet = INDICATORS) -> FilledForm:
    book: dict[str, Any] = {title: {} for title in SHEETS}
    place = {"indicator": indicator, "kind": kind, "facility_name": "Melati", "village": "99.01.01.2001"}
    book["Fasilitas"] = {4: place}
    return read_form(book, indicators, KINDS, VILLAGES, 2026, names)


def test_every_kind_of_every_indicator_is_read_by_its_name_alone() -> None:
    tried = 0
    for indicator in INDICATORS.by_number.values():
        for kind in indicator.facility_kinds:
            name = NAMES["kind"][kind]
            for written in (
                name,
                name.upper(),
                f"  {name.lower()} ",
                name.replace(" ", "  "),
                f"{name} ({kind})",
                kind,
            ):
                form = of_kind(indicator.number, written)
                assert form.problems == (), (written, form.problems)
                assert form.claims[indicator.number].lines[0].kind == kind
                tried += 1
    assert tried > 100


def test_a_name_of_two_kinds_of_the_indicator_is_none() -> None:
    two = replace(INDICATORS.by_number[17], facility_kinds=("pojok_asi", "sekolah"))
    both = IndicatorSet("x", "x", INDICATORS.valid_from, (), (two,), {})
    alike = {"kind": {"pojok_asi": "Pojok ASI", "sekolah": "Pojok Asi"}}
    assert [problem.reason.code for problem in of_kind(17, "Pojok ASI", alike, both).problems] == [
        "kind_not_of_indicator"
    ]
    assert of_kind(17, "Pojok ASI", {"kind": {"pojok_asi": "Pojok ASI", "sekolah": "Sekolah"}}, both).problems == ()
    confused = {"kind": {"pojok_asi": "Sekolah", "sekolah": "SD"}}
    assert of_kind(17, "sekolah", confused, both).claims[17].lines[0].kind == "sekolah", "a code is a code"


@pytest.mark.parametrize("indicator, kind, code", [
    (17, "Sekolah", "kind_not_of_indicator"), (17, "Rumah aman", "names_a_shelter"),
    (17, "Pojok", "kind_not_of_indicator"),
])  # fmt: skip
def test_a_name_of_no_kind_of_the_indicator_is_refused(indicator: int, kind: str, code: str) -> None:
    assert [problem.reason.code for problem in of_kind(indicator, kind).problems] == [code]


def test_a_problem_is_about_the_kind_that_was_named() -> None:
    home = NAMES["kind"]["lksa"]
    indicator = next(one for one in INDICATORS.by_number.values() if "lksa" in one.facility_kinds)
    book: dict[str, Any] = {title: {} for title in SHEETS}
    book["Fasilitas"] = {4: {"indicator": indicator.number, "kind": home, "village": "99.01.01.2001"}}
    (problem,) = read_form(book, INDICATORS, KINDS, VILLAGES, 2026, NAMES).problems
    assert problem.about == "lksa"
