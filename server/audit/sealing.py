"""Sealing: entries get their places in a hash chain, whose last digest stands for all that was written down before.

Whoever writes an entry does not wait for the chain: one job seals them afterwards, in the order in which it finds them.
PostgreSQL commits out of order, so that order is the chain's own: an entry that was committed late comes later in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from server.audit.tables import AuditEntry, AuditSeal, AuditUnsealed
from server.db import among, now

START = "0" * 64  # what stands before the first seal
SEALED_AT_ONCE = 2000
_LOCK = 0x7113  # any number of our own: PostgreSQL's advisory lock while seals are made
CONTENT = tuple(AuditEntry.__table__.columns)  # all there is to an entry


def seal(session: Session) -> int:
    """Seal the entries that wait, at most SEALED_AT_ONCE, in order of their numbers; returns how many.

    Two at once are one after the other: the second sees what the first has sealed.
    """
    _wait_for_our_turn(session)
    waiting = select(*CONTENT).join(AuditUnsealed, AuditUnsealed.entry_id == AuditEntry.id).order_by(AuditEntry.id)
    entries = session.execute(waiting.limit(SEALED_AT_ONCE)).mappings().all()
    if entries:
        session.execute(insert(AuditSeal), _seals(session, entries))
        numbers = [entry["id"] for entry in entries]
        session.execute(delete(AuditUnsealed).where(among(session, AuditUnsealed.entry_id, numbers)))
    return len(entries)


def _seals(session: Session, entries: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    last = session.execute(select(AuditSeal.sequence, AuditSeal.digest).order_by(AuditSeal.sequence.desc()).limit(1))
    sequence, digest = last.one_or_none() or (0, START)
    moment, seals = now(), []
    for entry in entries:
        sequence += 1
        digest = link(digest, sequence, moment, entry)
        seals.append({"sequence": sequence, "entry_id": entry["id"], "digest": digest, "sealed_at": moment})
    return seals


def link(previous: str, sequence: int, sealed_at: datetime, entry: Mapping[Any, Any]) -> str:
    """Give the digest of a seal: SHA-256 of the one before it and of the entry with all its columns, as JSON.

    What is empty is left out, so that a column which comes later changes no older digest.
    """
    content = {name: _written(value) for name, value in entry.items() if value is not None}
    sealed = {"previous": previous, "sequence": sequence, "sealed_at": _written(sealed_at), "entry": content}
    canonical = json.dumps(sealed, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _written(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _wait_for_our_turn(session: Session) -> None:
    session.connection()  # on SQLite every writer is alone from here on
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
