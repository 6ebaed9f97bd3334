"""Read Central's feed row by row while it streams, so that memory does not grow with the number of submissions.

The body is `{"value":[{…},{…}],"@odata.context":…}`. Only a body that has its end is a whole feed: a connection cut in
the middle leaves the oldest rows out, and must not look like a short feed.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from workers.central.session import CentralProblem
from workers.central.wire import ListedSubmission, System

Json = dict[str, Any]
_FEED, _LISTING = '{"value":[', "["  # how the two kinds of body begin
_SYSTEM = '"__system":'
_MAX_ROW_CHARACTERS = 50_000_000  # a "row" that never ends is no row
_decode_object = json.JSONDecoder().raw_decode


class FeedRow(NamedTuple):
    """One submission as the feed has it: Central's words about it, and the text of its answers.

    A first version's id is the submission's. Of an edited one the feed has the id decoded, or, where its form asks for
    none, not at all: then the submission's stands here.
    """

    root_id: str
    instance_id: str
    system: System
    text: str

    @property
    def is_encrypted(self) -> bool:
        """Tell whether the feed has no answers because they are encrypted."""
        return self.system.status is not None


def read_rows(chunks: Iterable[bytes]) -> Iterator[FeedRow]:
    """Read a feed's rows as its bytes arrive. Raises CentralProblem where the body is cut or is no feed."""
    for row, text in _objects(chunks, _FEED):
        try:
            root_id, system = row["__id"], System.of(row["__system"])
            instance_id = ((row.get("meta") or {}).get("instanceID") if system.edits else None) or root_id
            yield FeedRow(root_id, instance_id, system, _without_system(text))
        except (KeyError, AttributeError, TypeError, ValueError):
            raise CentralProblem("central_malformed", passes=True) from None


def read_listing(chunks: Iterable[bytes]) -> Iterator[ListedSubmission]:
    """Read a listing's entries as its bytes arrive. Raises CentralProblem where the body is cut or is no listing."""
    for entry, _ in _objects(chunks, _LISTING):
        try:
            yield ListedSubmission.of(entry)
        except (KeyError, TypeError):
            raise CentralProblem("central_malformed", passes=True) from None


def _without_system(text: str) -> str:
    """Cut Central's words about a submission out of its row: what is left is kept to the letter, and never changes.

    Unescaped, the key cannot stand inside an answer. Cutting spares writing the row anew, which would cost as much as
    reading it.
    """
    start = text.index(_SYSTEM)
    _, end = _decode_object(text, start + len(_SYSTEM))
    return text[:start] + text[end + 1 :] if text[end] == "," else text[: start - 1] + text[end:]


def _objects(chunks: Iterable[bytes], opening: str) -> Iterator[tuple[Json, str]]:
    """Give each row of a body, decoded and as it was written."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    text, position, opened = "", 0, False
    for chunk in chunks:
        try:
            text = text[position:] + decode(chunk)
        except UnicodeDecodeError:
            raise CentralProblem("central_malformed", passes=True) from None
        position = 0
        if not opened:
            if len(text) < len(opening):
                continue
            if not text.startswith(opening):
                raise CentralProblem("central_malformed", passes=True)
            position, opened = len(opening), True
        while text.startswith(("{", ",{"), position):
            start = position + (text[position] == ",")
            try:
                row, position = _decode_object(text, start)
            except json.JSONDecodeError:
                if len(text) - start > _MAX_ROW_CHARACTERS:
                    raise CentralProblem("central_malformed", passes=True) from None
                break  # not all of it is here yet
            yield row, text[start:position]
    _check_end(opening, text[position:])


def _check_end(opening: str, rest: str) -> None:
    """Refuse a body without its end: `],"@odata.context":"…"}` or `]`."""
    if rest.startswith("]"):
        try:
            json.loads(opening + rest)
            return
        except json.JSONDecodeError:
            pass
    raise CentralProblem("central_cut", passes=True)


def to_text(answers: Json) -> str:
    """Write answers as JSON, in ASCII: a NUL or half a surrogate is kept too, though no database takes them as text."""
    return json.dumps(answers, separators=(",", ":"))
