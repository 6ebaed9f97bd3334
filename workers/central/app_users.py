"""The accounts of phones at Central (app users), what their lists hold, and Central as one phone sees it.

Central's listing gives the tokens by which phones are let in to whoever manages the project: nothing else keeps them.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.central.connection import Connection
from workers.central.session import CentralProblem, must_be, sorted_errors, understood
from workers.central.wire import Json
from workers.central.xml import UnreadableXml, read_elements

_ROLE = "app-user"
_KNOWN = "409.3"
_REFUSED = frozenset({"central_login_refused", "central_not_allowed"})
# by the phone's token alone: with our own beside it Central would answer us and not the phone
_AS_A_PHONE: dict[str, Any] = {
    "headers": {"X-OpenRosa-Version": "1.0", "Authorization": None}, "auth": lambda request: request,
}  # fmt: skip


@dataclass(frozen=True)
class AppUser:
    """A phone's account: its number, what it is called, and how it gets in; no token once its session was ended."""

    number: int
    name: str
    token: str | None = field(repr=False)
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """Rows whose property is the very value that the phone's account has are given to it; an empty one is none."""

    of_list: str
    of_phone: str


class PhoneRefused(CentralProblem):
    """Central does not let this phone in."""


class AppUsers(Connection):
    """A project's app users."""

    def app_users(self) -> list[AppUser]:
        """List the phones' accounts, with how they get in and their properties."""
        return self.read_each(self._path(), _app_user, headers={"X-Extended-Metadata": "true"})

    def add_app_user(self, name: str) -> AppUser:
        """Make an account for a phone; Central allows two of one name, so look for it first."""
        made = self.session.ask_json("POST", self._path(), json={"displayName": name})
        with understood():
            return _app_user(made)

    def set_properties(self, number: int, properties: Mapping[str, str]) -> None:
        """Say what a phone's account is of; those that are not named stay as they are."""
        self.session.ask("PATCH", f"{self._path()}/{number}", json={"properties": dict(properties)}).close()

    def ensure_properties(self, names: Iterable[str]) -> None:
        """Let accounts of this project have these properties."""
        path = f"projects/{self.project}/actor-properties"
        known = {found["name"] for found in self.ask_for(path)}
        for name in names:
            if name not in known:
                self._unless_known(path, json={"name": name})

    def assigned_forms(self) -> dict[int, set[str]]:
        """Give the forms that each account was given, by its number."""
        found: dict[int, set[str]] = {}
        rows = self.read_each(f"projects/{self.project}/assignments/forms/{_ROLE}",
                              lambda row: (int(row["actorId"]), str(row["xmlFormId"])))  # fmt: skip
        for number, form_id in rows:
            found.setdefault(number, set()).add(form_id)
        return found

    def assign_form(self, number: int, form_id: str) -> None:
        """Give an account a form; also one that it has."""
        self._unless_known(f"{self.path_of(form_id)}/assignments/{_ROLE}/{number}")

    def end_session(self, token: str) -> None:
        """Let nobody in by a token any more. What was sent by it stays; Central refuses this of one that is ended."""
        self.session.ask("DELETE", f"sessions/{self.session.urlquote(token)}").close()

    def access_rules(self, name: str) -> tuple[Rule, ...] | None:
        """Give the rules by which a list's rows go to phones; None where everybody gets all of them."""
        found = self.ask_for(f"projects/{self.project}/datasets/{self.session.urlquote(name)}").get("accessFilter")
        if not found:
            return None
        with understood():
            return tuple(Rule(one["datasetProperty"], one["actorProperty"]) for one in found["rules"])

    def set_access_rules(self, name: str, rules: Sequence[Rule] | None) -> None:
        """Give phones only the rows that one of these rules gives them, or all again."""
        told = [{"datasetProperty": one.of_list, "actorProperty": one.of_phone} for one in rules or ()]
        body: Json = {"accessFilter": {"type": "property", "rules": told} if told else None}
        path = f"projects/{self.project}/datasets/{self.session.urlquote(name)}"
        self.session.ask("PATCH", path, json=body).close()

    def forms_on_phone(self, token: str) -> dict[str, str]:
        """Ask as this phone does which forms it is given, each with its version. Raises PhoneRefused."""
        text = self._as_phone(token, "formList", "xml")
        try:
            forms = [one for one in read_elements(text).walk() if one.name == "xform"]
        except UnreadableXml:
            raise CentralProblem("central_malformed", passes=True) from None
        said = [{part.name: part.text for part in one.walk()} for one in forms]
        return {one.get("formID", ""): one.get("version", "") for one in said}

    def rows_on_phone(self, token: str, form_id: str, file: str) -> list[dict[str, str]]:
        """Ask as this phone does for a list of a form. Raises PhoneRefused."""
        text = self._as_phone(token, f"forms/{self.session.urlquote(form_id)}/attachments/{file}", "csv")
        with sorted_errors():
            try:
                return list(csv.DictReader(io.StringIO(text, newline="")))
            except csv.Error:
                raise CentralProblem("central_malformed", passes=True) from None

    def _as_phone(self, token: str, what: str, kind: str) -> str:
        path = f"key/{self.session.urlquote(token)}/projects/{self.project}/{what}"
        try:
            with self.session.ask("GET", path, **_AS_A_PHONE) as response:
                must_be(response, kind)
                return response.content.decode("utf-8", "replace")
        except CentralProblem as problem:
            if problem.reason.code in _REFUSED:
                raise PhoneRefused("phone_refused", passes=False) from None
            raise

    def _unless_known(self, path: str, **options: Any) -> None:
        try:
            self.session.ask("POST", path, **options).close()
        except CentralProblem as problem:
            if problem.number != _KNOWN:
                raise

    def _path(self) -> str:
        return f"projects/{self.project}/app-users"


def _app_user(answer: Json) -> AppUser:
    return AppUser(int(answer["id"]), str(answer["displayName"]), answer["token"] or None,
                   dict(answer.get("properties") or {}))  # fmt: skip
