"""E-TRI with the children's voice: beside claim and verifiers, of their batches alone, and no point hangs on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rulebook import load_indicators
from verification.comparing.beside import Beside
from verification.comparing.children import AskedOfChildren, compare_children, only_what_they_said
from verification.comparing.comparisons import compared
from verification.comparing.finding import Said, Verdict
from verification.judging.line import CriterionSeen, LineResult
from verification.model import Answer, Claim, ClaimLine, Outcome, Seen
from verification.reason import Reason
from verification.summing.children import QUESTIONS, Band, ChildSaid, ToldByChildren, told_of, voices

FEW, SOME, HALF, MANY, MOST = Band
SMOKE = AskedOfChildren("smoke_seen", "yes", answer="22a1", criterion="nobody_smoking")
WHEELS = AskedOfChildren("friend_wheelchair", "no", criterion="step_free_access")
TOLD_ONLY = AskedOfChildren("like_place")


def place(line_id: int, kind: str) -> ClaimLine:
    return ClaimLine(line_id=line_id, indicator=22, kind=kind, name="Rekaan", village="99.01.01.2001", facility_id="x")


def result(line_id: int, criterion: str, seen: Seen) -> LineResult:
    return LineResult(line_id, 22, Outcome.CONFIRMED, (), criteria=(CriterionSeen(criterion, True, False, seen),))


def said(
    how: AskedOfChildren, *bands: Band, claims: str | None = "yes", verifiers: tuple[Seen, ...] = (), kind: str = "ktr"
) -> list[Said]:
    claim = Claim(22, 1.0, {"22a1": Answer(claims)}, lines=tuple(place(n, "ktr") for n in range(len(verifiers))))
    results = [result(n, how.criterion or "", one) for n, one in enumerate(verifiers)]
    return list(compare_children(how, ["ktr"], claim, results, (ToldByChildren(kind, how.question, bands),)))


@pytest.mark.parametrize("bands, claims, verifiers, sources, differ", [
    ([FEW], "yes", [Seen.YES, Seen.YES], 3, 0), ([MOST], "yes", [Seen.YES, Seen.YES], 3, 2),
    ([HALF], "yes", [Seen.YES, Seen.NO], 3, 2), ([MOST], "no", [Seen.NO], 3, 0), ([MOST], None, [], 1, 0),
    ([SOME], "yes", [Seen.YES], 2, 0),  # between 20 and 40 % leaves it open
    ([FEW, MOST], "yes", [Seen.YES], 2, 0), ([FEW, SOME, FEW], "yes", [Seen.YES], 3, 0),  # batches that differ too
    ([MANY, MOST], "yes", [Seen.NOT_SEEN], 2, 1),
])  # fmt: skip
def test_how_many_pairs_of_sources_differ(
    bands: list[Band], claims: str | None, verifiers: list[Seen], sources: int, differ: int
) -> None:
    ((verdict, reason),) = said(SMOKE, *bands, claims=claims, verifiers=tuple(verifiers))
    assert (reason.values["sources"], reason.values["differ"]) == (sources, differ)
    assert (verdict, reason.code) == ((Verdict.DIFFERS, "children_differ") if differ
                                      else (Verdict.OPEN, "children_do_not_differ"))  # fmt: skip


@pytest.mark.parametrize("band, goes_with", [(MOST, True), (MANY, None), (HALF, False), (SOME, False), (FEW, False)])
def test_where_a_no_speaks_against_the_claim_it_is_the_other_way_round(band: Band, goes_with: bool | None) -> None:
    ((_, reason),) = said(WHEELS, band, claims=None, verifiers=(Seen.YES,))
    assert (reason.values["sources"], reason.values["differ"]) == {True: (2, 0), False: (2, 1), None: (1, 0)}[goes_with]


def test_what_speaks_neither_for_nor_against_is_told_and_no_more() -> None:
    assert said(TOLD_ONLY, MOST, HALF, verifiers=(Seen.NO,)) == [(Verdict.OPEN, Reason("children_said", {
        "question": "like_place", "kind": "ktr", "bands": "most half"}))]  # fmt: skip


def test_children_are_set_beside_places_of_the_kind_they_spoke_of_and_others_say_nothing() -> None:
    assert said(SMOKE, MOST, kind="sekolah") == []
    claim = Claim(22, 1.0, lines=(place(1, "ktr"), place(2, "taman")))
    results = [result(1, "nobody_smoking", Seen.YES), result(2, "nobody_smoking", Seen.NO)]
    ((_, reason),) = compare_children(SMOKE, ["ktr"], claim, results, (ToldByChildren("ktr", "smoke_seen", (FEW,)),))
    assert (reason.values["there"], reason.values["of"]) == (1, 1)


batches = st.lists(st.lists(st.sampled_from(["yes", "no", "sometimes", "skip"]), min_size=10, max_size=25), max_size=4)


@given(batches)
def test_a_finding_tells_what_the_page_tells_of_each_batch_and_nothing_else(those: list[list[str]]) -> None:
    told = voices(ChildSaid("99.01", "ktr", n, {"smoke_seen": one, "feel_ok_place": "no"})
                  for n, answers in enumerate(those, start=1) for one in answers)  # fmt: skip
    on_the_page = [share.yes.name.lower() for voice in told for share in voice.shares if share.yes is not None]
    found = [one for how in (*(AskedOfChildren(question) for question in (*QUESTIONS, "feel_ok_place")), SMOKE)
             for one in compare_children(how, ["ktr"], Claim(22, 1.0), (), told_of(told))]  # fmt: skip
    assert {str(reason.values["bands"]) for _, reason in found} == ({" ".join(on_the_page)} if on_the_page else set())
    assert {reason.values["question"] for _, reason in found} <= {"smoke_seen"}
    own = {"question", "kind", "bands", "what", "there", "of", "sources", "differ", "topic", "claimed", "said"}
    assert all(set(reason.values) <= own for _, reason in found), "no number of children"


def test_without_what_it_was_set_against_only_their_own_word_is_left() -> None:
    ((_, reason),) = said(SMOKE, MOST, verifiers=(Seen.YES,))
    assert only_what_they_said(reason) == Reason("children_said", {"question": "smoke_seen", "kind": "ktr",
                                                                   "bands": "most"})  # fmt: skip


def test_the_set_asks_what_the_page_for_children_asks_under_the_indicators_it_is_about() -> None:
    asked = {(one.number, how.asked) for one in load_indicators().indicators
             for how in one.compares if how.kind == "children"}  # fmt: skip
    assert {question for _, question in asked} == set(QUESTIONS) - {"forum_known"}, (
        "asked at places of other indicators"
    )
    claim, beside = (
        Claim(22, 1.0, {"22a1": Answer("yes")}),
        Beside(2026, children=(ToldByChildren("ktr", "smoke_seen", (MOST,)),)),
    )
    found = compared(load_indicators().by_number[22], claim, (), beside, {})
    assert [(one.verdict, one.reason.code) for one in found if one.about == "children"] == [
        (Verdict.DIFFERS, "children_differ")]  # fmt: skip
