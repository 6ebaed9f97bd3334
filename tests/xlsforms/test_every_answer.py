"""Each question of each form is there for something: a rule, a remark, a sum, a page; each number has its threshold.

A question that nobody reads costs a verifier's minute at every place.
"""

from collections.abc import Iterator

import pytest

from tests.support.built import all_built, built
from verification.disclosing.counted import COUNTED, PARTS_OF
from verification.reading.circumstances import asked_about
from verification.reading.interview import QUESTIONS
from verification.summing.heard import ASKED_UNDER, TO_INSTITUTIONS
from xlsforms.build import BuiltForm
from xlsforms.forms import FORMS

ANSWERED = ("integer", "decimal", "text", "date", "select_one", "select_multiple", "select_one_from_file")
OF_NOBODY = frozenset({"interview_adult", "ampk_programme"})
# what a line's page shows in words, in the order of its form, as `server/forms/answering.py` does of these types
IN_WORDS = frozenset({"integer", "decimal", "text", "date", "select_one", "select_multiple", "select_one_from_file"})
OF_AN_INTERVIEW = frozenset({
    "adult_18", "consent", "staff_near", "role", "topic", "about_listed_place", "facility", "subdistrict_given",
    "may_be_named", "institution_and_post", "statement",
})  # fmt: skip
FOR_INFORMATION = frozenset({"gt_met"})  # kept and read, and on no page: how often a task force met is asked of papers


def asked(form: BuiltForm) -> Iterator[tuple[str, str]]:
    """Give the questions that somebody answers: their type, and their name."""
    for row in form.survey:
        kind = row.get("type", "").split(" ")[0]
        if kind in ANSWERED:
            yield kind, row["name"]


@pytest.mark.parametrize("form_id", FORMS)
def test_each_question_of_a_visit_is_shown_in_words_beside_the_line(form_id: str) -> None:
    if form_id not in OF_NOBODY:
        assert {name for kind, name in asked(built(form_id)) if kind not in IN_WORDS} == set()


def test_each_question_of_an_interview_is_summed_up_or_says_where_it_belongs() -> None:
    summed = {question for those in ASKED_UNDER.values() for question in those} | set(TO_INSTITUTIONS)
    assert {name for _, name in asked(built("interview_adult"))} == summed | OF_AN_INTERVIEW | FOR_INFORMATION
    assert summed == set(QUESTIONS)


@pytest.mark.parametrize("form_id", FORMS)
def test_what_each_number_counts_is_known(form_id: str) -> None:
    """One that nobody entered would leave by the strictest threshold, also where it counts books."""
    assert {name for kind, name in asked(built(form_id)) if kind in ("integer", "decimal")} - COUNTED.keys() == set()


def test_no_number_is_entered_that_no_form_asks() -> None:
    known = {name for form in all_built() for _, name in asked(form)}
    assert COUNTED.keys() - known == set()
    assert {*PARTS_OF, *(name for names in PARTS_OF.values() for name in names)} <= COUNTED.keys()


def test_each_answer_that_is_worth_a_remark_can_be_given() -> None:
    offered = {(row["name"], choice["name"]) for form in all_built() for row in form.survey
               for choice in form.choices if row.get("type", "").split(" ")[-1] == choice["list_name"]}  # fmt: skip
    assert set(asked_about()) <= offered
