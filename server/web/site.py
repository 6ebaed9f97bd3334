"""What this application's pages are made from, and in which language they speak."""

from dataclasses import dataclass

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy import Engine

from server.settings import Settings
from server.words import LANGUAGES, Catalogue, catalogue

_LANGUAGE = "language"


@dataclass(frozen=True)
class Site:
    """What the pages are made from."""

    engine: Engine
    settings: Settings
    published: bool = False  # to others, under its name and over TLS; else to this machine only


def site() -> Site:
    """Give what this application's pages are made from."""
    found: Site = current_app.extensions["tilik"]
    return found


def chosen_words() -> Catalogue:
    """Give the catalogue of the language asked for; else of who is there, of this browser, or the first of the pages.

    An address may ask for a language (`lang=`), as links do that are sent to others; it is not remembered then.
    """
    kept = g.get("language") or cookie.get(_LANGUAGE)
    return catalogue(request.args.get("lang") or kept or site().settings.language)


def remember_language(language: str) -> None:
    """Remember in this browser which language was chosen; one that there is none of is not."""
    if language in LANGUAGES:
        cookie[_LANGUAGE] = language
