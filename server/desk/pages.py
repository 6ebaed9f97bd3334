"""The desk: the queue of documents to read, a document beside its question, and what Tim Penilai makes of it."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.orm import Session

from server.claims.tables import Document
from server.db import HIGHEST_KEY, snapshot, writing
from server.desk.checked import DeskChecked, checked_part
from server.desk.clarifying import DeskWords, ask_district, conclude, retract
from server.desk.codes import reader_code
from server.desk.drafts import code_of, count_unmatched, drafts_for
from server.desk.papers import papers_of
from server.desk.reading import ReadingWish, read_document
from server.desk.scoring import score_question
from server.desk.showing import AtTheDesk, shown_document, shown_draft, shown_own, shown_tried
from server.desk.views import DeskPart, DeskRow, DeskTried, QueuedPart
from server.desk.waiting import MOST_PARTS, desk_queue, waits_for
from server.desk.who import DESK
from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.documents.part import DocumentReader, PartHere, part_here
from server.facts.before import NotThere, Refused
from server.roles.table import Permission
from server.web.asked import number as asked_number
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, LISTED, account, needs
from server.web.secret import secret_key
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.desk.states import CONCLUSIONS, DocumentState, DocumentStep

blueprint = Blueprint("desk", __name__, template_folder="templates")
PART = "/wilayah/<round_id>/<district>/dokumen/periksa"
_ROW = f"{PART}/<int(max={HIGHEST_KEY}):row>"
_A_PAGE = 100
_WORDS = "words"
_CONCLUDES = {step.value: step for step in (*CONCLUSIONS, DocumentStep.WITHDRAWS)}


@blueprint.get("/dokumen/periksa")
@needs(Permission.SEE_DESK, LISTED)
def queue() -> str:
    """List the parts with documents within reach, those first in which something waits for whoever asks."""
    clear, page = Clearance(chosen_words()), asked_number(request.args.get("hal", "")) or 1
    with snapshot(site().engine) as session:
        found = desk_queue(session, account(), (page - 1) * MOST_PARTS, has_scanner=_has_scanner())
        rows = [QueuedPart(clear.id(part[0]), clear.id(part[1]), clear.ours(name), clear.ours(round_name), mine, others)
                for part, name, round_name, mine, others in found]  # fmt: skip
    return show("desk_queue.html", parts=rows, page=page, more=len(rows) == MOST_PARTS)


@blueprint.get(PART)
@needs(Permission.SEE_DESK, BY_ADDRESS)
def part_page(round_id: str, district: str) -> str:
    """List a part's documents, those first that wait for whoever asks."""
    page = asked_number(request.args.get("hal", "")) or 1
    with snapshot(site().engine) as session:
        at = _at(session, round_id, district)
        mine = {one.document.id for one in waits_for(session, account(), at.part, at.documents)}
        ordered = sorted(at.documents, key=lambda one: one.document.id not in mine)
        shown, key = ordered[(page - 1) * _A_PAGE :][:_A_PAGE], secret_key(site().settings)
        drafts = drafts_for(session, at.part, shown, account(), key) if at.stage else {}
        rows = tuple(_row(at, one, mine=one.document.id in mine, drafted=one.document.id in drafts) for one in shown)
        about = (at.clear.id(round_id), at.clear.id(district), at.clear.area(district))
        pages, name = -(-len(ordered) // _A_PAGE), at.clear.ours(at.here.round.name)
        number = account().person_id if at.stage else None
        own = at.clear.id(reader_code(key, number, round_id)) if number else None
        unmatched = count_unmatched(session, at.part, at.documents, key) if at.judges else 0
        found = DeskPart(*about, name, rows, len(mine), pages, page, own, unmatched)
    return show("desk_part.html", chosen_words().at(at.here.zone), part=found)


@blueprint.get(_ROW)
@needs(Permission.SEE_DESK, BY_ADDRESS)
def document_page(round_id: str, district: str, row: int) -> str:
    """Show a document beside the question that it answers."""
    return _page(round_id, district, row)


@blueprint.post(_ROW)
@needs(Permission.SEE_DESK, BY_ADDRESS)
def read(round_id: str, district: str, row: int) -> Any:
    """Keep what a reader answered, and go on to the next document."""
    wish = ReadingWish(request.form, tuple(request.form.getlist("covers")), typed("before"), typed("uuid"))
    return _act(round_id, district, row, "desk.done_read", lambda session: read_document(
        session, (round_id, district), row, wish, account(), has_scanner=_has_scanner()))  # fmt: skip


@blueprint.post(f"{_ROW}/klarifikasi")
@needs(Permission.JUDGE_DOCUMENTS, BY_ADDRESS)
def ask(round_id: str, district: str, row: int) -> Any:
    """Ask the district about a document."""
    return _act(round_id, district, row, "desk.done_asked", lambda session: ask_district(
        session, (round_id, district), row, _said(), account(), has_scanner=_has_scanner()))  # fmt: skip


@blueprint.post(f"{_ROW}/klarifikasi/tarik")
@needs(Permission.JUDGE_DOCUMENTS, BY_ADDRESS)
def take_question_back(round_id: str, district: str, row: int) -> Any:
    """Take back what the district was asked, before it replied."""
    return _act(round_id, district, row, "desk.done_retracted", lambda session: retract(
        session, (round_id, district), row, _said(), account(), newest=asked_number(typed("newest")) or 0,
        has_scanner=_has_scanner()))  # fmt: skip


@blueprint.post(f"{_ROW}/simpulkan")
@needs(Permission.JUDGE_DOCUMENTS, BY_ADDRESS)
def conclude_one(round_id: str, district: str, row: int) -> Any:
    """Say what comes of a reply, or of none; or replace or take back what was said so."""
    step = _CONCLUDES.get(typed("step")) or abort(400)
    notice = "desk.done_withdrawn" if step is DocumentStep.WITHDRAWS else "desk.done_concluded"
    return _act(round_id, district, row, notice, lambda session: conclude(
        session, (round_id, district), row, _said(), account(), step=step,
        newest=asked_number(typed("newest")) or 0, before=typed("before"), has_scanner=_has_scanner()))  # fmt: skip


@blueprint.post(f"{_ROW}/nilai")
@needs(Permission.JUDGE_DOCUMENTS, BY_ADDRESS)
def score(round_id: str, district: str, row: int) -> Any:
    """Give a question its points."""
    return _act(round_id, district, row, "desk.done_scored", lambda session: score_question(
        session, (round_id, district), row, typed("points"), _said(), account(),
        has_scanner=_has_scanner()))  # fmt: skip


def _said() -> DeskWords:
    return DeskWords(typed(_WORDS), typed("uuid"))


def _act(round_id: str, district: str, row: int, notice: str, change: Callable[[Session], object]) -> Any:
    """Change something, and go to the next document that waits, or to the queue; what is refused is shown again."""
    try:
        with writing(site().engine) as session:
            change(session)
    except NotThere:
        abort(404)
    except Refused as refused:
        clear = Clearance(chosen_words())
        kept = {name: value for name, value in request.form.items() if name not in ("csrf_token", "uuid")}
        return _page(round_id, district, row, shown_tried(clear, refused, kept, request.form.getlist("covers"))), 400
    with snapshot(site().engine) as session:
        at = _at(session, round_id, district)
        mine = [one.document.id for one in waits_for(session, account(), at.part, at.documents)]
    lang, onwards = request.args.get("lang"), [one for one in mine if one > row] or mine
    if notice == "desk.done_read" and onwards:
        return gone(url_for(".document_page", round_id=round_id, district=district, row=onwards[0], lang=lang), notice)
    if notice == "desk.done_read":
        return gone(url_for(".part_page", round_id=round_id, district=district, lang=lang), notice)
    return gone(url_for(".document_page", round_id=round_id, district=district, row=row, lang=lang), notice)


def _page(round_id: str, district: str, row: int, tried: DeskTried | None = None) -> str:
    with snapshot(site().engine) as session:
        at = _at(session, round_id, district)
        one = next((one for one in at.documents if one.document.id == row), None) or abort(404)
        reader = DocumentReader(account(), district, round_id, site().settings)
        indicator = at.here.indicators.by_number[one.indicator]
        of_homes = at.clear.document(indicator, (), "") is None
        if tried is None and at.stage:
            drafts = drafts_for(session, at.part, [one], account(), secret_key(site().settings))
            tried = shown_draft(at.clear, drafts[row]) if row in drafts else shown_own(at, one)
        papers = list(papers_of(one.files, reader, site().settings, at.clear, is_of_homes=of_homes))
        found = shown_document(at, one, papers, _said_of(at, one), tried)
    return show("desk_document.html", chosen_words().at(at.here.zone), one=found)


def _said_of(at: AtTheDesk, one: DeskChecked) -> list[Cleared]:
    """Write what the sheet's rows say of the document beside its number and title."""
    return [said for row in one.rows for said in _said_by(at, row, is_first=row is one.document)]


def _said_by(at: AtTheDesk, row: Document, *, is_first: bool) -> Iterator[Cleared]:
    clear, words = at.clear, chosen_words()
    repeats = at.stage == DESK
    pairs = [
        ("title", clear.read_document(row.title) if repeats and not is_first else None),
        ("dated", clear.ours(words.show(row.dated)) if row.dated else None),
        ("document_kind", clear.say(f"choice.document_kind.{row.document_kind}") if row.document_kind else None),
        ("issuer", clear.read_document(row.issuer) if repeats else None),
        ("valid_until", clear.ours(words.show(row.valid_until)) if row.valid_until else None),
        ("clusters", clear.id(", ".join(row.clusters.split(","))) if row.clusters else None),
        ("pages", clear.read_document(row.pages) if repeats else None),
    ]  # fmt: skip
    for name, value in pairs:
        if value:
            yield clear.say("desk.said", ask=clear.say(f"template.column.{name}"), answer=value)


def _row(at: AtTheDesk, one: DeskChecked, *, mine: bool, drafted: bool) -> DeskRow:
    clear = at.clear
    indicator = at.here.indicators.by_number[one.indicator]
    number = clear.document(indicator, (), one.document.number)  # whose place it names is seen beside it alone
    blind = at.stage is not None and one.files and not one.read_by(at.account.label)
    state, question = DocumentState.RECEIVED if blind else one.state, clear.id(one.question) if one.question else None
    code = clear.id(code_of(at.part, one)) if at.stage else None
    return DeskRow(one.document.id, one.indicator, question, number, clear.id(one.document.cell), clear.id(state), mine,
                   code, drafted)  # fmt: skip


def _at(session: Session, round_id: str, district: str) -> AtTheDesk:
    here: PartHere = part_here(session, round_id, district) or abort(404)
    known = here.indicators.by_number
    found = [one for one in checked_part(session, (round_id, district), has_scanner=_has_scanner())
             if one.indicator in known]  # fmt: skip
    return AtTheDesk(session, here, account(), found, Clearance(chosen_words().at(here.zone), here.names))


def _has_scanner() -> bool:
    return site().settings.clamd is not None
