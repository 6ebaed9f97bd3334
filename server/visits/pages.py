"""The photographs of a visit, as they may leave.

A browser may keep a picture, and asks before it shows it again: a photograph that was withdrawn is gone everywhere at
once. The mark it asks with is made of the account, so that none is told of what another was shown.
"""

import hashlib

from flask import Blueprint, Response, abort, request

from server.audit.entries import Act, write_down
from server.db import HIGHEST_KEY, snapshot, writing
from server.roles.table import Permission
from server.store.interface import StoreProblem
from server.store.opening import open_store
from server.visits.drawing import Busy, NotDrawable
from server.visits.photographs import shown_photograph
from server.visits.pictures import Size, picture
from server.web.errors import error_page
from server.web.guard import LOOKED_UP, account, must_be_allowed, needs
from server.web.site import site

blueprint = Blueprint("photographs", __name__)
_NUMBER = f"<int(max={HIGHEST_KEY}):number>"


@blueprint.get(f"/foto/{_NUMBER}.jpg")
@needs(Permission.SEE_PHOTOGRAPHS, LOOKED_UP)
def photo(number: int) -> Response:
    """Show a photograph, drawn anew: without place, device and moment, and smaller."""
    return _shown(number, Size.LARGE)


@blueprint.get(f"/foto/kecil/{_NUMBER}.jpg")
@needs(Permission.SEE_PHOTOGRAPHS, LOOKED_UP)
def small_photo(number: int) -> Response:
    """Show a photograph as small as on the report."""
    return _shown(number, Size.SMALL)


def _shown(number: int, size: Size) -> Response:
    with snapshot(site().engine) as session:
        found = shown_photograph(session, site().settings.project, number) or abort(404)
    must_be_allowed(Permission.SEE_PHOTOGRAPHS, found.district, found.round_id)
    with writing(site().engine) as session:  # what a browser kept is seen again too
        write_down(session, Act(account().label, "photograph_seen", f"attachment:{number}", found.district,
                                found.round_id))  # fmt: skip
    mark = hashlib.sha256(f"{account().label} {found.digest} {size.value}".encode()).hexdigest()
    if request.if_none_match.contains(mark):
        return _kept_by_asking(Response(status=304), mark)
    return _drawn(found.digest, size, mark)


def _drawn(digest: str, size: Size, mark: str) -> Response:
    try:
        content = picture(open_store(site().settings), digest, size)
    except StoreProblem as problem:
        return error_page(503, "", problem.reason)
    except OSError:  # not here, or not ours to read
        abort(404)
    except NotDrawable:
        return error_page(404, "page.photo_not_drawable")
    except Busy:
        return error_page(503, "error.503")
    return _kept_by_asking(Response(content, mimetype="image/jpeg"), mark)


def _kept_by_asking(response: Response, mark: str) -> Response:
    """Let a browser keep what it was shown, for whom it was shown, and show it again only after asking."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    response.set_etag(mark)
    return response
