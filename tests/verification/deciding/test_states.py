"""How a decision stands: who decides alone, who waits for whom, and what is in force meanwhile."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.deciding.facts import WITHDRAWN, Fact, Recorded, SeenVisit, TwoCheckers, asks_second
from verification.deciding.states import MOVES, Stands, State, Step, standing
from verification.model import CONTRADICTS, Outcome

NEWER = Recorded((SeenVisit(1, "uuid:2"),))


def a_fact(number: int, by: str = "person:1", outcome: str = "not_found", **other: object) -> Fact:
    return Fact(number, by, outcome, **other)  # type: ignore[arg-type]


def one_of_two(number: int, by: str, outcome: str = "not_found", **other: object) -> Fact:
    return a_fact(number, by, outcome, second=True, **other)


def in_force(*history: Fact) -> int | None:
    found = standing(history).in_force
    return found.number if found else None


def test_nobody_has_decided_what_the_rules_propose() -> None:
    assert standing([]) == Stands(State.PROPOSED)


def test_where_one_person_is_enough_the_newest_decision_is_in_force() -> None:
    assert in_force(a_fact(1), a_fact(2, "person:2", "confirmed")) == 2


def test_taking_back_lets_the_proposal_stand_and_can_be_followed_by_a_new_decision() -> None:
    taken_back = [a_fact(1), a_fact(2, outcome=WITHDRAWN)]
    assert standing(taken_back) == Stands(State.WITHDRAWN)
    assert standing([*taken_back, a_fact(3)]).state is State.DECIDED


def test_of_two_the_first_decides_nothing() -> None:
    found = standing([one_of_two(1, "person:1")])
    assert (found.state, found.in_force) == (State.WAITS, None)


def test_two_who_say_the_same_decide() -> None:
    found = standing([one_of_two(1, "person:1"), one_of_two(2, "person:2")])
    assert (found.state, in_force(*[one_of_two(1, "person:1"), one_of_two(2, "person:2")])) == (State.DECIDED, 2)
    assert found.opinions == ()


def test_nobody_is_two_people() -> None:
    found = standing([one_of_two(1, "person:1"), one_of_two(2, "person:1")])
    assert (found.state, [one.number for one in found.opinions]) == (State.WAITS, [2]), "the newer of the two waits"


DIFFERENT = [
    one_of_two(2, "person:2", "confirmed"),
    one_of_two(2, "person:2", "criteria_not_met", criteria=("chair",)),
    one_of_two(2, "person:2", "duplicate_claim", other="b"),
]


@pytest.mark.parametrize("second", DIFFERENT, ids=lambda fact: str(fact.outcome))
def test_two_who_differ_decide_nothing_and_both_opinions_stay(second: Fact) -> None:
    first = {
        "confirmed": one_of_two(1, "person:1"),
        "criteria_not_met": one_of_two(1, "person:1", "criteria_not_met", criteria=("refrigerator",)),
        "duplicate_claim": one_of_two(1, "person:1", "duplicate_claim", other="a"),
    }[second.outcome]
    found = standing([first, second])
    assert (found.state, found.in_force, len(found.opinions)) == (State.DIFFERS, None, 2)


def test_criteria_named_in_another_order_are_the_same() -> None:
    one = one_of_two(1, "person:1", "criteria_not_met", criteria=("chair", "refrigerator"))
    other = one_of_two(2, "person:2", "criteria_not_met", criteria=("refrigerator", "chair"))
    assert in_force(one, other) == 2


def test_who_differed_may_come_round_and_a_third_may_settle_it() -> None:
    differ = [one_of_two(1, "person:1"), one_of_two(2, "person:2", "confirmed")]
    assert in_force(*differ, one_of_two(3, "person:2")) == 3
    assert in_force(*differ, one_of_two(3, "person:3", "confirmed")) == 3
    assert in_force(*differ, one_of_two(3, "person:3", "unsure")) is None


def test_an_opinion_by_other_evidence_is_not_compared_and_waits_no_more() -> None:
    """The second saw an edited visit: that the first, who did not, said the same is no agreement."""
    found = standing([one_of_two(1, "person:1"), one_of_two(2, "person:2", evidence=NEWER)])
    assert (found.state, [one.number for one in found.opinions]) == (State.WAITS, [2])


def test_what_was_decided_stays_in_force_while_a_new_opinion_waits() -> None:
    found = standing([a_fact(1, outcome="confirmed"), one_of_two(2, "person:2")])
    assert (found.state, found.in_force.number if found.in_force else None) == (State.WAITS, 1)


def test_later_evidence_reopens_what_is_in_force() -> None:
    found = standing([a_fact(1)]).reopened()
    assert (found.state, found.in_force) == (State.REOPENED, a_fact(1)), "it is still known which one"


ASKED = {TwoCheckers.NONE: set(), TwoCheckers.CONTRADICTING: set(CONTRADICTS), TwoCheckers.ALL: set(Outcome)}


@pytest.mark.parametrize("rule", TwoCheckers)
def test_the_rounds_setting_says_of_which_outcomes_two_have_to_agree(rule: TwoCheckers) -> None:
    assert {outcome for outcome in Outcome if asks_second(rule, outcome, others_wait=False)} == ASKED[rule]
    assert not asks_second(rule, WITHDRAWN, others_wait=True)


def test_who_confirms_what_another_contradicts_is_set_against_them() -> None:
    assert asks_second(TwoCheckers.CONTRADICTING, Outcome.CONFIRMED, others_wait=True)


def test_every_state_can_be_reached_and_none_is_an_end() -> None:
    assert set(MOVES.values()) | {State.PROPOSED} == set(State)
    assert {state for state, _ in MOVES} == set(State)
    assert {step for _, step in MOVES} == set(Step)


OUTCOMES = st.sampled_from(["confirmed", "not_found", "unsure", WITHDRAWN])
HISTORIES = st.lists(
    st.builds(a_fact, st.just(0), st.sampled_from(["person:1", "person:2", "person:3"]), OUTCOMES, second=st.booleans(),
              evidence=st.sampled_from([Recorded(), NEWER])),
    max_size=8,
)  # fmt: skip


@given(HISTORIES, st.randoms(use_true_random=False))
def test_any_history_gives_one_standing_in_whichever_order_it_is_read(
    history: list[Fact], chance: random.Random
) -> None:
    numbered = [
        replace(fact, number=number, second=fact.second and fact.outcome != WITHDRAWN)
        for number, fact in enumerate(history)
    ]
    mixed = list(numbered)
    chance.shuffle(mixed)
    found = standing(numbered)
    assert standing(mixed) == found
    assert (len(found.opinions) > 0) == (found.state in (State.WAITS, State.DIFFERS))
    assert len({one.by for one in found.opinions}) == len(found.opinions)
    assert found.in_force is not None or found.state is not State.DECIDED
    agreed = [one for one in numbered if found.in_force and one.says_the_same(found.in_force)]
    assert not (found.in_force and found.in_force.second) or len({one.by for one in agreed}) > 1, "two people said it"


def test_each_step_of_the_table_is_taken_by_some_history() -> None:
    kinds = [("person:1", False, Recorded()), ("person:1", True, Recorded()), ("person:2", True, Recorded()),
             ("person:1", True, NEWER)]  # fmt: skip
    taken = set()
    for length in range(1, 4):
        for chosen in itertools.product(itertools.product(kinds, ["confirmed", "not_found", WITHDRAWN]), repeat=length):
            before = Stands()
            for number, ((by, second, evidence), outcome) in enumerate(chosen):
                fact = a_fact(number, by, outcome, second=second and outcome != WITHDRAWN, evidence=evidence)
                if outcome == WITHDRAWN and (before.state, Step.WITHDRAWS) not in MOVES:
                    break
                after = before.after(fact)
                taken.add((before.state, after.state))
                before = after
    wanted = {(state, then) for (state, step), then in MOVES.items() if step is not Step.EVIDENCE}
    assert taken == {(state, then) for state, then in wanted if state is not State.REOPENED}
