"""Checking the chain: from its beginning, entry by entry, in memory that does not grow with it."""

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from server.audit.sealing import CONTENT, START, link
from server.audit.tables import AuditEntry, AuditSeal, AuditUnsealed
from server.db import now
from verification.reason import Reason

LATE = timedelta(minutes=5)  # an entry is sealed within a minute
_AT_ONCE = 2000
_HEAD = re.compile(r"([1-9][0-9]{0,9}):([0-9a-f]{64})", re.ASCII)


class KeptHead(NamedTuple):
    """A seal as somebody may keep it elsewhere: with it, all that was sealed before is fixed."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"


@dataclass(frozen=True)
class Checked:
    """What checking found: how many entries are sealed and whole, the last seal of these, and what is broken first.

    `unsealed` entries wait to be sealed, the oldest since `since`; nothing vouches for them yet.
    """

    sealed: int
    head: KeptHead | None
    broken: Reason | None
    unsealed: int
    since: datetime | None

    @property
    def late(self) -> bool:
        """Tell whether entries wait longer than they should: does a worker run?"""
        return self.since is not None and now() - self.since > LATE


def head_of(typed: str) -> KeptHead | None:
    """Read a head as it was printed; None for what is none."""
    found = _HEAD.fullmatch(typed.strip())
    return KeptHead(int(found[1]), found[2]) if found else None


def check(session: Session, kept: KeptHead | None = None) -> Checked:
    """Check the chain, and against a head that somebody kept: is all that it stood for still there?"""
    with closing(_seals(session)) as seals:
        head, broken = _follow(seals, kept)
    if broken is None and kept and kept.sequence > head.sequence:
        broken = Reason("audit_cut", {"sequence": kept.sequence, "last": head.sequence})
    unsealed, since = session.execute(_tail()).one()
    return Checked(head.sequence, head if head.sequence else None, broken or _slipped_in(session), unsealed, since)


def _follow(seals: Iterator[RowMapping], kept: KeptHead | None) -> tuple[KeptHead, Reason | None]:
    """Go along the chain as far as it is whole: the last seal there, and what is wrong with the next."""
    head = KeptHead(0, START)
    for seal in seals:
        if wrong := _what_is_wrong(head, seal, kept):
            return head, _more_closely(wrong, head, seal, next(seals, None))
        head = KeptHead(seal["sequence"], seal["digest"])
    return head, None


def _seals(session: Session) -> Generator[RowMapping]:
    """Read seals and their entries as they stand, in order, a few at a time."""
    seal = (AuditSeal.sequence, AuditSeal.entry_id, AuditSeal.digest, AuditSeal.sealed_at)
    query = select(*seal, *CONTENT).outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
    found = session.execute(query.order_by(AuditSeal.sequence).execution_options(yield_per=_AT_ONCE))
    with closing(found):
        yield from found.mappings()


def _what_is_wrong(head: KeptHead, seal: RowMapping, kept: KeptHead | None) -> Reason | None:
    where: dict[str, Any] = {"sequence": seal["sequence"], "entry": seal["entry_id"]}
    if seal["sequence"] != head.sequence + 1:
        return Reason("audit_gap", {"sequence": head.sequence + 1, "found": seal["sequence"]})
    if seal["id"] is None:
        return Reason("audit_entry_missing", where)
    if _computed(head.digest, seal) != seal["digest"]:
        return Reason("audit_altered", where)
    if kept and kept.sequence == seal["sequence"] and kept.digest != seal["digest"]:
        return Reason("audit_not_as_kept", where)
    return None


def _more_closely(wrong: Reason, head: KeptHead, seal: RowMapping, following: RowMapping | None) -> Reason:
    """Tell by the next seal whether an entry was altered or its seal: it was made of what the digest was then."""
    if wrong.code != "audit_altered" or following is None or following["id"] is None:
        return wrong
    if _computed(seal["digest"], following) == following["digest"]:
        return Reason("audit_entry_altered", wrong.values)
    if _computed(_computed(head.digest, seal), following) == following["digest"]:
        return Reason("audit_seal_altered", wrong.values)
    return wrong


def _computed(previous: str, seal: RowMapping) -> str:
    entry = {column.name: seal[column] for column in CONTENT}
    return link(previous, seal["sequence"], seal["sealed_at"], entry)


def _tail() -> Any:
    return select(func.count(), func.min(AuditEntry.at)).select_from(AuditUnsealed).join(AuditUnsealed.entry)


def _slipped_in(session: Session) -> Reason | None:
    """Name an entry that is neither sealed nor waits: Tilik did not write it."""
    is_sealed = select(AuditSeal.entry_id).where(AuditSeal.entry_id == AuditEntry.id).exists()
    waits = select(AuditUnsealed.entry_id).where(AuditUnsealed.entry_id == AuditEntry.id).exists()
    number = session.scalar(select(func.min(AuditEntry.id)).where(~is_sealed, ~waits))
    return Reason("audit_slipped_in", {"entry": number}) if number is not None else None
