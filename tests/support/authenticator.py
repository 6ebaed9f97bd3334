"""A passkey's device as a program: makes a key, and signs what it is asked, as WebAuthn level 2 writes it."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import Engine

from server.db import writing
from tests.support.door import OURS, STRICT, app_code, come_in, member
from tests.support.web import Browser

PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """A device with one key. What it says wrongly can be set: its counter, the page's origin, the name, the flags."""

    origin: str = "http://localhost"
    name: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    kind: str = ""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.create()."""
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        made = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._head(MADE) + made}
        client = self._client(options, "webauthn.create")
        return self._written({"clientDataJSON": client, "attestationObject": cbor2.dumps(attested)})

    def show(self, options: dict[str, Any]) -> str:
        """Answer navigator.credentials.get()."""
        if self.counts:
            self.count += 1
        client, head = self._client(options, "webauthn.get"), self._head(0)
        signature = self.key.sign(head + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._written({"clientDataJSON": client, "authenticatorData": head, "signature": signature})

    def _head(self, more: int) -> bytes:
        return hashlib.sha256(self.name.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, options: dict[str, Any], kind: str) -> bytes:
        return json.dumps(
            {"type": self.kind or kind, "challenge": options["challenge"], "origin": self.origin}
        ).encode()

    def _written(self, response: dict[str, bytes]) -> str:
        parts = {name: base64url(data) for name, data in response.items()}
        id_ = base64url(self.id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": parts})


MAKE = "/masuk/pasang-langkah-kedua/kunci"


def asked(found: Browser, purpose: str, **more: Any) -> Any:
    return found.post("/masuk/kunci/tantangan", data={"purpose": purpose}, headers=OURS, **more)


def send(found: Browser, page: str, answer: str) -> Any:
    return found.post(page, data={"way": "passkey", "credential": answer}, headers=OURS)


def enrolled(app: Flask, engine: Engine, device: Device, *, also_app: bool = False) -> Browser:
    """Give the browser of somebody new who set up a passkey as their second step."""
    with writing(engine) as session:
        member(session, STRICT, app=also_app)
    found = come_in(app)
    if also_app:
        found.post("/masuk/langkah-kedua", data={"way": "app", "code": app_code()}, headers=OURS)
    assert send(found, MAKE, device.make(asked(found, "make").json)).status_code == 303
    return found
