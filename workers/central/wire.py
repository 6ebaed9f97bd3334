"""What Central sends, as typed values. Its moments stay as it writes them: ISO 8601, UTC, milliseconds."""

from typing import Any, NamedTuple, Self

Json = dict[str, Any]


class FormInfo(NamedTuple):
    """A form; `version` is the published one's, or the draft's before the first publication."""

    form_id: str
    version: str | None
    state: str
    is_published: bool

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it."""
        return cls(answer["xmlFormId"], answer["version"], answer["state"], answer["publishedAt"] is not None)


class System(NamedTuple):
    """What the feed says of a submission beside its answers (`__system`); `status` is of encrypted answers."""

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

    @classmethod
    def of(cls, answer: Json) -> Self:
        """Read it. Raises KeyError or TypeError where something is missing: older Centrals do not say all of it."""
        return cls(
            answer["submissionDate"], answer["updatedAt"], answer["deletedAt"], answer["reviewState"], answer["edits"],
            answer["attachmentsPresent"], answer["attachmentsExpected"], answer["formVersion"], answer["status"],
            answer["submitterName"],
        )  # fmt: skip


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
