"""How the check of a document stands: catalogue D, with the second readers of practice 18."""

from dataclasses import replace
from itertools import pairwise

import pytest

from verification.desk.reading import DocumentReading, Says, differ_in, doubts, together
from verification.desk.states import (
    MOVES,
    TAKEN_BACK,
    Case,
    DocumentState,
    DocumentStep,
    reasons,
    standing,
    waits_for_reply,
)
from verification.model import Seen

YES = Seen.YES
FINE = DocumentReading("a", True, YES, YES, YES, True, says=Says.YES, page=3)
NOT_SO = replace(FINE, says=Says.NO)
REPLY, SETTLE, FAIL = DocumentStep.REPLIES, DocumentStep.SETTLES, DocumentStep.FAILS
BACK, RETRACT = DocumentStep.WITHDRAWS, DocumentStep.RETRACTS


def by(*readings: DocumentReading) -> tuple[DocumentReading, ...]:
    return tuple(replace(one, by=name) for one, name in zip(readings, "abcd", strict=False))


def state(*readings: DocumentReading, second: bool = False, after: tuple[DocumentStep, ...] = ()) -> DocumentState:
    return standing(Case(True, by(*readings), second, after=after)).state


def test_the_way_of_a_document_is_the_catalogues() -> None:
    way = ("absent", "received", "read_once", "read_twice", "unclear", "answered", "unsupported")
    assert all(
        any(MOVES.get((DocumentState(one), step)) == other for step in DocumentStep) for one, other in pairwise(way)
    )
    assert standing(Case(False)).state is DocumentState.ABSENT
    assert state() is DocumentState.RECEIVED


@pytest.mark.parametrize(("readings", "second", "expected"), [
    ((FINE,), False, DocumentState.AGREED),  # one reader is enough where nothing is in doubt
    ((FINE,), True, DocumentState.READ_ONCE),  # drawn, or it decides a category
    ((FINE, FINE), True, DocumentState.AGREED),
    ((NOT_SO,), False, DocumentState.READ_ONCE),  # nothing adverse rests on one reader
    ((NOT_SO, NOT_SO), False, DocumentState.UNCLEAR),
    ((FINE, NOT_SO), True, DocumentState.READ_TWICE),  # they differ: a third reads
    ((FINE, NOT_SO, NOT_SO), True, DocumentState.UNCLEAR),
    ((FINE, NOT_SO, FINE), True, DocumentState.AGREED),
    ((replace(FINE, says=Says.PARTLY),), False, DocumentState.AGREED),  # how much that is worth, Tim Penilai says
    ((DocumentReading("a", False), DocumentReading("b", False)), False, DocumentState.UNCLEAR),
    ((FINE, NOT_SO, replace(FINE, says=Says.UNREADABLE)), True, DocumentState.UNCLEAR),  # all three differ
])  # fmt: skip
def test_who_has_to_read(readings: tuple[DocumentReading, ...], second: bool, expected: DocumentState) -> None:
    assert state(*readings, second=second) is expected


@pytest.mark.parametrize(("after", "expected"), [
    ((), DocumentState.UNCLEAR), ((REPLY,), DocumentState.ANSWERED), ((REPLY, SETTLE), DocumentState.AGREED),
    ((REPLY, FAIL), DocumentState.UNSUPPORTED), ((FAIL,), DocumentState.UNSUPPORTED),
    ((FAIL, REPLY), DocumentState.ANSWERED),  # a late reply is looked at
    ((SETTLE,), DocumentState.UNCLEAR),  # no such step: nothing is concluded before a reply
])  # fmt: skip
def test_what_is_in_doubt_is_asked_before_it_is_concluded(
    after: tuple[DocumentStep, ...], expected: DocumentState
) -> None:
    assert state(NOT_SO, NOT_SO, after=after) is expected


@pytest.mark.parametrize(("after", "expected"), [
    ((FAIL, BACK), DocumentState.UNCLEAR), ((REPLY, FAIL, BACK), DocumentState.ANSWERED),
    ((REPLY, SETTLE, BACK), DocumentState.ANSWERED), ((REPLY, FAIL, SETTLE), DocumentState.AGREED),
    ((REPLY, SETTLE, FAIL), DocumentState.UNSUPPORTED),
    ((REPLY, SETTLE, FAIL, BACK), DocumentState.ANSWERED),  # all that was concluded goes, and not the newest alone
    ((FAIL, REPLY, SETTLE, BACK), DocumentState.ANSWERED),  # not what a late reply opened again
    ((FAIL, BACK, REPLY), DocumentState.ANSWERED), ((FAIL, BACK, FAIL), DocumentState.UNSUPPORTED),
    ((FAIL, SETTLE), DocumentState.UNSUPPORTED),  # no such step: nobody has replied
    ((BACK,), DocumentState.UNCLEAR), ((REPLY, BACK, BACK), DocumentState.ANSWERED),  # nothing to take back
    ((REPLY, SETTLE, REPLY), DocumentState.AGREED),  # nothing is replied to what supports the claim
])  # fmt: skip
def test_a_conclusion_is_taken_back_or_replaced(after: tuple[DocumentStep, ...], expected: DocumentState) -> None:
    assert state(NOT_SO, NOT_SO, after=after) is expected


def test_what_readers_agreed_on_is_no_conclusion() -> None:
    for after in ((), (FAIL,), (SETTLE,), (SETTLE, BACK)):
        stands = standing(Case(True, by(FINE), after=after))
        assert (stands.state, stands.concluded) == (DocumentState.AGREED, None)
        assert not any(stands.may_follow(step) for step in DocumentStep)


def test_what_may_be_concluded_is_what_could_be_before_and_what_was_is_taken_back_to_there() -> None:
    for after in ((FAIL,), (REPLY, FAIL), (REPLY, SETTLE)):
        stands = standing(Case(True, by(NOT_SO, NOT_SO), after=after))
        assert (stands.state, stands.judged) in TAKEN_BACK
        assert stands.may_follow(BACK) and stands.may_follow(SETTLE) is (REPLY in after)
    assert not standing(Case(True, by(NOT_SO, NOT_SO), after=(REPLY,))).may_follow(BACK)
    assert len(TAKEN_BACK) == 3


@pytest.mark.parametrize(("after", "expected"), [
    ((), True), ((FAIL, BACK), True),  # nobody replied, and nothing concluded of it stands
    ((REPLY,), False), ((FAIL,), False), ((REPLY, SETTLE), False), ((REPLY, SETTLE, BACK), False),
    ((FAIL, BACK, FAIL), False), ((FAIL, REPLY), False), ((RETRACT,), False), ((FAIL, BACK, RETRACT), False),
    ((RETRACT, BACK), False),  # what was taken back once is over
])  # fmt: skip
def test_a_question_waits_and_may_be_taken_back_until_somebody_replied(
    after: tuple[DocumentStep, ...], expected: bool
) -> None:
    assert waits_for_reply(after) is expected
    assert state(NOT_SO, NOT_SO, after=(RETRACT,)) is DocumentState.UNCLEAR, "what is in doubt stays so"


def test_readers_are_compared_by_all_but_the_page() -> None:
    assert differ_in(FINE, replace(FINE, by="b", page=9)) == ()
    assert differ_in(FINE, replace(FINE, in_force=Seen.NO, says=Says.PARTLY)) == ("in_force", "says")
    found = together(by(FINE, replace(FINE, in_force=Seen.NO), replace(FINE, in_force=Seen.NO, page=7)))
    assert (found.agree, found.reading.in_force, found.reading.page) == (True, Seen.NO, 3)
    assert together(by(FINE, NOT_SO)).left == ("says",)


def test_what_speaks_against_a_document() -> None:
    assert doubts(FINE) == doubts(replace(FINE, matches_date=Seen.NOT_APPLICABLE, in_force=Seen.NOT_SEEN)) == ()
    assert doubts(replace(NOT_SO, issuer_ok=False)) == ("desk_issuer_differs", "desk_does_not_say")
    assert doubts(FINE, frozenset({"I", "V"})) == ("desk_clusters_missing",)
    assert doubts(replace(FINE, child_input_named=False)) == ("desk_no_child_input",)


def test_what_is_told_of_a_document() -> None:
    partly = standing(Case(True, by(replace(FINE, says=Says.PARTLY), replace(FINE, says=Says.PARTLY)), True))
    assert [(one.code, one.values) for one in reasons(partly)] == [
        ("desk_supports", {"readers": 2}), ("desk_partly", {}), ("desk_page", {"page": 3}),
    ]  # fmt: skip
    differing = standing(Case(True, by(FINE, NOT_SO)))
    assert [one.code for one in reasons(differing)] == ["desk_waits"], "what one of two says is told to nobody"
    over = standing(Case(True, by(NOT_SO, NOT_SO), after=(FAIL,)))
    assert [one.code for one in reasons(over)] == ["desk_unsupported", "desk_does_not_say", "desk_page"]
