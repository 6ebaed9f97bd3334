"""Read a submission's answers as what an institution does for families of children in need of special protection.

It is about an institution's programme in half a year (Permen PPPA 07/2011), never about a family.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from verification.model import Seen
from verification.reading.fields import ReadFields
from verification.record import record

_LONGEST_AREA, _LONGEST_AGENDA = 60, 300
_MEETING = "meeting"  # the part of the form that may come several times


class ProgrammeLevel(StrEnum):
    """A level of government."""

    NATION = "pusat"
    PROVINCE = "provinsi"
    DISTRICT = "kab_kota"


class Half(StrEnum):
    """Half a year."""

    FIRST = "1"
    SECOND = "2"


class InstitutionKind(StrEnum):
    """Who does something: the government, and the groups of society of Bab V."""

    GOVERNMENT = "pemda"
    RELIGIOUS = "lembaga_keagamaan"
    COMPANY = "pengusaha"
    NGO = "lsm"
    UNION = "serikat"
    COMMUNITY = "ormas_pkk"
    SCHOOL = "sekolah"
    LAW_ENFORCEMENT = "penegak_hukum"
    MEDIA = "media"
    INTERNATIONAL = "internasional"
    PARENTS = "asosiasi_orang_tua"
    CHILDREN = "kelompok_anak"


class ProgrammeField(StrEnum):
    """The fields of Pasal 4."""

    EDUCATION = "pendidikan"
    ECONOMY = "ekonomi"
    HEALTH = "kesehatan"
    SOCIETY = "sosial_budaya"


NEEDS = {ProgrammeField.EDUCATION: 4, ProgrammeField.ECONOMY: 4, ProgrammeField.HEALTH: 7, ProgrammeField.SOCIETY: 9}
"""How many needs of families the matrix of Bab IV.C has in each field; they go by their numbers there."""


class Intervention(StrEnum):
    """The interventions of Bab IV.A."""

    PREVENTION = "pencegahan"
    RESPONSE = "penanganan"
    REHABILITATION = "rehabilitasi"


class Strategy(StrEnum):
    """The strategies of Bab IV.B."""

    COMMITMENT = "komitmen"
    COORDINATION = "koordinasi"
    MAINSTREAMING = "pengarusutamaan"
    CAPACITY = "kapasitas"
    NETWORKS = "jaringan"
    RESOURCES = "sumber_daya"


class AmpkGroup(StrEnum):
    """The ten groups of children in need of special protection."""

    EMERGENCY = "darurat"
    LAW = "berhadapan_hukum"
    MINORITY = "minoritas_terisolasi"
    EXPLOITED = "eksploitasi"
    TRAFFICKED = "diperdagangkan"
    SUBSTANCES = "napza"
    ABDUCTED = "penculikan"
    VIOLENCE = "kekerasan"
    DISABILITY = "disabilitas"
    NEGLECTED = "perlakuan_salah"


class Funding(StrEnum):
    """Where the money comes from."""

    DISTRICT = "apbd"
    NATION = "apbn"
    COMPANIES = "csr"
    DONORS = "donor"
    OWN = "swadaya"


class ProgrammeObstacle(StrEnum):
    """What is in the way."""

    MONEY = "dana"
    STAFF = "sdm"
    DATA = "data"
    COORDINATION = "koordinasi"
    ACCESS = "akses"


@record
class FamilyNeed:
    """A need of families, by its field and its number there."""

    field: ProgrammeField
    number: int


@record
class ProgrammeMeeting:
    """A coordination meeting; `agenda` is free text that nobody has read."""

    day: date | None
    level: ProgrammeLevel | None
    present: frozenset[InstitutionKind]
    agenda: str | None
    decisions_before: int | None
    decisions_followed: int | None


@record
class Programme:
    """A programme in half a year. Its numbers of families may be small: none is for anybody to see as it stands.

    `area` is the name of the province or district, as it was written. `unread` names what was answered and could not
    be read, of the second meeting as `meeting[2].meeting_date`.
    """

    programme_id: str
    version: str
    day: date | None
    year: int | None
    half: Half | None
    level: ProgrammeLevel | None
    area: str | None
    institution: InstitutionKind | None
    need: FamilyNeed | None
    intervention: Intervention | None
    strategy: Strategy | None
    groups: frozenset[AmpkGroup]
    families_planned: int | None
    families_reached: int | None
    budget_juta: float | None
    funding: Funding | None
    document_shown: Seen | None
    referral_system: Seen | None
    obstacles: frozenset[ProgrammeObstacle]
    meetings: tuple[ProgrammeMeeting, ...]
    unread: tuple[str, ...]


def read_programme(answers: Mapping[str, Any], programme_id: str, version: str) -> Programme:
    """Read a programme from a submission's answers (nested by group; the feed gives repeats as lists)."""
    fields = ReadFields({name: value for name, value in answers.items() if name != _MEETING})
    meetings, unread_there = _meetings(answers.get(_MEETING))
    need, unread_need = _need(fields.choice(ProgrammeField, "field"), fields.text("need", _LONGEST_AREA))
    fields.pass_over("meetings_held", "contacts")
    return Programme(
        programme_id=programme_id,
        version=version,
        day=fields.day("today"),
        year=fields.count("half_year"),
        half=fields.choice(Half, "half"),
        level=fields.choice(ProgrammeLevel, "level"),
        area=fields.text("area_given", _LONGEST_AREA),
        institution=fields.choice(InstitutionKind, "institution_kind"),
        need=need,
        intervention=fields.choice(Intervention, "intervention"),
        strategy=fields.choice(Strategy, "strategy"),
        groups=fields.choices(AmpkGroup, "ampk_groups"),
        families_planned=fields.count("families_planned"),
        families_reached=fields.count("families_reached"),
        budget_juta=fields.number("budget_juta"),
        funding=fields.choice(Funding, "funding"),
        document_shown=fields.choice(Seen, "document_shown"),
        referral_system=fields.choice(Seen, "referral_system"),
        obstacles=fields.choices(ProgrammeObstacle, "obstacles"),
        meetings=meetings,
        unread=(*fields.unread(), *unread_need, *unread_there),
    )


def _need(of: ProgrammeField | None, code: str | None) -> tuple[FamilyNeed | None, tuple[str, ...]]:
    """Find the need that a code names: one of the field that was chosen."""
    if code is None:
        return None, ()
    known = {f"{of}_{number}": FamilyNeed(of, number) for number in range(1, NEEDS[of] + 1)} if of else {}
    return (known[code], ()) if code in known else (None, ("need",))


def _meetings(value: Any) -> tuple[tuple[ProgrammeMeeting, ...], tuple[str, ...]]:
    """Read the meetings; the XML has one alone as a group."""
    given = value if isinstance(value, list) else [value]
    found, unread = [], []
    for number, one in enumerate((one for one in given if isinstance(one, Mapping)), start=1):
        fields = ReadFields(one)
        found.append(ProgrammeMeeting(
            fields.day("meeting_date"), fields.choice(ProgrammeLevel, "meeting_level"),
            fields.choices(InstitutionKind, "institutions_present"), fields.text("agenda", _LONGEST_AGENDA),
            fields.count("decisions_before"), fields.count("decisions_followed"),
        ))  # fmt: skip
        unread += [f"meeting[{number}].{name}" for name in fields.unread()]
    return tuple(found), tuple(unread)
