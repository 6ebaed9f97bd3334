"""What another application exported, by a map of columns, on a page: an empty map, and the claim form it comes to.

The export and the map are read and forgotten. What is kept is the claim form alone, as one that was uploaded: it waits
for a yes with all its checks.
"""

from typing import Any

from flask import request

from server.claims.column_map import UnusableMap
from server.claims.converted_text import converted_text, troubles_text
from server.claims.converting import convert
from server.claims.given_out import given
from server.claims.grids import is_text, read_grid, read_whole
from server.claims.map_sheet import empty_map
from server.claims.package import UnusableWorkbook
from server.claims.part_shared import NUMBER, PART, blueprint, files_read, its_name, speaking, the_part, titles
from server.claims.tables import WaitingForm
from server.claims.template import NoTemplate
from server.claims.waiting import keep, waiting_form
from server.claims.workbook import MAX_FILE_BYTES
from server.db import snapshot
from server.documents.part import PartHere
from server.machine import what_ails
from server.roles.table import Permission
from server.store.opening import open_store
from server.web.door import LONGEST_FILES
from server.web.errors import error_page
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

_MOST_LINES = 1000


@blueprint.get(f"{PART}/ekspor")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def map_page(round_id: str, district: str) -> Any:
    """Show where an export and its map are handed in."""
    return _page(the_part(round_id, district))


@blueprint.get(f"{PART}/peta-kolom.xlsx")
@needs(Permission.GIVE_CLAIM_FORM, BY_ADDRESS)
def map_as_file(round_id: str, district: str) -> Any:
    """Give an empty map."""
    here = the_part(round_id, district)
    return given(round_id, district, empty_map(here.indicators, chosen_words()), f"tilik-peta-kolom-{round_id}.xlsx")


@blueprint.post(f"{PART}/ekspor")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def convert_export(round_id: str, district: str) -> Any:
    """Make a claim form of an export, which then waits for a yes as any that was uploaded; or say what is wrong."""
    here = the_part(round_id, district)
    export, peta = (files_read(request.files.getlist(name)[:1]) for name in ("ekspor", "peta"))
    if not export or not peta:
        return _page(here, Reason("map_no_files")), 400
    name, file = export[0]
    try:
        sheets = read_whole(file, is_text(name))
        name, file = peta[0]
        map_grid = read_grid(file, is_text(name))
        with snapshot(site().engine) as session:
            found, content = convert(session, round_id, district, sheets, map_grid)
    except (UnusableWorkbook, UnusableMap) as cannot:
        return _page(here, cannot.reason, of=name), 400
    except NoTemplate as none:
        return _page(here, none.reason), 400
    words, _ = speaking(here)
    if found.troubles:
        wrong = Reason("map_has_troubles", {"count": len(found.troubles)})
        return _page(here, wrong, troubles_text(found.troubles, words)), 400
    form = WaitingForm(round_id=round_id, district=district, uploaded_by=account().label)
    try:
        number = keep(site().engine, open_store(site().settings), content, _called(here), form)
    except OSError as error:
        return error_page(503, "", what_ails(error))
    return _page(here, None, converted_text(found, words), number)


@blueprint.get(f"{PART}/{NUMBER}/formulir.xlsx")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def waiting_as_file(round_id: str, district: str, number: int) -> Any:
    """Give a form that waits back, to put right in it what does not fit."""
    here = the_part(round_id, district)
    with snapshot(site().engine) as session:
        found = waiting_form(session, number, round_id, district)
        digest = found.digest if found else ""
    try:
        content = open_store(site().settings).read(digest) if digest else b""
    except FileNotFoundError:
        content = b""
    return given(round_id, district, content, _called(here)) if content else error_page(404, "")


def _called(here: PartHere) -> str:
    return f"tilik-klaim-{here.round.id}-{here.district}-ekspor.xlsx"


def _page(
    here: PartHere, refused: Reason | None = None, lines: list[str] | None = None, number: int = 0, of: str = ""
) -> str:  # fmt: skip
    words, clear = speaking(here)
    return show("claims_export.html", words, lines=tuple(clear.own(line) for line in (lines or ())[:_MOST_LINES]),
                number=number, megabytes=MAX_FILE_BYTES // 10**6, refused=clear.why(refused) if refused else None,
                of=its_name(of, clear),
                **titles(here, clear))  # fmt: skip
