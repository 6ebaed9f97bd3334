"""Where people decide what is so: of a line, of a visit, of several lines at once."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.db import HIGHEST_KEY, writing
from server.facts.before import NotThere, Part, Refused, because
from server.facts.bulk_page import bulk_act, bulk_page
from server.facts.deciding import decide_line as decide
from server.facts.shown import Tried, read_wish
from server.facts.visit_page import visit_page
from server.facts.visits import decide_visit as decide_about_visit
from server.lines.line_page import shown_line
from server.roles.table import Permission
from server.web.errors import trouble
from server.web.forms import gone, number
from server.web.guard import BY_ADDRESS, account, needs
from server.web.site import chosen_words, site

blueprint = Blueprint("facts", __name__, template_folder="templates")
_DISTRICT = "/wilayah/<round_id>/<district>"
_NUMBER = f"<int(max={HIGHEST_KEY}):"


@blueprint.post(f"{_DISTRICT}/baris/{_NUMBER}line_id>/keputusan")
@needs(Permission.DECIDE_FACTS, BY_ADDRESS)
def decide_line(round_id: str, district: str, line_id: int) -> Any:
    """Decide about a line; where that is refused, show the line again with what was typed."""
    part = Part(round_id, district)
    tried, code = _try(lambda session, wish: decide(session, part, line_id, wish, account()))
    if tried is not None:
        return shown_line(round_id, district, line_id, tried), code
    address = url_for("lines.line_page", round_id=round_id, district=district, line_id=line_id,
                      lang=chosen_words().language)  # fmt: skip
    return gone(f"{address}#deciding", "fact.decided")


@blueprint.get(f"{_DISTRICT}/kunjungan/{_NUMBER}state_id>/keputusan")
@needs(Permission.DECIDE_FACTS, BY_ADDRESS)
def decide_visit(round_id: str, district: str, state_id: int) -> Any:
    """Show a visit, to decide where it belongs."""
    return visit_page(Part(round_id, district), state_id)


@blueprint.post(f"{_DISTRICT}/kunjungan/{_NUMBER}state_id>/keputusan")
@needs(Permission.DECIDE_FACTS, BY_ADDRESS)
def send_visit(round_id: str, district: str, state_id: int) -> Any:
    """Decide where a visit belongs."""
    part = Part(round_id, district)
    tried, code = _try(lambda session, wish: decide_about_visit(session, part, state_id, wish, account()))
    if tried is not None:
        return visit_page(part, state_id, tried), code
    address = url_for(".decide_visit", round_id=round_id, district=district, state_id=state_id,
                      lang=chosen_words().language)  # fmt: skip
    return gone(address, "fact.visit_decided")


def _try(decide_so: Callable[[Session, Any], object]) -> tuple[Tried | None, int]:
    """Take a decision as it was typed; None where it was taken, else what was refused and the answer's code."""
    wish = read_wish(request.form, request.form.getlist("criteria"), number("other"), number("newest"))
    try:
        with writing(site().engine) as session:
            decide_so(session, wish)
    except NotThere:
        abort(404)
    except Refused as refused:
        return Tried(wish, refused), 400
    except DBAPIError as error:  # the page is shown again: what was typed must not be lost
        reason = trouble(error) or abort(500)
        return Tried(wish, because(reason)), 503
    return None, 200


blueprint.get(f"{_DISTRICT}/baris/sekaligus")(bulk_page)
blueprint.post(f"{_DISTRICT}/baris/sekaligus")(bulk_act)
