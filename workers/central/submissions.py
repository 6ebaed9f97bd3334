"""The submissions of a project: reading and writing them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from workers.central.connection import Connection
from workers.central.session import (
    CentralProblem,
    as_central_has_it,
    mark_of,
    must_be,
    server_time,
    sorted_errors,
)
from workers.central.wire import Comment, FileInfo, Json, ListedSubmission, VersionInfo


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


class Submissions(Connection):
    """A project's submissions."""

    @contextmanager
    def feed(self, form_id: str, where: str | None = None) -> Iterator[FeedResponse]:
        """Open a form's submissions, newest first, repeats expanded, as one stream.

        Small pages cost Central far more than one long answer. `where` is an OData filter over __system fields; one
        that names deletedAt includes what was deleted.
        """
        params = {"$expand": "*"} | ({"$filter": where} if where else {})
        with self.session.ask(
            "GET", f"{self.path_of(form_id)}.svc/Submissions", params=params, stream=True
        ) as response:
            must_be(response, "json")
            yield FeedResponse(self.chunks_of(response), server_time(response))

    def count(self, form_id: str, where: str | None = None) -> int:
        """Count a form's submissions."""
        params = {"$top": "0", "$count": "true"} | ({"$filter": where} if where else {})
        answer = self.ask_for(f"{self.path_of(form_id)}.svc/Submissions", params=params)
        return int(answer["@odata.count"])

    @contextmanager
    def listing_stream(self, form_id: str, *, deleted: bool) -> Iterator[Iterator[bytes]]:
        """Open the list of a form's submissions, without their answers, as one stream of bytes."""
        params = {"deleted": "true"} if deleted else None
        with self.session.ask("GET", f"{self.path_of(form_id)}/submissions", params=params, stream=True) as response:
            yield self.chunks_of(response)

    def ids(self, form_id: str) -> list[str]:
        """Name a form's submissions, but for those that were deleted."""
        return self.read_each(f"{self.path_of(form_id)}/submissions", lambda one: str(one["instanceId"]))

    def submission(self, form_id: str, root_id: str) -> ListedSubmission:
        """Read what Central knows of one submission, without its answers."""
        return self.read(self.path_of(form_id, root_id), ListedSubmission.of)

    def xml(self, form_id: str, root_id: str, instance_id: str) -> str:
        """Read a version's XML: the evidence itself, with every field its own form version had.

        Whatever encoding it declares, Central reads its bytes as UTF-8. Of one that is too large to be read, the
        beginning.
        """
        return self.xml_at(f"{self.path_of(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}.xml")

    def versions(self, form_id: str, root_id: str) -> list[VersionInfo]:
        """List a submission's versions, newest first."""
        path = f"{self.path_of(form_id, root_id)}/versions"
        return self.read_each(path, VersionInfo.of, headers={"X-Extended-Metadata": "true"})

    def comments(self, form_id: str, root_id: str) -> list[Comment]:
        """List a submission's comments, newest first."""
        return self.read_each(f"{self.path_of(form_id, root_id)}/comments", Comment.of)

    def attachments(self, form_id: str, root_id: str, instance_id: str) -> list[FileInfo]:
        """List the files a version names."""
        path = f"{self.path_of(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}/attachments"
        return self.read_each(path, FileInfo.of)

    @contextmanager
    def attachment(
        self, form_id: str, root_id: str, instance_id: str, name: str, etag: str | None = None
    ) -> Iterator[FileResponse]:
        """Open a file of a version as a stream, unless it is still the one that had this ETag.

        Where Central keeps its files on S3 it sends us there, and the ETag is that store's.
        """
        version = f"{self.path_of(form_id, root_id)}/versions/{self.session.urlquote(instance_id)}"
        path = f"{version}/attachments/{self.session.urlquote(name)}"
        headers = {"If-None-Match": mark_of(etag)} if etag else {}
        with self.session.ask("GET", path, stream=True, headers=headers, allow_redirects=True) as response:
            unchanged = response.status_code == requests.codes.not_modified
            yield FileResponse(
                None if unchanged else as_central_has_it(response, self.chunks_of(response)),
                mark_of(response.headers.get("ETag")) or None,
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

    def submit(self, form_id: str, xml: str, files: Mapping[str, bytes] | None = None) -> str:
        """Send a submission with its files; returns its instance id. Sending it again is refused (409)."""
        answer = self._send("POST", f"{self.path_of(form_id)}/submissions", xml)
        for name, content in (files or {}).items():
            self.attach(form_id, answer["instanceId"], name, content)
        return str(answer["instanceId"])

    def edit(self, form_id: str, root_id: str, xml: str) -> None:
        """Replace a submission by a new version, whose XML names the old one as deprecatedID."""
        self._send("PUT", self.path_of(form_id, root_id), xml)

    def attach(self, form_id: str, root_id: str, name: str, content: bytes, media_type: str = "image/jpeg") -> None:
        """Give a submission's current version a file that its XML names."""
        path = f"{self.path_of(form_id, root_id)}/attachments/{self.session.urlquote(name)}"
        self.session.ask("POST", path, data=content, headers={"Content-Type": media_type}).close()

    def delete(self, form_id: str, root_id: str) -> None:
        """Delete a submission; Central purges it after thirty days."""
        self.session.ask("DELETE", self.path_of(form_id, root_id)).close()

    def clear(self, form_id: str, root_id: str, name: str) -> None:
        """Take a file away from a submission's current version, which goes on naming it."""
        path = f"{self.path_of(form_id, root_id)}/attachments/{self.session.urlquote(name)}"
        self.session.ask("DELETE", path).close()

    def review(self, form_id: str, root_id: str, state: str, notes: str = "") -> None:
        """Set approved, hasIssues or rejected, with notes for Central's audit log. Approving may create entities."""
        headers = {"X-Action-Notes": self.session.urlquote(notes)} if notes else {}
        self.session.ask("PATCH", self.path_of(form_id, root_id), json={"reviewState": state}, headers=headers).close()

    def comment(self, form_id: str, root_id: str, body: str) -> None:
        """Write a comment. Central has no key against writing it twice: read before trying again."""
        with sorted_errors():
            self.client.submissions.add_comment(root_id, body, form_id=form_id)

    def _send(self, method: str, path: str, xml: str) -> Json:
        headers = {"Content-Type": "application/xml"}
        answer: Json = self.session.ask_json(method, path, data=xml.encode(), headers=headers)
        return answer
