"""ODK Central, as Tilik uses it. With `central_session` the only file that knows pyodk, paths and status codes.

How a real Central 2026.2 behaves where one would not expect it is said at the spot; API: https://docs.getodk.org/central-api/
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import requests
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client

from server.settings import Settings
from workers.central.session import (
    PATIENCE,
    CentralProblem,
    Patience,
    TilikSession,
    as_central_has_it,
    must_be,
    server_time,
    sorted_errors,
)

CHUNK_BYTES = 65536
ENTITY_BATCH = 500
Json = dict[str, Any]


@dataclass(frozen=True)
class FeedResponse:
    """An open feed: its bytes as they come, and the moment it was opened by Central's clock."""

    chunks: Iterator[bytes]
    opened_at: str


@dataclass(frozen=True)
class FileResponse:
    """An open file: its bytes as they come (None where it has not changed), and Central's mark of its content."""

    chunks: Iterator[bytes] | None
    etag: str | None


class Central:
    """One project at one Central."""

    def __init__(self, url: str, user: str, password: str, project: int, patience: Patience = PATIENCE) -> None:
        self.project = project
        self.session = TilikSession(url, user, password, patience)
        config = Config(CentralConfig(base_url=url, username=user, password=password))
        self._client = Client(session=self.session, config=config, project_id=project)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Connect as the settings say. Raises CentralProblem where they do not name a Central."""
        if not (settings.central_url and settings.central_user and settings.central_password):
            raise CentralProblem("central_not_named", passes=False)
        if settings.central_project is None:
            raise CentralProblem("central_project_not_named", passes=False)
        password = settings.central_password.get_secret_value()
        patience = Patience(read_seconds=settings.central_seconds)
        return cls(settings.central_url, settings.central_user, password, settings.central_project, patience)

    def __enter__(self) -> Self:
        """Use it as a context manager; it logs in with the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.session.close()

    def clock(self) -> str:
        """Tell the moment by Central's own clock."""
        with self.session.ask("GET", f"projects/{self.project}") as response:
            return server_time(response)

    # ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────

    def forms(self) -> list[Json]:
        """List the project's forms: xmlFormId, version (None before the first publication), state, name."""
        return self._get(self._path())

    def form(self, form_id: str) -> Json:
        """Read one form."""
        return self._get(self._path(form_id))

    def publish(self, form_id: str, xlsx: bytes, version: str) -> bool:
        """Publish a form's definition; False where this very version is already the published one.

        A form that names `facilities.csv` is linked by Central to the entity list `facilities`, which must exist.
        """
        known = {form["xmlFormId"]: form for form in self.forms()}
        if form_id in known and known[form_id]["version"] == version:
            return False
        with sorted_errors():
            if form_id in known:
                self._client.forms.update(form_id, definition=xlsx)
            else:
                self._client.forms.create(definition=xlsx, form_id=form_id)
        return True

    # ── submissions: reading ─────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def feed(self, form_id: str, where: str | None = None) -> Iterator[FeedResponse]:
        """Open a form's submissions, newest first, repeats expanded, as one stream.

        Small pages cost Central far more than one long answer. `where` is an OData filter over __system fields; one
        that names deletedAt includes what was deleted.
        """
        params = {"$expand": "*"} | ({"$filter": where} if where else {})
        with self.session.ask("GET", f"{self._path(form_id)}.svc/Submissions", params=params, stream=True) as response:
            must_be(response, "json")
            yield FeedResponse(self._chunks(response), server_time(response))

    def count(self, form_id: str, where: str | None = None) -> int:
        """Count a form's submissions."""
        params = {"$top": "0", "$count": "true"} | ({"$filter": where} if where else {})
        answer = self._get(f"{self._path(form_id)}.svc/Submissions", params=params)
        return int(answer["@odata.count"])

    def listing(self, form_id: str, *, deleted: bool = False) -> list[Json]:
        """List all submissions of a form without their answers: instanceId, currentVersion, reviewState, dates."""
        return self._get(f"{self._path(form_id)}/submissions", params={"deleted": "true"} if deleted else None)

    @contextmanager
    def listing_stream(self, form_id: str, *, deleted: bool) -> Iterator[Iterator[bytes]]:
        """Open the same listing as one stream of bytes."""
        params = {"deleted": "true"} if deleted else None
        with self.session.ask("GET", f"{self._path(form_id)}/submissions", params=params, stream=True) as response:
            yield self._chunks(response)

    def submission(self, form_id: str, root_id: str) -> Json:
        """Read what Central knows of one submission, without its answers."""
        return self._get(self._path(form_id, root_id))

    def xml(self, form_id: str, root_id: str, instance_id: str) -> str:
        """Read a version's XML: the evidence itself, with every field its own form version had."""
        path = f"{self._path(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}.xml"
        with self.session.ask("GET", path) as response, sorted_errors():
            must_be(response, "xml")
            return response.content.decode()

    def versions(self, form_id: str, root_id: str) -> list[Json]:
        """List a submission's versions, newest first: instanceId, createdAt, current, formVersion."""
        path = f"{self._path(form_id, root_id)}/versions"
        return self._get(path, headers={"X-Extended-Metadata": "true"})

    def comments(self, form_id: str, root_id: str) -> list[Json]:
        """List a submission's comments, newest first: body, actorId, createdAt."""
        return self._get(f"{self._path(form_id, root_id)}/comments")

    def attachments(self, form_id: str, root_id: str, instance_id: str) -> list[Json]:
        """List the files a version names: name, exists."""
        return self._get(f"{self._path(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}/attachments")

    @contextmanager
    def attachment(
        self, form_id: str, root_id: str, instance_id: str, name: str, etag: str | None = None
    ) -> Iterator[FileResponse]:
        """Open a file of a version as a stream, unless it is still the one that had this ETag.

        Where Central keeps its files on S3 it sends us there, and the ETag is that store's.
        """
        version = f"{self._path(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}"
        path = f"{version}/attachments/{self.session.urlquote(name)}"
        headers = {"If-None-Match": etag} if etag else {}
        with self.session.ask("GET", path, stream=True, headers=headers) as response:
            unchanged = response.status_code == requests.codes.not_modified
            yield FileResponse(
                None if unchanged else as_central_has_it(response, self._chunks(response)), response.headers.get("ETag")
            )

    def audits(self, action: str, since: str) -> tuple[list[Json], str] | None:
        """Read the audit log's entries of a kind, newest first, and the moment; None where the account may not.

        It is the whole server's: what an entry is about is in `actee` (a form with its projectId), or nowhere.
        """
        params, headers = {"action": action, "start": since}, {"X-Extended-Metadata": "true"}
        try:
            with self.session.ask("GET", "audits", params=params, headers=headers) as response, sorted_errors():
                return response.json(), server_time(response)
        except CentralProblem as problem:
            if problem.reason.code == "central_not_allowed":
                return None
            raise

    # ── submissions: writing ─────────────────────────────────────────────────────────────────────────────────────

    def submit(self, form_id: str, xml: str, files: Mapping[str, bytes] | None = None) -> str:
        """Send a submission with its files; returns its instance id. Sending it again is refused (409)."""
        answer = self._send("POST", f"{self._path(form_id)}/submissions", xml)
        for name, content in (files or {}).items():
            self.attach(form_id, answer["instanceId"], name, content)
        return str(answer["instanceId"])

    def edit(self, form_id: str, root_id: str, xml: str) -> None:
        """Replace a submission by a new version, whose XML names the old one as deprecatedID."""
        self._send("PUT", self._path(form_id, root_id), xml)

    def attach(self, form_id: str, root_id: str, name: str, content: bytes, media_type: str = "image/jpeg") -> None:
        """Give a submission's current version a file that its XML names."""
        path = f"{self._path(form_id, root_id)}/attachments/{self.session.urlquote(name)}"
        self.session.ask("POST", path, data=content, headers={"Content-Type": media_type}).close()

    def delete(self, form_id: str, root_id: str) -> None:
        """Delete a submission; Central purges it after thirty days."""
        self.session.ask("DELETE", self._path(form_id, root_id)).close()

    def clear(self, form_id: str, root_id: str, name: str) -> None:
        """Take a file away from a submission's current version, which goes on naming it."""
        path = f"{self._path(form_id, root_id)}/attachments/{self.session.urlquote(name)}"
        self.session.ask("DELETE", path).close()

    def review(self, form_id: str, root_id: str, state: str, notes: str = "") -> None:
        """Set approved, hasIssues or rejected, with notes for Central's audit log. Approving may create entities."""
        headers = {"X-Action-Notes": self.session.urlquote(notes)} if notes else {}
        self.session.ask("PATCH", self._path(form_id, root_id), json={"reviewState": state}, headers=headers).close()

    def comment(self, form_id: str, root_id: str, body: str) -> None:
        """Write a comment. Central has no key against writing it twice: read before trying again."""
        with sorted_errors():
            self._client.submissions.add_comment(root_id, body, form_id=form_id)

    # ── entity lists ─────────────────────────────────────────────────────────────────────────────────────────────

    def ensure_entity_list(self, name: str, properties: Iterable[str]) -> None:
        """Make an entity list with these properties, or add those it lacks."""
        if name not in {found["name"] for found in self._get(self._list_path())}:
            self._add(self._list_path(), name)
        known = {prop["name"] for prop in self._get(self._list_path(name))["properties"]}
        for wanted in properties:
            if wanted not in known:
                self._add(f"{self._list_path(name)}/properties", wanted)

    def lists_requiring_approval(self) -> dict[str, list[str]]:
        """Name the entity lists to which a submission adds only once it is approved, each with its forms.

        Those are the forms whose published version writes to it; a submission of an older version may still do so.
        """
        lists = [found["name"] for found in self._get(self._list_path()) if found["approvalRequired"]]
        return {name: [form["xmlFormId"] for form in self._get(self._list_path(name))["sourceForms"]] for name in lists}

    def entities(self, name: str) -> dict[str, Json]:
        """Read all entities of a list by id, with label and properties."""
        return {row["__id"]: row for row in self._get(f"{self._list_path(name)}.svc/Entities")["value"]}

    def entity(self, name: str, entity_id: str) -> Json:
        """Read one entity; its label and data are in its currentVersion."""
        return self._get(f"{self._list_path(name)}/entities/{entity_id}")

    def create_entities(self, name: str, entities: list[Json]) -> None:
        """Create entities ({uuid, label, data}; all text; ids version 4, refused where ever taken) in batches."""
        path = f"{self._list_path(name)}/entities"
        for start in range(0, len(entities), ENTITY_BATCH):
            batch = entities[start : start + ENTITY_BATCH]
            self.session.ask("POST", path, json={"entities": batch, "source": {"name": "tilik"}}).close()

    def update_entity(self, name: str, entity: Json) -> None:
        """Overwrite an entity's label and properties."""
        body = {"label": entity["label"], "data": entity["data"]}
        path = f"{self._list_path(name)}/entities/{entity['uuid']}"
        self.session.ask("PATCH", path, params={"force": "true"}, json=body).close()

    # ── how ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _path(self, form_id: str | None = None, root_id: str | None = None) -> str:
        path = f"projects/{self.project}/forms"
        if form_id is not None:
            path += f"/{self.session.urlquote(form_id)}"
        return path if root_id is None else f"{path}/submissions/{self.session.urlquote(root_id)}"

    def _list_path(self, name: str | None = None) -> str:
        path = f"projects/{self.project}/datasets"
        return path if name is None else f"{path}/{self.session.urlquote(name)}"

    def _add(self, path: str, name: str) -> None:
        """Add something with a name; another worker may just have done so."""
        try:
            self.session.ask("POST", path, json={"name": name}).close()
        except CentralProblem as problem:
            if not problem.is_conflict:
                raise

    def _get(self, path: str, **options: Any) -> Any:
        return self.session.ask_json("GET", path, **options)

    def _send(self, method: str, path: str, xml: str) -> Json:
        headers = {"Content-Type": "application/xml"}
        answer: Json = self.session.ask_json(method, path, data=xml.encode(), headers=headers)
        return answer

    @staticmethod
    def _chunks(response: requests.Response) -> Iterator[bytes]:
        with sorted_errors():
            yield from response.iter_content(CHUNK_BYTES)


def create_project(url: str, user: str, password: str, name: str) -> int:
    """Make a project and give its number."""
    with Central(url, user, password, 0) as central:
        return int(central.session.ask_json("POST", "projects", json={"name": name})["id"])
