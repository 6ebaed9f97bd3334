"""What this application's pages are made from, and in which language they speak."""

from dataclasses import dataclass

from flask import current_app, request
from sqlalchemy import Engine

from server.settings import Settings
from server.words import Catalogue, catalogue


@dataclass(frozen=True)
class Site:
    """What the pages are made from."""

    engine: Engine
    settings: Settings


def site() -> Site:
    """Give what this application's pages are made from."""
    found: Site = current_app.extensions["tilik"]
    return found


def chosen_words() -> Catalogue:
    """Give the catalogue of the language asked for, Bahasa Indonesia first."""
    return catalogue(request.args.get("lang", site().settings.language))
