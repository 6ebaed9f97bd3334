"""What ODK Collect is told by the square picture of a phone's sheet: where to send, as which phone, what is locked.

Collect reads base64 of zlib of JSON (https://docs.getodk.org/collect-import-export/). A key that it does not know it
leaves out; a value of another type, and it refuses all of it. What is not said stands as after installing.
"""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.roles.tables import Team
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round

_LOCKED = (
    "change_server", "change_project_display", "change_form_metadata", "form_update_mode", "change_autosend",
    "image_size", "delete_after_send", "change_constraint_behavior", "hide_old_form_versions", "delete_saved",
)  # fmt: skip
TEAM_COLOUR, PRACTICE_COLOUR = "#2e7d32", "#c62828"
_INDONESIAN = "in"  # as Android's old tables call it: with "id" Collect falls back to the phone's language


@dataclass(frozen=True)
class CollectProject:
    """A project as a phone keeps it: by which address, as which phone; its name and colour on the phone."""

    server: str
    number: int
    token: str = field(repr=False)
    code: str
    name: str
    practice: bool = False


def settings_of(project: CollectProject) -> dict[str, Any]:
    """Write the settings of one phone."""
    return {
        "general": {
            "server_url": f"{project.server.rstrip('/')}/v1/key/{project.token}/projects/{project.number}",
            "form_update_mode": "match_exactly",  # forms and lists come and go by themselves
            "autosend": "wifi_and_cellular",
            "app_language": _INDONESIAN,
            "metadata_username": project.code,
            "constraint_behavior": "on_swipe",
            "image_size": "original_image_size",  # the forms themselves say how large a picture is to be
        },
        "admin": {"admin_pw": admin_password(project.token)} | dict.fromkeys(_LOCKED, False),
        "project": {"name": project.name, "icon": "L" if project.practice else "T",
                    "color": PRACTICE_COLOUR if project.practice else TEAM_COLOUR},
    }  # fmt: skip


def project_on_phone(session: Session, team: Team) -> str:
    """Call a team's project on its phones; also by its round, where a team of another one is called the same.

    Who goes for two rounds at once has both on one phone, and must not fill in the one for the other.
    """
    alike = select(Team.id).join(Round, Round.id == Team.round_id).where(Team.name == team.name)
    alike = alike.where(Team.round_id != team.round_id, Team.ended_at.is_(None), Round.state != ARCHIVED)
    name = f"KLA · {team.name}"
    if session.scalars(alike.limit(1)).first() is None:
        return name
    return f"{name} · {session.get_one(Round, team.round_id).name}"


def admin_password(token: str) -> str:
    """Give the password that unlocks a phone's settings: made of its token, so that nobody has to keep it."""
    digest = hashlib.sha256(f"Tilik, admin of Collect: {token}".encode()).digest()
    return base64.b32encode(digest).decode()[:10].lower()


def packed(settings: dict[str, Any]) -> str:
    """Write settings as Collect reads them."""
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def picture(text: str) -> str:
    """Draw the square picture, as SVG: read also with a fold or a coffee stain on a seventh of it."""
    drawn = segno.make(text, error="m", micro=False)
    return str(drawn.svg_inline(border=4, scale=4, light="white"))
