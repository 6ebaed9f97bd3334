"""Where each page is: what it is called, what it lies under, and the menu's groups.

A page names its permission at its route (`server/web/guard.py`); who does not have it does not find it in the menu.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.roles.account import Account
from server.roles.table import Permission

HOME, DISTRICT, ACCOUNT = "districts.index", "districts.district_page", "own.account"


@dataclass(frozen=True)
class Lies:
    """A page's name, and the page that it lies under; one without lies beside the first page."""

    key: str
    under: str = HOME


# what is sent from a page, and answered by that page again where it was not taken
_OF_A_PERSON = ("new_link", "hand_over_post", "end_person", "end_sessions", "give_role", "take_role")
_TIES_OF_A_PERSON = ("tie_of_another", "end_tie_of_another")
_OF_A_PLAN = {"day_page": "day_title", "plan_by_hand": "add", "plan_from_file": "from_file",
              "planned_visit": "row_title", "release_page": "release", "agree_page": "agree_title"}  # fmt: skip
_OF_PARTS = {"merge_page": "merge", "merge": "merge", "table_page": "table", "take_table": "table"}
_OF_EXPORTS = ("map_page", "map_as_file", "convert_export", "waiting_as_file")
_OF_SETS = {"look": "looked_at", "keep": "looked_at", "set_page": "one", "withdraw": "one"}
_OF_PHONES = ("prepare_phones", "lose_phone", "drill", "check", "ask_sheets")
_OF_A_TEAM = ("change_districts", "add_member", "drop_member", "dissolve")

PLACES: Mapping[str, Lies] = {
    # one district
    DISTRICT: Lies("crumb.district"), "districts.indicator_page": Lies("report.indicator", DISTRICT),
    "lines.lines_page": Lies("crumb.lines", DISTRICT), "lines.line_page": Lies("crumb.line", "lines.lines_page"),
    "facts.decide_line": Lies("crumb.line", "lines.lines_page"),
    "assignments.assign": Lies("crumb.line", "lines.lines_page"),
    "facts.decide_visit": Lies("submission.title", "lists.submissions"),
    "facts.bulk_page": Lies("crumb.bulk", "lines.lines_page"), "map.map_page": Lies("crumb.map", DISTRICT),
    "lists.submissions": Lies("crumb.submissions", DISTRICT), "lists.visits": Lies("crumb.visits", DISTRICT),
    "lists.unmatched": Lies("crumb.unmatched", DISTRICT), "lists.aside": Lies("crumb.aside", DISTRICT),
    "lists.missing_files": Lies("crumb.missing_files", DISTRICT), "lists.expected": Lies("crumb.expected", DISTRICT),
    "assignments.assignments_page": Lies("crumb.assignments", DISTRICT),
    "assignments.change_one": Lies("crumb.assignments", DISTRICT),
    "plan.plan_page": Lies("crumb.plan", DISTRICT),
    **{f"plan.{page}": Lies(f"plan.{key}", "plan.plan_page") for page, key in _OF_A_PLAN.items()},
    "draws.draws_page": Lies("draw.title", DISTRICT),
    "draws.draw_page": Lies("draw.new", "draws.draws_page"), "draws.drawn_page": Lies("draw.crumb", "draws.draws_page"),
    "assignments.assign_several": Lies("assignments.several", "lines.lines_page"),
    "assignments.ask_again": Lies("again.title", DISTRICT),
    "documents.documents_page": Lies("crumb.documents", DISTRICT), "claims.claims_page": Lies("crumb.claims", DISTRICT),
    "documents.document_page": Lies("crumb.document", "documents.documents_page"),
    **{f"documents.{act}": Lies("crumb.documents", DISTRICT) for act in ("receive", "change", "mark_one")},
    "claims.choose_page": Lies("crumb.claims"), "claims.upload": Lies("crumb.claims", DISTRICT),
    "claims.plan_page": Lies("crumb.claims_plan", "claims.claims_page"),
    "claims.agree": Lies("crumb.claims_plan", "claims.claims_page"),
    **{f"parts.{page}": Lies("parts.title", "claims.claims_page")
       for page in ("parts_page", "split_as_file", "receive_parts", "receive_table")},
    **{f"parts.{page}": Lies(f"parts.{key}", "parts.parts_page") for page, key in _OF_PARTS.items()},
    **{f"parts.{page}": Lies("parts.export", "claims.claims_page") for page in _OF_EXPORTS},
    "desk.queue": Lies("desk.title"), "desk.part_page": Lies("crumb.desk", "documents.documents_page"),
    **{f"desk.{page}": Lies("crumb.document", "desk.part_page")
       for page in ("document_page", "read", "ask", "take_question_back", "conclude_one", "score")},
    **{f"desk.{page}": Lies("desk.clarifications", "documents.documents_page")
       for page in ("clarifications", "receive", "send_reply")},
    "closing.closing_page": Lies("crumb.closing", DISTRICT),
    "opening.opening_page": Lies("opening.title", DISTRICT), "opening.add": Lies("opening.title", DISTRICT),
    "reports.report_page": Lies("crumb.report", DISTRICT),
    "decisions.submission_page": Lies("submission.title", "lists.submissions"),
    "children.overview": Lies("children.title"), "children.round_page": Lies("children.title", "children.overview"),
    **{f"children.{act}": Lies("children.title", "children.overview")
       for act in ("add_paper", "drop_paper", "check", "switch")},
    "children.part_page": Lies("children.sessions", DISTRICT), "voice.heard": Lies("voices.title", DISTRICT),
    "voice.given_back": Lies("voices.give_back", "voice.heard"),
    **{f"children.{act}": Lies("children.sessions", DISTRICT)
       for act in ("print_slips", "count", "papers_destroyed", "call_off", "check_retaliation")},
    "sealed.part_page": Lies("sealed.title", DISTRICT), "sealed.change": Lies("sealed.title", DISTRICT),
    "totals.rounded": Lies("totals.title", DISTRICT), "totals.exact": Lies("totals.title", DISTRICT),
    "totals.service": Lies("totals.title", DISTRICT),
    "forum.minutes": Lies("forum.title", DISTRICT), "forum.code_page": Lies("forum.code", DISTRICT),
    "told.interviews": Lies("told.interviews", DISTRICT), "told.programmes": Lies("told.programmes", DISTRICT),
    # all of them
    "twice.second_visits": Lies("twice.title"),
    "districts.waiting_page": Lies("waits.title"), "reports.aside_page": Lies("aside.title"),
    "sync.certificate": Lies("page.sync"), "publishing.publishing_page": Lies("publishing.title"),
    **{f"publishing.{act}": Lies("publishing.title") for act in ("plan", "agree")},
    "work.work_page": Lies("work.title"),
    "rounds.rounds_page": Lies("rounds.title"),
    "sets.sets_page": Lies("set.title"), "benchmarks.benchmarks_page": Lies("benchmarks.title"),
    **{f"benchmarks.{act}": Lies("benchmarks.title") for act in ("state", "withdraw")},
    **{f"sets.{page}": Lies(f"set.{key}", "sets.sets_page") for page, key in _OF_SETS.items()},
    "audit.trail": Lies("trail.title"), "messages.messages_page": Lies("messages.title"),
    # shelters
    "sealed.given": Lies("sealed.title"), "sealed.mine": Lies("sealed.mine"),
    "restricted.shelter_page": Lies("shelter.title", "sealed.mine"),
    "restricted.shelter_sums": Lies("shelter_sums.title"),
    # incidents
    "incidents.concern": Lies("concern.title"), "register.incidents": Lies("register.title"),
    "register.record": Lies("register.one", "register.incidents"),
    "register.log": Lies("register.log", "register.incidents"), "duty.roster": Lies("duty.title"),
    "duty.called": Lies("called.title"), "duty.reads": Lies("register.reads"),
    # people
    "people.people_page": Lies("people.title"), "people.invite_page": Lies("people.invite", "people.people_page"),
    "people.person_page": Lies("crumb.person", "people.people_page"), "roles.teams_page": Lies("teams.title"),
    "roles.team_page": Lies("crumb.team", "roles.teams_page"), "phones.all_phones": Lies("phones.all"),
    "phones.phones_page": Lies("phones.title", "phones.all_phones"),
    **{f"phones.{act}": Lies("phones.title", "phones.all_phones") for act in _OF_PHONES},
    **{f"phones.{page}": Lies("share.title", "phones.all_phones") for page in ("share_page", "share")},
    **{f"people.{act}": Lies("crumb.person", "people.people_page") for act in _OF_A_PERSON},
    **{f"roles.{act}": Lies("crumb.person", "people.people_page") for act in _TIES_OF_A_PERSON},
    **{f"roles.{act}": Lies("crumb.team", "roles.teams_page") for act in _OF_A_TEAM},
    # oneself
    ACCOUNT: Lies("own.title"), "own.password": Lies("own.change_password", ACCOUNT),
    "roles.own_ties": Lies("ties.title", ACCOUNT), "opening.ethics": Lies("ethics.title", ACCOUNT),
    "opening.accept": Lies("ethics.title", ACCOUNT), "audit.own_trail": Lies("trail.own_title", ACCOUNT),
    "messages.own_messages": Lies("messages.own_title", ACCOUNT),
    "login.prove": Lies("login.prove_title", ACCOUNT), "login.get_app": Lies("login.way_app", ACCOUNT),
    "login.get_passkey": Lies("login.way_passkey", ACCOUNT), "login.get_codes": Lies("login.way_printed", ACCOUNT),
}  # fmt: skip
_OWN = Permission.OWN_ACCOUNT
_MENU: Mapping[str, tuple[tuple[str, Permission], ...]] = {
    "menu.districts": (
        (HOME, _OWN), ("districts.waiting_page", _OWN), ("desk.queue", Permission.SEE_DESK),
        ("twice.second_visits", Permission.SEE_SECOND_VISITS), ("claims.choose_page", Permission.IMPORT_CLAIMS),
    ),
    "menu.data": (
        ("rounds.rounds_page", Permission.SEE_REPORT),
        ("sync.certificate", Permission.SEE_CERTIFICATE), ("reports.aside_page", Permission.SEE_ASIDE),
        ("publishing.publishing_page", Permission.PUBLISH_FORMS), ("sets.sets_page", Permission.MANAGE_ROUNDS),
        ("benchmarks.benchmarks_page", Permission.MANAGE_ROUNDS), ("work.work_page", Permission.MANAGE_WORK),
    ),
    "menu.protection": (
        ("children.overview", Permission.SEE_SESSIONS),
        ("incidents.concern", Permission.REPORT_CONCERN), ("register.incidents", Permission.READ_INCIDENTS),
        ("duty.roster", Permission.KEEP_DUTY), ("duty.reads", Permission.SEE_INCIDENT_READS),
        ("sealed.given", Permission.GIVE_SEALED), ("sealed.mine", Permission.VISIT_SHELTERS),
        ("restricted.shelter_sums", Permission.SEE_SHELTER_SUMS),
    ),
    "menu.people": (
        ("people.people_page", Permission.MANAGE_PEOPLE), ("roles.teams_page", Permission.MANAGE_TEAMS),
        ("phones.all_phones", Permission.TEND_PHONES),
        ("messages.messages_page", Permission.SEE_MESSAGES), ("audit.trail", Permission.SEE_AUDIT),
    ),
    "menu.own": (
        (ACCOUNT, _OWN), ("roles.own_ties", _OWN), ("opening.ethics", _OWN),
        ("messages.own_messages", _OWN), ("audit.own_trail", _OWN),
    ),
}  # fmt: skip


def groups() -> tuple[str, ...]:
    """Name the menu's groups, in their order, by the keys of what they are called."""
    return tuple(_MENU)


def menu(account: Account) -> dict[str, list[str]]:
    """Give the pages that an account may open from anywhere, by group; a group without any is left out."""
    found = {group: [page for page, permission in pages if account.may_somewhere(permission)]
             for group, pages in _MENU.items()}  # fmt: skip
    return {group: pages for group, pages in found.items() if pages}


def name_of(endpoint: str) -> str:
    """Give the key of a page's name."""
    return "index.title" if endpoint == HOME else PLACES[endpoint].key


def way_to(endpoint: str | None) -> Iterator[str]:
    """List the pages that lead to one, itself the last; what no way leads to lies under the first page."""
    if endpoint is not None and endpoint in PLACES:
        yield from way_to(PLACES[endpoint].under)
        yield endpoint
    elif endpoint == HOME:
        yield HOME
