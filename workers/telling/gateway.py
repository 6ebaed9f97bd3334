"""A webhook of whoever sends to phones: POST with JSON, over TLS, signed; redirects are not followed, answers not read.

{"to": "+62812…", "text": "…", "id": "…"}      the same id again is the same message
Authorization: Bearer SECRET
X-Tilik-Time: seconds since 1970
X-Tilik-Signature: sha256=HMAC-SHA256(SECRET, time + "." + body), in hexadecimal
"""

import hashlib
import hmac
import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from server.db import now
from server.messages.outbox import Letter
from server.settings import Settings
from workers.telling.problems import ChannelProblem, Deadlines, Undelivered, no_longer_than

_LATER = frozenset({408, 425, 429})
_ABOUT_THIS = frozenset({400, 410, 413, 422})  # the gateway could not do with just this


class Gateway:
    """The gateway that the settings name; each message has a connection of its own."""

    def __init__(self, settings: Settings, deadlines: Deadlines) -> None:
        self._url = urlsplit(settings.tell_url or "")
        self._secret = settings.tell_secret.get_secret_value() if settings.tell_secret else ""
        self._deadlines = deadlines

    def send(self, letter: Letter) -> None:
        """Send a message. Raises ChannelProblem, Undelivered."""
        if not self._secret:
            raise ChannelProblem("gateway_without_secret")
        body = json.dumps({"to": letter.to, "text": letter.said.text, "id": letter.uuid}).encode()
        connection = self._connection()
        try:
            with no_longer_than(self._deadlines.exchange, lambda: connection.sock):
                connection.request("POST", self._path(), body, self._headers(body))
                status = connection.getresponse().status
        except ssl.SSLError:
            raise ChannelProblem("gateway_tls_wrong") from None
        except (HTTPException, OSError) as error:
            raise ChannelProblem("gateway_unreachable", what=type(error).__name__) from None
        finally:
            connection.close()
        _judge(status)

    def _connection(self) -> HTTPConnection:
        host, seconds = self._url.hostname or "", self._deadlines.answer
        if self._url.scheme == "https":
            return HTTPSConnection(host, self._url.port, timeout=seconds, context=ssl.create_default_context())
        return HTTPConnection(host, self._url.port, timeout=seconds)  # the settings take this machine alone

    def _path(self) -> str:
        return (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")

    def _headers(self, body: bytes) -> dict[str, str]:
        moment = str(int(now().timestamp()))
        digest = hmac.new(self._secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "User-Agent": "Tilik", "Authorization": f"Bearer {self._secret}",
                "X-Tilik-Time": moment, "X-Tilik-Signature": f"sha256={digest}"}  # fmt: skip


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in _ABOUT_THIS:
        raise Undelivered("gateway_refused", passes=False, status=str(status))
    if status in _LATER or status >= 500:
        raise Undelivered("gateway_refused", passes=True, status=str(status))
    raise ChannelProblem("gateway_wrong", status=str(status))  # a redirect, a wrong secret, another address
