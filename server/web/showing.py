"""Showing a page: the one way to a template, which takes cleared values only."""

from typing import Any

from flask import render_template

from server.disclosure.cleared import must_be_cleared
from server.words import Catalogue


def show(template: str, /, words: Catalogue | None = None, **views: Any) -> str:
    """Write a page from views; `words` where moments are told in another zone than the capital's. Raises Uncleared."""
    for name, value in views.items():
        must_be_cleared(name, value)
    return render_template(template, **({"words": words} if words else {}), **views)
