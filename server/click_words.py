"""What the library of the command line says by itself, in the language that is set.

Click marks its sentences for gettext, which takes compiled catalogues and the system's language. Ours lie as they are
written in `locale/click-id.po`, by Click's own English sentences; English needs none.
"""

from importlib import import_module
from typing import Any

from babel.messages.pofile import read_po

from server.words import FOLDER

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types", "utils")


def speak(language: str) -> None:
    """Let Click say its sentences in a language; one that has no catalogue, or not that sentence, stays English."""
    sentences = click_sentences(language)

    def one(text: str) -> str:
        return sentences.get(text, text)

    def many(singular: str, plural: str, count: int) -> str:
        return sentences.get(singular, singular if count == 1 else plural)

    for name in MODULES:
        module = import_module(f"click.{name}")
        module._, module.ngettext = one, many  # type: ignore[attr-defined] # Click's own names for gettext's


def click_sentences(language: str) -> dict[str, str]:
    """Read the catalogue of a language: Click's sentence (of a pair, the singular) → ours."""
    path = FOLDER / f"click-{language}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = read_po(file, locale=language)
    return {_first(message.id): _first(message.string) for message in found if message.id}


def _first(text: Any) -> str:
    return text if isinstance(text, str) else str(text[0])
