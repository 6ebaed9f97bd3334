"""Read a submission's answers as the minutes of a discussion with a children's forum: what it said together.

No child is in here: counts, and the forum's own words as an adult wrote them down, which nobody has read yet. What a
discussion of fewer than five said is not read, nor one where others than children and their facilitators were.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from verification.disclosing.counts import Count, CountOf
from verification.reading.fields import ReadFields
from verification.record import record

_LONGEST_SUMMARY, _LONGEST_AREA = 500, 13
_CODE = re.compile(r"N-[A-HJ-NP-Z2-9]{6}")
_CHAIN = ("n_stopped", "n_present", "n_assent", "n_parent_consent", "n_invited")  # none is more than the next
_BANDS = ("band_10_12", "band_13_15", "band_16_17")


class ForumEnded(StrEnum):
    """Why the minutes count for nothing."""

    OUTSIDERS = "outsiders"
    COUNTS = "counts"  # missing ones, or children there without consent
    TOO_FEW = "too_few"


class ForumProcess(StrEnum):
    """In what a forum is to take part (indicator 10, question h)."""

    PLANNING = "planning"
    MONITORING = "monitoring"
    EVALUATION = "evaluation"


class ForumAnswer(StrEnum):
    """What a forum said together."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_DISCUSSED = "not_discussed"


class ForumLedBy(StrEnum):
    """Who leads a forum."""

    CHILDREN = "children"
    FACILITATOR = "facilitator"
    OFFICIAL = "official"


class ForumChosen(StrEnum):
    """How a forum's board was chosen."""

    BY_CHILDREN = "by_children"
    APPOINTED = "appointed"
    UNKNOWN = "unknown"


class ForumRepresents(StrEnum):
    """Whose children a forum says are among it."""

    SUBDISTRICTS = "subdistricts"
    DISABILITY = "disability"
    MINORITIES = "minorities"
    OUT_OF_SCHOOL = "out_of_school"


@record
class ForumMinutes:
    """The minutes of a discussion; where they `ended`, nothing of what was said is known.

    `code` is of minutes alone: no session of children has it. `summary` is free text that nobody has read.
    `represents` is None where that was not answered.
    """

    minutes_id: str
    version: str
    ended: ForumEnded | None
    month: str | None = None  # 2026-11
    district: str | None = None
    code: str | None = None
    two_adults: bool | None = None
    present: int = 0
    bands: tuple[int | None, ...] = ()
    disability: int | None = None
    invited_to: Mapping[ForumProcess, ForumAnswer] = field(default_factory=dict)
    proposals: int | None = None
    answered: int | None = None
    led_by: ForumLedBy | None = None
    chosen: ForumChosen | None = None
    represents: frozenset[ForumRepresents] | None = None
    summary: str | None = None
    unread: tuple[str, ...] = ()


def read_minutes(answers: Mapping[str, Any], minutes_id: str, version: str) -> ForumMinutes:
    """Read minutes from a submission's answers (nested by group)."""
    fields = ReadFields(answers)
    month, district = _month(fields), fields.text("forum_district_code", _LONGEST_AREA)
    code = fields.text("forum_code", len("N-") + 6)
    code = code if code and _CODE.fullmatch(code) else None
    chain = [fields.count(name) for name in _CHAIN]
    ended = _ended(fields.yes("outsiders"), chain)
    if ended is not None:
        return ForumMinutes(minutes_id, version, ended, month, district, code)
    fields.pass_over("forum_district", "contacts")
    represents = fields.choices(ForumRepresents, "q_represent")
    return ForumMinutes(
        minutes_id, version, None, month, district, code,
        two_adults=fields.yes("two_adults"),
        present=chain[1] or 0,
        bands=tuple(fields.count(name) for name in _BANDS),
        disability=fields.count("n_disability"),
        invited_to={process: said for process in ForumProcess
                    if (said := fields.choice(ForumAnswer, f"q_invited_{process}")) is not None},
        proposals=fields.count("q_proposals"),
        answered=fields.count("q_answered"),
        led_by=fields.choice(ForumLedBy, "q_who_leads"),
        chosen=fields.choice(ForumChosen, "q_chosen_how"),
        represents=represents or None,
        summary=fields.text("summary", _LONGEST_SUMMARY),
        unread=fields.unread(),
    )  # fmt: skip


def _ended(outsiders: bool | None, chain: list[int | None]) -> ForumEnded | None:
    if outsiders is not False:
        return ForumEnded.OUTSIDERS
    known = [number for number in chain if number is not None]
    if len(known) < len(chain) or known != sorted(known):
        return ForumEnded.COUNTS
    return ForumEnded.TOO_FEW if Count(known[1], CountOf.CHILDREN).is_hidden else None


def _month(fields: ReadFields) -> str | None:
    year, month = fields.count("forum_year"), fields.text("forum_month", 2)
    is_one = year is not None and month is not None and re.fullmatch(r"0[1-9]|1[0-2]", month)
    return f"{year:04}-{month}" if is_one else None
