"""Sessions with children: planned, invited by lot, counted afterwards. No child is in here, nor a day.

Which lines of an attendance list are invited follows from the server's key and the session's number: whoever looks
again sees the same, and nobody can draw until the lot suits them (safeguarding 22). The numbers are kept nowhere.
"""

import hmac
import re
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.areas.queries import zone_of
from server.assignments.giving import today_in
from server.audit.entries import Act, write_down
from server.children.codes import digest_of_code, new_code
from server.children.kinds import SMALLEST_OF_ONE_PLACE
from server.children.preparing import NotPrepared, StillMissing
from server.children.ready import is_offered, missing_for_session
from server.children.states import DROPPED, HELD, OUT, PLANNED, REVOKED, SETTLED
from server.children.tables import ChildCode, ChildSession
from server.db import now
from server.moments import month_in
from server.register.tables import Facility
from server.roles.account import Account, must
from server.roles.table import Permission

HELPERS = ("none", "friend", "interpreter")
MOST = 200  # children of a session: more than fit into a room where each is heard
AGES = ("aged_10_12", "aged_13_15", "aged_16_17")
_ASKED_FOR = ("with_disability", "out_of_school", "of_minority")
COUNTS = ("parents_agreed", "assented", "stopped", *AGES, *_ASKED_FOR)


@dataclass(frozen=True)
class SessionWish:
    """A session as a facilitator planned it; `month` such as 2026-11; no `place` where it is about no one place."""

    place_kind: str
    month: str
    attending: int | None
    invited: int | None
    place: str = ""


@dataclass(frozen=True)
class CountsWish:
    """What was counted after a session, as it was typed: `counts` by name (`COUNTS`)."""

    counts: dict[str, int | None]
    helper: str
    same_thanks: bool
    outsiders: bool


def plan_session(session: Session, part: tuple[str, str], wish: SessionWish, by: Account) -> ChildSession:
    """Plan a session of one's own. Raises StillMissing, NotPrepared, Forbidden."""
    round_id, district = part
    must(by, Permission.HOLD_SESSIONS, district, round_id)
    if by.person_id is None:
        raise NotPrepared("children_no_terminal")
    if missing := missing_for_session(session, round_id, district, by.person_id):
        raise StillMissing(missing)
    if not is_offered(session, round_id, district, wish.place_kind):
        raise NotPrepared("children_kind_not_offered")
    attending, invited = wish.attending or 0, wish.invited or 0
    if not 1 <= invited <= attending <= MOST:
        raise NotPrepared("children_numbers_wrong", most=MOST)
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", wish.month) or wish.month < this_month(session, district):
        raise NotPrepared("children_month_wrong")
    new = ChildSession(round_id=round_id, district=district, facilitator_id=by.person_id, place_kind=wish.place_kind,
                       facility_id=_place(session, district, wish, invited), month=wish.month, attending=attending,
                       invited=invited, state=PLANNED)  # fmt: skip
    session.add(new)
    session.flush()
    _tell(session, "children_session_planned", new, by)
    return new


def session_of(session: Session, part: tuple[str, str], number: int) -> ChildSession | None:
    """Find a session of a district's part; None where there is none of this number."""
    return session.scalars(select(ChildSession).filter_by(round_id=part[0], district=part[1], id=number)).one_or_none()


def lot_of(key: str, found: ChildSession) -> tuple[list[int], list[int]]:
    """Draw whom to invite, as lines of the attendance list counted from 1: those invited, and who comes instead.

    The invited are in the list's order, those who come instead in that of the lot. `key` is the server's.
    """
    lots = {line: hmac.new(key.encode(), f"lot of session {found.id}, line {line}".encode(), "sha256").digest()
            for line in range(1, found.attending + 1)}  # fmt: skip
    lines = sorted(lots, key=lots.__getitem__)
    return sorted(lines[: found.invited]), lines[found.invited :]


def draw_codes(session: Session, found: ChildSession, key: str, by: Account) -> list[str]:
    """Draw a code for each who is invited; those printed before open nothing any more. They are kept nowhere.

    Raises StillMissing, NotPrepared, Forbidden.
    """
    _must_be_own(found, by)
    if found.state == DROPPED:
        raise NotPrepared("children_session_dropped")
    if missing := missing_for_session(session, found.round_id, found.district, by.person_id):
        raise StillMissing(missing)
    if found.month < this_month(session, found.district):
        raise NotPrepared("children_month_over")
    _revoke(session, found)
    codes = [new_code() for _ in range(found.invited)]
    rows = [ChildCode(digest=digest_of_code(key, code), session_id=found.id, state=OUT) for code in codes]
    rows.sort(key=lambda row: row.digest)  # not in the order of the paper
    session.add_all(rows)
    _tell(session, "children_codes_printed", found, by)
    return codes


def count_session(session: Session, found: ChildSession, wish: CountsWish, by: Account) -> None:
    """Enter what was counted of a session. Raises NotPrepared, Forbidden."""
    _must_be_own(found, by)
    if found.state == DROPPED:
        raise NotPrepared("children_session_dropped")
    if any(wish.counts.get(name) is None for name in COUNTS):
        raise NotPrepared("children_counts_open")
    counts = {name: wish.counts[name] or 0 for name in COUNTS}
    chain = (counts["stopped"], counts["assented"], counts["parents_agreed"], found.invited)
    if min(counts.values()) < 0 or list(chain) != sorted(chain):
        raise NotPrepared("children_counts_chain")
    if sum(counts[name] for name in AGES) > counts["assented"]:
        raise NotPrepared("children_counts_ages")
    if any(counts[name] > counts["assented"] for name in _ASKED_FOR):
        raise NotPrepared("children_counts_groups")
    if wish.helper not in HELPERS:
        raise NotPrepared("children_helper_unknown")
    for name, count in counts.items():
        setattr(found, name, count)
    found.helper, found.same_thanks, found.outsiders = wish.helper, wish.same_thanks, wish.outsiders
    if found.state == PLANNED:
        found.state = HELD
    _tell(session, "children_session_counted", found, by)


def destroy_papers(session: Session, found: ChildSession, by: Account) -> None:
    """Tick that the consents on paper were destroyed, once the session was counted. Raises NotPrepared, Forbidden."""
    _must_be_own(found, by)
    if found.state not in (HELD, SETTLED):
        raise NotPrepared("children_papers_early")
    if found.papers_destroyed_on is None:
        found.papers_destroyed_on = today_in(session, found.district)
        _tell(session, "children_papers_destroyed", found, by)


def drop_session(session: Session, found: ChildSession, by: Account) -> None:
    """Call a session off before it was counted: its codes open nothing any more. Raises NotPrepared, Forbidden."""
    _must_be_own(found, by)
    if found.state != PLANNED:
        raise NotPrepared("children_session_held")
    _revoke(session, found)
    found.state = DROPPED
    _tell(session, "children_session_dropped", found, by)


def this_month(session: Session, district: str) -> str:
    """Write which month it is in a district, such as 2026-11."""
    return month_in(zone_of(session, None, district), now())


def _place(session: Session, district: str, wish: SessionWish, invited: int) -> str | None:
    """Find the one place that a session is about: of its kind, in the district, and only where many are invited."""
    name = " ".join(wish.place.split())
    if not name:
        return None
    if invited < SMALLEST_OF_ONE_PLACE:
        raise NotPrepared("children_place_too_few", least=SMALLEST_OF_ONE_PLACE)
    there = Facility.village.startswith(f"{district}.") & (Facility.kind == wish.place_kind)
    named = (func.lower(Facility.name) == name.lower()) | (Facility.registry_no == name)
    found = session.scalars(select(Facility.id).where(there, named).limit(2)).all()
    if len(found) != 1:
        raise NotPrepared("children_place_several" if found else "children_place_unknown")
    return found[0]


def _revoke(session: Session, found: ChildSession) -> None:
    session.execute(update(ChildCode).filter_by(session_id=found.id, state=OUT).values(state=REVOKED))


def _must_be_own(found: ChildSession, by: Account) -> None:
    must(by, Permission.HOLD_SESSIONS, found.district, found.round_id)
    if found.facilitator_id != by.person_id:
        raise NotPrepared("children_session_of_another")


def _tell(session: Session, act: str, found: ChildSession, by: Account) -> None:
    """Write down that something was done, not of which session: the moment would tell a session's day."""
    write_down(session, Act(by.label, act, "", found.district, found.round_id))
