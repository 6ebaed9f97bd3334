"""Entity lists and their entities; the accounts of phones, and what a list shows each of them."""

import csv
import io
import re
import secrets
from collections.abc import Iterable

from flask import Response, g, request

from tests.sandbox.problems import SUCCESS, Refused, found, new
from tests.sandbox.state import EntityList, Json


def list_json(entity_list: EntityList) -> Json:
    published = [form for form in g.project.forms.values() if form.published]
    shown = {
        "name": entity_list.name, "projectId": g.project.id, "approvalRequired": entity_list.approval,
        "properties": [{"name": name, "odataName": name, "forms": []} for name in entity_list.properties],
        "sourceForms": [{"xmlFormId": f.form_id} for f in published if f.published[-1].list_name == entity_list.name],
    }  # fmt: skip
    return shown | ({"accessFilter": entity_list.access_filter} if entity_list.access_filter else {})


def add_list() -> Json:
    name = request.get_json()["name"]
    if name not in g.project.lists and name.lower() in {known.lower() for known in g.project.lists}:
        raise Refused("409.16", f"A dataset with the same name as '{name}' but different capitalization exists.")
    g.project.lists[new(name, g.project.lists)] = EntityList(name)
    return list_json(g.project.lists[name])


def change_list() -> Json:
    body = request.get_json()
    g.list.approval = body.get("approvalRequired", g.list.approval)
    g.list.access_filter = body.get("accessFilter", g.list.access_filter)
    return list_json(g.list)


def delete_list() -> Json:
    name, forms = g.list.name, g.project.forms.values()
    if any(f"{name}.csv" in form.linked or name in {d.list_name for d in form.published[-1:]} for form in forms):
        raise Refused("409.21", "You can't delete this dataset because there are Form(s) dependent on it")
    for form in g.project.trash:
        form.linked.discard(f"{name}.csv")
    g.project.deleted_lists.append(g.project.lists.pop(name))
    return SUCCESS


def add_property() -> Json:
    new((name := request.get_json()["name"]).lower(), [known.lower() for known in g.list.properties])
    g.list.properties.append(name)
    return SUCCESS


def entities_csv() -> Response:
    """Write the entities as Central does: newest first, a carriage return alone not quoted."""
    return csv_of("__id", "__createdAt", reversed(g.list.feed()))


def csv_of(first: str, last: str, entities: Iterable[Json]) -> Response:
    file, (names, blank) = io.StringIO(), (g.list.properties, dict.fromkeys(g.list.properties, ""))
    write = csv.writer(file, lineterminator="\n").writerow
    write([first, "label", *names, last])
    for entity in entities:
        values = {first: entity["uuid"], "label": entity["label"]} | blank | entity["data"]
        write([value.replace("\r", "\ue00d") for value in values.values()] + [""])
    text = re.sub('(?<=[,\n])"([^",\n]*)"(?=[,\n])', r"\1", file.getvalue()).replace("\ue00d", "\r")
    return Response(text, content_type="text/csv")


def add_entities() -> Json:
    entities = request.get_json()["entities"]
    known = [one for project in g.state.projects.values() for one in (*project.lists.values(), *project.deleted_lists)]
    for entity in entities:
        if len(entity["uuid"]) != 36 or entity["uuid"][14] != "4":
            raise Refused("400.11", "Invalid input data type: expected (uuid) to be (valid version 4 UUID)")
        if not entity["label"].strip():
            raise Refused("400.8", "Unexpected label value (empty string); Label cannot be blank.")
        if unknown := set(entity["data"]) - set(g.list.properties):
            raise Refused("400.28", f"The entity is invalid. You specified the dataset property {unknown}")
        if re.search("[\0\ud800-\udfff]", "".join([entity["label"], *entity["data"].values()])):
            raise Refused("500.1", "Internal Server Error")
    for entity in entities:
        if any(found_list.entities.get(entity["uuid"], 0) is None for found_list in known):
            raise Refused("409.19", "The following UUID(s) cannot be used because they are of deleted Entities")
    for entity in entities:
        new(entity["uuid"], {uuid for found_list in known for uuid in found_list.entities})
    g.list.entities |= {entity["uuid"]: entity | {"version": 1} for entity in entities}
    return SUCCESS


def change_entity() -> Json:
    entity, body = found(g.list.entities, g.name), request.get_json()
    entity |= {"label": body.get("label", entity["label"]), "data": entity["data"] | body.get("data", {})}
    entity["version"] += 1
    return entity_json()


def entity_json() -> Json:
    return {"uuid": g.name, "currentVersion": found(g.list.entities, g.name)}


def delete_or_restore_entity() -> Json:
    there, gone = (g.list.entities, g.list.deleted) if request.method == "DELETE" else (g.list.deleted, g.list.entities)
    gone[g.name], there[g.name] = found(there, g.name), None
    return SUCCESS


def add_app_user() -> Json:
    user = {"id": len(g.project.app_users) + 1, "displayName": request.get_json()["displayName"], "properties": {}}
    g.project.app_users.append(user | {"token": secrets.token_urlsafe(48), "forms": []})
    return g.project.app_users[-1]


def change_app_user() -> Json:
    properties = g.actor["properties"] | request.get_json()["properties"]
    if set(properties) - set(g.project.actor_properties):
        raise Refused("400.8", "Unexpected properties value; Unknown property name.")
    g.actor["properties"] = {name: value for name, value in properties.items() if value}
    return g.actor


def forms_of_phone() -> Response:
    given = [f for f in g.project.forms.values() if f.form_id in g.phone["forms"] and f.published and f.state == "open"]
    rows = [f"<formID>{f.form_id}</formID><version>{f.published[-1].version}</version>" for f in given]
    return Response(f"<xforms>{''.join(f'<xform>{row}</xform>' for row in rows)}</xforms>", content_type="text/xml")


def list_of_phone() -> Response:
    """Write a list as its access filter gives it to a phone: any rule of one exact value, and an empty one is none."""
    g.list = found(g.project.lists, g.name.removesuffix(".csv") if g.name in g.form.linked else "")
    rules, has = g.list.access_filter and g.list.access_filter["rules"], g.phone["properties"]
    pairs = {(rule["datasetProperty"], has.get(rule["actorProperty"])) for rule in rules or ()}
    mine = [e for e in g.list.feed() if rules is None or {pair for pair in pairs if pair[1]} & set(e["data"].items())]
    return csv_of("name", "__version", mine)
