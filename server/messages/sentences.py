"""What is said: that something waits, and where to log in. Nothing of what it is, in either language.

The one exception is a link into one's own account, by mail to its own address: without it nobody could be let in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.messages.channels import Topic
from server.settings import Settings
from server.web.addresses import base_address, link_address
from server.words import LANGUAGES, catalogue

_PORT = 8000  # of `tilik serve`, where the pages have no name
_WAITS = ("message.waits_subject", "message.waits")
_LINK = ("message.link_subject", "message.link")
_REGISTER = ("message.register_subject", "message.register")
_SENTENCES: Mapping[str, tuple[str, str]] = {Topic.LINK: _LINK, Topic.REGISTER: _REGISTER}
CALLED = "/register/panggilan"  # where whoever is called sees whether something waits for them


@dataclass(frozen=True)
class Said:
    """What a message says: a subject for mail, and the text."""

    subject: str
    text: str


def said(settings: Settings, kind: str, language: str, token: str = "") -> Said:
    """Say a message in a person's language first. `token` opens their door, where it is a link."""
    page = link_address(settings, _PORT, token) if kind == Topic.LINK else base_address(settings, _PORT)
    page += CALLED if kind == Topic.REGISTER else ""
    first = language if language in LANGUAGES else LANGUAGES[0]
    in_order = sorted(LANGUAGES, key=lambda one: one != first)
    subject, sentence = _SENTENCES.get(kind, _WAITS)
    text = "\n\n".join(catalogue(one).say(sentence, address=page) for one in in_order)
    return Said(catalogue(first).say(subject), f"{text}\n")
