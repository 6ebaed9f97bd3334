"""How the check of a document stands: which state may follow which, in one table, drawn in docs/states.md.

A state is kept nowhere: it follows from what is here, what readers answered and what the district replied, in their
order, so that the same always gives the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from verification.desk.reading import READERS_DIFFER, DocumentReading, Together, doubts, together
from verification.reason import Reason
from verification.record import record


class DocumentState(StrEnum):
    """How a document stands for a question."""

    ABSENT = "absent"  # belum ada
    RECEIVED = "received"  # diterima
    READ_ONCE = "read_once"  # diperiksa 1
    READ_TWICE = "read_twice"  # diperiksa 2, and by a third where two differ
    AGREED = "agreed"  # sepakat
    UNCLEAR = "unclear"  # perlu klarifikasi
    ANSWERED = "answered"  # dijawab
    UNSUPPORTED = "unsupported"  # tidak terdukung


class DocumentStep(StrEnum):
    """What can happen to it."""

    ARRIVES = "arrives"  # a file, or another one in its place
    LEAVES = "leaves"  # withdrawn, or it showed a child
    READS = "reads"
    SETTLES = "settles"  # nothing is in doubt
    DOUBTS = "doubts"
    REPLIES = "replies"  # the district, in time or late
    FAILS = "fails"  # neither reply nor document supports the claim
    WITHDRAWS = "withdraws"  # Tim Penilai takes back what it concluded
    RETRACTS = "retracts"  # Tim Penilai takes back what it asked the district


MOVES: Mapping[tuple[DocumentState, DocumentStep], DocumentState] = {
    (DocumentState.ABSENT, DocumentStep.ARRIVES): DocumentState.RECEIVED,
    (DocumentState.RECEIVED, DocumentStep.READS): DocumentState.READ_ONCE,
    (DocumentState.READ_ONCE, DocumentStep.SETTLES): DocumentState.AGREED,  # where one reader is enough
    (DocumentState.READ_ONCE, DocumentStep.READS): DocumentState.READ_TWICE,
    (DocumentState.READ_TWICE, DocumentStep.READS): DocumentState.READ_TWICE,
    (DocumentState.READ_TWICE, DocumentStep.SETTLES): DocumentState.AGREED,
    (DocumentState.READ_TWICE, DocumentStep.DOUBTS): DocumentState.UNCLEAR,
    (DocumentState.UNCLEAR, DocumentStep.REPLIES): DocumentState.ANSWERED,
    (DocumentState.UNCLEAR, DocumentStep.RETRACTS): DocumentState.UNCLEAR,  # asked otherwise, or read otherwise
    (DocumentState.UNCLEAR, DocumentStep.FAILS): DocumentState.UNSUPPORTED,  # once the window is over
    (DocumentState.ANSWERED, DocumentStep.REPLIES): DocumentState.ANSWERED,
    (DocumentState.ANSWERED, DocumentStep.SETTLES): DocumentState.AGREED,
    (DocumentState.ANSWERED, DocumentStep.FAILS): DocumentState.UNSUPPORTED,
    (DocumentState.UNSUPPORTED, DocumentStep.REPLIES): DocumentState.ANSWERED,  # late: said to be, and looked at
    **{
        (state, DocumentStep.ARRIVES): DocumentState.RECEIVED
        for state in (DocumentState.READ_ONCE, DocumentState.READ_TWICE, DocumentState.AGREED)
    },
    **{
        (state, DocumentStep.LEAVES): DocumentState.ABSENT
        for state in DocumentState
        if state is not DocumentState.ABSENT
    },
}
CONCLUSIONS = (DocumentStep.SETTLES, DocumentStep.FAILS)  # what Tim Penilai may say of a reply, or of none
JUDGED = (DocumentState.UNCLEAR, DocumentState.ANSWERED)  # what it says that of
# taken back it stands as it did before; a conclusion is replaced by taking it back and concluding otherwise at once
TAKEN_BACK = tuple((new, old) for (old, step), new in MOVES.items() if old in JUDGED and step in CONCLUSIONS)
THIRD = 3  # so many readers settle what two see differently


@record
class Case:
    """What is known of a document for a question: whether it is here, the readings of it, and what came after.

    `asks_second`: it was drawn, or decides a category. `claimed`: the clusters that it is to cover. `after`: replies,
    what was concluded from them and what of that was taken back, in their order.
    """

    is_here: bool
    readings: tuple[DocumentReading, ...] = ()
    asks_second: bool = False
    claimed: frozenset[str] = frozenset()
    after: tuple[DocumentStep, ...] = ()


@record
class DocumentStands:
    """How it stands; what the readers say together, and what is in doubt; whether another reader is needed.

    `concluded`: what Tim Penilai says of it now, and `judged` how it stands without that.
    """

    state: DocumentState = DocumentState.ABSENT
    found: Together | None = None
    doubts: tuple[str, ...] = ()
    asks_reader: bool = False
    concluded: DocumentStep | None = None
    judged: DocumentState | None = None

    def may_follow(self, step: DocumentStep) -> bool:
        """Tell whether Tim Penilai may conclude so, in place of what it concluded before, or take that back."""
        if step is DocumentStep.WITHDRAWS:
            return self.concluded is not None
        return _concludes(self.judged, step)


def waits_for_reply(after: Sequence[DocumentStep]) -> bool:
    """Tell by what came after a question whether the district's first reply to it is still waited for.

    It is not once the question was taken back, or something is concluded of it that still stands. Until then it may be
    taken back, however its document stands by now: it may have left, or be read otherwise.
    """
    is_over = DocumentStep.REPLIES in after or DocumentStep.RETRACTS in after
    return not is_over and (not after or after[-1] is DocumentStep.WITHDRAWS)


def standing(case: Case) -> DocumentStands:
    """Tell how a document stands for a question."""
    if not case.is_here:
        return DocumentStands()
    read = _read(case)
    judged, concluded = read.state, None
    for step in case.after:
        if step is DocumentStep.WITHDRAWS:
            concluded = None
        elif _concludes(judged, step):
            concluded = step
        elif moved := MOVES.get((_moved(judged, concluded), step)):  # a reply opens again what was concluded
            judged, concluded = moved, None
    return replace(read, state=_moved(judged, concluded), concluded=concluded, judged=judged)


def _concludes(judged: DocumentState | None, step: DocumentStep) -> bool:
    """Tell whether Tim Penilai may conclude so of what stands so; anything else changes nothing."""
    return judged in JUDGED and step in CONCLUSIONS and (judged, step) in MOVES


def _moved(state: DocumentState, step: DocumentStep | None) -> DocumentState:
    """Give the state after a step; the same after none."""
    return MOVES[state, step] if step else state


def _read(case: Case) -> DocumentStands:
    """Tell how it stands by its readings alone. What anybody doubts, two have to: nothing adverse rests on one."""
    state = MOVES[DocumentState.ABSENT, DocumentStep.ARRIVES]
    for _ in case.readings:
        state = MOVES[state, DocumentStep.READS]
    if not case.readings:
        return DocumentStands(state, asks_reader=True)
    found = together(case.readings)
    against = doubts(found.reading, case.claimed) if found.agree else (READERS_DIFFER,)
    if len(case.readings) < needed(case, found, against):
        return DocumentStands(state, found, against, asks_reader=True)
    return DocumentStands(MOVES[state, DocumentStep.DOUBTS if against else DocumentStep.SETTLES], found, against)


def needed(case: Case, found: Together, against: Sequence[str]) -> int:
    """Say how many readers a document needs: one, two where it was drawn or is doubted, three where two differ."""
    if not found.agree:
        return THIRD
    return 2 if case.asks_second or against else 1


def reasons(stands: DocumentStands) -> tuple[Reason, ...]:
    """Say what the desk found, for the page of an indicator; of what is not settled, only how far it is."""
    found, state = stands.found, stands.state
    if state is DocumentState.ABSENT:
        return (Reason("desk_absent"),)
    if found is None or state in (DocumentState.RECEIVED, DocumentState.READ_ONCE, DocumentState.READ_TWICE):
        return (Reason("desk_waits"),)
    if state is DocumentState.AGREED:
        main = Reason("desk_settled" if stands.doubts else "desk_supports", {"readers": found.readers})
        part = [Reason("desk_partly")] if found.reading.says == "partly" else []
    else:
        codes = {
            DocumentState.UNCLEAR: "desk_unclear",
            DocumentState.ANSWERED: "desk_answered",
            DocumentState.UNSUPPORTED: "desk_unsupported",
        }
        main, part = Reason(codes[state], {"readers": found.readers}), [Reason(one) for one in stands.doubts]
    page = [Reason("desk_page", {"page": found.reading.page})] if found.reading.page else []
    return (main, *part, *page)
