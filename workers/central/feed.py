"""Read Central's feed row by row while it streams, so that memory does not grow with the number of submissions.

The body is `{"value":[{…},{…}],"@odata.context":…}`. Only a body that has its end is a whole feed: a connection cut in
the middle leaves the oldest rows out, and must not look like a short feed.

Whatever is wrong with one row is said of that row, and its text is kept as it came.
"""

import codecs
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import starmap
from typing import Any, NamedTuple

from verification.reason import Reason
from workers.central.session import CentralProblem
from workers.central.wire import ListedSubmission, System, text_or_none

Json = dict[str, Any]
_FEED, _LISTING = '{"value":[', "["  # how the two kinds of body begin
_SYSTEM = '"__system":'
MAX_ROW_CHARACTERS = 5_000_000  # a visit's has some 2,000
_WITHOUT_WORDS = 3  # so many rows that lack a word, and none that has all: that is how this Central writes
_decode_object = json.JSONDecoder().raw_decode
_IDENTITY = re.compile(r'"__id":("(?:[^"\\]|\\.)*"),"__system":(?={)')
_OF_STRUCTURE = re.compile(r'[{}\[\]]|"(?:[^"\\]++|\\.)*+(?:"|(\\?\Z))', re.DOTALL)
_TAIL = 10_000  # Central's words about a submission are shorter


class FeedRow(NamedTuple):
    """One submission as the feed has it: Central's words about it, and the text of its answers.

    A first version's id is the submission's. Of an edited one the feed has the id decoded, or, where its form asks for
    none, not at all: then the submission's stands here.
    `problem` says what is wrong with it; `text` is empty where it is too large to be kept, and `system.submitted_at`
    where Central's words cannot be read.
    """

    root_id: str
    instance_id: str
    system: System
    text: str
    problem: Reason | None = None

    @property
    def is_encrypted(self) -> bool:
        """Tell whether the feed has no answers because they are encrypted."""
        return self.system.status is not None


class _LacksWords(Exception):
    """A row in which Central does not say all that Tilik asks for."""


def read_rows(chunks: Iterable[bytes]) -> Iterator[FeedRow]:
    """Read a feed's rows as its bytes arrive. Raises CentralProblem where the body is cut or is no feed.

    It is also raised where no row has all of Central's words: that is an older Central, and not a row that is odd.
    """
    without_words: list[tuple[str, Json | None]] | None = []
    for row, text in _objects(chunks, _FEED):
        try:
            found = _as_row(row, text)
        except _LacksWords:
            if without_words is None:
                yield _odd_row(text, row)
            elif len(without_words) == _WITHOUT_WORDS:
                break
            else:
                without_words.append((text, row))
            continue
        if without_words and found.problem is None:
            yield from starmap(_odd_row, without_words)
        if found.problem is None:
            without_words = None
        yield found
    if without_words:
        raise CentralProblem("central_malformed", passes=True)


def read_listing(chunks: Iterable[bytes]) -> Iterator[ListedSubmission]:
    """Read a listing's entries as its bytes arrive. Raises CentralProblem where the body is cut or is no listing.

    An entry that cannot be read is no neighbour's: left out, its submission would be taken for gone.
    """
    for entry, _ in _objects(chunks, _LISTING):
        try:
            yield ListedSubmission.of(entry or {})
        except (KeyError, TypeError):
            raise CentralProblem("central_malformed", passes=True) from None


# ── one row ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_row(row: Json | None, text: str) -> FeedRow:
    """Read a row: decoded, or None where it cannot be; and its text, "" where that is too large."""
    if not text or len(text) > MAX_ROW_CHARACTERS:
        too_large = Reason("submission_too_large", {"limit": MAX_ROW_CHARACTERS // 10**6})
        return _odd_row(text, row, too_large)._replace(text="")
    if row is None:
        return _odd_row(text)
    try:
        root_id, system = _id(row["__id"]), System.of(row["__system"])
        said = _id((row.get("meta") or {}).get("instanceID") or root_id)
        instance_id = said if system.edits else root_id
        text.encode()
        return FeedRow(root_id, instance_id, system, _without_system(text))
    except KeyError:
        raise _LacksWords from None
    except (AttributeError, TypeError, ValueError, RecursionError):
        return _odd_row(text, row)


def _id(value: Any) -> str:
    found = text_or_none(value)
    if not found:
        raise ValueError("no id")
    return found


def _odd_row(text: str, row: Json | None = None, problem: Reason = Reason("unreadable_row")) -> FeedRow:  # noqa: B008
    """Give a row in which something is wrong: known by its id, else by a digest of what it is."""
    said = row or _said_by_itself(text)
    system = System.as_far_as_it_goes(said.get("__system"))
    try:
        root_id = _id(said.get("__id"))
    except ValueError:
        digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
        root_id = f"unreadable:{digest[:32]}"
    return FeedRow(root_id, root_id, system, _storable(text), problem)


def _said_by_itself(text: str) -> Json:
    """Read Central's words from a row that cannot be decoded: unescaped they stand in no answer."""
    try:
        found = _IDENTITY.search(text)
        return {"__id": json.loads(found[1]), "__system": _decode_object(text, found.end())[0]} if found else {}
    except (ValueError, RecursionError):
        return {}


def _storable(text: str) -> str:
    """Write what no database could hold as JSON would escape it."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\u0000")


def _without_system(text: str) -> str:
    """Cut Central's words about a submission out of its row: what is left is kept to the letter, and never changes.

    Unescaped, the key cannot stand inside an answer. Cutting spares writing the row anew, which would cost as much as
    reading it.
    """
    start = text.index(_SYSTEM)
    _, end = _decode_object(text, start + len(_SYSTEM))
    return text[:start] + text[end + 1 :] if text[end] == "," else text[: start - 1] + text[end:]


# ── rows in a stream ─────────────────────────────────────────────────────────────────────────────────────────────
def _objects(chunks: Iterable[bytes], opening: str) -> Iterator[tuple[Json | None, str]]:
    """Give each row of a body, decoded (None where that is impossible) and as it was written.

    Of a row that is too large only Central's words, and no text. Raises CentralProblem where the rows have no end.
    """
    pieces, text, opened, enough = _pieces(chunks), "", False, len(opening)
    for piece in pieces:
        text += piece
        if piece and len(text) < enough:
            continue
        if not opened:
            opened, text = True, _without_opening(text, opening)
        position, is_whole = 0, True
        while text.startswith(("{", ",{"), position):
            start = position + (text[position] == ",")
            row, end = _next_row(text, start)
            if is_whole := end is not None:
                position = end or 0
                yield row, text[start:position]
                continue
            break
        text = text[position:]
        if len(text) > MAX_ROW_CHARACTERS and not is_whole:
            said, text = _pass_over(text.removeprefix(","), pieces)
            yield said, ""
        enough = 0 if is_whole else 2 * len(text)  # a long row is not tried again with every piece of it
    _check_end(opening, text)


def _pieces(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decode a body; bytes that are no UTF-8 become half surrogates. The end is an empty piece."""
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    yield from filter(None, map(decode, chunks))
    yield ""


def _without_opening(text: str, opening: str) -> str:
    if not text.startswith(opening):
        raise CentralProblem("central_cut" if opening.startswith(text) else "central_malformed", passes=True)
    return text[len(opening) :]


def _next_row(text: str, start: int) -> tuple[Json | None, int | None]:
    """Decode a row; (None, its end) where it cannot be decoded and others follow, (None, None) where it has no end."""
    try:
        return _decode_object(text, start)
    except (ValueError, RecursionError):
        end, _, _ = _find_end(text, start, [])
        return None, end if end and text[end : end + 1] in (",", "]") else None


def _find_end(text: str, start: int, opened: list[str]) -> tuple[int | None, list[str], str]:
    """Find where an object ends; else what is open in it by then, and the beginning of a text that is unfinished.

    Raises CentralProblem where what is opened and what is closed do not match: that is no row, and no neighbour's.
    """
    for found in _OF_STRUCTURE.finditer(text, start):
        sign = found[0][0]
        if sign == '"':
            if found[1] is not None:
                return None, opened, '"' + found[1]
        elif sign in "{[":
            opened.append("}" if sign == "{" else "]")
        elif not opened or opened.pop() != sign:
            raise CentralProblem("central_malformed", passes=True)
        elif not opened:
            return found.end(), opened, ""
    return None, opened, ""


def _pass_over(text: str, pieces: Iterator[str]) -> tuple[Json, str]:
    """Pass over a row that is too large; gives Central's words about it, and what follows."""
    window, opened, unfinished = "", list[str](), ""
    said: Json = {}
    while True:
        end, opened, carried = _find_end(unfinished + text, 0, opened)
        inside = len(text) if end is None else end - len(unfinished)
        window = window[-_TAIL:] + text[:inside]
        said = said or _said_by_itself(window)
        if end is not None or not (following := next(pieces, "")):
            return said, text[inside:]
        text, unfinished = following, carried


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
