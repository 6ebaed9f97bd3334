"""Drawing a code for minutes: for a facilitator of the district who may be with children and has no tie to it.

Minutes without one are the district's own word. Whose a code is, nothing tells: who is tied is refused here.
"""

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.children.preparing import NotPrepared, StillMissing
from server.children.ready import missing_for_session
from server.forum.tables import ForumCode
from server.legible import LEGIBLE
from server.roles.account import Account, must
from server.roles.table import Permission

_LENGTH = 6
MOST = 100  # of a district in a round


def draw_code(session: Session, part: tuple[str, str], by: Account) -> str:
    """Draw a code for the minutes of a forum's discussion. Raises StillMissing, NotPrepared, Forbidden."""
    round_id, district = part
    must(by, Permission.HOLD_SESSIONS, district, round_id)
    if by.person_id is None:
        raise NotPrepared("children_no_terminal")
    if missing := missing_for_session(session, round_id, district, by.person_id):
        raise StillMissing(missing)
    drawn = select(func.count()).select_from(ForumCode).filter_by(round_id=round_id, district=district)
    if (session.scalar(drawn) or 0) >= MOST:
        raise NotPrepared("forum_codes_too_many", most=MOST)
    code = f"N-{''.join(secrets.choice(LEGIBLE) for _ in range(_LENGTH))}"
    session.add(ForumCode(code=code, round_id=round_id, district=district))
    session.flush()
    write_down(session, Act(by.label, "forum_code_drawn", "", district, round_id))
    return code
