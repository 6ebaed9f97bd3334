"""Accounts: people, how they show that it is them, and the links by which they come in.

Nothing in here opens a door to whoever reads it: passwords, codes and links are kept as digests. The secret of an
authenticator app has to be kept as it is. Personal data, with purpose and retention: docs/data.md.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class Mark(Base):
    """What this database is: `demo` where the demo made it."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    made_at: Mapped[datetime]


class Person(Base):
    """Somebody who may log in. `email` is in small letters; none where a post is shared. Ended, nobody logs in."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    password: Mapped[str | None] = mapped_column(String(200))  # argon2id, with its parameters
    password_set_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_used: Mapped[int | None]  # the last step of 30 seconds whose code was taken: none is taken twice
    oidc_subject: Mapped[str | None] = mapped_column(String(600), unique=True)  # issuer and subject
    phone: Mapped[str | None] = mapped_column(String(16))  # E.164: +62812…
    untold_since: Mapped[datetime | None]  # they chose not to be told what waits
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link that opens the door once. `code` is of the printed code that it also asks for, where it asks for one."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(10))  # invite, reset, hand_over, demo
    code: Mapped[str | None] = mapped_column(String(200))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # another took its place


class PrintedCode(Base):
    """A one-time code of a printed list, by its number on it."""

    __tablename__ = "printed_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(200))  # argon2id
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a device or a security key holds for somebody (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
