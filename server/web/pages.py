"""Whether the pages are alive."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from server.db import is_reachable
from server.web.guard import open_to_all
from server.web.site import site

blueprint = Blueprint("web", __name__, template_folder="templates")
_STATIC = Path(__file__).parent / "static"


@blueprint.get("/static/<path:filename>")
@open_to_all("style, icon and scripts say nothing of anybody")
def static(filename: str) -> Response:
    """Give a file of the pages' own."""
    return send_from_directory(_STATIC, filename)


@blueprint.get("/sehat")
@open_to_all("what watches over the server asks it")
def health() -> tuple[str, int]:
    """Say whether the page and its database are alive."""
    return ("ok", 200) if is_reachable(site().engine) else ("–", 503)
