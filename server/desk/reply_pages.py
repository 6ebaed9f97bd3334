"""What a district is asked about its documents, and where it replies."""

from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, snapshot, writing
from server.desk.checked import DeskChecked, checked_part
from server.desk.clarifying import DeskWords, confirm_receipt, may_retract, reply, words_of_reply
from server.desk.pages import blueprint
from server.desk.queries import asked_of
from server.desk.showing import shown_asked, shown_tried
from server.desk.tables import Clarification
from server.desk.views import AskedShown, DeskTried
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.documents.handing_in import Handing
from server.documents.pages import take_files
from server.documents.part import PartHere, part_here
from server.facts.before import NotThere, Refused, because
from server.roles.table import Permission
from server.web.door import LONGEST_FILES
from server.web.forms import gone, typed
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.desk.states import DocumentState
from verification.reason import Reason

PART = "/wilayah/<round_id>/<district>/dokumen/klarifikasi"
_MAY_REPLY = (DocumentState.UNCLEAR, DocumentState.ANSWERED, DocumentState.UNSUPPORTED)
_NUMBER = f"{PART}/<int(max={HIGHEST_KEY}):number>"


@view
class QuestionToDistrict:
    """What a district is asked of a document, and how that stands; `replies`: it may reply now.

    `state` is None of a question that is over, or is about a document that it does not claim any more.
    """

    indicator: int
    question: Cleared | None
    number: Cleared
    state: Cleared | None
    is_claimed: bool
    replies: bool
    asked: AskedShown
    tried: DeskTried | None


@blueprint.get(PART)
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def clarifications(round_id: str, district: str) -> str:
    """List what a district is asked, what waits for its reply first."""
    return _page(round_id, district)


@blueprint.post(f"{_NUMBER}/terima")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def receive(round_id: str, district: str, number: int) -> Any:
    """Confirm that a question was received: its window begins."""
    try:
        with writing(site().engine) as session:
            confirm_receipt(session, (round_id, district), number, account())
    except NotThere:
        abort(404)
    except Refused as refused:
        return _page(round_id, district, number, shown_tried(Clearance(chosen_words()), refused, {}, ())), 400
    return _gone(round_id, district, number, "desk.done_received")


@blueprint.post(f"{_NUMBER}/jawab")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def send_reply(round_id: str, district: str, number: int) -> Any:
    """Take a reply: words, another file, or both."""
    has_file = any(one.filename for one in request.files.getlist("berkas"))
    said = DeskWords(typed("words"), typed("uuid"), has_file)
    try:
        with snapshot(site().engine) as session:
            asked = session.get(Clarification, number)
            if asked is None or (asked.round_id, asked.district) != (round_id, district):
                raise NotThere
            row = (asked.indicator, asked.number)
            words_of_reply(asked, said)  # what is refused leaves no file here
        if has_file and (refused_file := _take(round_id, district, number, row)):
            return refused_file
        with writing(site().engine) as session:
            step = reply(session, (round_id, district), number, said, account())
            late = step.late
    except NotThere:
        abort(404)
    except Refused as refused:
        tried = shown_tried(Clearance(chosen_words()), refused, {"words": typed("words")}, ())
        return _page(round_id, district, number, tried), 400
    return _gone(round_id, district, number, "desk.done_replied_late" if late else "desk.done_replied")


def _take(round_id: str, district: str, number: int, row: tuple[int, str]) -> Any:
    """Take the files of a reply, for the document's row; gives the page where they were not taken."""
    if "nyatakan" not in request.form:
        raise Refused("desk_not_declared", "nyatakan")
    wish = Handing(round_id, district, account(), declared=True, row=row)

    def refuse(*why: Reason) -> str:
        refused = because(why[0])
        tried = shown_tried(Clearance(chosen_words()), refused, {"words": typed("words")}, ())
        return _page(round_id, district, number, tried)

    return take_files(wish, "berkas", lambda: None, refuse)


def _gone(round_id: str, district: str, number: int, notice: str) -> Any:
    at = url_for(".clarifications", round_id=round_id, district=district, lang=request.args.get("lang"))
    return gone(f"{at}#k{number}", notice)


@dataclass(frozen=True)
class _Showing:
    """What questions are shown by, and what of one was refused."""

    session: Session
    clear: Clearance
    here: PartHere
    tried_for: int
    tried: DeskTried | None

    def question(self, asked: Clarification, one: DeskChecked | None = None) -> QuestionToDistrict:
        """Show a question about a document as it is checked; about none, where the district claims it no more."""
        clear, stands = self.clear, one is not None and asked is one.asked
        open_to = one is not None and stands and (one.state in _MAY_REPLY or may_retract(asked))
        return QuestionToDistrict(
            asked.indicator, clear.id(asked.question) if asked.question else None,
            clear.read_document(asked.number) or clear.id("–"), clear.id(one.state) if one and stands else None,
            one is not None, open_to and self.here.takes, shown_asked(self.session, asked, clear),
            self.tried if asked.id == self.tried_for else None,
        )  # fmt: skip


def _page(round_id: str, district: str, tried_for: int = 0, tried: DeskTried | None = None) -> str:
    with snapshot(site().engine) as session:
        here = part_here(session, round_id, district) or abort(404)
        clear = Clearance(chosen_words().at(here.zone), here.names)
        found = checked_part(session, (round_id, district), has_scanner=site().settings.clamd is not None)
        shown = _Showing(session, clear, here, tried_for, tried)
        rows = [shown.question(asked, one) for one in found for asked in (one.asked, *one.earlier) if asked]
        claimed = {asked.id for one in found for asked in (one.asked, *one.earlier) if asked}
        rows += [shown.question(asked) for asked in asked_of(session, (round_id, district)) if asked.id not in claimed]
    rows.sort(key=lambda row: (row.state is None, row.state != DocumentState.UNCLEAR))
    words = chosen_words().at(here.zone)
    return show("clarifications.html", words, rows=rows, name=clear.area(district),
                round_name=clear.ours(here.round.name),
                round_id=clear.id(round_id), district=clear.id(district))  # fmt: skip
