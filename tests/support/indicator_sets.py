"""The indicator sets that tests go by: Tilik's own, and one that is made up, unlike it wherever it can be."""

import io
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from server.rulebook import load_kinds
from server.sets.book import set_book
from server.words import catalogue
from tests.support.web import Browser
from verification.sets.indicators import IndicatorSet, read_indicator_set

OURS = {"Origin": "http://localhost"}


@cache
def made_up_set() -> IndicatorSet:
    """Give the made-up set: no regulation says it."""
    file = Path(__file__).parent / "sets/contoh-24.toml"
    return read_indicator_set(tomllib.loads(file.read_text("utf-8")), load_kinds())


@cache
def made_up_book() -> bytes:
    """Give the made-up set as the workbook that somebody brings."""
    return set_book(made_up_set(), catalogue("id"))


def looked_at(web: Browser, book: bytes | None = None) -> str:
    """Bring a workbook to the page; gives what its button sends to have the set kept."""
    answer = brought(web, book or made_up_book())
    packed = re.search(r'name="packed" value="([^"]+)"', answer.text)
    assert packed, answer.text
    return packed[1]


def brought(web: Browser, book: bytes, name: str = "perangkat.xlsx") -> Any:
    """Bring a workbook to the page, and see what it says."""
    return web.post("/perangkat", data={"buku": (io.BytesIO(book), name)}, headers=OURS)
