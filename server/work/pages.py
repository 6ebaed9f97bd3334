"""The page of work that failed or waits."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for

from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.clearing import Clearance
from server.web.showing import show
from server.web.site import chosen_words, site
from server.work.queue import again
from server.work.unfinished import unfinished

blueprint = Blueprint("work", __name__, template_folder="templates")


@blueprint.route("/pekerjaan", methods=["GET", "POST"])
def work_page() -> Any:
    """List the work that failed or waits after a failure; ask for it again."""
    if request.method == "POST":
        with writing(site().engine) as session:
            again(session, _job())
        return redirect(url_for(".work_page", lang=chosen_words().language), 303)
    with snapshot(site().engine) as session:
        work = unfinished(session, Clearance(chosen_words()))
    return show("work.html", work=work)


def _job() -> int:
    """Read which job is asked for again; the page sends its number, so anything else is none of ours."""
    number = request.form.get("job", 0, type=int)
    return number if 0 < number <= HIGHEST_KEY else abort(400)
