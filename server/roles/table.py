"""Which role may do what, on which kind of thing: the one table, drawn for people in docs/roles.md.

A person holds a role for an area and a round (server/roles/tables.py); what a permission is about says whether that
matters. Every route, command and job that acts for a person names one of these, and none starts that names none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is in a round; the value is what the database has."""

    SECRETARIAT = "secretariat"  # sekretariat
    ASSESSOR = "assessor"  # Tim Penilai
    READER = "reader"  # Tim Penilai, who reads documents and sees no points
    VERIFIER = "verifier"  # Tim Verifikasi, member
    LEAD = "lead"  # Tim Verifikasi, lead
    SUPERVISOR = "supervisor"  # penyelia
    PROVINCIAL = "provincial"  # provincial verifier
    DISTRICT = "district"  # district officer
    SAFEGUARDING = "safeguarding"  # safeguarding officer
    DEPUTY = "deputy"  # the safeguarding officer's deputy
    FACILITATOR = "facilitator"  # of a Forum Anak
    INDEPENDENT = "independent"  # Tim independen
    INSPECTORATE = "inspectorate"  # reads
    OBSERVER = "observer"
    OPERATOR = "operator"
    TERMINAL = "terminal"  # whoever holds the server itself; nobody is given it


class Scope(StrEnum):
    """What a permission is about."""

    DISTRICT = "district"  # a district's part of a round
    NATION = "nation"  # all there is: only who holds the role everywhere
    SELF = "self"  # one's own account


class Permission(StrEnum):
    """What can be permitted."""

    OWN_ACCOUNT = "own_account"
    SEE_REPORT = "see_report"
    EXPORT_REPORT = "export_report"
    SEE_FINDINGS = "see_findings"
    SEE_POINTS = "see_points"
    SEE_HOMES = "see_homes"
    SEE_PHOTOGRAPHS = "see_photographs"
    SEE_SUBMISSION = "see_submission"
    SEE_SECOND_VISITS = "see_second_visits"
    SEE_ASIDE = "see_aside"
    SEE_SHELTER_SUMS = "see_shelter_sums"
    DECIDE_FACTS = "decide_facts"
    REVIEW = "review"
    COMMENT = "comment"
    FOLLOW_UP = "follow_up"
    SEE_ASSIGNMENTS = "see_assignments"
    SEE_PLAN = "see_plan"
    ASSIGN = "assign"
    SEE_DRAWS = "see_draws"
    APPROVE_DRAW = "approve_draw"
    CHOOSE_ROUND = "choose_round"
    CLOSE_PART = "close_part"
    TEND_OPENING = "tend_opening"
    TEND_PHONES = "tend_phones"
    SHARE_LISTS = "share_lists"
    PRINT_HOMES = "print_homes"
    PREPARE_CHILDREN = "prepare_children"
    SWITCH_CHILDREN = "switch_children"
    CHECK_RETALIATION = "check_retaliation"
    SEE_VOICE = "see_voice"
    SEE_SESSIONS = "see_sessions"
    HOLD_SESSIONS = "hold_sessions"
    GIVE_SEALED = "give_sealed"
    VISIT_SHELTERS = "visit_shelters"
    ENTER_TOTALS = "enter_totals"
    SEE_TOTALS_EXACT = "see_totals_exact"
    GIVE_CLAIM_FORM = "give_claim_form"
    IMPORT_CLAIMS = "import_claims"
    SEE_DOCUMENTS = "see_documents"
    DOWNLOAD_DOCUMENTS = "download_documents"
    MARK_DOCUMENTS = "mark_documents"
    SEE_DESK = "see_desk"
    READ_DOCUMENTS = "read_documents"
    READ_FOR_PROVINCE = "read_for_province"
    JUDGE_DOCUMENTS = "judge_documents"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TEAMS = "manage_teams"
    SEE_AUDIT = "see_audit"
    SEE_CERTIFICATE = "see_certificate"
    MANAGE_WORK = "manage_work"
    SEE_MESSAGES = "see_messages"
    MANAGE_ROUNDS = "manage_rounds"
    MANAGE_AREAS = "manage_areas"
    PUBLISH_FORMS = "publish_forms"
    SETTLE_FORM = "settle_form"
    REMOVE_BY_LAW = "remove_by_law"
    OPERATE = "operate"
    REPORT_CONCERN = "report_concern"
    READ_INCIDENTS = "read_incidents"
    KEEP_DUTY = "keep_duty"
    SEE_INCIDENT_READS = "see_incident_reads"


_ALL = frozenset(Role) - {Role.TERMINAL}
_TEAM = frozenset({Role.VERIFIER, Role.LEAD, Role.SUPERVISOR})
_OFFICERS = frozenset({Role.SAFEGUARDING, Role.DEPUTY})
_REVIEWING = frozenset({Role.INDEPENDENT, Role.INSPECTORATE})
_MINISTRY = frozenset({Role.SECRETARIAT, Role.ASSESSOR})
_TERMINAL = frozenset({Role.TERMINAL})


@dataclass(frozen=True)
class Row:
    """A row of the table: what a permission is about, and who has it."""

    scope: Scope
    roles: frozenset[Role]


def _may(scope: Scope, *roles: frozenset[Role] | Role) -> Row:
    sets = (role if isinstance(role, frozenset) else {role} for role in roles)
    return Row(scope, frozenset().union(*sets))


_DISTRICT, _NATION, _SELF = Scope.DISTRICT, Scope.NATION, Scope.SELF
MAY: Mapping[Permission, Row] = {
    Permission.OWN_ACCOUNT: _may(_SELF, _ALL),
    # a district's part of a round
    Permission.SEE_REPORT: _may(
        _DISTRICT,
        _TEAM,
        _MINISTRY,
        _OFFICERS,
        _REVIEWING,
        Role.READER,
        Role.PROVINCIAL,
        Role.DISTRICT,
        Role.OBSERVER,
        _TERMINAL,
    ),
    Permission.EXPORT_REPORT: _may(
        _DISTRICT, _MINISTRY, _REVIEWING, Role.LEAD, Role.SUPERVISOR, Role.PROVINCIAL, Role.DISTRICT, _TERMINAL
    ),
    # before the district could reply; at the terminal by `tilik why` alone: no report that is given on has any
    Permission.SEE_FINDINGS: _may(_DISTRICT, _TEAM, _MINISTRY, _REVIEWING, _TERMINAL),
    # never while one decides facts there (`server.disclosure.viewer`)
    Permission.SEE_POINTS: _may(_DISTRICT, _MINISTRY, _REVIEWING, Role.PROVINCIAL, Role.DISTRICT, _TERMINAL),
    Permission.SEE_HOMES: _may(_DISTRICT, _TEAM, _OFFICERS),
    Permission.SEE_PHOTOGRAPHS: _may(_DISTRICT, _TEAM, _OFFICERS, _REVIEWING, Role.ASSESSOR),
    Permission.SEE_SUBMISSION: _may(_DISTRICT, _TEAM, _REVIEWING, Role.ASSESSOR, _TERMINAL),
    # what the visits of teams say otherwise than each other: nobody of a team, nor of the district
    Permission.SEE_SECOND_VISITS: _may(_DISTRICT, _REVIEWING, Role.ASSESSOR, Role.SUPERVISOR),
    Permission.COMMENT: _may(_DISTRICT, _TEAM),
    Permission.DECIDE_FACTS: _may(_DISTRICT, Role.LEAD, Role.SUPERVISOR),
    Permission.SEE_ASSIGNMENTS: _may(
        _DISTRICT, _TEAM, _REVIEWING, Role.SECRETARIAT
    ),  # a district is not told of visits
    # who agrees to a plan sees it, and how it went; what verifiers were given besides is no concern of theirs
    Permission.SEE_PLAN: _may(_DISTRICT, _TEAM, _REVIEWING, _MINISTRY),
    Permission.ASSIGN: _may(_DISTRICT, Role.LEAD, Role.SUPERVISOR, Role.SECRETARIAT, _TERMINAL),
    Permission.SEE_DRAWS: _may(_DISTRICT, _MINISTRY, _REVIEWING, Role.LEAD, Role.SUPERVISOR, _TERMINAL),
    Permission.APPROVE_DRAW: _may(_DISTRICT, Role.ASSESSOR, _TERMINAL),  # never who drew it
    Permission.CLOSE_PART: _may(_DISTRICT, Role.SUPERVISOR, Role.SECRETARIAT, _TERMINAL),
    Permission.TEND_OPENING: _may(
        _DISTRICT, Role.SECRETARIAT, Role.SUPERVISOR, Role.LEAD, _OFFICERS, _TERMINAL
    ),  # what is missing before visits begin
    # who holds a phone's sheet can send as that phone; a lost one cannot wait for the morning
    Permission.TEND_PHONES: _may(_DISTRICT, Role.SECRETARIAT, Role.SUPERVISOR, Role.LEAD, _TERMINAL),
    # of a project's lists, asked in every district of its teams: a lead's own where no other team goes
    Permission.SHARE_LISTS: _may(_DISTRICT, Role.SECRETARIAT, Role.SUPERVISOR, Role.LEAD, Role.OPERATOR, _TERMINAL),
    Permission.FOLLOW_UP: _may(_DISTRICT, Role.LEAD, Role.SUPERVISOR),
    Permission.REVIEW: _may(_DISTRICT, Role.LEAD, Role.SUPERVISOR),
    Permission.CHOOSE_ROUND: _may(_DISTRICT, Role.LEAD, Role.SUPERVISOR),
    Permission.PRINT_HOMES: _may(_DISTRICT, Role.LEAD, _OFFICERS, _TERMINAL),
    # children are asked about places: counts of sessions alone
    Permission.CHECK_RETALIATION: _may(_DISTRICT, _OFFICERS),
    Permission.SEE_VOICE: _may(
        _DISTRICT,
        _TEAM,
        _MINISTRY,
        _OFFICERS,
        _REVIEWING,
        Role.PROVINCIAL,
        Role.DISTRICT,
        Role.FACILITATOR,
        Role.OBSERVER,
        _TERMINAL,
    ),
    # the first two are about a whole round: whoever holds the role everywhere, in that round
    Permission.PREPARE_CHILDREN: _may(_DISTRICT, Role.SECRETARIAT, _OFFICERS),
    Permission.SWITCH_CHILDREN: _may(_DISTRICT, Role.SAFEGUARDING),
    Permission.SEE_SESSIONS: _may(_DISTRICT, _OFFICERS, Role.SECRETARIAT, Role.FACILITATOR),
    Permission.HOLD_SESSIONS: _may(_DISTRICT, Role.FACILITATOR),
    # shelters and protection services: on restricted pages, from papers
    Permission.GIVE_SEALED: _may(_DISTRICT, _OFFICERS),
    Permission.VISIT_SHELTERS: _may(_DISTRICT, Role.VERIFIER, Role.LEAD),  # those two whom an assignment names
    Permission.ENTER_TOTALS: _may(_DISTRICT, Role.VERIFIER, Role.LEAD),
    Permission.SEE_TOTALS_EXACT: _may(_DISTRICT, _OFFICERS, Role.ASSESSOR),  # all others see them rounded
    Permission.GIVE_CLAIM_FORM: _may(_DISTRICT, Role.SECRETARIAT, Role.DISTRICT, _TERMINAL),
    Permission.IMPORT_CLAIMS: _may(_DISTRICT, Role.SECRETARIAT, Role.DISTRICT, _TERMINAL),
    Permission.SEE_DOCUMENTS: _may(
        _DISTRICT, _TEAM, _MINISTRY, _OFFICERS, _REVIEWING, Role.READER, Role.PROVINCIAL, Role.DISTRICT
    ),
    Permission.DOWNLOAD_DOCUMENTS: _may(
        _DISTRICT, Role.READER, _MINISTRY, _REVIEWING, Role.LEAD, Role.SUPERVISOR, Role.PROVINCIAL, Role.DISTRICT
    ),
    Permission.MARK_DOCUMENTS: _may(_DISTRICT, _TEAM, _MINISTRY, _OFFICERS, _REVIEWING, Role.READER, Role.PROVINCIAL),
    # the desk: who reads sees no points (`server.disclosure.viewer`), who judges does not read
    Permission.SEE_DESK: _may(_DISTRICT, _MINISTRY, _REVIEWING, Role.READER, Role.PROVINCIAL, _TERMINAL),
    Permission.READ_DOCUMENTS: _may(_DISTRICT, Role.READER),
    Permission.READ_FOR_PROVINCE: _may(_DISTRICT, Role.PROVINCIAL),  # a stage of its own, by which nothing is decided
    Permission.JUDGE_DOCUMENTS: _may(_DISTRICT, Role.ASSESSOR),
    Permission.MANAGE_PEOPLE: _may(_DISTRICT, Role.SECRETARIAT, _TERMINAL),
    Permission.MANAGE_TEAMS: _may(_DISTRICT, Role.SECRETARIAT, _TERMINAL),
    # incidents (server/incidents): a tie keeps everybody out there, and the deputy reads only while acting
    Permission.REPORT_CONCERN: _may(
        _DISTRICT, _TEAM, _OFFICERS, _MINISTRY, Role.READER, Role.PROVINCIAL, Role.FACILITATOR, Role.INDEPENDENT
    ),
    Permission.READ_INCIDENTS: _may(_DISTRICT, _OFFICERS),
    Permission.KEEP_DUTY: _may(_DISTRICT, _OFFICERS, Role.SECRETARIAT, _TERMINAL),
    # all there is
    Permission.SEE_ASIDE: _may(_NATION, Role.SECRETARIAT, Role.SUPERVISOR, Role.OPERATOR),
    # sums are hidden by what lies beside them, so that who sees some sees all
    Permission.SEE_SHELTER_SUMS: _may(_NATION, _OFFICERS, Role.ASSESSOR),
    Permission.SEE_CERTIFICATE: _may(_NATION, _MINISTRY, _REVIEWING, Role.SUPERVISOR, Role.OPERATOR, _TERMINAL),
    Permission.SEE_AUDIT: _may(_NATION, Role.SECRETARIAT, Role.INSPECTORATE, _TERMINAL),
    Permission.SEE_MESSAGES: _may(_NATION, Role.SECRETARIAT, Role.OPERATOR, _TERMINAL),
    Permission.MANAGE_WORK: _may(_NATION, Role.SECRETARIAT, Role.OPERATOR, _TERMINAL),
    Permission.MANAGE_ROUNDS: _may(_NATION, Role.SECRETARIAT, _TERMINAL),
    Permission.MANAGE_AREAS: _may(_NATION, Role.SECRETARIAT, _TERMINAL),
    Permission.PUBLISH_FORMS: _may(_NATION, Role.OPERATOR, _TERMINAL),  # it reaches every phone at once
    Permission.SETTLE_FORM: _may(_NATION, Role.SECRETARIAT, _TERMINAL),
    Permission.REMOVE_BY_LAW: _may(_NATION, Role.SECRETARIAT, Role.SAFEGUARDING, _TERMINAL),
    Permission.SEE_INCIDENT_READS: _may(_NATION, Role.INSPECTORATE),  # how often somebody looked, nothing else
    Permission.OPERATE: _may(_NATION, Role.OPERATOR, _TERMINAL),
}

GIVEN = tuple(role for role in Role if role is not Role.TERMINAL)  # those a person can be given
EVERYWHERE_ONLY = frozenset({Role.OPERATOR})  # a server has no districts
BY_TEAM = frozenset({Role.VERIFIER, Role.LEAD})  # held by belonging to a team, and in no other way
JUDGING = frozenset({Role.VERIFIER, Role.LEAD, Role.SUPERVISOR, Role.ASSESSOR, Role.READER, Role.PROVINCIAL,
                     Role.INDEPENDENT, Role.FACILITATOR})  # refused where somebody has a tie  # fmt: skip
_SENSITIVE = (
    Permission.SEE_HOMES, Permission.SEE_PHOTOGRAPHS, Permission.SEE_SUBMISSION, Permission.MANAGE_PEOPLE,
    Permission.OPERATE, Permission.GIVE_SEALED, Permission.VISIT_SHELTERS, Permission.ENTER_TOTALS,
    Permission.SEE_TOTALS_EXACT, Permission.SEE_SHELTER_SUMS, Permission.READ_DOCUMENTS,
    Permission.READ_INCIDENTS, Permission.KEEP_DUTY, Permission.SEE_INCIDENT_READS,
)  # fmt: skip


def roles_with(permission: Permission) -> frozenset[Role]:
    """Name who has a permission."""
    return MAY[permission].roles


def asks_second_factor(role: Role) -> bool:
    """Tell whether a role has to show a second factor: it sees homes, photographs, submissions, shelters,
    exact totals, interviews or incidents, or gives others what does.
    """
    return any(role in MAY[permission].roles for permission in _SENSITIVE)
