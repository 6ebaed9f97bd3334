"""The pages before children are asked: what is on file for a round, and a district's sessions."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from server.assignments.offering import part_shown
from server.children.after import OUTCOMES, note_check
from server.children.preparing import (
    KINDS,
    QUESTIONS,
    CheckWish,
    NotPrepared,
    PaperWish,
    check_adult,
    end_paper,
    enter_paper,
    switch_off,
    switch_on,
)
from server.children.sessions import (
    COUNTS,
    HELPERS,
    CountsWish,
    SessionWish,
    count_session,
    destroy_papers,
    draw_codes,
    drop_session,
    plan_session,
    session_of,
)
from server.children.slips import slips_as_pdf
from server.children.views import child_part, child_round, parts_listed, rounds_listed
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import Cleared, ClearedValues
from server.disclosure.clearing import Clearance
from server.papers.printing import NotPrinted
from server.roles.table import Permission
from server.web import asked
from server.web.forms import gone, number, typed
from server.web.guard import BY_ADDRESS, LISTED, LOOKED_UP, account, must_be_allowed, needs
from server.web.secret import secret_key
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("children", __name__, template_folder="templates")
_ROUND = "/suara-anak/<round_id>"
_PART = "/wilayah/<round_id>/<district>/suara-anak"
_SESSION = f"{_PART}/<int(max={HIGHEST_KEY}):session_number>"
_MOST_LISTED = 600
_DIGITS = 4  # of a count
_PLANNED = ("place_kind", "month", "attending", "invited", "place")
_CHECKED = {"same_thanks": "yes", "outsiders": "yes"}


@blueprint.get("/suara-anak")
@needs(Permission.SEE_SESSIONS, LISTED)
def overview() -> Any:
    """List the districts whose sessions somebody may see, and the rounds for who prepares them."""
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        parts = parts_listed(session, account(), clear, _MOST_LISTED)
        rounds = rounds_listed(session, account(), clear)
    return show("children.html", parts=parts, rounds=rounds)


@blueprint.get(_ROUND)
@needs(Permission.PREPARE_CHILDREN, LOOKED_UP)
def round_page(round_id: str) -> Any:
    """Show what is missing before children are asked in a round, and what is on file."""
    must_be_allowed(Permission.PREPARE_CHILDREN, None, round_id)
    return _round(round_id)


@blueprint.post(f"{_ROUND}/berkas")
@needs(Permission.PREPARE_CHILDREN, LOOKED_UP)
def add_paper(round_id: str) -> Any:
    """Put a paper on file."""
    must_be_allowed(Permission.PREPARE_CHILDREN, None, round_id)
    answers = {question: typed(question) for question in QUESTIONS}
    wish = PaperWish(typed("kind"), typed("number"), _day("dated"), typed("district"), answers)
    return _change(round_id, "notice.child_paper", lambda session: enter_paper(session, round_id, wish, account()))


@blueprint.post(f"{_ROUND}/berkas/akhiri")
@needs(Permission.PREPARE_CHILDREN, LOOKED_UP)
def drop_paper(round_id: str) -> Any:
    """Take a paper off file."""
    must_be_allowed(Permission.PREPARE_CHILDREN, None, round_id)
    ended = number("paper")
    return _change(round_id, "notice.child_paper_ended", lambda session: end_paper(session, round_id, ended, account()))


@blueprint.post(f"{_ROUND}/dewasa")
@needs(Permission.PREPARE_CHILDREN, LOOKED_UP)
def check(round_id: str) -> Any:
    """Note when an adult was cleared and trained."""
    must_be_allowed(Permission.PREPARE_CHILDREN, None, round_id)
    wish, whose = CheckWish(_day("cleared_on"), _day("trained_on")), number("person")
    return _change(round_id, "notice.adult_checked",
                   lambda session: check_adult(session, round_id, whose, wish, account()))  # fmt: skip


@blueprint.post(f"{_ROUND}/sakelar")
@needs(Permission.SWITCH_CHILDREN, LOOKED_UP)
def switch(round_id: str) -> Any:
    """Switch the asking of children on or off."""
    must_be_allowed(Permission.SWITCH_CHILDREN, None, round_id)
    wanted = typed("to") == "on"
    act = switch_on if wanted else switch_off
    return _change(round_id, "notice.children_on" if wanted else "notice.children_off",
                   lambda session: act(session, round_id, account()))  # fmt: skip


@blueprint.route(_PART, methods=["GET", "POST"])
@needs(Permission.SEE_SESSIONS, BY_ADDRESS)
def part_page(round_id: str, district: str) -> Any:
    """List a district's sessions, and plan one."""
    part = (round_id, district)
    if request.method == "GET":
        return _part(part)
    wish = SessionWish(typed("place_kind"), typed("month"), asked.number(typed("attending")),
                       asked.number(typed("invited")), typed("place"))  # fmt: skip
    try:
        with writing(site().engine) as session:
            plan_session(session, part, wish, account())
    except NotPrepared as wrong:
        return _part(part, wrong)
    return _back(part, "notice.child_session_planned")


@blueprint.post(f"{_SESSION}/kode")
@needs(Permission.HOLD_SESSIONS, BY_ADDRESS)
def print_slips(round_id: str, district: str, session_number: int) -> Any:
    """Draw codes and give them as slips to print, once."""
    part = (round_id, district)
    try:
        with writing(site().engine) as session:
            found = session_of(session, part, session_number) or abort(404)
            codes = draw_codes(session, found, secret_key(site().settings), account())
            pdf = slips_as_pdf(codes, f"{_site_address()}/anak/")  # codes that cannot be printed are not drawn
    except NotPrepared as wrong:
        return _part(part, wrong)
    except NotPrinted as wrong:
        return _part(part, NotPrepared(wrong.reason.code, **wrong.reason.values))
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename="kode-sesi.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post(f"{_SESSION}/hitungan")
@needs(Permission.HOLD_SESSIONS, BY_ADDRESS)
def count(round_id: str, district: str, session_number: int) -> Any:
    """Enter what was counted of a session."""
    wish = CountsWish({name: _counted(name) for name in COUNTS}, typed("helper"),
                      **{name: typed(name) == value for name, value in _CHECKED.items()})  # fmt: skip
    return _change_session((round_id, district), session_number, "notice.child_session_counted",
                           lambda session, found: count_session(session, found, wish, account()))  # fmt: skip


@blueprint.post(f"{_SESSION}/kertas")
@needs(Permission.HOLD_SESSIONS, BY_ADDRESS)
def papers_destroyed(round_id: str, district: str, session_number: int) -> Any:
    """Tick that the consents on paper were destroyed."""
    return _change_session((round_id, district), session_number, "notice.child_papers_destroyed",
                           lambda session, found: destroy_papers(session, found, account()))  # fmt: skip


@blueprint.post(f"{_SESSION}/batal")
@needs(Permission.HOLD_SESSIONS, BY_ADDRESS)
def call_off(round_id: str, district: str, session_number: int) -> Any:
    """Call a session off."""
    return _change_session((round_id, district), session_number, "notice.child_session_dropped",
                           lambda session, found: drop_session(session, found, account()))  # fmt: skip


@blueprint.post(f"{_PART}/akibat")
@needs(Permission.CHECK_RETALIATION, BY_ADDRESS)
def check_retaliation(round_id: str, district: str) -> Any:
    """Note that children were asked whether anybody punished them for taking part."""
    part = (round_id, district)
    try:
        with writing(site().engine) as session:
            part_shown(session, *part, chosen_words()) or abort(404)
            note_check(session, part, asked.number(typed("days")), typed("outcome"), account())
    except NotPrepared as wrong:
        return _part(part, wrong)
    return _back(part, "notice.retaliation_checked")


def _change_session(part: tuple[str, str], session_number: int, notice: str, act: Any) -> Any:
    try:
        with writing(site().engine) as session:
            act(session, session_of(session, part, session_number) or abort(404))
    except NotPrepared as wrong:
        return _part(part, wrong)
    return _back(part, notice)


def _change(round_id: str, notice: str, act: Any) -> Any:
    try:
        with writing(site().engine) as session:
            act(session)
    except NotPrepared as wrong:
        return _round(round_id, wrong)
    return gone(url_for(".round_page", round_id=round_id, lang=chosen_words().language), notice)


def _round(round_id: str, wrong: NotPrepared | None = None) -> Any:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        found = child_round(session, round_id, clear) or abort(404)
    names = ("kind", "number", "dated", "district", *QUESTIONS)
    kinds, questions = ([*map(clear.id, each)] for each in (KINDS, QUESTIONS))
    page = show("children_round.html", round=found, kinds=kinds, questions=questions, typed=_typed(names, clear),
                problems=_problems(wrong, clear))  # fmt: skip
    return page, 400 if wrong else 200


def _part(part: tuple[str, str], wrong: NotPrepared | None = None) -> Any:
    words = chosen_words()
    clear = Clearance(words)
    with snapshot(site().engine) as session:
        found = child_part(session, part, account(), secret_key(site().settings), words) or abort(404)
    page = show("children_part.html", here=found, counts=[*map(clear.id, COUNTS)], helpers=[*map(clear.id, HELPERS)],
                outcomes=[*map(clear.id, OUTCOMES)],
                typed=_typed(_PLANNED, clear), problems=_problems(wrong, clear))  # fmt: skip
    return page, 400 if wrong else 200


def _problems(wrong: NotPrepared | None, clear: Clearance) -> list[Cleared]:
    return [clear.why(reason).sentence for reason in wrong.reasons] if wrong else []


def _typed(names: tuple[str, ...], clear: Clearance) -> ClearedValues:
    return ClearedValues((name, clear.own(typed(name))) for name in names)


def _counted(name: str) -> int | None:
    """Read a count, which may be none at all."""
    text = typed(name).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _day(name: str) -> date | None:
    return asked.day(typed(name))


def _back(part: tuple[str, str], notice: str) -> Any:
    here = url_for(".part_page", round_id=part[0], district=part[1], lang=chosen_words().language)
    return gone(here, notice)


def _site_address() -> str:
    """Give the address that people type: the name that is served, or this machine's."""
    name = site().settings.web_name
    return f"https://{name}" if name else request.host_url.rstrip("/")
