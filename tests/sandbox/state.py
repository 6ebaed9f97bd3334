"""What the sandbox remembers: projects, forms, submissions with their versions, entity lists, and the audit log."""

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.sandbox.xform import FormXml, SubmissionXml, entities_in, file_names, odata_answers, to_json

Json = dict[str, Any]
Files = dict[str, tuple[str, bytes] | None]  # name, then content type and bytes once they have come
ACTOR = 5


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@dataclass
class Version:
    xml: bytes
    read: SubmissionXml
    form_version: str
    created_at: str
    files: Files


@dataclass
class Submission:
    """A submission with its versions, oldest first."""

    root_id: str
    versions: list[Version]
    created_at: str
    updated_at: str | None = None
    deleted_at: str | None = None
    review_state: str | None = None
    device_id: str | None = None
    comments: list[Json] = field(default_factory=list)
    rendered: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # by instance and form version

    @property
    def current(self) -> Version:
        return self.versions[-1]

    def system(self) -> Json:
        files = self.current.files
        return {
            "submissionDate": self.created_at, "updatedAt": self.updated_at, "submitterId": str(ACTOR),
            "submitterName": "Tilik", "attachmentsPresent": sum(content is not None for content in files.values()),
            "attachmentsExpected": len(files),
            "status": "missingEncryptedFormData" if self.current.read.is_encrypted else None,
            "reviewState": self.review_state, "deviceId": self.device_id, "edits": len(self.versions) - 1,
            "formVersion": self.versions[0].form_version, "deletedAt": self.deleted_at,
        }  # fmt: skip

    def odata(self, published: FormXml) -> str:
        """Give the feed's row: answers by the published form's fields, Central's words about them, then repeats."""
        key = (self.current.read.instance_id, published.version)
        if key not in self.rendered:
            row, plain = odata_answers(self.current.read, published, self.root_id), published.root.frame()
            repeats = {name: value for name, value in row.items() if name not in plain}
            members = to_json({name: row[name] for name in plain if name in row})[1:-1]
            self.rendered[key] = (members, to_json(repeats)[1:-1])
        answers, repeats_text = self.rendered[key]
        parts = (answers, to_json({"__id": self.root_id, "__system": self.system()})[1:-1], repeats_text)
        return "{" + ",".join(filter(None, parts)) + "}"


@dataclass
class Form:
    """A form with its versions, oldest first; the last one published counts."""

    project_id: int
    form_id: str
    created_at: str
    published: list[FormXml] = field(default_factory=list)
    draft: FormXml | None = None
    state: str = "open"
    submissions: dict[str, Submission] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)  # files that are entity lists
    deleted_at: str | None = None

    def newest_first(self) -> list[Submission]:
        return list(reversed(self.submissions.values()))


@dataclass
class EntityList:
    name: str
    properties: list[str] = field(default_factory=list)
    entities: dict[str, Json | None] = field(default_factory=dict)  # None: deleted, and its id stays taken
    approval: bool = False  # before a submission adds to it
    access_filter: Json | None = None
    deleted: dict[str, Json] = field(default_factory=dict)  # what an entity was that can be restored

    def feed(self) -> list[Json]:
        return [entity for entity in self.entities.values() if entity]


@dataclass
class Project:
    id: int
    name: str
    forms: dict[str, Form] = field(default_factory=dict)
    lists: dict[str, EntityList] = field(default_factory=dict)
    trash: list[Form] = field(default_factory=list)  # deleted forms; a form's number is its place, from 1
    deleted_lists: list[EntityList] = field(default_factory=list)
    key: str | None = None  # what a form's version says while submissions are encrypted
    app_users: list[Json] = field(default_factory=list)
    actor_properties: list[str] = field(default_factory=list)

    def trashed(self, form_id: str) -> list[Form]:
        """Forms of this id that were deleted: their versions stay taken, and one view still shows what they brought."""
        return [form for form in reversed(self.trash) if form.form_id == form_id and form.deleted_at]

    def make_entities(self, submission: Submission, *, approved: bool) -> None:
        """Make the entities a submission asks for (their labels only), where it has come as far as the list wants."""
        for name, entity in entities_in(submission.current.read):
            if name in self.lists and self.lists[name].approval is approved:
                self.lists[name].entities.setdefault(entity["uuid"], entity)


class State:
    def __init__(self, user: str, password: str) -> None:
        self.user, self.password, self.lock = user, password, threading.RLock()
        self.tokens: set[str] = set()
        self.projects: dict[int, Project] = {}
        self.audits: list[Json] = []

    def add_project(self, name: str) -> Project:
        number = len(self.projects) + 1
        return self.projects.setdefault(number, Project(number, name))

    def phones(self) -> dict[str, Json]:
        return {user["token"]: user for project in self.projects.values() for user in project.app_users}

    def log(self, action: str, form: Form, details: Json, notes: str | None = None) -> None:
        actee = {"projectId": form.project_id, "xmlFormId": form.form_id}
        entry = {"action": action, "actee": actee, "details": details, "notes": notes, "loggedAt": moment()}
        self.audits.append(entry)

    def create(self, form: Form, read: SubmissionXml, xml: bytes, device: str | None = None) -> Submission:
        version, root = self._version(form, read, xml, {}), read.instance_id
        submission = form.submissions[root] = Submission(root, [version], version.created_at, device_id=device)
        self.log("submission.create", form, {"instanceId": submission.root_id})
        return submission

    def edit(self, form: Form, submission: Submission, read: SubmissionXml, xml: bytes) -> None:
        """Take a new version; files of the old one that it still names go over."""
        version = self._version(form, read, xml, submission.current.files)
        submission.versions.append(version)
        submission.updated_at, submission.review_state = version.created_at, "edited"
        self.log("submission.update.version", form, {"instanceId": submission.root_id})

    @staticmethod
    def _version(form: Form, read: SubmissionXml, xml: bytes, old_files: Files) -> Version:
        written_for = next(version for version in form.published if version.version == read.version)
        files = {name: old_files.get(name) for name in file_names(read, written_for)}
        return Version(xml, read, written_for.version, moment(), files)

    def purge(self, form: Form) -> None:
        """Forget what was deleted, as Central does after thirty days."""
        form.submissions = {root: s for root, s in form.submissions.items() if not s.deleted_at}
        details = {"submissions_deleted": 1}
        self.audits.append({"action": "submission.purge", "actee": None, "details": details, "notes": None,
                            "loggedAt": moment()})  # fmt: skip
