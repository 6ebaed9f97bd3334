"""The forms of a project."""

import re
from contextlib import suppress

from workers.central.connection import Connection
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo, Json

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES_TRIED = 100


class Forms(Connection):
    """A project's forms."""

    def forms(self) -> list[FormInfo]:
        """List the project's forms."""
        return self.read_each(self.path_of(), FormInfo.of)

    def form(self, form_id: str) -> FormInfo:
        """Read one form."""
        return self.read(self.path_of(form_id), FormInfo.of)

    def definition(self, form_id: str, version: str) -> str:
        """Read a version's definition, an XForm; of one that is too large to be read, the beginning.

        One whose version has no name goes by three underscores.
        """
        name = self.session.urlquote(version or "___")
        return self.xml_at(f"{self.path_of(form_id)}/versions/{name}.xml")

    def was_deleted(self, form_id: str) -> bool:
        """Tell whether a form of this id lies in Central's trash; False where this account may not look there."""
        try:
            trash = self.ask_for(self.path_of(), params={"deleted": "true"})
        except CentralProblem as problem:
            if problem.reason.code == "central_not_allowed":
                return False
            raise
        return any(form["xmlFormId"] == form_id for form in trash)

    def draft_version(self, form_id: str) -> str | None:
        """Give the version of a form's draft; None where there is no draft."""
        try:
            return str(self.ask_for(f"{self.path_of(form_id)}/draft")["version"])
        except CentralProblem as problem:
            if problem.number != "404.1":
                raise
            return None

    def publish(self, form_id: str, xlsx: bytes, version: str) -> bool:
        """Publish a form's definition; False where it is the published one already.

        Central lets the name of a version be used once: where it was, the form is published as "<version>-2", "-3", …
        A form that names `facilities.csv` is linked to the entity list `facilities`, which must exist. What cannot be
        published leaves no draft, where Central lets go of it.
        """
        known = {form.form_id: form for form in self.forms()}.get(form_id)
        if known and known.is_published and is_version(known.version, version) and not self._unlinked(form_id):
            return False
        path = f"{self.path_of(form_id)}/draft" if known else self.path_of()
        headers = {"Content-Type": _XLSX, "X-XlsForm-FormId-Fallback": self.session.urlquote(form_id)}
        self.session.ask("POST", path, params={"ignoreWarnings": "true"}, data=xlsx, headers=headers).close()
        try:
            for name in self._unlinked(form_id, "/draft"):
                link = f"{self.path_of(form_id)}/draft/attachments/{self.session.urlquote(name)}"
                self.session.ask("PATCH", link, json={"dataset": True}).close()
            self._publish_draft(form_id, version)
        except CentralProblem:
            with suppress(CentralProblem):  # one that was never published cannot go, and is what the next try takes
                self.session.ask("DELETE", f"{self.path_of(form_id)}/draft").close()
            raise
        return True

    def _publish_draft(self, form_id: str, version: str) -> None:
        names: list[Json] = [{}, *({"version": f"{version}-{number}"} for number in range(2, _NAMES_TRIED))]
        for name in names:
            try:
                self.session.ask("POST", f"{self.path_of(form_id)}/draft/publish", params=name).close()
                return
            except CentralProblem as problem:
                if problem.number != "409.6" or name is names[-1]:
                    raise

    def _unlinked(self, form_id: str, of: str = "") -> list[str]:
        """Name the CSV files of a form, or of its draft, that are entity lists and not linked to them.

        A list that was deleted and made again is linked to no form that there was before.
        """
        files = [file for file in self.ask_for(f"{self.path_of(form_id)}{of}/attachments") if file["type"] == "file"]
        if all(file["datasetExists"] for file in files):
            return []
        lists = {f"{found['name']}.csv" for found in self.ask_for(f"projects/{self.project}/datasets")}
        return [file["name"] for file in files if file["name"] in lists and not file["datasetExists"]]


def is_version(there: str | None, wanted: str) -> bool:
    """Tell whether Central's name of a version is ours: with a number where ours was used before, and a mark of the key
    where Central encrypts what comes.
    """
    return re.fullmatch(rf"{re.escape(wanted)}(-[0-9]+)?(\[encrypted:[^\]]*\])?", there or "") is not None
