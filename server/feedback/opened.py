"""Which session a code opens, and what is said where it opens none; what each version of the page asks.

A session is open while it is its month by the clocks of its district, and while children are asked in its round at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.children.states import DROPPED, REVOKED, UNSETTLED, USED
from server.children.tables import ChildCode, ChildSession, ChildSwitch
from server.db import Json
from server.feedback.tables import ChildForm
from server.moments import month_in
from server.opening.conditions import standing_contacts


class CodeRefused(Exception):
    """A code that opens nothing: why, as the page is told, and the status of that answer."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why, self.status = why, STATUSES[why]


_ENDS = {"ends", "again"}  # what a choice has that the page offers and never sends
STATUSES = {"unknown": 404, "used": 410, "expired": 410, "revoked": 410, "wait": 429, "off": 503, "wrong": 400}


@dataclass(frozen=True)
class OpenedSession:
    """A session that a code opens."""

    session_id: int
    place_kind: str
    district: str


def opened_by(session: Session, digest: str, moment: datetime) -> OpenedSession:
    """Give the session that a code opens. Raises CodeRefused."""
    query = select(ChildCode.state, ChildSession).join(ChildSession).where(ChildCode.digest == digest)
    found = session.execute(query).one_or_none()
    if found is None:
        raise CodeRefused("unknown")
    state, its = found
    if state == REVOKED or (its.state == DROPPED and state != USED):
        raise CodeRefused("revoked")
    if state == USED:
        raise CodeRefused("used")
    if its.state not in UNSETTLED or its.month != month_in(zone_of(session, None, its.district), moment):
        raise CodeRefused("expired")
    if not session.scalar(select(ChildSwitch.on).filter_by(round_id=its.round_id)):
        raise CodeRefused("off")
    return OpenedSession(its.id, its.place_kind, its.district)


def newest_page(session: Session) -> Json:
    """Give what the newest version of the page asks. Raises CodeRefused where there is none yet."""
    page = session.scalar(select(ChildForm.page).order_by(ChildForm.number.desc()).limit(1))
    if page is None:
        raise CodeRefused("off")
    return page


def page_of(session: Session, version: str) -> Json:
    """Give what a version of the page asks. Raises CodeRefused where there is none."""
    page = session.scalar(select(ChildForm.page).filter_by(version=version))
    if page is None:
        raise CodeRefused("wrong")
    return page


def contacts_of(session: Session, district: str) -> list[Json]:
    """List a district's own contacts, as the page shows them."""
    return [{"kind": one.kind, "office": one.office, "number": one.number}
            for one in standing_contacts(session, [district])]  # fmt: skip


def asked_answers(page: Json, place_kind: str, typed: Mapping[str, Any]) -> dict[str, str]:
    """Keep of what came what the page asks about places of this kind and offers, in the order of its questions.

    All else is dropped here, before anything is stored; so is a choice at which the page ends, and sends nothing.
    """
    found: dict[str, str] = {}
    for question in page["questions"]:
        kinds, value = question.get("kinds"), typed.get(question["name"])
        offered = [choice["name"] for choice in question["choices"] if not choice.keys() & _ENDS]
        if isinstance(value, str) and value in offered and (kinds is None or place_kind in kinds):
            found[question["name"]] = value
    return found


def longest_answers(page: Json) -> int:
    """Give the length of the longest answers that a page can give, as JSON: all are stored as if they were so long."""
    longest = {question["name"]: max((choice["name"] for choice in question["choices"]), key=len, default="")
               for question in page["questions"]}  # fmt: skip
    return len(json.dumps(longest).encode())
