"""More evidence never widens the bounds, whatever visits find and however late their forms arrive.

In made-up districts places are visited again and again: open, closed, not there; some forms wait on a phone for weeks.
Each visit that comes is asked whether more is undecided than before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.support.builders import ALL_FIVE, RULES, a_fix, a_line, a_point, a_visit, verify
from verification.model import Arrival, Seen, Visit
from verification.rules import Rules

PLACES = 4
LINES = [a_line(n, point=a_point(n * 200), facility_id=f"facility-{n}") for n in range(PLACES)]
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
BEFORE_9 = replace(RULES, matching=replace(RULES.matching, latest_that_looked=False))
FOUND: list[dict[str, Any]] = [
    {}, {"answers": ALL_FIVE | {"chair": Seen.NO}}, {"answers": ALL_FIVE | {"chair": Seen.NOT_SEEN}},
    {"answers": dict.fromkeys(ALL_FIVE, Seen.NOT_SEEN)}, {"fix": None}, {"arrival": Arrival.NOT_THERE},
    {"arrival": Arrival.CLOSED_FOR_GOOD, "asked_third_party": Seen.YES},
    *({"arrival": arrival} for arrival in (Arrival.CLOSED, Arrival.MOVED, Arrival.REFUSED, Arrival.UNSAFE,
                                           Arrival.UNREACHABLE)),
]  # fmt: skip


@dataclass(frozen=True)
class Came:
    """A visit to a place, made in an hour of its own, which its phone sent so many days later."""

    place: int
    hour: int
    days: int
    found: int

    def visit(self, rules: Rules = RULES) -> Visit:
        made = BEGIN + timedelta(hours=self.hour)
        values = {"answers": {}} | FOUND[self.found] if "arrival" in FOUND[self.found] else FOUND[self.found]
        return a_visit(f"v{self.hour}", facility_id=f"facility-{self.place}", 
                       began_at=made, received_at=made + timedelta(days=self.days, minutes=20),
                       **({"fix": a_fix(self.place * 200)} | values))  # fmt: skip


CAME = st.builds(Came, st.integers(0, PLACES - 1), st.integers(0, 400), st.sampled_from([0, 0, 0, 1, 8, 30]),
                 st.integers(0, len(FOUND) - 1))  # fmt: skip
DISTRICTS = st.lists(CAME, min_size=1, max_size=10, unique_by=lambda one: one.hour)


def bounds(came: Sequence[Came], rules: Rules = RULES) -> tuple[int, float]:
    """Give how many lines are undecided, and how far the highest points lie from the lowest."""
    (of,) = [one for one in verify(LINES, [one.visit() for one in came], rules=rules).ledger if one.indicator == 17]
    assert of.lowest is not None and of.highest is not None
    return of.undecided, of.highest - of.lowest


def widens(came: Sequence[Came], rules: Rules = RULES) -> bool:
    """Tell whether, as they arrive at Central, any visit leaves more undecided than there was."""
    arriving = sorted(came, key=lambda one: (one.hour + 24 * one.days, one.hour))
    known = [bounds(arriving[:count], rules) for count in range(len(arriving) + 1)]
    return any(after[0] > before[0] or after[1] > before[1] + 1e-9 for before, after in pairwise(known))


@given(DISTRICTS)
def test_more_evidence_never_widens_the_bounds(came: list[Came]) -> None:
    assert not widens(came)


@given(DISTRICTS, st.randoms(use_true_random=False))
def test_how_long_forms_wait_on_phones_changes_nothing(came: list[Came], chance: Any) -> None:
    at_once = [replace(one, days=0) for one in came]
    waited = [replace(one, days=chance.choice([0, 1, 8, 60, 170])) for one in came]
    found, other = (verify(LINES, [one.visit() for one in those]) for those in (at_once, waited))
    assert (found.lines, found.ledger, found.findings) == (other.lines, other.ledger, other.findings)
    assert [one.reason for one in found.visits] == [one.reason for one in other.visits]


@pytest.mark.parametrize("which", [
    {"found": st.sampled_from([0, *range(7, len(FOUND))])},  # closed doors
    {"found": st.sampled_from([0, 1]), "days": st.sampled_from([0, 8])},  # forms that waited
])  # fmt: skip
@pytest.mark.ci
def test_by_rules_before_9_it_would_have_been_seen(which: dict[str, Any]) -> None:
    """Of what these properties are made both faults are found that there were."""
    made = st.lists(st.builds(Came, **{"place": st.just(0), "hour": st.integers(0, 400), "days": st.just(0)} | which),
                    min_size=2, max_size=4, unique_by=lambda one: one.hour)  # fmt: skip

    def is_faulty(came: list[Came]) -> bool:
        at_once = [replace(one, days=0) for one in came]
        outcomes = [verify(LINES, [one.visit() for one in those], rules=BEFORE_9).ledger for those in (came, at_once)]
        return widens(came, BEFORE_9) or outcomes[0] != outcomes[1]

    assert len(find(made, is_faulty)) == 2
    with pytest.raises(NoSuchExample):
        find(made, widens, settings=settings(max_examples=50))
