"""Handing in a claim form on a page: uploaded, looked at as a plan, agreed to, imported."""

import hashlib
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from server.areas.queries import names_of
from server.claims import text
from server.claims.given_out import given
from server.claims.importing import ImportPlan, import_claims, plan_import
from server.claims.package import UnusableWorkbook
from server.claims.tables import NAME_LIMIT, WaitingForm
from server.claims.template import NoTemplate, template_for
from server.claims.views import ClaimPage, PlanShown, open_rounds, plan_shown
from server.claims.waiting import forget, keep, waiting_form, waiting_of
from server.claims.workbook import MAX_FILE_BYTES, open_workbook
from server.db import HIGHEST_KEY, snapshot
from server.disclosure.clearing import Clearance
from server.documents.handing_in import Handing
from server.documents.pages import take_files
from server.documents.part import part_here
from server.machine import what_ails
from server.roles.table import Permission
from server.store.opening import open_store
from server.web.door import LONGEST_FILES
from server.web.errors import error_page
from server.web.forms import one_file
from server.web.guard import BY_ADDRESS, LISTED, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from server.words import catalogue
from verification.claim_form.cells import clean
from verification.reason import Reason

blueprint = Blueprint("claims", __name__, template_folder="templates")
_PART = "/wilayah/<round_id>/<district>/klaim"
_NUMBER = f"<int(max={HIGHEST_KEY}):number>"


@blueprint.get("/klaim")
@needs(Permission.IMPORT_CLAIMS, LISTED)
def choose_page() -> Any:
    """List the districts that whoever asks hands in for, in each open round, whether or not their part has begun."""
    code, round_id = request.args.get("kode", "").strip(), request.args.get("putaran", "")
    if code and account().may(Permission.IMPORT_CLAIMS, code, round_id):
        with snapshot(site().engine) as session:
            is_there = part_here(session, round_id, code) is not None
        if is_there:
            return redirect(url_for(".claims_page", round_id=round_id, district=code), 303)
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        rounds = open_rounds(session, account(), clear)
    return show("choose.html", rounds=rounds, code=clear.own(code[:20]), missed=bool(code))


@blueprint.get(_PART)
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def claims_page(round_id: str, district: str) -> Any:
    """Show where a filled claim form is handed in, and those of whoever asks that wait for a yes."""
    return _page(round_id, district)


@blueprint.get(f"{_PART}/formulir.xlsx")
@needs(Permission.GIVE_CLAIM_FORM, BY_ADDRESS)
def template(round_id: str, district: str) -> Any:
    """Give a district its claim form, to fill in."""
    with snapshot(site().engine) as session:
        if part_here(session, round_id, district) is None:
            abort(404)
        try:
            found = template_for(session, round_id, district)
        except NoTemplate as none:
            return error_page(404, "", none.reason)
    return given(round_id, district, found.content, f"tilik-klaim-{round_id}-{district}.xlsx")


@blueprint.post(_PART)
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS, longest=LONGEST_FILES)
def upload(round_id: str, district: str) -> Any:
    """Keep a filled claim form until its plan was agreed to; documents that come beside it are taken at once."""
    with snapshot(site().engine) as session:
        if part_here(session, round_id, district) is None:
            abort(404)
    content = one_file("buku", MAX_FILE_BYTES)
    if content is None:
        return _page(round_id, district, Reason("claims_no_file")), 400
    try:
        open_workbook(content)
        name = clean(request.files["buku"].filename or "")[:NAME_LIMIT]
        number = keep(site().engine, open_store(site().settings), content, name,
                      WaitingForm(round_id=round_id, district=district, uploaded_by=account().label))  # fmt: skip
    except UnusableWorkbook as unusable:
        return _page(round_id, district, unusable.reason), 400
    except OSError as error:
        return error_page(503, "", what_ails(error))
    plan = redirect(url_for(".plan_page", round_id=round_id, district=district, number=number), 303)
    if not any(one.filename for one in request.files.getlist("berkas")):
        return plan
    wish = Handing(round_id, district, account(), declared="nyatakan" in request.form)
    return take_files(wish, "berkas", lambda: plan, lambda *why: _page(round_id, district, *why))


@blueprint.get(f"{_PART}/{_NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def plan_page(round_id: str, district: str, number: int) -> Any:
    """Show what importing would do: what changes, each problem by its cell, and what is to be looked at."""
    found, content = _waiting(round_id, district, number)
    return _plan(found, _plan_of(found, content))


@blueprint.get(f"{_PART}/{_NUMBER}/masalah.csv")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def problems(round_id: str, district: str, number: int) -> Response:
    """Give the problems as a list, to hand on to who filled in the form."""
    found, content = _waiting(round_id, district, number)
    plan = _plan_of(found, content)
    response = Response(text.problems_csv(plan, chosen_words()), mimetype="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"tilik-masalah-{round_id}-{district}.csv")
    return response


@blueprint.post(f"{_PART}/{_NUMBER}")
@needs(Permission.IMPORT_CLAIMS, BY_ADDRESS)
def agree(round_id: str, district: str, number: int) -> Any:
    """Import what was looked at, if it is still that; or forget the file."""
    found, content = _waiting(round_id, district, number)
    if "buang" in request.form:
        forget(site().engine, number)
        flash("claims_forgotten", "notice")
        return redirect(url_for(".claims_page", round_id=round_id, district=district), 303)
    shown = _plan_of(found, content)
    if lacking := _lacking(found, shown):
        return _plan(found, shown, lacking), 400

    def is_what_was_shown(plan: ImportPlan) -> bool:
        return _mark_of(plan) == _mark_of(shown)

    try:
        plan = import_claims(site().engine, open_store(site().settings), content, found.filename, account().label,
                             is_what_was_shown)  # fmt: skip
    except OSError as error:
        return error_page(503, "", what_ails(error))
    if plan.problems or not plan.agreed:
        return _plan(found, plan, Reason("claims_plan_changed")), 400
    forget(site().engine, number)
    if plan.changes:
        flash("claims_imported", "notice")
    else:
        flash("claims_unchanged", "notice")
    return redirect(url_for("documents.documents_page", round_id=round_id, district=district), 303)


def _lacking(found: WaitingForm, plan: ImportPlan) -> Reason | None:
    """Say what keeps a plan from being carried out: another part's, problems, or what nobody has said yes to."""
    if not plan.problems and (plan.round_id, plan.district) != (found.round_id, found.district):
        return Reason("claims_of_another_part", {"district": plan.district})
    if plan.problems:
        return Reason("claims_has_problems", {"count": len(plan.problems)})
    if request.form.get("tampak") != _mark_of(plan):
        return Reason("claims_plan_changed")
    asked = (("catatan", plan.remarks), ("ganti", plan.replaces))
    return Reason("claims_not_confirmed") if any(there and name not in request.form for name, there in asked) else None


def _mark_of(plan: ImportPlan) -> str:
    """Tell a plan from any other: what was shown is agreed to, and nothing else."""
    said = text.plan_json(plan, catalogue("id"))
    return hashlib.sha256(said.encode()).hexdigest()


def _waiting(round_id: str, district: str, number: int) -> tuple[WaitingForm, bytes]:
    """Find a form that waits in this part, with its bytes; one that is forgotten is not there."""
    with snapshot(site().engine) as session:
        found = waiting_form(session, number, round_id, district) or abort(404)
        session.expunge_all()
    try:
        return found, open_store(site().settings).read(found.digest)
    except FileNotFoundError:
        abort(404)


def _plan_of(found: WaitingForm, content: bytes) -> ImportPlan:
    opened = open_workbook(content)  # it was opened before it was kept
    with snapshot(site().engine) as session:
        return plan_import(session, content, opened)


def _plan(found: WaitingForm, plan: ImportPlan, refused: Reason | None = None) -> str:
    with snapshot(site().engine) as session:
        here = part_here(session, found.round_id, found.district) or abort(404)
        names = names_of(session, here.round.areas_id, [found.district])
    words = chosen_words().at(here.zone)
    clear = Clearance(words, names)
    is_other = not plan.problems and (plan.round_id, plan.district) != (found.round_id, found.district)
    refused = refused or (Reason("claims_of_another_part", {"district": plan.district}) if is_other else None)
    shown: PlanShown = plan_shown(plan, found, clear, _mark_of(plan), is_other=is_other)
    return show("claims_plan.html", words, plan=shown, round_id=clear.id(found.round_id),
                district=clear.id(found.district), round=clear.ours(here.round.name), name=clear.area(found.district),
                refused=clear.why(refused) if refused else None)  # fmt: skip


def _page(round_id: str, district: str, *refused: Reason) -> str:
    with snapshot(site().engine) as session:
        here = part_here(session, round_id, district) or abort(404)
        waiting = waiting_of(session, round_id, district)
        session.expunge_all()
    clear = Clearance(chosen_words(), here.names)
    page = ClaimPage.of(here, waiting, clear, MAX_FILE_BYTES, site().settings)
    return show("claims.html", chosen_words().at(here.zone), part=page, refused=[clear.why(one) for one in refused])
