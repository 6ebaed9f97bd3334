"""Whether the pages are alive."""

from flask import Blueprint

from server.db import is_reachable
from server.web.site import site

blueprint = Blueprint("web", __name__, template_folder="templates", static_folder="static")


@blueprint.get("/sehat")
def health() -> tuple[str, int]:
    """Say whether the page and its database are alive."""
    return ("ok", 200) if is_reachable(site().engine) else ("–", 503)
