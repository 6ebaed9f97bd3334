"""The page of the rounds: which there are, how each stands, when its stages are and by which rules it is computed.

It changes nothing: rounds are planned, opened and closed at the terminal (`tilik rounds`).
"""

from typing import Any

from flask import Blueprint

from server.db import now, snapshot
from server.disclosure.clearing import Clearance
from server.moments import CAPITAL, day_in
from server.roles.table import Permission
from server.rounds.views import rounds_shown
from server.web.guard import LISTED, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("rounds", __name__, template_folder="templates")


@blueprint.get("/putaran")
@needs(Permission.SEE_REPORT, LISTED)
def rounds_page() -> Any:
    """List the rounds within reach."""
    clear, today = Clearance(chosen_words()), day_in(CAPITAL, now())
    with snapshot(site().engine) as session:
        found = rounds_shown(session, account(), clear, today)
    return show("rounds.html", rounds=found)
