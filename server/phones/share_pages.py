"""The page of sharing lists out to phones: what would change, that it is asked for, and what became of it."""

from typing import Any

from flask import url_for

from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.phones.keeping import NotKept
from server.phones.pages import blueprint
from server.phones.share_view import share_plan
from server.phones.sharing import ask_to_share
from server.roles.table import Permission
from server.web.forms import gone, typed
from server.web.guard import LISTED, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

_PATH = "/ponsel/bagi"
_WISHES = {"bagi": True, "semua": False}


@blueprint.get(_PATH)
@needs(Permission.SHARE_LISTS, LISTED)
def share_page() -> Any:
    """Show what each team's phones would hold."""
    return _page()


@blueprint.post(_PATH)
@needs(Permission.SHARE_LISTS, LISTED)
def share() -> Any:
    """Ask for the lists to be shared out, or given whole again."""
    wanted = _WISHES.get(typed("lakukan"))
    if wanted is None:
        return _page(Reason("share_what")), 400
    try:
        with writing(site().engine) as session:
            ask_to_share(session, site().settings.central_project, wanted, account())
    except NotKept as refused:
        return _page(refused.reason), 400
    return gone(url_for(".share_page", lang=chosen_words().language), "notice.phones_sharing")


def _page(refused: Reason | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        plan = share_plan(session, site().settings.central_project, account(), clear)
    return show("share_lists.html", plan=plan, refused=clear.why(refused) if refused else None)
