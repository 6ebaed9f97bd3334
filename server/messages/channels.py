"""By which way somebody can be told: mail, else a gateway to their phone, else a person who copies a list by hand."""

from enum import StrEnum

from sqlalchemy.orm import Session

from server.people.links import DEMO
from server.people.tables import Mark, Person
from server.settings import Settings


class Channel(StrEnum):
    """What carries a message."""

    MAIL = "mail"  # SMTP
    GATEWAY = "gateway"  # a webhook of whoever sends to phones


class Topic(StrEnum):
    """Of what kind a message is."""

    WAITS = "waits"
    DAY = "day"  # visits of a day that have not come
    ALERT = "alert"
    LINK = "link"
    REGISTER = "register"  # something waits in the register of incidents


ANYHOW = frozenset({Topic.LINK, Topic.REGISTER})  # what comes to who chose not to be told


def channels(settings: Settings) -> frozenset[Channel]:
    """Name the channels for which all is set that they need."""
    found = {
        Channel.MAIL: settings.smtp_url and settings.mail_from,
        Channel.GATEWAY: settings.tell_url,  # its secret is the worker's alone
    }
    return frozenset(channel for channel, is_set in found.items() if is_set)


def channel_of(session: Session, settings: Settings, person: Person, kind: str) -> Channel | None:
    """Choose what carries a message to a person. A link into an account goes to its own address and nowhere else.

    Nothing leaves a demo: its people are made up, and their addresses may be somebody's.
    """
    ways = channels(settings) if session.get(Mark, DEMO) is None else frozenset()
    if person.email and Channel.MAIL in ways:
        return Channel.MAIL
    if person.phone and Channel.GATEWAY in ways and kind != Topic.LINK:
        return Channel.GATEWAY
    return None


def wants(person: Person, kind: str) -> bool:
    """Tell whether a person may be told: not who has gone, nor who chose not to be.

    A link they asked for comes all the same, and so does what calls whoever is on duty.
    """
    return person.ended_at is None and (person.untold_since is None or kind in ANYHOW)
