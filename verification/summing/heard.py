"""What several people said together, by topic and subdistrict: never one of them, never one place.

Whoever speaks for an institution stands apart from the community, and who had staff of the place near them apart from
who had not. A subdistrict where too few were asked is pooled with others, so that the district's row tells nothing of
it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verification.disclosing.counts import THRESHOLDS, Count, CountOf, parts_to_show
from verification.reading.fields import Heard
from verification.reading.interview import Interview, InterviewTopic, Party

_OF_A_PLACE = ("knows_place", "used_here_12m", "open_when_needed", "paid_here")
_ABOUT_PLACES = (InterviewTopic.PLACE, InterviewTopic.BREASTFEEDING, InterviewTopic.FAMILY_SERVICE,
                 InterviewTopic.PLAY, InterviewTopic.CLINIC)  # fmt: skip
ASKED_UNDER: Mapping[InterviewTopic, tuple[str, ...]] = dict.fromkeys(_ABOUT_PLACES, _OF_A_PLACE) | {
    InterviewTopic.REGISTRATION: ("akta_paid",), InterviewTopic.SMOKE: ("smoke_here",),
    InterviewTopic.SCHOOL_ROAD: ("safe_crossing",), InterviewTopic.WATER: ("water_today",),
}  # fmt: skip
TO_INSTITUTIONS = ("document_seen",)  # whatever they speak of


@dataclass(frozen=True)
class HeardShare:
    """How many answered a question, and how many of them with yes, with no, and that they do not know."""

    question: str
    answered: Count
    said: Mapping[Heard, Count]


@dataclass(frozen=True)
class HeardRow:
    """People who were asked: in one subdistrict, in several together, or in all of them (`is_whole`)."""

    subdistricts: tuple[str, ...]
    is_whole: bool
    asked: Count
    shares: tuple[HeardShare, ...]


@dataclass(frozen=True)
class HeardGroup:
    """A topic, by whom they speak for and whether staff was near; without rows where too few were asked."""

    party: Party
    staff_near: bool
    topic: InterviewTopic
    rows: tuple[HeardRow, ...]


Same = tuple[str, Interview, int]  # so many people of a subdistrict, "" where it is not known, who said the same


def heard(interviews: Iterable[Same]) -> list[HeardGroup]:
    """Sum up interviews."""
    groups: dict[tuple[Party, bool, InterviewTopic], list[Same]] = defaultdict(list)
    for subdistrict, one, times in interviews:
        if one.role is not None:
            for topic in one.topics:
                groups[one.role.party, bool(one.staff_near), topic].append((subdistrict, one, times))
    order = list(InterviewTopic)
    return [HeardGroup(*key, _rows(key[0], key[2], groups[key]))
            for key in sorted(groups, key=lambda key: (key[0], key[1], order.index(key[2])))]  # fmt: skip


def _rows(party: Party, topic: InterviewTopic, spoke: Sequence[Same]) -> tuple[HeardRow, ...]:
    if _people(spoke).is_hidden:
        return ()
    by_subdistrict: dict[str, list[Same]] = defaultdict(list)
    for one in spoke:
        by_subdistrict[one[0]].append(one)
    asked = {code: _number(those) for code, those in by_subdistrict.items()}
    shown = parts_to_show(asked, THRESHOLDS[CountOf.ASKED].few)
    pooled = sorted(by_subdistrict.keys() - shown)
    rows = [_row((code,), by_subdistrict[code], party, topic) for code in sorted(shown)]
    if shown and pooled:
        rows.append(_row(tuple(pooled), [one for code in pooled for one in by_subdistrict[code]], party, topic))
    return (*rows, _row(tuple(sorted(by_subdistrict)), spoke, party, topic, is_whole=True))


def _row(
    codes: tuple[str, ...], those: Sequence[Same], party: Party, topic: InterviewTopic, *, is_whole: bool = False
) -> HeardRow:
    questions = (*ASKED_UNDER.get(topic, ()), *(TO_INSTITUTIONS if party is Party.THIRD_PARTY else ()))
    return HeardRow(codes, is_whole, _people(those), tuple(_share(question, those) for question in questions))


def _share(question: str, those: Sequence[Same]) -> HeardShare:
    said = [one for one in those if question in one[1].answers]
    by_answer = {answer: _people([one for one in said if one[1].answers[question] is answer]) for answer in Heard}
    return HeardShare(question, _people(said), by_answer)


def _people(those: Sequence[Same]) -> Count:
    return Count(_number(those), CountOf.ASKED)


def _number(those: Sequence[Same]) -> int:
    return sum(times for _, _, times in those)
