"""An agency's own table put into a claim form, on pages: which column is which is offered, and agreed to."""

import re
from functools import partial
from typing import Any

from flask import request, url_for

from server.claims.adding import WantedRows, take, with_table
from server.claims.grids import cells_of, is_text, read_sheet
from server.claims.joining import CannotMerge, Joined
from server.claims.own_table import UnusableTable, columns_there
from server.claims.package import UnusableWorkbook
from server.claims.part_shared import (
    NO_FILES,
    NUMBER,
    PART,
    blueprint,
    files_read,
    files_waiting,
    forgotten,
    kept,
    must_be_of,
    parts_shown,
    speaking,
    the_part,
    titles,
    where,
    written,
)
from server.claims.part_views import (
    FoundColumns,
    joined_shown,
    table_shown,
)
from server.claims.sheet import ReadSheet
from server.claims.tables import TO_TAKE
from server.claims.template import stamp_for
from server.claims.workbook import Opened, open_workbook
from server.db import snapshot
from server.documents.part import PartHere
from server.roles.table import Permission
from server.web.door import LONGEST_FILES
from server.web.guard import BY_ADDRESS, needs
from server.web.showing import show
from server.web.site import site
from verification.claim_form.cells import clean
from verification.reason import Reason, WithReason

_LETTERS = re.compile(r"[A-Z]{1,2}", re.ASCII)


@blueprint.post(f"{PART}/tabel")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def receive_table(round_id: str, district: str) -> Any:
    """Keep an agency's own table, with the form that it is put into where one came, until its columns are agreed to."""
    here = the_part(round_id, district)
    tables, forms = (files_read(request.files.getlist(name)[:1]) for name in ("tabel", "buku"))
    numbers, places = request.form.getlist("untuk"), request.form.get("tempat") or None
    sheet = clean(request.form.get("lembar", ""))[:60] or None
    if not tables:
        return parts_shown(here, NO_FILES), 400
    if bool(numbers) == bool(places):
        return parts_shown(here, Reason("parts_table_for_what")), 400
    looked_at = tables[0]
    try:
        _sheet(looked_at, sheet)
        for looked_at in forms:
            open_workbook(looked_at[1])
    except UnusableWorkbook as unusable:
        return parts_shown(here, unusable.reason, of=looked_at[0]), 400
    return kept(here, [*tables, *forms], TO_TAKE,
                 lambda number: url_for(".table_page", number=number, untuk=numbers, tempat=places, lembar=sheet,
                                        **where(here)))  # fmt: skip


@blueprint.get(f"{PART}/tabel/{NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def table_page(round_id: str, district: str, number: int) -> Any:
    """Show which column is taken for what, and what would be written."""
    return _table(the_part(round_id, district), number)


@blueprint.post(f"{PART}/tabel/{NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def take_table(round_id: str, district: str, number: int) -> Any:
    """Give the form with what was taken from the table, as it was agreed to; or forget the files."""
    here = the_part(round_id, district)
    if "buang" in request.form:
        return forgotten(here, number, TO_TAKE)
    return _table(here, number, agreed=True)


def _table(here: PartHere, number: int, *, agreed: bool = False) -> Any:
    table, *forms = files_waiting(here, number, TO_TAKE)
    wanted, joined, taken, refused = _wanted(), None, None, None
    try:
        sheet = _sheet(table, request.args.get("lembar") or None)
        name, form = (forms[0][0], open_workbook(forms[0][1])) if forms else ("–", _empty(here))
    except WithReason as unusable:
        return parts_shown(here, unusable.reason), 400
    try:
        with snapshot(site().engine) as session:
            taken = take(session, form, sheet, wanted)
            joined = with_table(session, form, name, table[0], taken)
        must_be_of(here, joined)
    except (UnusableTable, CannotMerge) as cannot:
        joined, refused = None, cannot.reason
    headings = list(taken.table.headings.values()) if taken else columns_there(cells_of(sheet))
    found = FoundColumns(headings, taken, dict(taken.used) if taken else {})
    shown = partial(_table_shown, here, number, found, wanted)
    if joined is None or not agreed:
        return (shown(joined, refused), 400 if agreed else 200)
    return written(here, joined, shown)


def _table_shown(
    here: PartHere, number: int, found: FoundColumns, wanted: WantedRows, joined: Joined | None,
    refused: Reason | None = None,
) -> str:  # fmt: skip
    words, clear = speaking(here)
    asked = tuple(clear.own(one) for one in request.args.getlist("untuk"))
    table = table_shown(found, wanted, here.indicators, clear, words)
    return show("claims_table.html", words, table=table, number=number, asked=asked,
                joined=joined_shown(joined, clear, words) if joined else None,
                place=clear.own(request.args.get("tempat", "")), sheet=clear.own(request.args.get("lembar", "")),
                address=clear.own(url_for(".take_table", number=number, **where(here), **_asked(wanted))),
                refused=clear.why(refused) if refused else None, **titles(here, clear))  # fmt: skip


def _asked(wanted: WantedRows) -> dict[str, Any]:
    """Give what the page's address asked for, for the address of the same table's form."""
    named = {f"kolom-{one}": letter for one, letter in wanted.columns.items()}
    kept = {name: request.args.getlist(name) for name in ("untuk", "tempat", "lembar", "lang")}
    return {**named, **kept}


def _wanted() -> WantedRows:
    """Read what a table is for, and the columns that somebody named, from the page's address."""
    number, _, kind = request.args.get("tempat", "").partition("/")
    columns = {name.removeprefix("kolom-"): letter for name, letter in request.args.items()
               if name.startswith("kolom-") and _LETTERS.fullmatch(letter)}  # fmt: skip
    return WantedRows((number,) if number else tuple(request.args.getlist("untuk")) or ("",), kind or None, columns)


def _sheet(table: tuple[str, bytes], named: str | None) -> ReadSheet:
    return read_sheet(table[1], is_text(table[0]), named)


def _empty(here: PartHere) -> Opened:
    """Give an empty form, where none was brought along."""
    with snapshot(site().engine) as session:
        return Opened(stamp_for(session, here.round.id, here.district), {})
