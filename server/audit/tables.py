"""What people did, and which sensitive things they read; and the chain that shows whether any of it was changed.

An entry has ids, codes and digests, never a name or an answer: nothing of it has to be forgotten when a person or a
submission is. The database itself refuses to change or delete entries and seals (migration 0008). Whoever owns it can
still do so; that the chain shows, and a head that was kept elsewhere. Purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Base


class AuditEntry(Base):
    """An act: who did what about what, where. `before` and `after` are salted digests, see `AuditSalt`."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "by"), Index(None, "about"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))  # "person:12", "terminal:root"
    act: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(600))
    district: Mapped[str | None] = mapped_column(String(13))
    round_id: Mapped[str | None] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(String(64))
    after: Mapped[str | None] = mapped_column(String(64))


class AuditSalt(Base):
    """What an entry's digests were salted with. Without it nobody finds out by trying what a short text was.

    It is no part of the chain: a lawful removal takes it away, and the chain stays whole.
    """

    __tablename__ = "audit_salts"

    entry_id: Mapped[int] = mapped_column(ForeignKey(AuditEntry.id), primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
    entry: Mapped[AuditEntry] = relationship()


class AuditUnsealed(Base):
    """An entry that waits to be sealed, written with it: one committed late is sealed late, and never passed over."""

    __tablename__ = "audit_unsealed"

    entry_id: Mapped[int] = mapped_column(ForeignKey(AuditEntry.id), primary_key=True)
    entry: Mapped[AuditEntry] = relationship()


class AuditSeal(Base):
    """An entry's place in the chain: `digest` is of the one before it and of the entry."""

    __tablename__ = "audit_seals"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey(AuditEntry.id), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
