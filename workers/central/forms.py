"""The forms of a project."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress

from workers.central.connection import Connection
from workers.central.definitions import Defined, read_definition
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo, Json
from workers.central.xml import UnreadableXml

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES_TRIED = 100
_NAME_USED = "409.6"
_OVERTAKEN = (_NAME_USED, "404.1", "409.3")  # what Central answers where another made or published the draft meanwhile
_TRIES = 3
DRAFT, FILES, PUBLISH = "draft", "files", "publish"  # the stages of publishing a form
Say = Callable[[str], object]


def say_nothing(_stage: str) -> None:
    """Tell nobody at which stage a form is."""


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

    def draft_definition(self, form_id: str) -> str:
        """Read the definition of a form's draft, as Central made it."""
        return self.xml_at(f"{self.path_of(form_id)}/draft.xml")

    def published_versions(self, form_id: str) -> list[str]:
        """Name the versions a form was published as, the newest first; not those of one that was deleted before it."""
        return self.read_each(f"{self.path_of(form_id)}/versions", lambda answer: str(answer["version"]))

    def is_encrypted(self) -> bool:
        """Tell whether Central encrypts what comes into the project."""
        return self.read(f"projects/{self.project}", lambda answer: answer.get("keyId") is not None)

    def has(self, form_id: str, version: str) -> bool:
        """Tell whether a version of ours is the published one, with its files linked to the lists that there are."""
        known = {form.form_id: form for form in self.forms()}.get(form_id)
        return known is not None and self.is_up_to_date(known, version)

    def is_up_to_date(self, known: FormInfo, version: str) -> bool:
        """Tell the same of a form that was read."""
        return known.is_published and is_version(known.version, version) and not self.unlinked(known.form_id)

    def publish(
        self, form_id: str, xlsx: bytes, version: str, writes_to: Collection[str] | None = None, say: Say = say_nothing
    ) -> bool:  # fmt: skip
        """Publish a form's definition; False where it is the published one already. Each stage is said before it.

        Central lets the name of a version be used once: where it was, the form is published as "<version>-2", "-3", …
        A form that names `facilities.csv` is linked to the entity list `facilities`, which must exist. Central's draft
        is read back: it has to be this version, and write to the entity lists `writes_to`. What cannot be published
        leaves no draft, where Central lets go of it; of two who publish at once, one does.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._publish_once(form_id, xlsx, version, writes_to, say)
            except CentralProblem as problem:
                if problem.number not in _OVERTAKEN:
                    raise
        return self._publish_once(form_id, xlsx, version, writes_to, say)

    def _publish_once(
        self, form_id: str, xlsx: bytes, version: str, writes_to: Collection[str] | None, say: Say
    ) -> bool:  # fmt: skip
        known = {form.form_id: form for form in self.forms()}.get(form_id)
        # read once, before the draft is sent: whoever publishes after that has used the name, which then says so
        used = self.published_versions(form_id) if known and known.is_published else []
        if known and used and self.is_up_to_date(known._replace(version=used[0]), version):
            self._drop_draft(form_id, version)  # what is left over where another was quicker
            return False
        try:
            self._draft_and_publish(known, form_id, xlsx, version, writes_to, used, say)
        except CentralProblem as problem:
            if problem.number not in _OVERTAKEN:  # else the draft may be another's, who is about to publish it
                self._drop_draft(form_id, version)
            raise
        return True

    def _draft_and_publish(
        self, known: FormInfo | None, form_id: str, xlsx: bytes, version: str, writes_to: Collection[str] | None,
        used: Collection[str], say: Say,
    ) -> None:  # fmt: skip
        say(DRAFT)
        path = f"{self.path_of(form_id)}/draft" if known else self.path_of()
        headers = {"Content-Type": _XLSX, "X-XlsForm-FormId-Fallback": self.session.urlquote(form_id)}
        self.session.ask("POST", path, params={"ignoreWarnings": "true"}, data=xlsx, headers=headers).close()
        say(FILES)
        for name in self.unlinked(form_id, "/draft"):
            link = f"{self.path_of(form_id)}/draft/attachments/{self.session.urlquote(name)}"
            self.session.ask("PATCH", link, json={"dataset": True}).close()
        say(PUBLISH)
        made = self._checked(form_id, version, writes_to)
        is_own_name = made.version == version  # one with a mark of the key is new each time
        self._publish_draft(form_id, version, used if is_own_name else [])

    def _drop_draft(self, form_id: str, version: str) -> None:
        """Let go of a draft of ours; one that was never published cannot go, and is what the next try takes."""
        with suppress(CentralProblem):
            if is_version(self.draft_version(form_id), version):
                self.session.ask("DELETE", f"{self.path_of(form_id)}/draft").close()

    def _checked(self, form_id: str, version: str, writes_to: Collection[str] | None) -> Defined:
        """Read a draft back, and refuse one that Central made into something else than it was given."""
        try:
            made = read_definition(self.draft_definition(form_id))
        except UnreadableXml:
            raise CentralProblem("form_draft_differs", passes=False, form=form_id) from None
        lists = made.writes_to if writes_to is None else frozenset(writes_to)
        if not (made.form_id == form_id and is_version(made.version, version) and made.writes_to == lists):
            raise CentralProblem("form_draft_differs", passes=False, form=form_id)
        return made

    def _publish_draft(self, form_id: str, version: str, used: Collection[str]) -> None:
        """Publish under the first name that was never used: names of a form that was deleted are found by trying."""
        names = [version, *(f"{version}-{number}" for number in range(2, _NAMES_TRIED))]
        names = [name for name in names if name not in used] or names
        for name in names:
            try:
                given: Json = {} if name == version else {"version": name}
                self.session.ask("POST", f"{self.path_of(form_id)}/draft/publish", params=given).close()
                return
            except CentralProblem as problem:
                if problem.number != _NAME_USED or name is names[-1] or self.has(form_id, version):
                    raise

    def unlinked(self, form_id: str, of: str = "") -> list[str]:
        """Name the files of a form, or of its draft, that are entity lists and not linked to them.

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
