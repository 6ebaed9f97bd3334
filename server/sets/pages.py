"""Indicator sets on pages: listed, shown, given out as workbooks; one that is brought is looked at first, then kept."""

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from server.claims.given_out import XLSX
from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.rulebook import load_indicators
from server.sets.book import set_book
from server.sets.keeping import SetNotKept, against_keeping, keep_set, read_book, rounds_of, withdraw_set
from server.sets.tables import KEPT, KeptSet
from server.sets.views import differences_shown, fault_shown, listed_sets, set_shown
from server.web.door import LONGEST_FILES
from server.web.forms import gone, one_file, typed
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason
from verification.sets.indicators import IndicatorSet
from verification.sets.sheets import ReadSet, as_plain

blueprint = Blueprint("sets", __name__, template_folder="templates")
_ONE = "/perangkat/<set_id>"
_LONGEST_PACKED = 400_000  # letters; a set of 31 indicators and 173 criteria takes a sixth
_MOST_SHOWN = 200  # faults
_MEGABYTES = MAX_FILE_BYTES // 10**6


@blueprint.get("/perangkat")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def sets_page() -> Any:
    """List the sets there are, and take a workbook."""
    return _page()


@blueprint.post("/perangkat")
@needs(Permission.MANAGE_ROUNDS, WHOLE, longest=LONGEST_FILES)
def look() -> Any:
    """Show what a workbook has, or all that is wrong with it; nothing is kept yet."""
    content = one_file("buku", MAX_FILE_BYTES)
    if content is None:
        return _page(Reason("set_no_file")), 400
    try:
        found = read_book(content)
    except UnusableWorkbook as unusable:
        return _page(unusable.reason), 400
    return _preview(found, content)


@blueprint.post("/perangkat/simpan")
@needs(Permission.MANAGE_ROUNDS, WHOLE, longest=2 * _LONGEST_PACKED)
def keep() -> Any:
    """Keep the set that was looked at."""
    try:
        said = _sealed().loads(typed("packed"))
        with writing(site().engine) as session:
            kept = keep_set(session, said["set"], said["file"], account()).id
    except BadData:
        return _page(Reason("decision_page_wrong")), 400
    except SetNotKept as refused:
        return _page(refused.reason), 409
    return gone(url_for(".set_page", set_id=kept, lang=chosen_words().language), "notice.set_kept")


@blueprint.get(_ONE)
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def set_page(set_id: str) -> Any:
    """Show what a set has, and which rounds are of it."""
    return _one(set_id)


@blueprint.get(f"{_ONE}/buku.xlsx")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def set_as_book(set_id: str) -> Response:
    """Give a set as a workbook: to read it, or to start the next one from."""
    found = _found(set_id)
    response = Response(set_book(found, chosen_words()), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"tilik-perangkat-{found.id}.xlsx")
    return response


@blueprint.post(f"{_ONE}/tarik")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def withdraw(set_id: str) -> Any:
    """Offer a set to no new round."""
    _found(set_id)
    try:
        with writing(site().engine) as session:
            withdraw_set(session, set_id, account())
    except SetNotKept as refused:
        return _one(set_id, refused.reason), 409
    return gone(url_for(".set_page", set_id=set_id, lang=chosen_words().language), "notice.set_withdrawn")


def _found(set_id: str) -> IndicatorSet:
    with snapshot(site().engine):
        try:
            return load_indicators(set_id)
        except FileNotFoundError:
            abort(404)


def _sealed() -> URLSafeSerializer:
    """Pack what was looked at, so that it comes back as it was."""
    return URLSafeSerializer(str(current_app.secret_key), salt="indicator set")


def _preview(found: ReadSet, content: bytes) -> Any:
    clear = Clearance(chosen_words())
    faults = [fault_shown(fault, clear) for fault in found.faults]
    hidden = [clear.why(reason).sentence for reason in found.hidden]
    if found.indicators is None:
        page = show("set_preview.html", found=None, faults=faults[:_MOST_SHOWN], fault_count=len(faults), differs=None,
                    following=found.following, hidden=hidden, packed=None, refused=None,
                    megabytes=_MEGABYTES)  # fmt: skip
        return page, 400
    packed = _sealed().dumps({"file": hashlib.sha256(content).hexdigest(), "set": as_plain(found.indicators)})
    packed = packed.decode() if isinstance(packed, bytes) else packed
    too_large = clear.why(Reason("set_too_large")) if len(packed) > _LONGEST_PACKED else None
    with snapshot(site().engine) as session:
        differs = differences_shown(session, found.indicators, clear)
        against = against_keeping(session, found.indicators)
    refused = clear.why(against) if against else too_large
    page = show("set_preview.html", found=set_shown(found.indicators, clear), faults=[], fault_count=0, differs=differs,
                hidden=hidden, packed=None if refused else clear.own(packed), refused=refused,
                megabytes=_MEGABYTES)  # fmt: skip
    return page, 409 if against else 200


def _page(refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        found = listed_sets(session, clear)
    return show("sets.html", sets=found, megabytes=_MEGABYTES,
                refused=clear.why(refused) if refused else None)  # fmt: skip


def _one(set_id: str, refused: Reason | None = None) -> str:
    clear, found = Clearance(chosen_words()), _found(set_id)
    with snapshot(site().engine) as session:
        row, rounds = session.get(KeptSet, set_id), rounds_of(session, set_id)
        state = clear.code("set_state", row.state) if row else None
        loaded_at, digest = (row.loaded_at, clear.id(row.digest)) if row else (None, None)
        may_withdraw = row is not None and row.state == KEPT
    return show("set.html", found=set_shown(found, clear), state=state, loaded_at=loaded_at, digest=digest,
                rounds=[*map(clear.id, rounds)], may_withdraw=may_withdraw,
                refused=clear.why(refused) if refused else None)  # fmt: skip
