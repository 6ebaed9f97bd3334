"""A claim form in parts, on pages: split by agency, merged again, and an agency's own table put into one.

Nothing here imports a claim: what comes of it is a workbook, that is then handed in like any other.
"""

import io
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request, url_for

from server.claims import map_pages, table_pages
from server.claims.given_out import given
from server.claims.joining import Joined, join
from server.claims.package import UnusableWorkbook
from server.claims.part_shared import (
    MOST_FILES,
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
    joined_shown,
)
from server.claims.splitting import split
from server.claims.tables import TO_MERGE
from server.claims.template import NoTemplate
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.documents.part import PartHere
from server.roles.table import Permission
from server.web.door import LONGEST_FILES
from server.web.errors import error_page
from server.web.guard import BY_ADDRESS, needs
from server.web.showing import show
from server.web.site import site
from verification.reason import Reason, WithReason

__all__ = ["blueprint", "map_pages", "table_pages"]  # pages of tables and exports are made known by importing them
_MOST_BYTES = 60_000_000  # of workbooks that are merged at once
_NO_AGENCY = Reason("parts_no_agency")


@blueprint.get(f"{PART}/bagian")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def parts_page(round_id: str, district: str) -> Any:
    """Show the three ways to fill in a form by several people."""
    return parts_shown(the_part(round_id, district))


@blueprint.get(f"{PART}/bagian.zip")
@needs(Permission.GIVE_CLAIM_FORM, BY_ADDRESS)
def split_as_file(round_id: str, district: str) -> Any:
    """Give the workbooks of some agencies, in a ZIP."""
    here, chosen = the_part(round_id, district), frozenset(request.args.getlist("lembaga"))
    if not chosen:
        return parts_shown(here, _NO_AGENCY)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive, snapshot(site().engine) as session:
        try:
            for part in split(session, round_id, district, chosen):
                archive.writestr(zipfile.ZipInfo(part.filename), part.content)
        except NoTemplate as none:
            return error_page(404, "", none.reason)
        if not archive.namelist():
            return parts_shown(here, _NO_AGENCY), 400
    name = f"tilik-klaim-{round_id}-{district}-bagian.zip"
    return given(round_id, district, out.getvalue(), name, "application/zip")


# ── several workbooks as one


@blueprint.post(f"{PART}/gabung")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def receive_parts(round_id: str, district: str) -> Any:
    """Keep several filled workbooks until it was chosen what counts."""
    here = the_part(round_id, district)
    files = files_read(request.files.getlist("buku"))
    if not files:
        return parts_shown(here, NO_FILES), 400
    if len(files) > MOST_FILES or sum(len(content) for _, content in files) > _MOST_BYTES:
        limits = Reason("parts_too_many", {"limit": MOST_FILES, "megabytes": _MOST_BYTES // 10**6})
        return parts_shown(here, limits), 400
    for name, content in files:
        try:
            open_workbook(content)
        except UnusableWorkbook as unusable:
            return parts_shown(here, unusable.reason, of=name), 400
    return kept(here, files, TO_MERGE, lambda number: url_for(".merge_page", number=number, **where(here)))


@blueprint.get(f"{PART}/gabung/{NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def merge_page(round_id: str, district: str, number: int) -> Any:
    """Show whose parts came, what is missing, and cell by cell what does not agree."""
    here = the_part(round_id, district)
    return _with_joined(here, number, partial(_merge_shown, here, number))


@blueprint.post(f"{PART}/gabung/{NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def merge(round_id: str, district: str, number: int) -> Any:
    """Give the workbook of all, by what was chosen; or forget the files."""
    here = the_part(round_id, district)
    if "buang" in request.form:
        return forgotten(here, number, TO_MERGE)
    return _with_joined(here, number, lambda joined: written(here, joined, partial(_merge_shown, here, number)))


def _with_joined(here: PartHere, number: int, then: Callable[[Joined], Any]) -> Any:
    files = files_waiting(here, number, TO_MERGE)
    try:
        parts = [(name, open_workbook(content)) for name, content in files]
        with snapshot(site().engine) as session:
            joined = join(session, parts)
        must_be_of(here, joined)
    except WithReason as cannot:
        return parts_shown(here, cannot.reason), 400
    return then(joined)


def _merge_shown(here: PartHere, number: int, joined: Joined, refused: Reason | None = None) -> str:
    words, clear = speaking(here)
    return show("claims_merge.html", words, joined=joined_shown(joined, clear, words), number=number,
                refused=clear.why(refused) if refused else None, **titles(here, clear))  # fmt: skip
