"""Back-checks: a place visited again, compared answer by answer; evidence, and never a verdict."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.support.builders import ALL_FIVE, a_line, a_visit, verify
from verification.comparing.finding import Verdict
from verification.judging.again import BackCheck, compare_visits
from verification.model import Arrival, Outcome, Seen, Visit

EARLIER = {"received_at": datetime(2026, 10, 1, tzinfo=UTC), "day": date(2026, 10, 1)}
LATER = {"received_at": datetime(2026, 11, 1, tzinfo=UTC), "day": date(2026, 11, 1)}


def seen(**other: Seen) -> dict[str, Seen]:
    return ALL_FIVE | other


def findings(*visits: Visit) -> list[tuple[Verdict, str, dict[str, object]]]:
    return [(one.verdict, one.reason.code, dict(one.reason.values)) for one in verify([a_line()], [*visits]).findings
            if one.about == "again"]  # fmt: skip


def test_what_both_looked_at_is_compared_answer_by_answer() -> None:
    first, second = a_visit("a", answers=seen(chair=Seen.NO, baby_table=Seen.NOT_SEEN)), a_visit("b")
    assert compare_visits(first, second) == BackCheck(4, ("chair",)) == compare_visits(second, first)


def test_what_differs_is_told_and_the_later_visit_counts_as_ever() -> None:
    first, second = a_visit("a", **EARLIER, answers=seen(refrigerator=Seen.NO)), a_visit("b", **LATER)
    ((verdict, code, values),) = findings(first, second)
    assert (verdict, code) == (Verdict.DIFFERS, "visited_again_differs")
    assert values == {"count": 1, "of": 5, "differ": 1, "criteria": "refrigerator"}
    assert verify([a_line()], [first, second]).lines[0].outcome is Outcome.CONFIRMED
    both = verify([a_line()], [first, second]).lines
    assert verify([a_line()], [second]).lines == tuple(replace(line, earlier=()) for line in both)


def test_two_that_agree_say_so_and_one_says_nothing() -> None:
    assert [code for _, code, _ in findings(a_visit("a", **EARLIER), a_visit("b", **LATER))] == [
        "visited_again_the_same"
    ]
    assert findings(a_visit("a")) == []
    assert findings(a_visit("a", **EARLIER, answers={}), a_visit("b", **LATER)) == [], "it was closed then"


def test_a_visit_that_answered_nothing_of_what_the_other_did_is_compared_with_nothing() -> None:
    closed = [a_visit(name, **EARLIER, arrival=Arrival.CLOSED, answers={}) for name in ("c", "d")]
    ((_, code, values),) = findings(a_visit("a", **EARLIER), *closed, a_visit("b", **LATER))
    assert (code, values) == ("visited_again_the_same", {"count": 1, "of": 5})
