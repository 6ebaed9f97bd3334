"""A project at Central in which teams practise: the same forms, made-up places that say so; nothing is ever pulled.

Its number is kept with the round's kit. Tilik pulls from the project that the settings name: this is never that one.
"""

import csv
import hashlib
import io
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.collect import CollectProject, settings_of
from server.phones.keeping import NotKept
from server.phones.tables import PhoneKit
from server.rounds.tables import Round
from server.settings import Settings
from server.words import catalogue
from verification.reason import Reason
from workers.central.api import Central, create_project, project_called
from workers.central.app_users import AppUser
from workers.central.session import CentralProblem
from workers.sending.publish import publish_forms
from xlsforms.build import BuiltForm
from xlsforms.scenarios import media_for

NAME = "LATIHAN"
_TELLS_PLACE = "facility"  # the column that names another list's row


def practice_project(engine: Engine, settings: Settings, round_id: str) -> Settings:
    """Find the project in which a round's teams practise, or make it; gives the settings that lead there.

    One that was made and whose number was lost on the way is found again by its name, as is one that an administrator
    of Central made. Raises CentralProblem, NotKept where it would be the project that evidence comes from or an
    administrator has to make it.
    """
    with snapshot(engine) as session:
        kit, found = session.get(PhoneKit, round_id), session.get(Round, round_id)
    if kit is None or found is None:
        raise NotKept("phones_not_begun")
    number = kit.training_project
    if number is None:
        with Central.from_settings(settings) as central:
            number = project_called(central, f"{NAME} · {round_id}") or _made(central.address, settings, round_id)
        with writing(engine) as session:
            session.get_one(PhoneKit, round_id).training_project = number
    if number == settings.central_project or number == found.project:
        raise NotKept("training_is_evidence")
    return settings.model_copy(update={"central_project": number})


def _made(address: str, settings: Settings, round_id: str) -> int:
    assert settings.central_user and settings.central_password  # noqa: S101 - the connection stands
    login = settings.central_user, settings.central_password.get_secret_value()
    try:
        return create_project(address, *login, f"{NAME} · {round_id}")
    except CentralProblem as problem:
        if problem.reason.code != "central_not_allowed":
            raise
        raise NotKept("training_project_not_made", round=round_id) from None


def fill_practice(central: Central, forms: list[BuiltForm]) -> list[Reason]:
    """Bring forms and made-up lists into the practice project, as they are at first; gives what stood in the way."""
    told = publish_forms(central, forms)
    obstacles = [obstacle.why for obstacle in told.obstacles]
    for name, entities in practice_lists(central.project, forms).items():
        there = central.entities(name)
        columns = sorted({column for entity in entities for column in entity["data"]})
        central.ensure_entity_list(name, columns)
        for entity in entities:
            row = there.get(entity["uuid"])
            if row is not None and (row["label"], {c: row.get(c) or "" for c in entity["data"]}) != (
                entity["label"], entity["data"],
            ):  # fmt: skip
                central.update_entity(name, entity)
        refused = central.create_each(name, [entity for entity in entities if entity["uuid"] not in there])
        obstacles += refused.values()
    return obstacles


def practice_lists(project: int, forms: Iterable[BuiltForm]) -> dict[str, list[dict[str, Any]]]:
    """Make the lists of the scenarios into entities: a place and an assignment for each kind that forms go to."""
    lists: dict[str, dict[str, dict[str, Any]]] = {}
    for form in forms:
        for kind in form.kinds:
            if UnclearedPlace((kind,)).shown not in PHONE.lists:
                continue
            for file, text in media_for(form, kind).items():
                for row in csv.DictReader(io.StringIO(text)):
                    entity = _entity(project, file, kind, row)
                    lists.setdefault(file.removesuffix(".csv"), {})[entity["uuid"]] = entity
    return {name: list(entities.values()) for name, entities in lists.items()}


def _entity(project: int, file: str, kind: str, row: Mapping[str, str]) -> dict[str, Any]:
    """Write a row of a scenario's list as an entity of a project: what is of a kind is another one for each kind."""
    of_kind = kind if "kind" in row else ""
    data = {name: value or "" for name, value in row.items() if name not in ("name", "label", "__version")}
    if data.get(_TELLS_PLACE):
        data[_TELLS_PLACE] = _number(project, "facilities.csv", kind, data[_TELLS_PLACE])
    label = f"{catalogue('id').say(f'kind.{kind}')} – {row['label']}" if of_kind else row["label"]
    return {"uuid": _number(project, file, of_kind, row["name"]), "label": label, "data": data}


def _number(project: int, file: str, kind: str, name: str) -> str:
    """Number an entity: always the same in this project, and another in any other, as Central wants it."""
    digest = hashlib.sha256(f"{NAME} {project} {file} {kind} {name}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def empty_practice(central: Central, progress: Callable[[], None]) -> int:
    """Delete what was sent in practice; gives how many submissions that were."""
    deleted = 0
    for form in central.forms():
        for root_id in central.ids(form.form_id) if form.is_published else []:
            progress()
            central.delete(form.form_id, root_id)
            deleted += 1
    return deleted


def practice_sheet(central: Central) -> dict[str, Any]:
    """Give what stands on the practice sheet, one for all teams. Raises CentralProblem."""
    user = next((one for one in central.app_users() if one.name == NAME and one.token), None)
    user = user or central.add_app_user(NAME)
    given = central.assigned_forms().get(user.number, set())
    for form in central.forms():
        if form.is_published and form.form_id not in given:
            central.assign_form(user.number, form.form_id)
    return {"code": NAME, "team": NAME, "practice": True, "settings": settings_of(_project(central, user))}


def _project(central: Central, user: AppUser) -> CollectProject:
    return CollectProject(central.address, central.project, user.token or "", NAME, NAME, practice=True)
