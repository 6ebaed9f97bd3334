"""A provider of accounts on loopback, which says whatever a test has it say; it signs with a key of its own."""

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, CLIENT_SECRET = "tilik", "rahasia-klien"


@dataclass
class Provider:
    """What the provider says next: changes to the ID token's claims and head, and to what it says of itself."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    itself: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)  # by path: said instead of what belongs there
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    signing: Any = None
    algorithm: str = "RS256"
    asked: dict[str, str] = field(default_factory=dict)  # the authorization request, as the browser brought it
    given: dict[str, str] = field(default_factory=dict)  # the token request
    seen: list[str] = field(default_factory=list)

    def token(self) -> str:
        """Write the ID token."""
        moment = int(time.time())
        claims = {
            "iss": self.url, "sub": "orang-1", "aud": CLIENT, "iat": moment, "exp": moment + 300,
            "nonce": self.asked.get("nonce"), "email": "bu.rekaan@example.id", "email_verified": True,
        }  # fmt: skip
        said = {name: value for name, value in (claims | self.claims).items() if value is not None}
        head = {"alg": self.algorithm, "kid": "1"} | self.head
        if self.algorithm in ("none", "HS256"):  # without a signature, or with one that our own public key makes
            unsigned = ".".join(_encoded(json.dumps(part).encode()) for part in (head, said))
            mark = hmac.digest(self._published(), unsigned.encode(), "sha256") if self.algorithm == "HS256" else b""
            return f"{unsigned}.{_encoded(mark)}"
        return str(jws.serialize_compact(head, json.dumps(said).encode(), self.signing or self.key,
                                         algorithms=[self.algorithm],
                                         registry=jws.JWSRegistry(algorithms=[self.algorithm],
                                                                  strict_check_header=False)))  # fmt: skip

    def _published(self) -> bytes:
        return self.key.raw_value if isinstance(self.key, OctKey) else self.key.as_pem(private=False)

    def about(self) -> dict[str, Any]:
        """Say where everything is."""
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/auth", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks", "end_session_endpoint": f"{self.url}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | self.itself  # fmt: skip

    def bring_back(self, location: str) -> str:
        """Take the browser's request to log in, and give where it is sent back to."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        back = urlsplit(self.asked["redirect_uri"])
        return f"{back.path}?code={secrets.token_hex(8)}&state={self.asked['state']}"


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on loopback."""
    found = Provider()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.seen.append(self.path)
            said = {
                "/.well-known/openid-configuration": found.about,
                "/jwks": lambda: KeySet([found.key]).as_dict(private=isinstance(found.key, OctKey)),
            }
            self._say(said.get(self.path, dict)())

        def do_POST(self) -> None:
            found.seen.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.given = {name: values[0] for name, values in parse_qs(body).items()}
            token = {"access_token": "a" * 20, "token_type": "Bearer", "id_token": found.token()}
            said = token | found.answer
            self._say({name: value for name, value in said.items() if value is not None})

        def _say(self, said: Any) -> None:
            body = found.raw.get(self.path, json.dumps(said).encode())
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
