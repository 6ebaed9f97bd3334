"""The sentences: every code and key has one in both languages, with the same values, and none is there for nothing."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from server.assignments.changing import EXTEND, WITHDRAW
from server.assignments.listing import COLUMNS as ASSIGNMENT_COLUMNS
from server.assignments.states import STATES as ASSIGNMENT_STATES
from server.audit.entries import NUMBERED
from server.audit.shown import COLUMNS as AUDIT_COLUMNS
from server.children.after import OUTCOMES as RETALIATION_OUTCOMES
from server.children.preparing import KINDS as CHILD_PAPERS
from server.children.preparing import QUESTIONS as ASSESSED
from server.children.sessions import COUNTS as SESSION_COUNTS
from server.children.sessions import HELPERS
from server.children.slips import LINES as SLIP_LINES
from server.children.states import DROPPED as SESSION_DROPPED
from server.children.states import HELD, SETTLED
from server.children.states import PLANNED as SESSION_PLANNED
from server.claims.column_map import HEADS as MAP_HEADS
from server.claims.column_map import SETTINGS as MAP_SETTINGS
from server.claims.guide import GUIDE_LINES
from server.claims.joined_text import PLACE_FIELDS
from server.closing.still_open import ITEMS
from server.decisions.deciding import FIELDS, REVIEW_STATES, WOULD_CREATE
from server.disclosure.clearing import public_outcome
from server.disclosure.values import WITHHELD
from server.districts.filter import BY_STAKE, STATES
from server.districts.filter import ORDERS as DISTRICT_ORDERS
from server.documents.pages import NOTICES as DOCUMENT_NOTICES
from server.draws.states import APPROVED, DRAWN, DROPPED
from server.forms.changes import FormChanges
from server.forum.view import CSV_HEAD as FORUM_HEAD
from server.forum.view import SOURCES_HEAD
from server.incidents.card import FIELDS as CARD_FIELDS
from server.incidents.card import LINES as CARD_LINES
from server.incidents.choices import CALLED, CAME_BY, DRILL, READS, RECEIVERS, STAFF, STEPS, TEXTS, TOLD_CHILD
from server.incidents.choices import MOVES as INCIDENT_MOVES
from server.incidents.duty import KINDS as DUTY_KINDS
from server.lines.filter import NAMES as LINE_FIELDS
from server.lines.filter import ORDERS as LINE_ORDERS
from server.lines.filter import PERSON
from server.lines.visit_view import BESIDE, CONSIDERED, EARLIER, JUDGED, LATER
from server.lines.written import HEAD as LINE_HEAD
from server.lists.filter import NAMES as LIST_FIELDS
from server.lists.kinds import LACKING, LISTS
from server.login.entering import LINK, OIDC, PASSKEY, PASSWORD
from server.messages.channels import Channel, Topic
from server.opening.pages import PARAGRAPHS
from server.opening.tending import KINDS as CONTACT_KINDS
from server.people.links import DEMO
from server.phones.checked import LINES
from server.phones.sheets import PARTS as SHEET_PARTS
from server.phones.states import STATES as PHONE_STATES
from server.plan.days import TeamDay
from server.plan.files import COLUMNS as PLAN_COLUMNS
from server.plan.filter import NAMES as PLAN_FIELDS
from server.plan.modules import MODULES
from server.plan.noticing import APPROVERS
from server.plan.releasing import CHANGES, GIVES, NOTHING, TAKES_BACK
from server.plan.states import NOBODY_YET
from server.plan.states import STATES as PLAN_STATES
from server.publishing.publishing import STEP_KINDS, STEP_STATES
from server.publishing.views import PublishingStands
from server.reports.exports import COLUMNS, RECORDS
from server.restricted.queries import PROGRESS
from server.restricted.shelter_visit import WHY_CHANGED
from server.roles.table import Permission, Role
from server.rounds.planning import STAGES
from server.rounds.states import ARCHIVED, CLOSED, OPEN, PLANNED
from server.rulebook import load_indicators, load_kinds, load_rules
from server.sealed.giving import WHY_WITHDRAWN
from server.sets.book import GUIDE_LINES as SET_GUIDE
from server.sets.tables import KEPT
from server.sets.tables import WITHDRAWN as SET_WITHDRAWN
from server.settings import CHECKOUT
from server.submissions.replacing import Replacing
from server.submissions.standing import Standing
from server.sync.certificates import DIFFERENT, DISAGREE, IDENTICAL, UNSTABLE, Cause
from server.told.aside import OTHERWISE
from server.told.aside import REASONS as WHY_TOLD_ASIDE
from server.told.interviews_view import CSV_HEAD as HEARD_HEAD
from server.told.programmes_view import CSV_HEAD as PROGRAMME_HEAD
from server.twice.written import SORTS as SECOND_VISIT_SORTS
from server.web.errors import HEADED
from server.web.menu import PLACES, groups
from server.words import FOLDER, LANGUAGES, catalogue
from tests.support.acts import codes
from tests.support.sources import nodes
from verification.claim_form.cells import SHEETS
from verification.claim_form.choices import CHOICES
from verification.claim_form.lists import ALL_OF_BUDGET
from verification.comparing.answers import ABOVE, BELOW
from verification.comparing.finding import Verdict
from verification.deciding.facts import DECIDABLE, WITHDRAWN, TwoCheckers, Whereto
from verification.deciding.states import State, Step
from verification.desk.reading import COMPARED, DOUBTS, Says
from verification.desk.states import CONCLUSIONS
from verification.desk.states import DocumentState as DeskState
from verification.desk.states import DocumentStep as DeskStep
from verification.flags.flag import Flag
from verification.judging.twice import Sort
from verification.matching.compare import LEVELS as COMPARED_LEVELS
from verification.model import CONTRADICTS, Arrival, Grade, Mode, Outcome, Seen
from verification.points.readings import READINGS
from verification.protection.shelter import NUMBERS
from verification.protection.totals import FIELDS as TOTALS
from verification.protection.totals import SOURCES as TOTALS_FROM
from verification.reading.forum import ForumChosen, ForumEnded, ForumLedBy, ForumProcess, ForumRepresents
from verification.reading.interview import InterviewTopic, Party
from verification.reading.noted import CHOSEN, RECOUNT
from verification.reading.programme import NEEDS, InstitutionKind, ProgrammeField, ProgrammeLevel
from verification.reason import Reason
from verification.sampling.designs import WEIGHTS, Design
from verification.sampling.verdicts import SampleVerdict
from verification.sets.differing import REST as SET_REST
from verification.sets.indicators import ClaimKind
from verification.sets.layout import SHEETS as SET_SHEETS
from verification.summing.children import QUESTIONS as CHILD_QUESTIONS
from verification.summing.children import Band
from verification.summing.forum import BANDS
from verification.summing.heard import ASKED_UNDER, TO_INSTITUTIONS
from workers.central.forms import DRAFT, FILES, PUBLISH
from workers.queue.handlers import HANDLERS
from workers.sending.form_plans import FormStep

SOURCES = [
    CHECKOUT / "tilik.py",
    *(f for room in ("verification", "server", "workers", "xlsforms") for f in (CHECKOUT / room).rglob("*.py")),
]
ALERTS = CHECKOUT / "server/messages/alerts.py"
LINTING = [CHECKOUT / f"xlsforms/{name}.py" for name in ("lint", "house_rules", "child_rules", "outside", "check")]
OUTLINES = CHECKOUT / "verification/places/outlines.py"
TEMPLATES = list((CHECKOUT / "server").rglob("templates/*.html"))
# calls whose first text is a reason's code
REASONS = {
    "Refused",
    "Reason",
    "CentralProblem",
    "UnusableWorkbook",
    "OddCell",
    "note",
    "UnusableFile",
    "UnusableTable",
    "UnusableMap",
    "NotInExport",
    "trouble",
    "_trouble",
    "CannotMerge",
    "Unreadable",
    "NoOutline",
    "_refuse",
    "UnreadableSubmission",
    "Unready",
    "Unrestorable",
    "CutShort",
    "Undecidable",
    "Unsealed",
    "refuse",
    "NotSearchable",
    "ChannelProblem",
    "Undelivered",
    "_undelivered",
    "NotPlanned",
    "NotKept",
    "NotPrinted",
    "NotRegistered",
    "NotOnDuty",
}
SAID = {"say", "tell"}
NOTICES = {"flash", "_done"}  # what is told on the next page

COUNTED = ("lines", "visited", "waiting", "decided", "reopened")  # columns of the list of districts
LIST_HEAD = ("place", "area", "kind", "form", "state", "details", "lines", "submission",
             *{head for one in LISTS.values() for head in (one.head_of_day, one.head_of_visitor)})  # fmt: skip
FILE_STATES = ("shown", "undeclared", "scanning", "unscannable", "infected", "refused", "marked", "replaced")
ROW_STATES = ("here", "missing", "link", "several", "none")
WAITING = ("desk", "clarifications", "plans", "drawings", "releases", "visits", "reopened", "undecided", "overdue",
           "aside", "unsent", "failed_work", "by_hand")  # fmt: skip
POINTS = ("maximum", "claimed", "lowest", "highest")


TOLD: dict[str, set[str]] = {
    "topic": set(InterviewTopic),
    "party": set(Party),
    "staff": {"near", "away"},
    "level": set(ProgrammeLevel),
    "question": {*TO_INSTITUTIONS, *(question for those in ASKED_UNDER.values() for question in those)},
    "field": set(ProgrammeField),
    "institution": set(InstitutionKind),
    "meetings": {"enough", "too_few", "informs"},
    "need": {f"{field}_{number}" for field, most in NEEDS.items() for number in range(1, most + 1)},
    "head": {
        *HEARD_HEAD,
        *PROGRAMME_HEAD,
        "year",
        "level",
        "verdict",
        "never_came",
        "followed",
        "form",
        "reason",
        "count",
    },
    "aside": {*WHY_TOLD_ASIDE, OTHERWISE},
}


FORUM: dict[str, set[str]] = {
    "head": {*FORUM_HEAD, *SOURCES_HEAD},
    "side": {"own", "independent"},
    "process": set(ForumProcess),
    "led_by": set(ForumLedBy),
    "chosen": set(ForumChosen),
    "represents": set(ForumRepresents),
    "band": {*BANDS, "disability"},
}


def calls(files: Sequence[Path] = SOURCES) -> Iterator[tuple[str, str]]:
    """Give every call by a plain text: the function's name and its first argument."""
    for file in files:
        yield from _calls_in(file)


@cache
def _calls_in(file: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for node in nodes(file.read_text(encoding="utf-8")):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if isinstance(node.args[0].value, str):
                found.append((name, node.args[0].value))
    return found


@cache
def needed() -> set[str]:
    """Collect every key the code and the pages can say."""
    keys = {f"reason.{text}" for name, text in calls() if name in REASONS}
    keys |= {text for name, text in calls() if name in SAID}
    keys |= {
        key for page in TEMPLATES for key in re.findall(r"words\.say\('([\w.]+)'", page.read_text(encoding="utf-8"))
    }
    keys |= {f"reason.location_{grade}" for grade in (Grade.AT_PLACE, Grade.ELSEWHERE, Grade.UNSURE)}
    keys |= {
        f"reason.arrival_{arrival}"
        for arrival in Arrival
        if arrival not in (Arrival.OPEN, Arrival.NOT_THERE, Arrival.CLOSED_FOR_GOOD)
    }
    keys |= {
        f"reason.later_{arrival}" for arrival in Arrival if arrival not in (Arrival.NOT_THERE, Arrival.CLOSED_FOR_GOOD)
    }
    keys |= {f"replaced.{cause}" for cause in Replacing}
    keys |= {f"difference.{cause}" for cause in Cause} | {
        f"sync.{v}" for v in (IDENTICAL, DIFFERENT, DISAGREE, UNSTABLE)
    }
    keys |= {f"kind.{kind}" for kind in load_kinds().by_code} | {f"seen.{seen}" for seen in Seen}
    keys |= {f"match.{what}.{level}" for what, levels in COMPARED_LEVELS.items() for level in levels}
    keys |= {f"job.{work.kind}" for work in HANDLERS} | {
        f"review.{state}" for state in (*REVIEW_STATES, "received", "edited")
    }
    keys |= {f"decision.{word}" for word in (*FIELDS, "sent", "waits", "failed")} | {f"reason.{WOULD_CREATE}"}
    keys |= {f"{family}.{member}" for family, members in families().items() for member in members}
    keys |= {f"reason.closing_{item.code}" for item in ITEMS if item.blocks}
    keys |= {*groups(), *(place.key for place in PLACES.values())}
    return keys


def families() -> dict[str, set[str]]:
    """Name the sentences whose keys are put together where they are said."""
    outcomes = {public_outcome(outcome) for outcome in Outcome}
    sheets = {f"{sheet}.{what}" for sheet in SHEETS for what in ("title", "instruction")}
    columns = {f"column.{column.key}" for columns in SHEETS.values() for column in columns}
    return {
        "outcome": outcomes, "language": set(LANGUAGES),
        "flag": {*Flag, "title", "explained", "other", "to_other", "rate", "rate_none"},
        "sign": set(Flag),
        "question": {how.question for one in load_indicators().indicators for how in one.compares
                     if how.kind == "counts_elsewhere"},
        "verdict": set(Verdict), "reading": set(READINGS), "formula": set(READINGS),
        "paper": {"made", "checked", "known", "video_counts", "video_informs"},
        "csv": {*COLUMNS, *(f"record.{record}" for record in RECORDS)},
        "closing.open": {item.code for item in ITEMS}, "closing.why": {item.code for item in ITEMS},
        "audit": codes(), "thing": {*NUMBERED, "district", "page", "place", "report", "round", "set"},
        "trail": set(AUDIT_COLUMNS),
        "report": set(POINTS), "state": {PLANNED, OPEN, CLOSED, ARCHIVED}, "stage": set(STAGES),
        "template": sheets | columns | {f"guide_{line}" for line in range(1, GUIDE_LINES + 1)} | {
            f"summary_{head}" for head in ("cluster", "filled", "of", "points", "maximum", "complete")},
        "claims": {f"table_field.{one}" for one in PLACE_FIELDS} | {
            f"problem_{column}" for column in ("sheet", "cell", "sentence", "to_do")},
        "column_map": {*MAP_SETTINGS, *(f"{one}_what" for one in MAP_SETTINGS), *(f"head.{one}" for one in MAP_HEADS)},
        "choice": {f"{key}.{code}" for key, codes_of in CHOICES.items() for code in codes_of
                   if not code.isdecimal()} | {"age.single", f"cluster.{ALL_OF_BUDGET}"},
        "source": {criterion.source for indicator in load_indicators().indicators for criterion in indicator.criteria},
        "message_kind": set(Topic), "channel": set(Channel),
        "todo": {text for name, text in calls([ALERTS]) if name == "Reason"},
        "assignment_state": set(ASSIGNMENT_STATES), "assignments": set(ASSIGNMENT_COLUMNS),
        "contact": {*CONTACT_KINDS, "of_all"}, "ethics": {str(number) for number in range(1, PARAGRAPHS + 1)},
        "phone": {*PHONE_STATES, "of_a_drill"}, "phones": {"hold_all", "hold_assigned"},
        "check": {f"{line}.{how}" for line in (*LINES, "places_of_all") for how in ("fine", "wrong")} | {
            "follow_ups_of_others.wrong"},
        "sheet": {*SHEET_PARTS, *(f"{part}_{line}" for part, lines in SHEET_PARTS.items() for line in
                                  range(1, lines + 1)), "heading", "practice", "whose", "whose_practice"},
        "permission": set(Permission), "role": set(Role),
        "way": {PASSWORD, LINK, PASSKEY, OIDC, DEMO}, "notice": {text for name, text in calls() if name in NOTICES} | {
            f"assignment_{act}" for act in (EXTEND, WITHDRAW)} | {*DOCUMENT_NOTICES.values()},
        "documents": {f"state.{state}" for state in FILE_STATES} | {f"row.{state}" for state in ROW_STATES},
        "fact_state": set(State), "fact_step": set(Step), "fact_now": {"waits", "in_force", "reopened", "past"},
        "fact_outcome": {*Outcome, *Whereto, WITHDRAWN, "undecided"}, "fact_choice": {*DECIDABLE, WITHDRAWN},
        "visit_choice": {*Whereto, WITHDRAWN}, "two_checkers": {rule.value for rule in TwoCheckers} - {"none"},
        "rounds": {f"two_checkers_{rule}" for rule in TwoCheckers} | {"video_counts", "video_informs"},
        "areas": {text for name, text in calls([OUTLINES]) if name in ("Reason", "_of")},
        "arrival": set(Arrival), "mode": set(Mode), "grade": set(Grade), "standing": set(Standing),
        "finding": set(CONTRADICTS), "relation": {JUDGED, LATER, EARLIER, BESIDE, CONSIDERED},
        "category": {*load_rules().categories.begin, "none"}, "error": {f"heading_{code}" for code in HEADED},
        "districts": {*COUNTED, *(f"state.{state}" for state in STATES), *(f"means.{one}" for one in COUNTED)},
        "crumb": set(LISTS),
        "waits": {kind + what for kind in WAITING for what in ("", "_what")} | {"see.failed_work", "see.by_hand"},
        "list": {"province", "round", *LINE_FIELDS, *LIST_FIELDS, *PLAN_FIELDS, *(f"person.{one}" for one in PERSON)}
        | {f"order.{order}" for order in (*DISTRICT_ORDERS, BY_STAKE, *LINE_ORDERS)}
        | {f"head.{head}" for head in (*LINE_HEAD, *LIST_HEAD)},
        "lists": {name + what for name in LISTS for what in ("", ".explained", ".nothing")},
        "file_state": {state + what for state in LACKING for what in ("", ".what")},
        "form": {sheet.parent.name for sheet in CHECKOUT.glob("xlsforms/sheets/*/settings.csv")},
        "lint": {text for name, text in calls(LINTING) if name == "Finding"},
        "sealed": {"first", "second"}, "sealed_progress": set(PROGRESS), "sealed_why": set(WHY_WITHDRAWN),
        "shelter": set(NUMBERS), "shelter_why": set(WHY_CHANGED), "totals": set(TOTALS),
        "totals_source": set(TOTALS_FROM),
        "module": set(MODULES), "plan_state": set(PLAN_STATES), "plan_approved": {*APPROVERS, NOBODY_YET},
        "plan": {*FormStep, *(one.name for one in fields(FormChanges)), *(f"column.{one}" for one in PLAN_COLUMNS),
                 *(f"becomes.{one}" for one in (GIVES, CHANGES, TAKES_BACK, NOTHING)),
            "day_title", "add", "from_file", "row_title", "release",
            *(f"day.{one.name}" for one in fields(TeamDay) if one.type is int and one.name != "team_id")},
        "draw": {"visits", "still_false", "spans", *(f"stratum.{one}" for one in range(len(WEIGHTS))),
                 *(f"{said}.{design}" for said in ("design", "design_hint") for design in Design)},
        "children": {f"paper_{head}" for head in ("kind", "number", "dated", "acts")},
        "child_session": {SESSION_PLANNED, HELD, SETTLED, SESSION_DROPPED}, "child_paper": set(CHILD_PAPERS),
        "child_question": set(ASSESSED), "child_count": set(SESSION_COUNTS), "child_helper": set(HELPERS),
        "retaliation": set(RETALIATION_OUTCOMES),
        "voices": {f"band.{band.name.lower()}" for band in Band} | {f"asked_of.{one}" for one in CHILD_QUESTIONS},
        "slip": {f"line_{line}" for line in range(1, SLIP_LINES + 1)},
        "draw_state": {DRAWN, APPROVED, DROPPED},
        "draw_verdict": {f"{design}.{one}" for design in (Design.AUDIT, Design.LQAS) for one in SampleVerdict},
        "publishing": {f"is_{one}" for one in PublishingStands} | {f"step_{one}" for one in STEP_KINDS}
        | {f"state_{one}" for one in STEP_STATES} | {f"stage_{one}" for one in (DRAFT, FILES, PUBLISH)},
        "told": {f"{key}.{code}" for key, codes_of in TOLD.items() for code in codes_of} | {"forums", "desks"},
        "forum": {f"{key}.{code}" for key, codes_of in FORUM.items() for code in codes_of}
        | {"led_by", "chosen", "represents"},
        "desk": {f"ask.{name}" for name in (*COMPARED, "page")}
        | {f"conclude.{step}" for step in (*CONCLUSIONS, DeskStep.WITHDRAWS)}
        | {f"answer.{code}" for code in (*Seen, *Says)},
        "desk_state": set(DeskState), "desk_step": set(DeskStep), 
        "reason": {*DOUBTS, *_of_sets(), *(f"forum_{one}" for one in ForumEnded)},
        "set": {f"guide_{line}" for line in range(1, SET_GUIDE + 1)} | {
            f"guide_{head}" for head in ("sheet", "key", "what", "takes")} | {
            f"reads_{column.reads}" for sheet in SET_SHEETS.values() for column in sheet.columns} | {
            f"rest.{what}" for what in SET_REST} | {
            f"column.{column.key.partition('.')[0]}" for sheet in SET_SHEETS.values() for column in sheet.columns} | {
            f"differs_{what}" for what in ("named", "asked", "judged")},
        "benchmarks": {ABOVE, BELOW}, "set_state": {KEPT, SET_WITHDRAWN}, "claim_kind": set(ClaimKind),
        "concern": {"danger", "staff", "came_by", "told_child"}, "suspected": set(STAFF), "told_child": set(TOLD_CHILD),
        "came_by": {*CAME_BY, DRILL}, "incident": {f"{name}{what}" for name in TEXTS for what in ("", "_hint")},
        "incident_step": {*STEPS, *READS}, "receiver": set(RECEIVERS), "help_number": set(CALLED),
        "incident_state": {state for move in INCIDENT_MOVES for state in move}, "duty_kind": set(DUTY_KINDS),
        "card": {*CARD_FIELDS, *(f"do_{number}" for number in range(1, CARD_LINES + 1))},
        "twice": {*SECOND_VISIT_SORTS, *Sort, "team", "places", "by_others", "days", "compared", "differ", "place",
                  "earlier", "later"} | {f"sort.{sort}" for sort in Sort}
        | {f"question.{name}" for name in (*CHOSEN, RECOUNT)}
        | {f"drawn_{column}" for column in ("places", "drawn", "differ", "lowest", "highest")},
        "map": {f"field.{name}" for name in ("indikator", "hasil", "kecamatan", "jenis")},
    }  # fmt: skip


def _of_sets() -> set[str]:
    """Name the reasons why a workbook is no indicator set, wherever they stand in a call."""
    files = (CHECKOUT / "verification/sets").glob("*.py")
    return {text for file in files for text in re.findall(r'"(set_[a-z_]+)"', file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_a_sentence(language: str) -> None:
    known = catalogue(language).sentences
    keys = {key for key in needed() if "." in key and not key.endswith(".")}
    assert len(keys) > 200
    assert sorted(keys - known.keys()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_has_two_sentences(language: str) -> None:
    """The second would be read by nobody: whoever asks for it is told the first."""
    keys = re.findall(r'^msgid "(.+)"$', (FOLDER / f"{language}.po").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) > 200
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    first, second = (catalogue(language).sentences for language in LANGUAGES)
    assert first.keys() == second.keys()
    values = {key: (re.findall(r"\{\w+\}", first[key]), re.findall(r"\{\w+\}", second[key])) for key in first}
    assert {key: pair for key, pair in values.items() if set(pair[0]) != set(pair[1])} == {}


_FORMS = r"\{(\w+):([^{}|]+)\|([^{}|]+)\}"
_NEVER_ONE = {"percent_points"}  # of a share


def test_one_is_no_plural() -> None:
    """Nor does a word stand without its singular beside a number, where other sentences have one for it."""
    assert catalogue("en").say("paper.places", count=1) == "1 place"
    assert catalogue("en").say("paper.places", count=1000) == "1,000 places"
    assert catalogue("en").say("paper.places") == "{count} places", "a value that lacks is visible"
    sentences = catalogue("en").sentences
    plurals = {found[3] for text in sentences.values() for found in re.finditer(_FORMS, text)} - {"are", "were", "do"}
    assert len(plurals) > 50
    alone = re.compile(rf"\{{(\w+)\}} (?:{'|'.join(sorted(plurals, key=len, reverse=True))})\b")
    bare = {
        key: [one[0] for one in alone.finditer(text) if one[1] not in _NEVER_ONE] for key, text in sentences.items()
    }
    assert {key: found for key, found in bare.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_one_and_for_more_go_with_a_number_that_is_told(language: str) -> None:
    for key, text in catalogue(language).sentences.items():
        named, told = {one[1] for one in re.finditer(_FORMS, text)}, set(re.findall(r"\{(\w+)\}", text))
        assert named <= told and not re.search(r"\{\w+:", re.sub(_FORMS, "", text)), key


def test_no_sentence_is_there_for_nothing() -> None:
    texts = written()
    keys = texts | {f"reason.{text}" for text in texts}  # a reason's code may reach its sentence by way of a value
    keys |= {key.replace("reason.", "short.", 1) for key in keys | needed()}  # in a list, where there is a short one
    assert sorted(catalogue("id").sentences.keys() - needed() - keys) == []


@cache
def written() -> set[str]:
    """Collect every text that stands by itself in the code, or in quotes on a page."""
    texts = set(re.findall(r"'([\w.]+)'", "\n".join(page.read_text(encoding="utf-8") for page in TEMPLATES)))
    for file in SOURCES:
        for node in nodes(file.read_text(encoding="utf-8")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return texts


def test_numbers_and_dates_are_written_as_the_language_writes_them() -> None:
    assert (catalogue("id").number(1234.5), catalogue("en").number(1234.5)) == ("1.234,5", "1,234.5")
    assert (catalogue("id").points(12), catalogue("en").points(None)) == ("12,0", "–")
    assert [catalogue("id").points(value) for value in (3.75, 4.38, 1234.5)] == ["3,75", "4,38", "1.234,5"]
    assert catalogue("id").reason(Reason("accuracy_zero")).startswith("Akurasi titik tepat 0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_is_written_as_a_year_and_no_number_of_thousands(language: str) -> None:
    words = catalogue(language)
    said = words.reason(Reason("benchmark_of_another_time", {"year": 2019, "data_year": 2025, "national": 1250.5}))
    assert "2019" in said and "2025" in said and words.number(1250.5) in said
    assert "2025" in words.say("rounds.line", data_year=2025)
    assert "1234" in words.reason(Reason("decided_by_person", {"fact": 1234})), "nor is a decision's number one"


def test_a_reasons_day_is_written_as_all_days_are() -> None:
    told = Reason("plan_day_past", {"day": "2026-12-03"})
    assert "3 Des 2026" in catalogue("id").reason(told) and "3 Dec 2026" in catalogue("en").reason(told)
    assert WITHHELD in catalogue("id").reason(Reason("plan_day_past", {"day": "2026-13-03 anak"}))


def test_a_number_is_said_as_one_whatever_was_said_before_it() -> None:
    """One and yes are equal to Python: what is remembered of one must not be said of the other."""
    said = [catalogue("id").reason(Reason("own_share_of_areas", {"count": one})) for one in (True, 1)]
    assert ["di ya wilayah" in said[0], "di 1 wilayah" in said[1]] == [True, True]


def test_moments_are_told_in_the_chosen_zone_by_name() -> None:
    moment = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert catalogue("id").show(moment) == "22 Nov 2026 23.30 WIB"
    assert catalogue("en", "WIT").show(moment) == "23 Nov 2026 01:30 WIT"


def test_how_long_ago_is_told_in_the_unit_that_fits() -> None:
    ago = [catalogue("id").ago(timedelta(minutes=minutes)) for minutes in (-1, 6, 80, 60 * 30)]
    assert ago == ["1 detik yang lalu", "6 menit yang lalu", "80 menit yang lalu", "30 jam yang lalu"]
    assert catalogue("en").ago(timedelta(days=9)) == "9 days ago"


def test_a_probability_is_never_a_certainty() -> None:
    assert [catalogue("id").percent(p) for p in (0.0, 0.5, 0.9876, 1.0)] == ["< 0,1 %", "50 %", "98,8 %", "> 99,9 %"]


def test_an_unknown_language_is_answered_in_bahasa_indonesia() -> None:
    assert catalogue("xx").language == "id"


def test_adverse_outcomes_have_no_word_of_their_own() -> None:
    words = {key.split(".")[1] for key in catalogue("id").sentences if key.startswith("outcome.")}
    assert words == {"confirmed", "not_yet_confirmed", "unsure", "not_visited", "ended"}
    assert words - {"not_yet_confirmed"} < {outcome.value for outcome in Outcome}
