"""Second factors that live on paper and in an authenticator app.

The app: RFC 6238, six digits, steps of 30 seconds, one step to either side, each code once. The list: ten codes of 60
bits, each once, called by its number so that one hash is compared and not ten.
"""

from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.db import now
from server.people.links import as_typed, new_code
from server.people.passwords import fits, hashed
from server.people.tables import Passkey, Person, PrintedCode

CODES = 10
FEW_CODES = 3  # left: time to print new ones
_STEP = 30  # seconds
_DIGITS = 6
ISSUER = "Tilik"


def new_secret() -> str:
    """Draw a secret for an authenticator app: 160 bits."""
    return pyotp.random_base32(32)


def secret_uri(secret: str, account: str) -> str:
    """Write what an app reads from the square picture."""
    return pyotp.TOTP(secret, name=account, issuer=ISSUER).provisioning_uri()


def step_of(secret: str, code: str, moment: datetime, after: int | None = None) -> int | None:
    """Tell which step a code is of; None for a wrong one, and for one not later than the step `after`."""
    digits = "".join(sign for sign in code if sign.isdigit())
    current = int(moment.timestamp()) // _STEP
    for step in (current - 1, current, current + 1):
        later = after is None or step > after
        if later and pyotp.utils.strings_equal(pyotp.TOTP(secret).generate_otp(step).zfill(_DIGITS), digits):
            return step
    return None


def keep_secret(session: Session, person: Person, secret: str, code: str) -> bool:
    """Keep a secret once its app has shown a right code."""
    step = step_of(secret, code, now())
    if step is None:
        return False
    person.totp_secret, person.totp_used = secret, step
    session.flush()
    return True


def passes_app(session: Session, person: Person, code: str) -> bool:
    """Take a code of the app; of two who try the same at once, one passes."""
    if person.totp_secret is None:
        return False
    step = step_of(person.totp_secret, code, now(), person.totp_used)
    if step is None:
        return False
    unused = (Person.totp_used.is_(None)) | (Person.totp_used < step)
    taken = session.execute(update(Person).where(Person.id == person.id, unused).values(totp_used=step))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def draw_codes() -> list[str]:
    """Draw a list of codes, to be printed."""
    return [new_code() for _ in range(CODES)]


def keep_codes(session: Session, person_id: int, codes: Sequence[str]) -> None:
    """Keep a printed list; the list before counts no more."""
    session.execute(delete(PrintedCode).filter_by(person_id=person_id))
    moment = now()
    session.add_all(PrintedCode(person_id=person_id, number=number, digest=hashed(as_typed(code)), made_at=moment)
                    for number, code in enumerate(codes, start=1))  # fmt: skip
    session.flush()


def codes_made_at(session: Session, person_id: int) -> datetime | None:
    """Tell when the printed list was kept that counts now."""
    return session.scalar(select(func.max(PrintedCode.made_at)).filter_by(person_id=person_id))


def passes_printed(session: Session, person_id: int, number: int, code: str) -> bool:
    """Take a code of the printed list; each once."""
    if not 0 < number <= CODES:
        return False
    found = session.scalars(select(PrintedCode).filter_by(person_id=person_id, number=number)).one_or_none()
    if found is None or found.used_at is not None or not fits(found.digest, as_typed(code)):
        return False
    query = update(PrintedCode).filter_by(person_id=person_id, number=number, used_at=None).values(used_at=now())
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def codes_left(session: Session, person_id: int) -> list[int]:
    """List the numbers of the printed codes that are not used yet."""
    query = select(PrintedCode.number).filter_by(person_id=person_id, used_at=None).order_by(PrintedCode.number)
    return list(session.scalars(query))


def has_a_way(session: Session, person: Person) -> bool:
    """Tell whether a person has any second factor: asked with each page, so no more is looked up than that takes."""
    return person.totp_secret is not None or bool(ways_of(session, person))


def ways_of(session: Session, person: Person) -> tuple[str, ...]:
    """Name the second factors that a person has: app, passkey, printed."""
    passkeys = session.scalar(select(func.count()).select_from(Passkey).filter_by(person_id=person.id)) or 0
    found = {"app": person.totp_secret is not None, "passkey": passkeys > 0,
             "printed": bool(codes_left(session, person.id))}  # fmt: skip
    return tuple(way for way, has in found.items() if has)
