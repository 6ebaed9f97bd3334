"""The photographs of a visit, as they may leave."""

from flask import Blueprint, Response, abort

from server.db import HIGHEST_KEY, snapshot
from server.store import Store
from server.visits.drawing import Busy, NotDrawable, drawn_anew
from server.visits.photographs import shown_photograph
from server.web.errors import error_page
from server.web.site import site

blueprint = Blueprint("photographs", __name__)


@blueprint.get(f"/foto/<int(max={HIGHEST_KEY}):number>.jpg")
def photo(number: int) -> Response:
    """Show a photograph, drawn anew: without place, device and moment, and smaller."""
    with snapshot(site().engine) as session:
        digest = shown_photograph(session, site().settings.project, number) or abort(404)
    path = Store(site().settings.store).path(digest)
    try:
        return Response(drawn_anew(path), mimetype="image/jpeg")
    except OSError:  # not here, or not ours to read
        abort(404)
    except NotDrawable:
        return error_page(404, "page.photo_not_drawable")
    except Busy:
        return error_page(503, "error.503")
