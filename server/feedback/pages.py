"""The children's voice in a district, and the page that is given back to them, to be printed."""

from flask import Blueprint, abort

from server.db import snapshot
from server.feedback.views import ChildVoices, child_voices
from server.roles.table import Permission
from server.web.guard import BY_ADDRESS, needs
from server.web.showing import show
from server.web.site import chosen_words, site

blueprint = Blueprint("voice", __name__, template_folder="templates")
_PART = "/wilayah/<round_id>/<district>/suara-anak"


@blueprint.get(f"{_PART}/jawaban")
@needs(Permission.SEE_VOICE, BY_ADDRESS)
def heard(round_id: str, district: str) -> str:
    """Show what children said of places."""
    return show("voice.html", found=_found(round_id, district))


@blueprint.get(f"{_PART}/kabar")
@needs(Permission.SEE_VOICE, BY_ADDRESS)
def given_back(round_id: str, district: str) -> str:
    """Show what is given back to children: what was asked, what they said, what was looked at, what happens now."""
    return show("give_back.html", found=_found(round_id, district))


def _found(round_id: str, district: str) -> ChildVoices:
    with snapshot(site().engine) as session:
        return child_voices(session, round_id, district, chosen_words()) or abort(404)
