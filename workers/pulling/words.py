"""Fetch the words of form versions: labels are read once, from the version that was filled in.

It follows a pull and may be done any number of times. A version that cannot be had stops nothing: its answers are shown
by the names of their questions meanwhile, and it is asked for again later.
"""

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from server.aside import or_aside
from server.db import snapshot, writing
from server.forms.queries import ask_later, keep_words, without_words
from server.forms.words import FormWords
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.central.xforms import read_words
from workers.central.xml import UnreadableXml

_UNREADABLE = Reason("form_unreadable")


def fetch_words(engine: Engine, central: Central, form_pk: int, form_id: str) -> int:
    """Fetch the words that are to be asked for now of a form's versions; returns how many came."""
    with snapshot(engine) as session:
        versions = without_words(session, form_pk)
    came = 0
    for version in versions:
        found = _ask(central, form_id, version)
        with writing(engine) as session:
            if isinstance(found, Reason):
                ask_later(session, form_pk, version, found)
            else:
                keep_words(session, form_pk, version, found)
                came += 1
    return came


def _ask(central: Central, form_id: str, version: str) -> FormWords | Reason:
    try:
        xml = central.definition(form_id, version)
    except CentralProblem as problem:
        return problem.reason
    return or_aside(_read, lambda _: _UNREADABLE, xml, but=DBAPIError)


def _read(xml: str) -> FormWords | Reason:
    try:
        return read_words(xml)
    except UnreadableXml:
        return _UNREADABLE
