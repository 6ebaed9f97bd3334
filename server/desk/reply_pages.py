"""What a district is asked about its documents, and where it replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, snapshot, writing
from server.desk.checked import DeskChecked, checked_and_asked
from server.desk.clarifying import DeskWords, confirm_receipt, reply, still_waits, words_of_reply
from server.desk.pages import blueprint
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
class AskedOfDocument:
    """What a district is asked of a document and was asked before, and how that stands; `replies`: it may reply now.

    `asked` and `state` are None where nothing is asked any more. `place` is where the page shows it.
    """

    place: int
    indicator: int
    question: Cleared | None
    number: Cleared
    state: Cleared | None
    is_claimed: bool
    replies: bool
    asked: AskedShown | None
    earlier: tuple[AskedShown, ...]
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

    def document(self, one: DeskChecked) -> AskedOfDocument:
        """Show what a district is and was asked of a document as it is checked."""
        asked = one.asked
        replies = asked is not None and (one.state in _MAY_REPLY or still_waits(asked)) and self.here.takes
        return self._shown(asked, one.earlier, state=one.state if asked else None, is_claimed=True, replies=replies)

    def claimed_no_more(self, earlier: Sequence[Clarification]) -> AskedOfDocument:
        """Show what a district was asked of a document that it does not claim any more."""
        return self._shown(None, earlier, state=None, is_claimed=False, replies=False)

    def _shown(
        self, asked: Clarification | None, earlier: Sequence[Clarification], *, state: DocumentState | None,
        is_claimed: bool, replies: bool,
    ) -> AskedOfDocument:  # fmt: skip
        clear, last = self.clear, asked or earlier[-1]
        return AskedOfDocument(
            last.id, last.indicator, clear.id(last.question) if last.question else None,
            clear.read_document(last.number) or clear.id("–"), clear.id(state) if state else None, is_claimed, replies,
            shown_asked(self.session, asked, clear) if asked else None,
            tuple(shown_asked(self.session, one, clear) for one in earlier),
            self.tried if self.tried_for in {one.id for one in (last, *earlier)} else None,
        )  # fmt: skip


def _page(round_id: str, district: str, tried_for: int = 0, tried: DeskTried | None = None) -> str:
    with snapshot(site().engine) as session:
        here = part_here(session, round_id, district) or abort(404)
        clear = Clearance(chosen_words().at(here.zone), here.names)
        found, others = checked_and_asked(session, (round_id, district), has_scanner=site().settings.clamd is not None)
        shown = _Showing(session, clear, here, tried_for, tried)
        rows = [shown.document(one) for one in found if one.asked or one.earlier]
        rows += [shown.claimed_no_more(asked) for asked in others]
    rows.sort(key=lambda row: (row.state is None, row.state != DocumentState.UNCLEAR))
    words = chosen_words().at(here.zone)
    return show("clarifications.html", words, rows=rows, name=clear.area(district),
                round_name=clear.ours(here.round.name),
                round_id=clear.id(round_id), district=clear.id(district))  # fmt: skip
