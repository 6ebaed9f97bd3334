"""Read a submission's answers as an interview with an adult: about a place or a subdistrict, never about a person.

Who is no adult, or did not agree, said nothing: whatever else such a submission may hold is not read. One interview is
for nobody to see; what several said together may be.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any

from verification.reading.fields import Heard, ReadFields
from verification.record import record

_LONGEST_STATEMENT, _LONGEST_NAME, _LONGEST_AREA = 300, 100, 60
# asked of everybody whom they concern; each is about a place or a service
QUESTIONS = ("knows_place", "used_here_12m", "open_when_needed", "paid_here", "akta_paid", "smoke_here",
             "safe_crossing", "water_today", "document_seen")  # fmt: skip


class Ended(StrEnum):
    """Why nothing was asked."""

    NO_ADULT = "no_adult"
    NO_CONSENT = "no_consent"


class Party(StrEnum):
    """Whom somebody speaks for (Permen PP 03/2009, Pasal 14 c and d)."""

    COMMUNITY = "community"
    THIRD_PARTY = "third_party"  # an institution


class InterviewRole(StrEnum):
    """Who somebody is to the place."""

    PARENT = "parent"
    NEIGHBOUR = "neighbour"
    VILLAGE = "village"
    WORKER = "worker"
    VISITOR = "visitor"
    NGO = "ngo"
    MEDIA = "media"
    ACADEMIC = "academic"
    OTHER_AGENCY = "other_agency"
    TASK_FORCE = "task_force"

    @property
    def party(self) -> Party:
        """Give whom somebody in this role speaks for."""
        return Party.THIRD_PARTY if self in _INSTITUTIONS else Party.COMMUNITY


_INSTITUTIONS = frozenset(
    {
        InterviewRole.NGO,
        InterviewRole.MEDIA,
        InterviewRole.ACADEMIC,
        InterviewRole.OTHER_AGENCY,
        InterviewRole.TASK_FORCE,
    }
)


class InterviewTopic(StrEnum):
    """What was talked about."""

    PLACE = "place"
    REGISTRATION = "registration"
    BREASTFEEDING = "breastfeeding"
    SMOKE = "smoke"
    FAMILY_SERVICE = "family_service"
    SCHOOL_ROAD = "school_road"
    PLAY = "play"
    CLINIC = "clinic"
    WATER = "water"
    BUSINESS = "business"
    BUDGET = "budget"
    TASK_FORCE = "task_force"


@record
class Interview:
    """An interview; where it `ended` at once, nothing else of it is known.

    `named` is an institution with the post that spoke for it, where it agreed to be named. `statement` is free text
    that nobody has read. `unread` names what was answered and could not be read.
    """

    interview_id: str
    version: str
    ended: Ended | None
    staff_near: bool | None = None
    day: date | None = None
    role: InterviewRole | None = None
    topics: frozenset[InterviewTopic] = frozenset()
    facility_id: str | None = None
    subdistrict: str | None = None
    answers: Mapping[str, Heard] = field(default_factory=dict)
    task_force_met: int | None = None
    named: str | None = None
    statement: str | None = None
    unread: tuple[str, ...] = ()


def read_interview(answers: Mapping[str, Any], interview_id: str, version: str) -> Interview:
    """Read an interview from a submission's answers (nested by group)."""
    fields = ReadFields(answers)
    if not fields.yes("adult_18"):
        return Interview(interview_id, version, Ended.NO_ADULT)
    if not fields.yes("consent"):
        return Interview(interview_id, version, Ended.NO_CONSENT)
    role, agreed = fields.choice(InterviewRole, "role"), fields.yes("may_be_named")
    named, statement = fields.text("institution_and_post", _LONGEST_NAME), fields.text("statement", _LONGEST_STATEMENT)
    speaks = role is not None and role.party is Party.THIRD_PARTY
    fields.pass_over("party", "about_listed_place", "contacts")
    return Interview(
        interview_id=interview_id,
        version=version,
        ended=None,
        staff_near=fields.yes("staff_near"),
        day=fields.day("interview_day"),
        role=role,
        topics=fields.choices(InterviewTopic, "topic"),
        facility_id=fields.text("facility", _LONGEST_NAME),
        subdistrict=fields.text("subdistrict_given", _LONGEST_AREA),
        answers={name: said for name in QUESTIONS if (said := fields.choice(Heard, name)) is not None},
        task_force_met=fields.count("gt_met"),
        named=named if speaks and agreed else None,
        statement=statement if speaks else None,
        unread=fields.unread(),
    )
