"""The nouns of the rules: what goes in (areas, claims, visits) and the small words they share.

Coordinates are always longitude first, in degrees (EPSG:4326); every distance is in metres and says so in its name.
Codes of areas are Kemendagri codes: "99" province, "99.01" district, "99.01.02" subdistrict, "99.01.02.2003" village.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from shapely.geometry.base import BaseGeometry

from verification.flags.flag import Flag, Flagged
from verification.reason import Reason
from verification.record import record


class Level(StrEnum):
    """The four levels of an area; `district` always means kabupaten/kota."""

    PROVINCE = "province"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    VILLAGE = "village"


LEVELS = tuple(Level)


def level_of(code: str) -> Level:
    """Tell the level of a Kemendagri code from its number of parts."""
    return LEVELS[code.count(".")]


def province_of(code: str) -> str:
    """Give the province's code of any area's code."""
    return code.split(".")[0]


@lru_cache(maxsize=10_000)  # asked for each visit, of a handful of villages
def district_of(code: str) -> str:
    """Give the district's code of a village, subdistrict or district code."""
    return ".".join(code.split(".")[:2])


@lru_cache(maxsize=10_000)
def subdistrict_of(code: str) -> str:
    """Give the subdistrict's code of a village or subdistrict code."""
    return ".".join(code.split(".")[:3])


@record
class Village:
    """A village with its outline (polygon or multipolygon, lon/lat)."""

    code: str
    name: str
    outline: BaseGeometry


@record
class Fix:
    """Where a phone said it was. `accuracy_m` is Android's 68 % radius; exactly 0 means mocked or placed by hand."""

    lon: float
    lat: float
    accuracy_m: float | None = None


@record
class ClaimedPoint:
    """Where a district says a facility is. `half_cell_m` is half of its last written decimal."""

    lon: float
    lat: float
    half_cell_m: float


@record
class ClaimLine:
    """One facility that a district lists under an indicator."""

    line_id: int
    indicator: int
    kind: str
    name: str
    village: str
    facility_id: str
    registry_no: str | None = None
    since_year: int | None = None
    point: ClaimedPoint | None = None
    ended_year: int | None = None
    users: int | None = None  # in the data year
    stated: Mapping[str, str] = field(default_factory=dict)  # what was chosen in other columns, by column


@record
class Answer:
    """A district's answer to one field of a question, as text: for the data year, and for the year before.

    `data_date` is the day that the data are of.
    """

    value: str | None = None
    value_before: str | None = None
    data_date: date | None = None


@record
class Document:
    """A document that a claim rests on."""

    number: str
    dated: date | None = None
    title: str | None = None


@record
class Policy:
    """A regulation or policy that a claim lists: the clusters it covers, and whether it is in force; None: unsaid."""

    in_force: bool | None
    clusters: tuple[str, ...]


@record
class Claim:
    """What a district reports for one indicator: its own score, its answers, and what it lists.

    `answers` are by the code of the answer's field. `whole_budget` is all that the district spends, in millions of
    rupiah, in the data year and the year before, where its list of budgets says so. `by_group` and `by_area`:
    numbers by protection group, and by area, as they are written, by the code of their breakdown.
    """

    indicator: int
    self_score: float | None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    lines: tuple[ClaimLine, ...] = ()
    whole_budget: tuple[float | None, float | None] | None = None
    by_group: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_area: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()


class Mode(StrEnum):
    """How a visit was made."""

    ON_SITE = "on_site"
    VIDEO = "video"


@record
class Photograph:
    """A photograph of a visit, by its file's name. `looks` are 256 bits that pictures of the same have nearly the same;
    `taken` is the camera's own clock, with a zone where it wrote one; `digest` is that of the file, as it came, which
    two have in common only where they are one file. None is there of every photograph.
    """

    name: str
    looks: int | None = None
    taken: datetime | None = None
    digest: str | None = None


class Arrival(StrEnum):
    """What happened on arrival. Each is a valid visit; only NOT_THERE and CLOSED_FOR_GOOD speak against the claim.

    Forms ask whether it was closed, and then why: for good is an arrival of its own here.
    """

    OPEN = "open"
    CLOSED = "closed"
    CLOSED_FOR_GOOD = "closed_for_good"
    MOVED = "moved"
    REFUSED = "refused"
    UNSAFE = "unsafe"
    UNREACHABLE = "unreachable"
    NOT_THERE = "not_there"


class Seen(StrEnum):
    """What a verifier saw of one criterion."""

    YES = "yes"
    NO = "no"
    NOT_SEEN = "not_seen"
    NOT_APPLICABLE = "na"


class Grade(StrEnum):
    """What a point can show about having been at the place."""

    AT_PLACE = "at_place"
    ELSEWHERE = "elsewhere"
    UNSURE = "unsure"
    NO_EVIDENCE = "no_evidence"
    IN_CLAIMED_VILLAGE = "in_claimed_village"  # the claim gives no point, and the visit was in the village it names


@record
class FrozenMatch:
    """A line that a visit was given to while its point was there, and what the point showed of that line.

    `claimed` digests where the line was claimed to be (`frozen.py`); `comparisons` are what, level and bits.
    """

    indicator: int
    facility_id: str
    line_id: int
    claimed: str
    bits: float
    probability: float
    sure: bool
    comparisons: tuple[tuple[str, str, float], ...]
    grade: Grade
    reason: Reason
    distance_m: float | None = None
    error_m: float | None = None
    at_place_probability: float | None = None


@record
class Frozen:
    """What a visit's point showed, kept when the point was deleted on `day`: the villages it may lie in, and lines."""

    day: date
    villages: tuple[str, ...]
    placed: Reason  # why these villages
    matches: tuple[FrozenMatch, ...]
    flags: tuple[Flagged, ...] = ()  # that took its point to find
    stood: tuple[tuple[int, str, bool], ...] = ()  # indicator, at which sort's line, and if its number was another
    beside: tuple[str, ...] = ()  # visits to other lines that stood at one place with it
    perhaps: tuple[tuple[int, str], ...] = ()  # indicator and facility of lines that it may be to, though given to none


@record
class Visit:
    """A submission read as a visit to one place."""

    visit_id: str  # the submission's first instance id: the same for all its versions
    version: str  # this version's own instance id (meta/instanceID)
    kind: str  # code of a kind of place (`places/kinds.toml`)
    mode: Mode
    arrival: Arrival
    received_at: datetime | None = None  # by Central's clock
    facility_id: str | None = None  # picked from the list on the phone
    name: str | None = None  # typed, when the place was not in the list
    registry_no: str | None = None
    fix: Fix | None = None
    asked_third_party: Seen = Seen.NOT_SEEN
    answers: dict[str, Seen] = field(default_factory=dict)  # by criterion code
    day: date | None = None
    # of this version among all that ever came, in the order of their coming; our own numbering is in no digest
    number: int = field(default=0, repr=False)
    frozen: Frozen | None = None  # where its point was deleted
    noted: Mapping[str, str] = field(default_factory=dict)  # other answers that a claim is set against, by question
    sender: str | None = None  # whose account or phone at Central it came from
    device: str | None = None  # tells the phones apart that send by one account, where that is known
    began_at: datetime | None = None  # these two by the phone's clock
    ended_at: datetime | None = None
    zone_min: int | None = None  # in which zone that stood when the form was opened: minutes ahead of UTC
    signs: tuple[Flag, ...] = ()  # that it shows by itself
    photographs: tuple[Photograph, ...] = ()


class Outcome(StrEnum):
    """What the visits say about one claim line."""

    CONFIRMED = "confirmed"
    CRITERIA_NOT_MET = "criteria_not_met"
    NOT_FOUND = "not_found"
    DUPLICATE_CLAIM = "duplicate_claim"
    OUTSIDE_DISTRICT = "outside_district"
    UNSURE = "unsure"
    NOT_VISITED = "not_visited"
    ENDED = "ended"  # its own row says so: nothing is claimed of the data year, and it is none of the claimed places


CONTRADICTS = frozenset(
    {Outcome.CRITERIA_NOT_MET, Outcome.NOT_FOUND, Outcome.DUPLICATE_CLAIM, Outcome.OUTSIDE_DISTRICT}
)
