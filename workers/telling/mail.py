"""Mail by SMTP: over TLS whose certificate is verified; within this machine itself also without.

Codes that begin with 4 mean later, with 5 never (RFC 5321, 4.2.1). A message keeps its Message-ID however often it is
sent, so that a mailbox may know it again.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from server.db import now
from server.messages.outbox import Letter
from server.settings import Settings, is_mail_address
from workers.telling.problems import ChannelProblem, Deadlines, Undelivered, is_here, no_longer_than

_PORTS = {"smtp": 587, "smtps": 465}


class Mail:
    """A connection to the mail server that the settings name, made for the first message and kept for the others."""

    def __init__(self, settings: Settings, deadlines: Deadlines) -> None:
        self._url, self._from = urlsplit(settings.smtp_url or ""), settings.mail_from or ""
        self._password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
        self._deadlines = deadlines
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Use it as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection, without QUIT: each message was answered, and nobody needs to wait for this answer."""
        if self._server is not None:
            self._server.close()

    def send(self, letter: Letter) -> None:
        """Send a message. Raises ChannelProblem, Undelivered."""
        message = written(letter, self._from)
        with _sorted_errors():
            if self._server is None:
                self._server = self._connected()
            server = self._server
            with no_longer_than(self._deadlines.exchange, lambda: server.sock):
                server.send_message(message, self._from, [letter.to])

    def _connected(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        server = self._unconnected()
        server._host = host  # type: ignore[attr-defined] # whom TLS expects; only a constructor that connects sets it
        with ExitStack() as undo:
            undo.callback(server.close)
            with no_longer_than(self._deadlines.exchange, lambda: server.sock):
                server.connect(host, port)
                self._open(server, host)
            undo.pop_all()
        return server

    def _unconnected(self) -> smtplib.SMTP:
        name, seconds = _domain(self._from), self._deadlines.answer  # says hello by that: this machine's name is ours
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(local_hostname=name, timeout=seconds, context=ssl.create_default_context())
        return smtplib.SMTP(local_hostname=name, timeout=seconds)

    def _open(self, server: smtplib.SMTP, host: str) -> None:
        """Go over to TLS, and only then log in. Raises ChannelProblem where the server, or who is between, has none."""
        if self._url.scheme == "smtp" and not is_here(host):
            server.ehlo_or_helo_if_needed()
            if not server.has_extn("starttls"):
                raise ChannelProblem("mail_without_tls")
            server.starttls(context=ssl.create_default_context())
        if self._url.username is not None:
            server.login(unquote(self._url.username), self._password)


def written(letter: Letter, sender: str) -> EmailMessage:
    """Write a message for one address alone. Raises Undelivered for an address that no mail server would take."""
    if not is_mail_address(letter.to):
        raise Undelivered("mail_address_odd", passes=False)
    message = EmailMessage(policy=SMTP)  # refuses a line's end in a header
    name, _, domain = letter.to.rpartition("@")
    message["From"], message["To"] = sender, Address(username=name, domain=domain)
    message["Subject"], message["Date"] = letter.said.subject, format_datetime(now())
    message["Message-ID"] = f"<{letter.uuid}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is told to it
    message.set_content(letter.said.text)
    return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


@contextmanager
def _sorted_errors() -> Iterator[None]:
    """Tell what is about one message from what is about the server, whose own words are not kept."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code, _ = next(iter(refused.recipients.values()))
        raise _undelivered(code) from None
    except smtplib.SMTPDataError as refused:
        raise _undelivered(refused.smtp_code) from None
    except smtplib.SMTPAuthenticationError as refused:
        raise ChannelProblem("mail_login_refused", status=str(refused.smtp_code)) from None
    except smtplib.SMTPResponseException as refused:  # greeting, hello, STARTTLS, sender
        raise ChannelProblem("mail_server_refuses", status=str(refused.smtp_code)) from None
    except ssl.SSLError:
        raise ChannelProblem("mail_tls_wrong") from None
    except (smtplib.SMTPException, OSError) as error:
        raise ChannelProblem("mail_unreachable", what=type(error).__name__) from None


def _undelivered(code: int) -> Undelivered:
    return Undelivered("mail_refused", passes=code < 500, status=str(code))
