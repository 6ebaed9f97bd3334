"""What Central sends, as typed values. Its moments stay as it writes them: ISO 8601, UTC, milliseconds."""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple, Self

Json = dict[str, Any]
_YEARS = range(1970, 2200)
_LONGEST_STAMP, _LONGEST_TEXT, _LONGEST_REVIEW = 30, 255, 20
_LARGEST_NUMBER = 2**31 - 1
_COUNTED = ("edits", "attachmentsPresent", "attachmentsExpected")
_MAY_BE_NULL = ("updatedAt", "deletedAt", "reviewState", "formVersion", "status", "submitterName")


class FormInfo(NamedTuple):
    """A form; `version` is the published one's, or the draft's before the first publication.

    Where it `is_encrypted`, Central cannot read what comes by it.
    """

    form_id: str
    version: str | None
    state: str
    is_published: bool
    is_encrypted: bool

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["xmlFormId"], answer["version"], answer["state"], answer["publishedAt"] is not None,
                   answer.get("keyId") is not None)  # fmt: skip


class System(NamedTuple):
    """What the feed says of a submission beside its answers (`__system`); `status` is of encrypted answers.

    `device` tells the phones of one account apart, and nothing else.
    """

    submitted_at: str
    updated_at: str | None
    deleted_at: str | None
    review_state: str | None
    edits: int
    present: int
    expected: int
    form_version: str | None
    status: str | None
    submitter: str | None
    device: str | None = None

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it. Raises KeyError where a word is missing: older Centrals do not say all of it.

        Raises ValueError where something is not of its kind.
        """
        return cls(
            _stamp(answer["submissionDate"]), _stamp_or_none(answer["updatedAt"]), _stamp_or_none(answer["deletedAt"]),
            text_or_none(answer["reviewState"], _LONGEST_REVIEW), _number(answer["edits"]),
            _number(answer["attachmentsPresent"]), _number(answer["attachmentsExpected"]),
            text_or_none(answer["formVersion"]), text_or_none(answer["status"]), text_or_none(answer["submitterName"]),
            _device(answer.get("deviceId"), answer["submitterName"]),
        )  # fmt: skip

    @classmethod
    def as_far_as_it_goes(cls, answer: Any) -> Self:
        """Read what can be read of it; the rest is as if Central had not said it, `submitted_at` an empty text."""
        said = answer if isinstance(answer, dict) else {}
        known = (
            {"submissionDate": "1970-01-01T00:00:00.000Z"} | dict.fromkeys(_COUNTED, 0) | dict.fromkeys(_MAY_BE_NULL)
        )
        for name, value in said.items():
            try:
                cls.of(known | {name: value})
            except (TypeError, ValueError):
                continue
            known[name] = value
        found = cls.of(known)
        return found if found.submitted_at == said.get("submissionDate") else found._replace(submitted_at="")


def text_or_none(value: Any, longest: int = _LONGEST_TEXT) -> str | None:
    """Take a text that every database can hold, or null. Raises ValueError."""
    if value is None:
        return None
    if type(value) is not str or len(value) > longest or not is_storable(value):
        raise ValueError("no text")
    return value


def is_storable(text: str) -> bool:
    """Tell whether every database can hold a text: half a surrogate none can, a NUL not all."""
    return (text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)) and "\0" not in text


def _device(value: Any, submitter: Any) -> str | None:
    """Digest what a phone calls itself, so that it is told from another one of its account.

    Not from one of another account, and of so few digits that nobody finds the id by trying ids. It is no evidence:
    whatever it is, the submission is taken.
    """
    if type(value) is not str or not value:
        return None
    return hashlib.sha256(f"{submitter}\0{value}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _stamp(value: Any) -> str:
    moment = datetime.fromisoformat(value) if type(value) is str and len(value) <= _LONGEST_STAMP else None
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        raise ValueError("no moment")
    return str(value)


def _stamp_or_none(value: Any) -> str | None:
    return None if value is None else _stamp(value)


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise ValueError("no number")
    return value


class ListedSubmission(NamedTuple):
    """A submission in the listing, Central's other view of them."""

    root_id: str
    instance_id: str
    review_state: str | None
    updated_at: str | None
    deleted_at: str | None
    submitted_at: str

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["instanceId"], answer["currentVersion"]["instanceId"], answer["reviewState"],
                   answer["updatedAt"], answer["deletedAt"], answer["createdAt"])  # fmt: skip


class VersionInfo(NamedTuple):
    """A version of a submission, and the version of the form that it was filled in with."""

    instance_id: str
    form_version: str | None

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["instanceId"], answer.get("formVersion"))


class Comment(NamedTuple):
    """A comment on a submission."""

    body: str
    actor_id: int | None
    created_at: str

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["body"], answer["actorId"], answer["createdAt"])


class FileInfo(NamedTuple):
    """A file that a version names, and whether it has come."""

    name: str
    exists: bool

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["name"], answer["exists"])
