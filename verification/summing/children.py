"""What children said of places, summed up so that nobody can work out what one of them said.

Each answer is told in one batch alone, of ten or more (`server.feedback.gathering`), and what is told of a batch never
changes: no two sums overlap, of areas, kinds or moments, so none can be subtracted from another. Of a question one
share is told, how many said yes, in five bands and from ten answers on: even who knows how many answered cannot tell
how many that were. A second share would tell both: at least 8 of 10, and at least 2
(tests/verification/test_children_said.py plays who tries).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from verification.disclosing.counts import SHARE_FROM, Count, CountOf
from verification.record import record

SMALLEST_BATCH = SHARE_FROM
_YES, _ANSWERS = "yes", frozenset({"yes", "sometimes", "no", "unknown"})  # who skipped it did not answer
# what is asked of a place, in the order of the form. Whether a child felt at ease there is for the safeguarding officer
# alone (safeguarding 21)
QUESTIONS = (
    "may_come", "pay_here", "books_for_me", "friend_wheelchair", "like_place", "school_rule_known", "school_tell",
    "school_asked", "road_help", "smoke_seen", "forum_known", "forum_asked",
)  # fmt: skip


class Band(IntEnum):
    """Which share of those who answered: the fifth in which it lies, its lower border included."""

    FEW = 0  # under 20 %
    SOME = 1
    HALF = 2  # from 40 to under 60 %
    MANY = 3
    MOST = 4  # from 80 %


@record
class ChildSaid:
    """What one child said of a kind of place; `area` ("" is the country) and `batch` are where it is told, from 1."""

    area: str
    place_kind: str
    batch: int
    answers: Mapping[str, str]


@dataclass(frozen=True)
class VoiceShare:
    """How many answered a question, and which share of them with yes; none where they were too few."""

    question: str
    answered: Count
    yes: Band | None


@dataclass(frozen=True)
class Voice:
    """What the children of one batch said of a kind of place."""

    area: str
    place_kind: str
    batch: int
    asked: Count
    shares: tuple[VoiceShare, ...]


@record
class ToldByChildren:
    """What is told of a question about a kind of place: of each batch, in their order, the share that said yes."""

    place_kind: str
    question: str
    yes: tuple[Band, ...]


def voices(said: Iterable[ChildSaid]) -> tuple[Voice, ...]:
    """Sum up what children said, by area, kind of place and batch, in an order."""
    groups: dict[tuple[str, str, int], list[Mapping[str, str]]] = defaultdict(list)
    for one in said:
        groups[one.area, one.place_kind, one.batch].append(one.answers)
    return tuple(_voice(*key, groups[key]) for key in sorted(groups))


def told_of(found: Iterable[Voice]) -> tuple[ToldByChildren, ...]:
    """Give of voices of one area what a claim is set against: nothing that does not stand in them."""
    bands: dict[tuple[str, str], list[Band]] = defaultdict(list)
    for voice in sorted(found, key=lambda one: (one.place_kind, one.batch)):
        for share in voice.shares:
            if share.yes is not None:
                bands[voice.place_kind, share.question].append(share.yes)
    return tuple(ToldByChildren(*key, tuple(bands[key])) for key in sorted(bands))


def band_of(part: int, whole: int) -> Band:
    """Give the fifth of a whole in which a part of it lies. Raises ValueError where it is no part."""
    if not 0 <= part <= whole or not whole:
        raise ValueError("no part")
    return Band(min(part * len(Band) // whole, len(Band) - 1))


def _voice(area: str, place_kind: str, batch: int, those: list[Mapping[str, str]]) -> Voice:
    shares = (_share(question, those) for question in QUESTIONS)
    return Voice(area, place_kind, batch, Count(len(those), CountOf.ASKED), tuple(one for one in shares if one))


def _share(question: str, those: list[Mapping[str, str]]) -> VoiceShare | None:
    said = [answers[question] for answers in those if answers.get(question) in _ANSWERS]
    if not said:
        return None
    yes = band_of(said.count(_YES), len(said)) if len(said) >= SHARE_FROM else None
    return VoiceShare(question, Count(len(said), CountOf.ASKED), yes)
