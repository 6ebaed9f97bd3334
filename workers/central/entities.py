"""The entity lists of a project."""

from collections.abc import Iterable

from workers.central.connection import Connection
from workers.central.session import (
    CentralProblem,
)
from workers.central.wire import Json

ENTITY_BATCH = 500


class Entities(Connection):
    """A project's entity lists."""

    def ensure_entity_list(self, name: str, properties: Iterable[str]) -> None:
        """Make an entity list with these properties, or add those it lacks."""
        if name not in {found["name"] for found in self.ask_for(self._list_path())}:
            self._add(self._list_path(), name)
        known = {prop["name"] for prop in self.ask_for(self._list_path(name))["properties"]}
        for wanted in properties:
            if wanted not in known:
                self._add(f"{self._list_path(name)}/properties", wanted)

    def lists_requiring_approval(self) -> dict[str, list[str]]:
        """Name the entity lists to which a submission adds only once it is approved, each with its forms.

        Those are the forms whose published version writes to it; a submission of an older version may still do so.
        """
        lists = [found["name"] for found in self.ask_for(self._list_path()) if found["approvalRequired"]]
        return {
            name: [form["xmlFormId"] for form in self.ask_for(self._list_path(name))["sourceForms"]] for name in lists
        }

    def entities(self, name: str) -> dict[str, Json]:
        """Read all entities of a list by id, with label and properties."""
        return {row["__id"]: row for row in self.ask_for(f"{self._list_path(name)}.svc/Entities")["value"]}

    def entity(self, name: str, entity_id: str) -> Json:
        """Read one entity; its label and data are in its currentVersion."""
        return self.ask_for(f"{self._list_path(name)}/entities/{entity_id}")

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
            if not problem.is_conflict:
                raise
