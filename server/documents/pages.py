"""The documents of a district's part of a round: handing in, looking at, and saying what is the matter with one."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.documents import looking
from server.documents.changing import attach, declare, empty_of, mark, must_be_open, withdraw
from server.documents.handing_in import Came, Handing, TakenFiles, hand_in
from server.documents.part import DocumentReader, part_here
from server.documents.queries import rows_of_documents, some_files
from server.documents.shared import NUMBER, PART, blueprint
from server.documents.tables import HandedIn
from server.documents.views import Which, documents_view
from server.machine import what_ails
from server.roles.account import Forbidden
from server.roles.table import Permission
from server.rounds.states import NotAllowed
from server.store.opening import open_store
from server.web.asked import number as asked_number
from server.web.door import LONGEST_FILES
from server.web.errors import error_page
from server.web.forms import number as sent_number
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

__all__ = ["blueprint", "looking"]  # the pages of one document are made known by importing them
_MOST_NUMBERS = 500
NOTICES = {"nyatakan": "documents_declared", "lampirkan": "documents_attached", "tarik": "documents_withdrawn",
           "new": "documents_new", "known": "documents_known", "refused": "documents_refused",
           "aside": "documents_aside"}  # fmt: skip
_ACTS = ("nyatakan", "lampirkan", "tarik")
_FEW = 50  # files beside each other in one form


@blueprint.get(PART)
@needs(Permission.SEE_DOCUMENTS, BY_ADDRESS)
def documents_page(round_id: str, district: str) -> Any:
    """List the rows of the sheet Dokumen with their files, and all files that came."""
    return _page(round_id, district)


@blueprint.post(PART)
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def receive(round_id: str, district: str) -> Any:
    """Take files and ZIPs; what was not taken is on the list afterwards, with the reason."""
    with snapshot(site().engine) as session:
        if part_here(session, round_id, district) is None:
            abort(404)
        row = _row(session, round_id, district, request.form.get("baris", ""))
    wish = Handing(round_id, district, account(), declared="nyatakan" in request.form, row=row,
                replaces=sent_number("menggantikan") or None)  # fmt: skip
    return take_files(wish, "berkas", lambda: _back(round_id, district), lambda *why: _page(round_id, district, why))


def take_files(wish: Handing, field: str, onwards: Callable[[], Any], refuse: Callable[..., Any]) -> Any:
    """Take the files of a form's field, say how many, and go on; or show why not."""
    came = [
        Came(one.filename or "", cast(BinaryIO, one.stream)) for one in request.files.getlist(field) if one.filename
    ]
    try:
        if not came:
            raise NotAllowed(Reason("documents_no_file"))
        if len(came) > _FEW:
            raise NotAllowed(Reason("documents_too_many_at_once", {"limit": _FEW}))
        taken = hand_in(site().engine, open_store(site().settings), site().settings, came, wish)
    except NotAllowed as refused:
        return refuse(*refused.reasons), 400
    except OSError as error:
        return error_page(503, "", what_ails(error))
    tell_taken(taken)
    return onwards()


def tell_taken(taken: TakenFiles) -> None:
    """Say on the next page what became of the files."""
    for one, count in (("new", taken.new), ("known", taken.known), ("refused", taken.refused),
                       ("aside", taken.aside)):  # fmt: skip
        if count:
            flash(NOTICES[one], "notice")


@blueprint.post(f"{PART}/berkas")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def change(round_id: str, district: str) -> Any:
    """Declare files free of children, attach them to a row, or take them back: one or many."""
    numbers = [int(one) for one in request.form.getlist("berkas") if asked_number(one)][:_MOST_NUMBERS]
    act = request.form.get("lakukan", "")
    if act == "nyatakan_semua":
        act, numbers = "nyatakan", _numbers("tampak")
    if act not in _ACTS:
        abort(400)
    try:
        with writing(site().engine) as session:
            must_be_open(session, round_id, district, account())
            files = some_files(session, round_id, district, numbers)
            if not files:
                raise NotAllowed(Reason("documents_none_chosen"))
            _change(session, act, files, round_id, district)
    except NotAllowed as refused:
        return _page(round_id, district, refused.reasons), 400
    flash(NOTICES[act], "notice")
    return _back(round_id, district)


def _numbers(name: str) -> list[int]:
    return [int(one) for one in request.form.getlist(name) if asked_number(one)][:_MOST_NUMBERS]


def _change(session: Session, act: str, files: Any, round_id: str, district: str) -> None:
    if act == "nyatakan":
        declare(session, files, account())
    elif act == "tarik":
        for file in files:
            withdraw(session, file, account())
    elif row := _row(session, round_id, district, request.form.get("baris", "")):
        for file in files:
            attach(session, file, *row, account())
    else:
        raise NotAllowed(Reason("documents_no_row"))


@blueprint.post(f"{PART}/{NUMBER}/tandai")
@needs(Permission.SEE_DOCUMENTS, BY_ADDRESS)
def mark_one(round_id: str, district: str, number: int) -> Any:
    """Mark a file as showing a child: nobody sees it from then on."""
    reader = DocumentReader(account(), district, round_id, site().settings)
    if not (reader.may(Permission.MARK_DOCUMENTS) or reader.of_the_district):
        raise Forbidden(Permission.MARK_DOCUMENTS)
    with writing(site().engine) as session:
        found: list[HandedIn] = [one for one in some_files(session, round_id, district, [number]) if reader.sees(one)]
        if not found:
            abort(404)
        gone = mark(session, found[0], account()) if "yakin" in request.form else None
    if gone is None:
        return _page(round_id, district, (Reason("documents_not_sure"),)), 400
    flash("documents_marked", "notice")
    try:
        empty_of(open_store(site().settings), gone)
    except OSError as error:  # named by nothing any more: the sweep of the coming night takes it
        return error_page(503, "", what_ails(error))
    return _back(round_id, district)


def _row(session: Session, round_id: str, district: str, sent: str) -> tuple[int, str] | None:
    """Find the row that a form names by indicator and cell: its indicator and number."""
    indicator, _, cell = sent.partition(":")
    rows = rows_of_documents(session, round_id, district) if cell else []
    return next(((row.indicator, row.number) for row in rows
                 if (str(row.indicator), row.cell) == (indicator, cell)), None)  # fmt: skip


def _back(round_id: str, district: str) -> Any:
    return redirect(url_for("documents.documents_page", round_id=round_id, district=district,
                            lang=request.args.get("lang")), 303)  # fmt: skip


def _page(round_id: str, district: str, refused: tuple[Reason, ...] = ()) -> str:
    asked = {name: asked_number(request.args.get(name, "")) for name in ("indikator", "hal", "baris")}
    which = Which(asked["indikator"], asked["baris"] or 1, asked["hal"] or 1, unused="lepas" in request.args)
    with snapshot(site().engine) as session:
        here = part_here(session, round_id, district) or abort(404)
        clear = Clearance(chosen_words(), here.names)
        reader = DocumentReader(account(), district, round_id, site().settings)
        found = documents_view(session, here, reader, which, clear)
    return show("documents.html", chosen_words().at(here.zone), part=found, which_indicator=which.indicator,
                row_page=which.rows, file_page=which.files, unused=which.unused,
                refused=[clear.why(reason) for reason in refused])  # fmt: skip
