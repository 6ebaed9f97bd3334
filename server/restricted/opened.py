"""Which sealed assignments a browser has opened: for half an hour, by one person, and only by the code that counts.

It stands in the signed cookie as numbers; whoever logs out, or in again, carries none of it on.
"""

from time import time

from flask import session as cookie

from server.roles.account import Account
from server.sealed.tables import SealedAssignment

_OPENED = "sealed_opened"
SECONDS = 30 * 60


def remember_opened(given: SealedAssignment, by: Account) -> None:
    """Write down that this browser has opened an assignment just now."""
    cookie[_OPENED] = {"number": given.id, "drawn": given.drawn, "person": by.person_id, "at": int(time())}


def has_opened(given: SealedAssignment, by: Account) -> bool:
    """Tell whether this browser opened an assignment not long ago, and no other code was drawn since."""
    kept = cookie.get(_OPENED) or {}
    same = (kept.get("number"), kept.get("drawn"), kept.get("person")) == (given.id, given.drawn, by.person_id)
    return same and 0 <= time() - kept.get("at", 0) < SECONDS
