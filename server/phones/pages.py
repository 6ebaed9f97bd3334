"""The phones of a team: prepared, printed, checked before departure; lost, and that practised."""

import json
from typing import Any

from flask import Blueprint, Response, abort, url_for
from flask import session as browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.backup.encryption import decrypted, identities, new_key, public_key
from server.backup.problems import Unready, Unrestorable
from server.db import HIGHEST_KEY, now, snapshot, writing
from server.disclosure.clearing import Clearance
from server.papers.printing import NotPrinted
from server.phones import keeping
from server.phones.keeping import NotKept
from server.phones.sheets import sheets_as_pdf
from server.phones.tables import PhoneSheet
from server.phones.views import TeamPhones, team_phones, teams_with_phones_shown
from server.roles.table import Permission
from server.web.forms import gone, typed
from server.web.guard import LISTED, LOOKED_UP, account, must_be_within, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from server.work.kinds import CheckPhones
from server.work.queue import ask
from verification.reason import Reason

blueprint = Blueprint("phones", __name__, template_folder="templates")
_TEAM = f"/tim/<int(max={HIGHEST_KEY}):team_id>/ponsel"
_KEY = "phone_sheet"  # the private key of what this browser asked for: nobody else can read it


@blueprint.get("/ponsel")
@needs(Permission.TEND_PHONES, LISTED)
def all_phones() -> Any:
    """List the teams whose phones are within reach."""
    with snapshot(site().engine) as session:
        teams = teams_with_phones_shown(session, account(), Clearance(chosen_words()))
    return show("phones.html", teams=teams)


@blueprint.get(_TEAM)
@needs(Permission.TEND_PHONES, LOOKED_UP)
def phones_page(team_id: int) -> Any:
    """Show a team's phones."""
    return _page(team_id)


@blueprint.post(f"{_TEAM}/siapkan")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def prepare_phones(team_id: int) -> Any:
    """Let every member of the team have a phone."""

    def make(session: Session) -> Any:
        keeping.prepare(session, team_id, account())
        return _back(team_id, "notice.phones_prepared")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/hilang")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def lose_phone(team_id: int) -> Any:
    """Let nobody in by a phone that is lost."""

    def make(session: Session) -> Any:
        if keeping.phone_of(session, typed("code")).team_id != team_id:
            raise NotKept("phone_not_known")
        keeping.lose(session, typed("code"), account())
        return _back(team_id, "notice.phone_lost")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/latihan")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def drill(team_id: int) -> Any:
    """Practise losing a phone."""

    def make(session: Session) -> Any:
        keeping.practise_loss(session, team_id, account())
        return _back(team_id, "notice.phone_drill")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/periksa")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def check(team_id: int) -> Any:
    """Ask for the departure check."""

    def make(session: Session) -> Any:
        team = keeping.must_tend(session, account(), team_id)
        write_down(session, Act(account().label, "phones_checked", f"team:{team_id}", round_id=team.round_id))
        ask(session, CheckPhones(team_id))
        return _back(team_id, "notice.phones_checking")

    return _change(team_id, make)


@blueprint.post(f"{_TEAM}/cetak")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def ask_sheets(team_id: int) -> Any:
    """Ask for the sheets; what stands on them comes encrypted to a key that is drawn here and only the browser has."""

    def make(session: Session) -> Any:
        try:
            key = new_key(now())
        except Unready:
            raise NotKept("paper_needs_typst") from None
        sheet = keeping.ask_for_sheets(session, team_id, account(), public_key(key))
        browser[_KEY] = [sheet.id, key.strip().rpartition("\n")[2]]
        return _back(team_id, "notice.sheets_asked")

    return _change(team_id, make)


@blueprint.get(f"{_TEAM}/lembar.pdf")
@needs(Permission.TEND_PHONES, LOOKED_UP)
def sheets_as_file(team_id: int) -> Any:
    """Give the sheets as PDF, to who asked for them and in the browser where they did."""
    _look_up(team_id)
    number, key = browser.get(_KEY) or (0, "")
    with snapshot(site().engine) as session:
        mine = {"id": number, "team_id": team_id, "person_id": account().person_id}
        sealed = session.scalar(select(PhoneSheet.sealed).filter_by(**mine))
    try:
        content = decrypted(sealed, identities(key)) if sealed else None
        if content is None:
            return _back(team_id, "notice.sheets_not_here")
        found = json.loads(content)
        pdf = sheets_as_pdf(found)
    except (Unready, Unrestorable):
        return _back(team_id, "notice.sheets_not_here")
    except NotPrinted as refused:
        return _page(team_id, refused.reason), 400
    with writing(site().engine) as session:
        team = keeping.must_tend(session, account(), team_id)
        keeping.note_printed(session, team, [str(one["code"]) for one in found], account())
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"ponsel-tim-{team_id}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


def _look_up(team_id: int) -> TeamPhones:
    """Find a team within reach; one that is not there is answered as one beyond it."""
    with snapshot(site().engine) as session:
        found = team_phones(session, team_id, account(), Clearance(chosen_words()))
    if found is None:
        abort(404)
    must_be_within(Permission.TEND_PHONES, is_within=True)
    return found


def _change(team_id: int, make: Any) -> Any:
    _look_up(team_id)
    try:
        with writing(site().engine) as session:
            return make(session)
    except NotKept as refused:
        return _page(team_id, refused.reason), 400


def _page(team_id: int, refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    return show("team_phones.html", found=_look_up(team_id), refused=clear.why(refused) if refused else None)


def _back(team_id: int, notice: str) -> Any:
    return gone(url_for(".phones_page", team_id=team_id, lang=chosen_words().language), notice)
