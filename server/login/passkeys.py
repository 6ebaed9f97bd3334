"""Passkeys (WebAuthn level 2): what a device is asked, and whether its answer is the one of a key that we know.

A passkey here always asks for a finger, a face or the device's own number (user verification): it is two factors in
one. The library is installed where Tilik is served to others; where it is not, no page offers a passkey.
"""

import base64
import hashlib
import hmac
import importlib.util
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.audit.entries import Act, write_down
from server.db import insert_into, now
from server.login.tables import UsedChallenge
from server.people.tables import Passkey, Person
from server.roles.queries import label_of
from verification.reason import WithReason

INSTALLED = importlib.util.find_spec("webauthn") is not None
LASTS = timedelta(minutes=10)
MOST_PASSKEYS, LONGEST_NAME, LONGEST_ANSWER = 10, 100, 20_000
_NAME = "Tilik"


class NoPasskey(WithReason):
    """An answer that shows nothing, with the reason; which check it failed is told to nobody."""


@dataclass(frozen=True)
class RelyingParty:
    """Where the pages are: the name that keys are bound to, and the only address that may ask for them."""

    name: str
    origin: str


@dataclass(frozen=True)
class Challenge:
    """What a browser was asked: `purpose` and the session are part of it, so that no answer serves for another."""

    challenge: str  # base64url
    purpose: str
    session_id: int | None
    at: datetime

    def lasts(self) -> bool:
        """Tell whether an answer to it would still be believed."""
        return now() - self.at < LASTS


def ask(purpose: str, session_id: int | None) -> Challenge:
    """Draw a challenge: 256 bits."""
    return Challenge(secrets.token_urlsafe(32), purpose, session_id, now())


def options_to_make(session: Session, person: Person, here: RelyingParty, asked: Challenge, key: str) -> str:
    """Write what a device needs to make a key for somebody, as JSON. `key` keeps their number out of the device."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria as Criteria
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor as Descriptor
    from webauthn.helpers.structs import ResidentKeyRequirement, UserVerificationRequirement

    return options_to_json(generate_registration_options(
        rp_id=here.name, rp_name=_NAME, user_name=person.email or person.name, user_display_name=person.name,
        user_id=hmac.digest(key.encode(), f"passkey {person.id}".encode(), "sha256"),
        challenge=_bytes(asked.challenge), exclude_credentials=[Descriptor(id) for id in _ids(session, person.id)],
        authenticator_selection=Criteria(resident_key=ResidentKeyRequirement.PREFERRED,
                                         user_verification=UserVerificationRequirement.REQUIRED),
    ))  # fmt: skip


def options_to_show(session: Session, person_id: int | None, here: RelyingParty, asked: Challenge) -> str:
    """Write what a device needs to show a key: one of a person's, or, where nobody is named, any that it has for us."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor as Descriptor
    from webauthn.helpers.structs import UserVerificationRequirement

    known = _ids(session, person_id) if person_id is not None else []
    return options_to_json(generate_authentication_options(
        rp_id=here.name, challenge=_bytes(asked.challenge), allow_credentials=[Descriptor(id) for id in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    ))  # fmt: skip


def keep_passkey(
    session: Session, person_id: int, here: RelyingParty, asked: Challenge, answer: str, name: str
) -> None:
    """Keep the key that a device made. Raises NoPasskey."""
    from webauthn import verify_registration_response

    found = _verified(verify_registration_response, here, asked, answer)
    _use_up(session, asked)
    if session.scalar(select(func.count()).select_from(Passkey).filter_by(person_id=person_id)) == MOST_PASSKEYS:
        raise NoPasskey("passkeys_too_many", most=MOST_PASSKEYS)
    made = insert_into(session, Passkey).values(
        person_id=person_id, credential_id=found.credential_id, public_key=found.credential_public_key,
        sign_count=found.sign_count, name=name[:LONGEST_NAME], made_at=now())  # fmt: skip
    if session.scalar(made.on_conflict_do_nothing().returning(Passkey.id)) is None:
        raise NoPasskey("passkey_wrong")
    write_down(session, Act(label_of(person_id), "factor_passkey_added", label_of(person_id)))


def passes_passkey(session: Session, person_id: int | None, here: RelyingParty, asked: Challenge, answer: str) -> int:
    """Take what a device showed: a key of this person, or of anybody; returns whose. Raises NoPasskey."""
    from webauthn import verify_authentication_response

    key = session.scalars(select(Passkey).filter_by(credential_id=_id_in(answer))).one_or_none()
    if key is None or person_id not in (None, key.person_id):
        raise NoPasskey("passkey_wrong")
    found = _verified(verify_authentication_response, here, asked, answer, credential_public_key=key.public_key,
                      credential_current_sign_count=key.sign_count)  # fmt: skip
    _use_up(session, asked)
    counted = update(Passkey).where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
    if not session.execute(counted.values(sign_count=found.new_sign_count, used_at=now())).rowcount:  # type: ignore[attr-defined]
        raise NoPasskey("passkey_wrong")  # two at once with one count: one of them is a copy
    return key.person_id


def passkeys_of(session: Session, person_id: int) -> list[Passkey]:
    """List a person's keys, the oldest first."""
    return list(session.scalars(select(Passkey).filter_by(person_id=person_id).order_by(Passkey.id)))


def _verified(verify: Any, here: RelyingParty, asked: Challenge, answer: str, **known: Any) -> Any:
    """Have the library check challenge, origin, name, signature, count, and that the device knew its owner."""
    from webauthn.helpers.exceptions import WebAuthnException

    if not asked.lasts():
        raise NoPasskey("passkey_late")
    try:
        return verify(credential=answer, expected_challenge=_bytes(asked.challenge), expected_rp_id=here.name,
                      expected_origin=here.origin, require_user_verification=True, **known)  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError) as refused:
        raise NoPasskey("passkey_wrong") from refused


def _use_up(session: Session, asked: Challenge) -> None:
    """Believe an answer once. Those that would no longer be believed anyway are forgotten."""
    digest = hashlib.sha256(asked.challenge.encode()).hexdigest()
    session.execute(delete(UsedChallenge).where(UsedChallenge.used_at < now() - 2 * LASTS))
    used = insert_into(session, UsedChallenge).values(digest=digest, used_at=now())
    if session.scalar(used.on_conflict_do_nothing().returning(UsedChallenge.digest)) is None:
        raise NoPasskey("passkey_late")


def _id_in(answer: str) -> bytes:
    """Read which key an answer says it is of."""
    try:
        found = json.loads(answer[:LONGEST_ANSWER])["id"]
        return _bytes(found) if isinstance(found, str) else b""
    except (ValueError, TypeError, KeyError):
        return b""


def _ids(session: Session, person_id: int) -> list[bytes]:
    return [key.credential_id for key in passkeys_of(session, person_id)]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
