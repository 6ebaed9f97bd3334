"""What children's forums say: each by itself of its invitations, and of how they are made up those of a province.

Only a forum that five and more spoke for is in here. What points at a person (who leads it, how its board was chosen,
whom it represents, their ages, its words) is told of five forums and more together, and never of one: five more make
the next sum, so that two moments differ by five forums or by none, and what a forum said first stays its word there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from verification.disclosing.counts import THRESHOLDS, Count, CountOf, of_all, parts_to_show
from verification.reading.forum import (
    ForumAnswer,
    ForumChosen,
    ForumLedBy,
    ForumMinutes,
    ForumProcess,
    ForumRepresents,
)
from verification.record import record

BANDS = ("10_12", "13_15", "16_17")
_TOGETHER = int(THRESHOLDS[CountOf.ASKED].few) + 1
_One = TypeVar("_One")


@record
class ForumSaid:
    """In how many discussions a district's forum said what of one process; none says nothing of a child."""

    process: ForumProcess
    said: tuple[tuple[ForumAnswer, int], ...]

    def of(self, answer: ForumAnswer) -> int:
        """Give how many said so."""
        return dict(self.said)[answer]


@dataclass(frozen=True)
class ForumShare:
    """How many forums answered a question, and how many of them with each answer."""

    question: str
    answered: Count
    said: Mapping[str, Count]


@dataclass(frozen=True)
class ForumPool:
    """The forums of a province together; without shares, bands and words where they are too few."""

    forums: Count
    shares: tuple[ForumShare, ...] = ()
    bands: tuple[tuple[str, Count | None], ...] = ()  # None where it would tell another
    words: tuple[str, ...] = ()


def once_each(minutes: Iterable[ForumMinutes]) -> list[ForumMinutes]:
    """Leave of each code the last minutes: those before were sent twice. Whatever has no code stays."""
    return list({one.code or one.minutes_id: one for one in _counting(minutes)}.values())


def said_of(minutes: Iterable[ForumMinutes]) -> tuple[ForumSaid, ...]:
    """Count what a district's forum said of each process; empty where nobody minuted it."""
    those = once_each(minutes)
    if not those:
        return ()
    return tuple(
        ForumSaid(process, tuple((answer, sum(one.invited_to.get(process) is answer for one in those))
                                 for answer in ForumAnswer)) for process in ForumProcess)  # fmt: skip


def present_in(minutes: Iterable[ForumMinutes]) -> Count:
    """Add up the children who were present: who came twice is two."""
    return Count(sum(one.present for one in once_each(minutes)), CountOf.ASKED)


def pooled(forums: Mapping[str, Sequence[ForumMinutes]], released: Sequence[str]) -> ForumPool:
    """Pool a province's forums, by district in the order in which they came: of each the first minutes that count.

    `released`: the minutes whose words were released, in that order.
    """
    first = _by_fives([one for minutes in forums.values() if (one := next(_counting(minutes), None))])
    number = Count(len(first), CountOf.ASKED)
    if number.is_hidden:
        return ForumPool(number)
    said = {one.minutes_id: one.summary for one in first}
    words = _by_fives([summary for minutes_id in released if (summary := said.get(minutes_id))])
    shares = (_share("led_by", ForumLedBy, [{one.led_by} if one.led_by else None for one in first]),
              _share("chosen", ForumChosen, [{one.chosen} if one.chosen else None for one in first]),
              _share("represents", ForumRepresents, [one.represents for one in first]))  # fmt: skip
    return ForumPool(number, shares, _bands(first), tuple(sorted(words)))


def _by_fives(those: Sequence[_One]) -> Sequence[_One]:
    """Leave out the last ones that are not five together."""
    return those[: len(those) // _TOGETHER * _TOGETHER]


def _counting(minutes: Iterable[ForumMinutes]) -> Iterator[ForumMinutes]:
    """Give those that did not end before, of five children and more."""
    return (one for one in minutes if one.ended is None and not Count(one.present, CountOf.CHILDREN).is_hidden)


def _share(question: str, answers: Iterable[str], said: Sequence[Iterable[str] | None]) -> ForumShare:
    known = [frozenset(one) for one in said if one is not None]
    by_answer = {str(answer): Count(sum(answer in one for one in known), CountOf.ASKED) for answer in answers}
    return ForumShare(question, Count(len(known), CountOf.ASKED), by_answer)


def _bands(those: Sequence[ForumMinutes]) -> tuple[tuple[str, Count | None], ...]:
    """Give how many were of each age; what would tell a smaller one is left out."""
    sums = {band: sum(one.bands[at] or 0 for one in those if one.bands) for at, band in enumerate(BANDS)}
    rest = sum(one.present for one in those) - sum(sums.values())
    shown = parts_to_show(sums | ({"": rest} if rest > 0 else {}), THRESHOLDS[CountOf.CHILDREN].few)
    found = [(band, Count(sums[band], CountOf.ASKED) if band in shown else None) for band in BANDS]
    disability = of_all((Count(one.disability or 0, CountOf.ASKED) for one in those), CountOf.ASKED)
    return (*found, ("disability", disability))
