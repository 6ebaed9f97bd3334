"""The entity lists of a project."""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from verification.reason import Reason
from workers.central.connection import Connection
from workers.central.session import CentralProblem, must_be, sorted_errors
from workers.central.wire import Json

ENTITY_BATCH = 500
_LONGEST_VALUE = 10_000_000  # characters; others may have written more than the csv module's 131,072
_RETURN = "\ue00d"  # stands for a carriage return, which Central does not quote


class ListGap(NamedTuple):
    """What of an entity list is not at Central: properties, or all of it."""

    name: str
    properties: tuple[str, ...]
    is_new: bool = False

    def __bool__(self) -> bool:
        return self.is_new or bool(self.properties)


class Entities(Connection):
    """A project's entity lists."""

    def ensure_entity_list(self, name: str, properties: Iterable[str]) -> None:
        """Make an entity list with these properties, or add those it lacks.

        Raises CentralProblem where one is there whose name differs in capitals alone: to Central it is the same name,
        to a phone another.
        """
        gap = self.lacking(name, properties)
        if gap.is_new:
            self._add(self._list_path(), name)
        for wanted in gap.properties:
            self._add(f"{self._list_path(name)}/properties", wanted)

    def lacking(self, name: str, properties: Iterable[str]) -> ListGap:
        """Say what of an entity list is not there. Raises CentralProblem as `ensure_entity_list` does."""
        lists = [found["name"] for found in self.ask_for(self._list_path())]
        if name not in lists:
            if taken := _but_for_capitals(name, lists):
                raise CentralProblem("entity_list_in_other_capitals", passes=False, wanted=name, found=taken)
            return ListGap(name, tuple(properties), is_new=True)
        known = [prop["name"] for prop in self.ask_for(self._list_path(name))["properties"]]
        wanted = tuple(properties)
        for one in wanted:
            if taken := _but_for_capitals(one, known):
                raise CentralProblem(
                    "entity_property_in_other_capitals", passes=False, lists=name, wanted=one, found=taken
                )
        return ListGap(name, tuple(one for one in wanted if one not in known))

    def access_filter(self, name: str) -> tuple[str, ...]:
        """Name the properties by which a list is shown to some phones only, each once; none where all get all of it."""
        found = self.ask_for(self._list_path(name), headers={"X-Extended-Metadata": "true"}).get("accessFilter") or {}
        return tuple(dict.fromkeys(rule["datasetProperty"] for rule in found.get("rules", ())))

    def lists_requiring_approval(self) -> dict[str, list[str]]:
        """Name the entity lists to which a submission adds only once it is approved, each with its forms.

        Those are the forms whose published version writes to it; a submission of an older version may still do so.
        """
        lists = [found["name"] for found in self.ask_for(self._list_path()) if found["approvalRequired"]]
        return {
            name: [form["xmlFormId"] for form in self.ask_for(self._list_path(name))["sourceForms"]] for name in lists
        }

    def entities(self, name: str) -> dict[str, Json]:
        """Read all entities of a list by id, with label and properties; Central's words about them as "__system".

        From the CSV, which names properties as they are: the feed writes one over another that differs by a dot.
        """
        with self.session.ask("GET", f"{self._list_path(name)}/entities.csv") as response, sorted_errors():
            must_be(response, "csv")
            text = response.content.decode().replace("\r", _RETURN)
        usual = csv.field_size_limit(_LONGEST_VALUE)  # for this list alone: the limit is the whole process's
        try:
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
        except csv.Error:
            raise CentralProblem("central_malformed", passes=True) from None
        finally:
            csv.field_size_limit(usual)
        return {row["__id"]: _as_entity(row) for row in rows}

    def entity(self, name: str, entity_id: str) -> Json:
        """Read one entity; its label and data are in its currentVersion."""
        return self.ask_for(f"{self._list_path(name)}/entities/{entity_id}")

    def create_entities(self, name: str, entities: list[Json]) -> None:
        """Create entities ({uuid, label, data}; all text; ids version 4, refused where ever taken) in batches."""
        path = f"{self._list_path(name)}/entities"
        for start in range(0, len(entities), ENTITY_BATCH):
            batch = entities[start : start + ENTITY_BATCH]
            self.session.ask("POST", path, json={"entities": batch, "source": {"name": "tilik"}}).close()

    def create_each(self, name: str, entities: list[Json]) -> dict[str, Reason]:
        """Create entities, but for those that Central refuses: gives these by id, each with its reason."""
        refused: dict[str, Reason] = {}
        for start in range(0, len(entities), ENTITY_BATCH):
            refused |= self._create_or_halve(name, entities[start : start + ENTITY_BATCH])
        return refused

    def _create_or_halve(self, name: str, entities: list[Json]) -> dict[str, Reason]:
        try:
            self.create_entities(name, entities)
        except CentralProblem as problem:
            if not problem.is_about_this:
                raise
            if len(entities) == 1:
                code = _TAKEN.get(problem.number)
                return {entities[0]["uuid"]: Reason(code) if code else problem.reason}
            middle = len(entities) // 2
            return self._create_or_halve(name, entities[:middle]) | self._create_or_halve(name, entities[middle:])
        return {}

    def update_entity(self, name: str, entity: Json) -> None:
        """Overwrite an entity's label and properties."""
        body = {"label": entity["label"], "data": entity["data"]}
        path = f"{self._list_path(name)}/entities/{entity['uuid']}"
        self.session.ask("PATCH", path, params={"force": "true"}, json=body).close()

    def delete_entity(self, name: str, entity_id: str) -> None:
        """Delete an entity: phones lose it with their next update. Central purges it after thirty days."""
        self.session.ask("DELETE", f"{self._list_path(name)}/entities/{entity_id}").close()

    def _list_path(self, name: str | None = None) -> str:
        path = f"projects/{self.project}/datasets"
        return path if name is None else f"{path}/{self.session.urlquote(name)}"

    def _add(self, path: str, name: str) -> None:
        """Add something with a name; another worker may just have done so."""
        try:
            self.session.ask("POST", path, json={"name": name}).close()
        except CentralProblem as problem:
            if problem.number != "409.3":
                raise


def _as_entity(row: dict[str, str]) -> Json:
    """Give an entity as a row of the CSV has it; no property's name begins with "__"."""
    values = {name: (value or "").replace(_RETURN, "\r") for name, value in row.items()}
    system = {name: values.pop(name) for name in list(values) if name.startswith("__") and name != "__id"}
    return values | {"__system": system}


def _but_for_capitals(name: str, known: Iterable[str]) -> str | None:
    """Give the name among those known that is this one but for its capitals."""
    return next((other for other in known if other.lower() == name.lower() and other != name), None)


# why an entity's id cannot be used at Central, whose ids are one set for all its projects
_TAKEN = {"409.19": "entity_deleted_at_central", "409.3": "entity_id_taken"}
