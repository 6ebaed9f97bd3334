"""Which signs the visits of a list have: to choose by, and in words. Lists are for those who may see submissions.

A photograph that was sent in another district too is no result's sign: it is looked up on the page of a visit.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.results.tables import VisitResult
from server.visits.shown import rate_of, said_of
from server.web.facets import Facets
from verification.flags.flag import Flag

KEPT = cast(VisitResult.flags, String)  # one text for each visit, so that all are counted in one statement


@view
class SignHere:
    """A sign, what it says, how many visits have it, and how often honest ones do."""

    code: Cleared
    label: Cleared
    text: Cleared
    rate: Cleared
    count: int


def has_sign(code: str) -> ColumnElement[bool]:
    """Ask for visits that have a sign."""
    return KEPT.contains(f'"{code}"', autoescape=True)


def counted(facets: Facets) -> dict[str, int]:
    """Count the visits that have each sign, in the signs' order."""
    found = Counter[str]()
    for text, one in facets.of("sign").items():
        found.update(dict.fromkeys(codes_of(json.loads(text)), one.count))
    return {flag.value: found[flag] for flag in Flag if found[flag]}


def codes_of(kept: Sequence[Sequence[Any]] | None) -> list[str]:
    """Name the signs of a visit, each once; one that is no longer known is left out."""
    return list(dict.fromkeys(code for code, *_ in kept or () if code in set(Flag)))


def signs_here(facets: Facets, chosen: str | None, clear: Clearance) -> Iterator[SignHere]:
    """Say which signs there are, or the one that was chosen."""
    for code, count in counted(facets).items():
        if chosen in (None, code):
            flag = Flag(code)
            yield SignHere(clear.id(code), clear.say(f"sign.{code}"), said_of(flag, clear), rate_of(flag, clear), count)
