"""E-TRI and E-8b: community, claim and verifiers side by side, and nobody told of by what they alone said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.comparing.finding import Said, Verdict
from verification.comparing.heard import AskedOfPeople, compare_heard
from verification.judging.line import CriterionSeen, LineResult
from verification.model import Answer, Claim, Outcome, Seen
from verification.reading.fields import Heard
from verification.reading.interview import Interview, InterviewRole, InterviewTopic
from verification.summing.community import HeardOf, heard_of

PAID = AskedOfPeople("registration", "akta_paid", "yes", answer="8a1")
SMOKE = AskedOfPeople("smoke", "smoke_here", "yes", answer="22a1", criterion="nobody_smoking")
FREE = Claim(8, 1.0, {"8a1": Answer("yes")})


def paid(answered: int, yes: int) -> Said | None:
    heard = (HeardOf(InterviewTopic.REGISTRATION, "akta_paid", answered, yes, answered - yes),)
    return compare_heard(PAID, FREE, (), heard)


def test_parents_who_paid_as_the_catalogue_works_it() -> None:
    """E-8b: 3 of 24 paid: not quite free of charge, as a finding on 8a1."""
    said = paid(24, 3)
    assert said and (said[0], said[1].code) == (Verdict.DIFFERS, "sources_differ")
    assert said[1].values == {"what": "8a1", "question": "akta_paid", "asked": 25, "low": 0, "high": 15, "there": 0,
                              "of": 0, "sources": 2, "differ": 1, "topic": "8a1", "claimed": True,
                              "said": False}  # fmt: skip


@pytest.mark.parametrize("answered, yes, verdict", [
    (9, 9, None), (4, 0, None), (10, 0, Verdict.OPEN), (10, 2, Verdict.OPEN), (10, 3, Verdict.DIFFERS),
    (40, 40, Verdict.DIFFERS),
])  # fmt: skip
def test_of_fewer_than_ten_nothing_is_told_and_of_none_to_two_the_same(
    answered: int, yes: int, verdict: Verdict | None
) -> None:
    said = paid(answered, yes)
    assert (said[0] if said else None) is verdict
    if answered == 10 and yes < 3:
        assert paid(10, 0) == paid(10, 1), "that none paid is what each one said"


@given(st.integers(0, 60), st.integers(0, 60))
def test_no_number_of_people_is_written(answered: int, yes: int) -> None:
    said = paid(max(answered, yes), yes)
    if said:
        values = said[1].values
        assert int(str(values["asked"])) % 5 == 0 and int(str(values["high"])) - int(str(values["low"])) >= 10


def seen(*answers: Seen) -> list[LineResult]:
    return [LineResult(n, 22, Outcome.CONFIRMED, (), criteria=(CriterionSeen("nobody_smoking", True, False, one),))
            for n, one in enumerate(answers)]  # fmt: skip


@pytest.mark.parametrize("claims, verifiers, smoke, sources, differ", [
    ("yes", [Seen.YES, Seen.YES], 0, 3, 0), ("yes", [Seen.YES, Seen.YES], 12, 3, 2),
    ("yes", [Seen.YES, Seen.NO], 12, 3, 2), ("no", [Seen.NO], 12, 3, 0), (None, [], 12, 1, 0),
    ("yes", [Seen.NOT_SEEN], 12, 2, 1),
])  # fmt: skip
def test_how_many_pairs_of_sources_differ(
    claims: str | None, verifiers: list[Seen], smoke: int, sources: int, differ: int
) -> None:
    claim = Claim(22, 1.0, {"22a1": Answer(claims)})
    said = compare_heard(SMOKE, claim, seen(*verifiers), (HeardOf(InterviewTopic.SMOKE, "smoke_here", 20, smoke, 1),))
    assert said and (said[1].values["sources"], said[1].values["differ"]) == (sources, differ)
    assert (said[0] is Verdict.DIFFERS) == (differ > 0)


def test_institutions_and_whoever_had_staff_near_are_not_the_community() -> None:
    def one(role: InterviewRole, said: Heard, *, near: bool = False) -> Interview:
        return Interview("i", "v", None, staff_near=near, role=role, topics=frozenset({InterviewTopic.REGISTRATION}),
                         answers={"akta_paid": said, "smoke_here": Heard.YES})  # fmt: skip

    spoke = [("a", one(InterviewRole.PARENT, Heard.YES), 3), ("b", one(InterviewRole.PARENT, Heard.NO), 20),
             ("b", one(InterviewRole.NEIGHBOUR, Heard.UNKNOWN), 1), ("a", one(InterviewRole.NGO, Heard.YES), 9),
             ("a", one(InterviewRole.PARENT, Heard.YES, near=True), 9)]  # fmt: skip
    assert heard_of(spoke) == heard_of(reversed(spoke)) == (
        HeardOf(InterviewTopic.REGISTRATION, "akta_paid", 24, 3, 20),)  # fmt: skip
