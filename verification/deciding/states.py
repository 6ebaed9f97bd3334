"""How a decision stands: which state may follow which, in one table, drawn in docs/states.md.

What is in force, and who waits for whom, follows from the history alone: the same decisions in their order always give
the same, whoever asks, and however often.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from verification.deciding.facts import WITHDRAWN, Fact
from verification.record import record


class State(StrEnum):
    """How a line or a visit stands with those who decide."""

    PROPOSED = "proposed"  # by the rules; nobody has decided
    WAITS = "waits"  # one of two has
    DIFFERS = "differs"  # two have, and do not agree
    DECIDED = "decided"
    REOPENED = "reopened"  # by later evidence: the proposal stands again
    WITHDRAWN = "withdrawn"  # by a person: the proposal stands again


class Step(StrEnum):
    """What can happen to it."""

    DECIDES = "decides"  # where one person is enough
    FIRST = "first"  # of two who have to say the same
    AGREES = "agrees"
    DISAGREES = "disagrees"
    WITHDRAWS = "withdraws"
    EVIDENCE = "evidence"  # comes, or changes


_WAITING = (State.WAITS, State.DIFFERS)
_DECIDING = {(state, Step.DECIDES): State.DECIDED for state in State}
_FIRST = {(state, Step.FIRST): State.WAITS for state in State}
_SECOND = {
    (state, step): then
    for state in _WAITING
    for step, then in ((Step.AGREES, State.DECIDED), (Step.DISAGREES, State.DIFFERS))
}
_TAKEN_BACK: Mapping[tuple[State, Step], State] = {
    (state, Step.WITHDRAWS): State.WITHDRAWN for state in State if state not in (State.PROPOSED, State.WITHDRAWN)
}
MOVES: Mapping[tuple[State, Step], State] = {
    **_DECIDING, **_FIRST, **_SECOND, **_TAKEN_BACK, (State.DECIDED, Step.EVIDENCE): State.REOPENED,
}  # fmt: skip


@record
class Stands:
    """How it stands: what is in force, and the opinions that wait for another's, each person's newest."""

    state: State = State.PROPOSED
    in_force: Fact | None = None
    opinions: tuple[Fact, ...] = ()

    def after(self, fact: Fact) -> "Stands":
        """Give how it stands after one more decision. Raises KeyError where the table does not know such a step."""
        if fact.outcome == WITHDRAWN:
            return Stands(MOVES[self.state, Step.WITHDRAWS])
        if not fact.second:
            return Stands(MOVES[self.state, Step.DECIDES], fact)
        others = tuple(one for one in self.opinions if one.by != fact.by and one.saw_the_same(fact))
        if any(one.says_the_same(fact) for one in others):
            return Stands(MOVES[self.state, Step.AGREES], fact)
        step = Step.DISAGREES if others else Step.FIRST
        return Stands(MOVES[self.state, step], self.in_force, (*others, fact))

    def reopened(self) -> "Stands":
        """Give how it stands once later evidence has reopened what is in force; an opinion goes on waiting."""
        if self.opinions:
            return self
        return replace(self, state=MOVES[self.state, Step.EVIDENCE])


def standing(history: Iterable[Fact]) -> Stands:
    """Give how a line or a visit stands by its decisions, in whichever order they are given.

    One that the table does not know, such as taking back what nobody decided, changes nothing.
    """
    found = Stands()
    for fact in sorted(history, key=lambda fact: fact.number):
        if (found.state, Step.WITHDRAWS) in MOVES or fact.outcome != WITHDRAWN:
            found = found.after(fact)
    return found


def open_to(history: Iterable[Fact], who: str, *, settles: bool) -> tuple[Fact, ...]:
    """Give the decisions that somebody may read, in their order; `settles` where they lead those who decide.

    Nobody reads another's opinion before giving their own: only the two who did, once both have, and who settles it.
    """
    numbered = sorted(history, key=lambda fact: fact.number)
    found = standing(numbered)
    own = {one.by for one in found.opinions}
    if not own or who in own or (settles and found.state is State.DIFFERS):
        return tuple(numbered)
    settled = _last_settled(numbered, found)
    return tuple(fact for fact in numbered if fact.number <= settled or fact.by == who)


def _last_settled(history: Iterable[Fact], found: Stands) -> int:
    """Give the number up to which nothing waits for anybody."""
    taken_back = [fact.number for fact in history if fact.outcome == WITHDRAWN]
    return max([*taken_back, found.in_force.number if found.in_force else 0])
