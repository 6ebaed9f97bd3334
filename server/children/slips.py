"""The codes on slips of paper, to be cut out and drawn by the children themselves."""

from collections.abc import Sequence

from server.papers.printing import paper
from server.phones.collect import picture
from server.words import catalogue

LINES = 4  # what a slip says below its code


def slips_as_pdf(codes: Sequence[str], address: str) -> bytes:
    """Print a slip for each code; `address` is that of the children's page. Raises NotPrinted.

    The code stands behind the # of the picture's address, which no browser sends to a server.
    """
    words = catalogue("id")
    pictures = {f"{number}.svg": picture(f"{address}#{code}") for number, code in enumerate(codes)}
    slips = [{"code": code, "picture": name} for code, name in zip(codes, pictures, strict=True)]
    told = {"heading": words.say("slip.heading"), "address": address.partition("://")[2].rstrip("/"),
            "lines": [words.say(f"slip.line_{line}") for line in range(1, LINES + 1)]}  # fmt: skip
    return paper("slips.typ", {"slips": slips, "words": told}, pictures)
