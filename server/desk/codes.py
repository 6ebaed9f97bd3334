"""The codes by which a form without a line names a document and its reader.

A document's says nothing that its row does not: it is digested from what the document is known by, so that it stays
when its row is made anew. A reader's is keyed, and shown to that reader alone: nobody can write in another's name.
The last sign of both is a check, which the form reckons too, so that what is mistyped is refused at once.
"""

import hashlib
import hmac

from server.legible import LEGIBLE

_OF_DOCUMENT, _OF_READER = 7, 8  # signs before the check: some 34 thousand million, and a million million


def document_code(part: tuple[str, str], indicator: int, number: str, question: str) -> str:
    """Give the code of a document and a question; `number` as it is compared."""
    known = "\n".join(("document", *part, str(indicator), number, question))
    return _written("D", hashlib.sha256(known.encode()).digest(), _OF_DOCUMENT)


def reader_code(key: str, person_id: int, round_id: str) -> str:
    """Give a reader's code in a round; `key` is the server's (`server.web.secret`)."""
    mine = hmac.new(key.encode(), f"desk reader {person_id} in {round_id}".encode(), "sha256")
    return _written("P", mine.digest(), _OF_READER)


def _written(kind: str, digest: bytes, length: int) -> str:
    signs = "".join(LEGIBLE[byte % len(LEGIBLE)] for byte in digest[:length])
    return f"{kind}-{signs}{_check(signs)}"


def _check(signs: str) -> str:
    """Weigh the signs by 1, 3, 5, …: odd weights tell any one sign that is another."""
    total = sum((2 * place + 1) * LEGIBLE.index(sign) for place, sign in enumerate(signs))
    return LEGIBLE[total % len(LEGIBLE)]
