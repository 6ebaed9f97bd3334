"""Writing an entry, in the transaction of what it is about: either both are there, or neither.

Everything that a person changes writes one, and every sensitive read: homes by name, photographs, submissions, exports.
Two things never do. Children's answers leave no trace of who brought them (safeguarding 3, 18). Incidents have a
register with a log of its own, which only the safeguarding officers read: no entry here may name one (safeguarding 6).
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.orm import Session

from server.audit.tables import AuditEntry, AuditSalt, AuditUnsealed
from server.db import Json, now
from server.roles.table import Role

NOBODY = "nobody"  # where it is not known who
# the kinds of things that an entry may be about, each called by its number: nothing else is written down of them
NUMBERED = (
    "areas", "assignment", "attachment", "backup", "benchmark", "certificate", "claim_file", "clarification", "code",
    "contact", "decision", "document", "draw", "fact", "form", "job", "line", "link", "message", "paper", "passkey",
    "person", "phone", "publishing", "reading", "removal", "score", "sealed", "session", "settlement", "submission",
    "team", "tie", "times", "traces",
)  # fmt: skip
LONGEST_ABOUT = AuditEntry.about.type.length or 0
_CODE = r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?"  # of an area
_ROUND = r"[A-Za-z0-9-]{1,20}"
_ABOUT = "|".join((
    rf"(?:{'|'.join(NUMBERED)}):\d{{1,10}}", rf"district:{_CODE}", rf"round:{_ROUND}", rf"report:{_ROUND}/{_CODE}",
    rf"role:(?:{'|'.join(Role)})", r"place:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    r"set:[A-Za-z0-9][A-Za-z0-9_.-]{0,59}",  # of indicators
    r"page:[a-z_]{1,40}\.[a-z_]{1,60}",  # as our own code calls it
))  # fmt: skip
PATTERNS = {
    "by": re.compile(r"person:\d{1,10}|terminal:[a-z0-9_.-]{1,32}|demo|nobody", re.ASCII),
    "act": re.compile(r"[a-z][a-z_]{2,39}"),
    "about": re.compile(rf"(?:(?:{_ABOUT})(?: (?:{_ABOUT}))*)?", re.ASCII),
    "district": re.compile(_CODE, re.ASCII),
    "round_id": re.compile(_ROUND),
    "before": re.compile(r"[0-9a-f]{64}"),
    "after": re.compile(r"[0-9a-f]{64}"),
}


class NotForTheRecord(ValueError):
    """Something that no entry may hold; the text names the column, never what would have stood there."""


@dataclass(frozen=True)
class Act:
    """What somebody did; `about` names it by ids alone, such as "person:12 role:lead".

    `before` and `after` are digests. Raises NotForTheRecord where anything is but the ids, codes and digests it is for.
    """

    by: str
    act: str
    about: str
    district: str | None = None
    round_id: str | None = None
    before: str | None = None
    after: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could be a name or an answer, before anything is done."""
        for column, pattern in PATTERNS.items():
            value = getattr(self, column)
            if value is not None and not pattern.fullmatch(value):
                raise NotForTheRecord(column)


def write_down(session: Session, act: Act) -> None:
    """Write an act down, to be sealed soon."""
    salt = secrets.token_hex(32)
    entry = AuditEntry(**_values(act, salt))
    session.add_all((entry, AuditUnsealed(entry=entry)))
    if act.before or act.after:
        session.add(AuditSalt(entry=entry, salt=salt))


def write_down_each(session: Session, acts: Sequence[Act]) -> None:
    """Write acts down, each about something else, in a statement for many."""
    if not acts:
        return
    salts = {_whole_words(act.about): secrets.token_hex(32) for act in acts}
    rows = [_values(act, salts[_whole_words(act.about)]) for act in acts]
    insert_entries = insert(AuditEntry).returning(AuditEntry.id, AuditEntry.about, AuditEntry.before, AuditEntry.after)
    written = session.execute(insert_entries, rows).all()
    session.execute(insert(AuditUnsealed), [{"entry_id": row.id} for row in written])
    salted_rows = [{"entry_id": row.id, "salt": salts[row.about]} for row in written if row.before or row.after]
    if salted_rows:
        session.execute(insert(AuditSalt), salted_rows)


def _values(act: Act, salt: str) -> Json:
    return {
        "at": now(), "by": act.by, "act": act.act, "about": _whole_words(act.about), "district": act.district,
        "round_id": act.round_id, "before": salted(act.before, salt), "after": salted(act.after, salt),
    }  # fmt: skip


def digest_of(values: Any) -> str:
    """Write the digest of what something was or became: SHA-256 of its JSON, keys in order."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def salted(digest: str | None, salt: str) -> str | None:
    """Write a digest as an entry has it: HMAC-SHA-256 of it by the entry's own salt."""
    return hmac.new(bytes.fromhex(salt), digest.encode(), hashlib.sha256).hexdigest() if digest else None


def forget_salts(session: Session, about: str) -> None:
    """Make what entries have of something digests of nobody knows what, because it was lawfully removed."""
    entries = select(AuditEntry.id).where(is_about(about))
    session.execute(delete(AuditSalt).where(AuditSalt.entry_id.in_(entries)))


def is_about(word: str) -> ColumnElement[bool]:
    """Write "is about this", such as "submission:12", first or among others."""
    about, text = AuditEntry.about, word.replace("_", r"\_").replace("%", r"\%")
    return or_(about == word, about.like(f"{text} %", escape="\\"), about.like(f"% {text}", escape="\\"),
               about.like(f"% {text} %", escape="\\"))  # fmt: skip


def _whole_words(about: str) -> str:
    """Leave out the last ids of very many."""
    return about if len(about) <= LONGEST_ABOUT else about[: LONGEST_ABOUT + 1].rpartition(" ")[0]
