"""What people type to name an area: a code, a name, or enough of a name."""

import re

from sqlalchemy.orm import Session

from server.areas.queries import areas_called, newest_number
from server.roles.account import EVERYWHERE, NotGiven

WHERE_ROLES_ARE = ("province", "district")
DISTRICTS = ("district",)


def picked_area(session: Session, text: str, levels: tuple[str, ...] = WHERE_ROLES_ARE) -> str:
    """Give the code of the area that a person named; nothing typed is everywhere. Raises NotGiven."""
    if not text.strip():
        return EVERYWHERE
    found = areas_called(session, newest_number(session), text, levels)
    if not found:
        raise NotGiven("area_called_unknown")
    if len(found) > 1:
        raise NotGiven("area_called_several", areas=", ".join(code for code, _ in found))
    return found[0][0]


def picked_districts(session: Session, text: str) -> list[str]:
    """Give the codes of the districts that a person named, one a line or with semicolons between. Raises NotGiven."""
    named = [part for part in re.split(r"[;\n]", text) if part.strip()]
    return [picked_area(session, part, DISTRICTS) for part in named]
