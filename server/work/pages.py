"""The page of work that failed or waits."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.web.forms import gone, number
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from server.work.queue import again
from server.work.unfinished import unfinished

blueprint = Blueprint("work", __name__, template_folder="templates")


@blueprint.route("/pekerjaan", methods=["GET", "POST"])
@needs(Permission.MANAGE_WORK, WHOLE)
def work_page() -> Any:
    """List the work that failed or waits after a failure; ask for it again."""
    if request.method == "POST":
        with writing(site().engine) as session:
            asked = again(session, _job())
            if asked:
                write_down(session, Act(account().label, "work_again", f"job:{_job()}"))
        return gone(url_for(".work_page"), "notice.asked_again" if asked else "notice.nothing_to_ask")
    with snapshot(site().engine) as session:
        work = unfinished(session, Clearance(chosen_words()))
    return show("work.html", work=work)


def _job() -> int:
    """Read which job is asked for again; the page sends its number, so anything else is none of ours."""
    return number("job") or abort(400)
