"""What children's forums say: each by itself of its invitations, and of how they are made up those of a province.

Only a forum that five and more spoke for is in here. What points at a person (who leads it, how its board was chosen,
whom it represents, their ages, its words) is told of five forums and more together, and never of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verification.disclosing.counts import THRESHOLDS, Count, CountOf, of_all, parts_to_show
from verification.reading.forum import (
    ForumAnswer,
    ForumChosen,
    ForumLedBy,
    ForumMinutes,
    ForumProcess,
    ForumRepresents,
)

BANDS = ("10_12", "13_15", "16_17")


@dataclass(frozen=True, slots=True)
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
    found = {one.code or one.minutes_id: one for one in minutes if one.ended is None and not _too_few(one)}
    return list(found.values())


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


def pooled(forums: Mapping[str, Sequence[ForumMinutes]], released: frozenset[str]) -> ForumPool:
    """Pool a province's forums, by district: of each the last minutes. `released`: whose words were released."""
    last = [those[-1] for minutes in forums.values() if (those := once_each(minutes))]
    number = Count(len(last), CountOf.ASKED)
    if number.is_hidden:
        return ForumPool(number)
    words = sorted(one.summary for one in last if one.summary and one.minutes_id in released)
    shares = (_share("led_by", ForumLedBy, [{one.led_by} if one.led_by else None for one in last]),
              _share("chosen", ForumChosen, [{one.chosen} if one.chosen else None for one in last]),
              _share("represents", ForumRepresents, [one.represents for one in last]))  # fmt: skip
    enough = not Count(len(words), CountOf.ASKED).is_hidden
    return ForumPool(number, shares, _bands(last), tuple(words) if enough else ())


def _too_few(one: ForumMinutes) -> bool:
    return Count(one.present, CountOf.CHILDREN).is_hidden


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
