"""The sandbox's endpoints: the closed table at the end, answered as a real Central 2026.2 answers them."""

import csv
import io
import itertools
import re
import secrets
from collections.abc import Callable, Container, Iterator
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask, Response, g, jsonify, request
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from tests.sandbox.filters import Predicate, parse
from tests.sandbox.state import ACTOR, EntityList, Form, Json, State, Submission, etag, moment
from tests.sandbox.xform import FormXml, NoSubmission, SubmissionXml, read_form, read_submission, to_json

SUCCESS = {"success": True}


class Refused(Exception):
    """One of Central's numbered problems; the number's whole part is the status."""

    def __init__(self, code: str, message: str = "Could not find the resource you were looking for.") -> None:
        super().__init__(message)
        self.code = code


SLASH = "\ue000"  # stands for a slash within a name until the path has been taken apart


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    app.url_map.merge_slashes = False
    app.wsgi_app = keeping_slashes(app.wsgi_app)  # type: ignore[method-assign]

    def endpoint(handle: Callable[[], Any]) -> Callable[..., Any]:
        def answer(**path: Any) -> Any:
            g.state = state
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if request.path != "/v1/sessions" and token not in state.tokens:
                raise Refused("401.2", "Could not authenticate with the provided credentials.")
            with state.lock:
                _find({part: value.replace(SLASH, "/") if isinstance(value, str) else value
                       for part, value in path.items()})  # fmt: skip
                result = handle()
            return result if isinstance(result, Response) else jsonify(result)

        return answer

    for (method, path), handle in ENDPOINTS.items():
        app.add_url_rule(f"/v1{path}", f"{method} {path}", endpoint(handle), methods=[method])
    app.register_error_handler(
        Refused, lambda error: ({"code": float(error.code), "message": str(error)}, int(float(error.code)))
    )
    return app


def keeping_slashes(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Tell a slash within a name, sent as %2F, from one between two names, as Central does and WSGI does not."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        sent = environ["REQUEST_URI"].partition("?")[0]
        environ["PATH_INFO"] = unquote(re.sub("%2f", quote(SLASH), sent, flags=re.IGNORECASE), "latin-1")
        return inner(environ, start_response)

    return application


def _find(path: dict[str, Any]) -> None:
    """Look up what the path names: g.project, g.form, g.submission, g.version, g.list; the rest as g.name."""
    if "project" in path:
        g.project = found(g.state.projects, path["project"])
    if "form" in path:
        g.form = found(g.project.forms, path["form"])
    if "root" in path:
        _must_not_find_two(path["root"])
        g.submission = found(g.form.submissions | still_shown(), path["root"])
        if (g.submission.deleted_at is not None) is not request.path.endswith("/restore"):
            raise Refused("404.1")
    if "instance" in path:
        g.version = found({v.read.instance_id: v for v in g.submission.versions}, path["instance"])
    if "list" in path:
        g.list = found(g.project.lists, path["list"])
    g.name, g.number = path.get("name", ""), path.get("number", 0)


def _must_not_find_two(root: str) -> None:
    """Fail as Central does of what a deleted form of the same id has too: for all but files and changes."""
    forms = (g.form, *g.project.trashed(g.form.form_id))
    asks = request.method == "GET" or request.path.endswith("/comments")
    if asks and "/attachments" not in request.path and sum(root in form.submissions for form in forms) > 1:
        raise Refused("500.1", "Internal Server Error")


def still_shown() -> dict[str, Submission]:
    """Give what a deleted form of this id brought, for the views in which Central still shows it."""
    if request.endpoint not in (f"GET {SUBMISSION}", f"GET {SUBMISSION}/versions"):
        return {}
    return {root: s for form in g.project.trashed(g.form.form_id) for root, s in form.submissions.items()}


def found(things: dict[Any, Any], key: Any) -> Any:
    if things.get(key) is None:
        raise Refused("404.1")
    return things[key]


def new(name: str, taken: Container[str]) -> str:
    if name in taken:
        raise Refused("409.3", "A resource already exists.")
    return name


def log_in() -> Json:
    body = request.get_json()
    if (body.get("email"), body.get("password")) != (g.state.user, g.state.password):
        raise Refused("401.2", "Could not authenticate with the provided credentials.")
    g.state.tokens.add(token := secrets.token_urlsafe(48))
    return {"token": token, "expiresAt": moment()}


def form_json(form: Form) -> Json:
    shown = form.published[-1] if form.published else form.draft
    assert shown is not None
    return {
        "projectId": g.project.id, "xmlFormId": form.form_id, "version": shown.version, "state": form.state,
        "hash": etag(shown.version.encode()), "createdAt": form.created_at, "name": shown.name, "enketoId": None,
        "keyId": None, "updatedAt": None, "publishedAt": form.created_at if form.published else None,
    }  # fmt: skip


def uploaded_form() -> FormXml:
    content = request.get_data()
    if "spreadsheet" not in (request.content_type or ""):
        return read_form(content.decode())
    try:
        return read_form(convert(io.BytesIO(content), file_type=".xlsx", validate=False).xform)
    except (PyXFormError, ValueError, KeyError):
        raise Refused("400.15", "The given XLSForm file was not valid.") from None


def add_form() -> Json:
    read = uploaded_form()
    form_id = new(read.form_id, g.project.forms)
    form = g.project.forms[form_id] = Form(g.project.id, form_id, moment())
    g.form = form
    draft_form(read)
    if request.args.get("publish") == "true":
        publish()
    return form_json(form)


def draft_form(read: FormXml) -> Json:
    before = g.form.draft or (g.form.published[-1] if g.form.published else None)
    names = [name for name in read.files if before is None or name not in before.files]
    g.form.linked |= {name for name in names if name.removesuffix(".csv") in g.project.lists}
    g.form.draft = encrypted(read) if g.project.key else read
    return SUCCESS


KEYS = itertools.count(1)


def encrypted(read: FormXml) -> FormXml:
    """Name a version as Central does while it encrypts: anew each time."""
    return read.named(f"{read.version}[encrypted:{next(KEYS):08}]")


def encrypt_project() -> Json:
    g.project.key = request.get_json()["passphrase"]
    for form in g.project.forms.values():
        form.published += [encrypted(form.published[-1])] if form.published else []
    return SUCCESS


def changed(thing: Any, **values: Any) -> Any:
    vars(thing).update(values)
    return thing


def publish() -> Json:
    draft = found({"draft": g.form.draft}, "draft")
    draft = draft.named(request.args["version"]) if request.args.get("version") else draft
    if draft.version in {
        old.version for form in [g.form, *g.project.trashed(g.form.form_id)] for old in form.published
    }:
        raise Refused("409.6", f"A published form has already existed with the version '{draft.version}'.")
    g.form.published.append(draft)
    g.form.draft = None
    return SUCCESS


def list_forms() -> list[Json]:
    if request.args.get("deleted") != "true":
        return [form_json(form) for form in g.project.forms.values()]
    trash = [(number, form) for number, form in enumerate(g.project.trash, 1) if form.deleted_at]
    return [form_json(form) | {"id": number, "deletedAt": form.deleted_at} for number, form in trash]


def delete_form() -> Json:
    g.project.trash.append(changed(g.project.forms.pop(g.form.form_id), deleted_at=moment()))
    return SUCCESS


def restore_form() -> Json:
    form = found(dict(enumerate(g.project.trash, 1)), g.number)
    new(form.form_id, g.project.forms)
    g.project.forms[form.form_id] = changed(form, deleted_at=None)
    return SUCCESS


def delete_draft() -> Json:
    if not g.form.published:
        raise Refused("409.7", "Could not delete draft, because the form has not been published.")
    found({"draft": g.form.draft}, "draft")
    return changed(g.form, draft=None) and SUCCESS


def files_json(definition: FormXml | None) -> list[Json]:
    names = found({"files": definition}, "files").files
    linked = {name: name in g.form.linked for name in names}
    return [
        {"name": name, "type": "file", "exists": linked[name], "blobExists": False, "datasetExists": linked[name]}
        for name in names
    ]


def link_file() -> Json:
    found(g.project.lists, g.name.removesuffix(".csv"))
    g.form.linked |= {g.name}
    return next(file for file in files_json(g.form.draft) if file["name"] == g.name)


def feed() -> Response:
    if not g.form.published:
        raise Refused("404.1")
    wanted = wanted_rows()
    rows = [submission for submission in g.form.newest_first() if wanted(submission.system())]
    only_count = request.args.get("$top") == "0"
    lines = [] if only_count else [submission.odata(g.form.published[-1]) for submission in rows]
    footer: Json = {"@odata.context": f"{request.base_url.removesuffix('Submissions')}$metadata#Submissions"}
    if request.args.get("$count") == "true":
        footer["@odata.count"] = len(rows)
    return Response(stream_feed(lines, footer), content_type="application/json; charset=utf-8")


def stream_feed(lines: list[str], footer: Json) -> Iterator[str]:
    for start in range(0, len(lines), 100):
        yield ("," if start else '{"value":[') + ",".join(lines[start : start + 100])
    yield ("]," if lines else '{"value":[],') + to_json(footer)[1:]


def wanted_rows() -> Predicate:
    text = request.args.get("$filter", "")
    try:
        predicate = parse(text) if text else lambda system: True
    except ValueError as error:
        raise Refused("501.5", f"The filter references features not supported by this server: {error}") from None
    if "__system/deletedAt" in text:  # naming it anywhere switches off the hidden "not deleted"
        return predicate
    return lambda system: system["deletedAt"] is None and predicate(system)


def submission_json(submission: Submission) -> Json:
    return {
        "instanceId": submission.root_id, "submitterId": ACTOR, "deviceId": None,
        "createdAt": submission.created_at, "updatedAt": submission.updated_at, "deletedAt": submission.deleted_at,
        "reviewState": submission.review_state, "currentVersion": versions_json(submission)[0],
    }  # fmt: skip


def versions_json(submission: Submission) -> list[Json]:
    return [
        {"instanceId": version.read.instance_id, "submitterId": ACTOR, "createdAt": version.created_at,
         "current": version is submission.current, "formVersion": version.form_version}
        for version in reversed(submission.versions)
    ]  # fmt: skip


def received() -> tuple[SubmissionXml, bytes]:
    content = request.get_data()
    try:
        read = read_submission(content)
    except UnicodeDecodeError:
        raise Refused("500.1", "Internal Server Error") from None  # its database takes neither these bytes nor a NUL
    except NoSubmission:
        raise Refused("400.2", "Required parameter form ID xml attribute missing.") from None
    if read.form_id != g.form.form_id:
        raise Refused("400.8", f"Unexpected form id value {read.form_id}; did not match the form ID in the URL")
    if g.form.state == "closed":
        raise Refused("409.2", "This form is not currently accepting submissions.")
    if read.version not in {version.version for version in g.form.published}:
        raise Refused("404.6", f"The form version specified in this submission '{read.version}' does not exist.")
    return read, content


def add_submission() -> Json:
    read, content = received()
    new(read.instance_id, g.form.submissions)
    created = g.state.create(g.form, read, content)
    g.project.make_entities(created, approved=False)
    return submission_json(created)


def edit_submission() -> Json:
    read, content = received()
    if read.deprecated_id is None:
        raise Refused("400.19", "This PUT endpoint expects a deprecatedID metadata tag.")
    if g.submission.current.read.instance_id != read.deprecated_id:
        raise Refused("409.8", "The submission you are trying to update is not the current version.")
    g.state.edit(g.form, g.submission, read, content)
    return submission_json(g.submission)


def review_submission() -> Json:
    state = request.get_json()["reviewState"]
    g.submission.review_state, g.submission.updated_at = state, moment()
    notes = unquote(request.headers.get("X-Action-Notes", "")) or None
    g.state.log("submission.update", g.form, {"reviewState": state}, notes)
    if state == "approved":
        g.project.make_entities(g.submission, approved=True)
    return submission_json(g.submission)


def delete_or_restore() -> Json:
    restoring = request.method == "POST"
    g.submission.deleted_at = None if restoring else moment()
    g.state.log(
        "submission.restore" if restoring else "submission.delete", g.form, {"instanceId": g.submission.root_id}
    )
    return SUCCESS


def get_attachment() -> Any:
    kind, content = found(g.version.files, g.name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(g.name)}", "ETag": f'"{etag(content)}"'}
    return Response(content, content_type=kind, headers=headers).make_conditional(request)


def put_or_clear_attachment() -> Json:
    files = g.submission.current.files
    if g.name not in files:
        raise Refused("404.1")
    arrived = (request.content_type or "application/octet-stream", request.get_data())
    files[g.name] = arrived if request.method == "POST" else None
    g.state.log("submission.attachment.update", g.form, {"instanceId": g.submission.root_id})
    return SUCCESS


def add_comment() -> Json:
    comment = {"body": request.get_json()["body"], "actorId": ACTOR, "createdAt": moment()}
    g.submission.comments.append(comment)
    return comment


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
    name = g.list.name
    forms = g.project.forms.values()
    if any(f"{name}.csv" in form.linked or name in {d.list_name for d in form.published[-1:]} for form in forms):
        raise Refused("409.21", "You can't delete this dataset because there are Form(s) dependent on it")
    for form in g.project.trash:
        form.linked.discard(f"{name}.csv")
    g.project.deleted_lists.append(g.project.lists.pop(name))
    return SUCCESS


def add_property() -> Json:
    name = request.get_json()["name"]
    new(name.lower(), [known.lower() for known in g.list.properties])
    g.list.properties.append(name)
    return SUCCESS


def entities_csv() -> Response:
    """Write the entities as Central does: newest first, a carriage return alone not quoted."""
    file, (names, blank) = io.StringIO(), (g.list.properties, dict.fromkeys(g.list.properties, ""))
    write = csv.writer(file, lineterminator="\n").writerow
    write(["__id", "label", *names, "__createdAt"])
    for entity in reversed(g.list.feed()):
        values = {"__id": entity["uuid"], "label": entity["label"]} | blank | entity["data"]
        write([value.replace("\r", "\ue00d") for value in values.values()] + [""])
    text = re.sub('(?<=[,\n])"([^",\n]*)"(?=[,\n])', r"\1", file.getvalue()).replace("\ue00d", "\r")
    return Response(text, content_type="text/csv")


def add_entities() -> Json:
    entities = request.get_json()["entities"]
    known = [x for project in g.state.projects.values() for x in [*project.lists.values(), *project.deleted_lists]]
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


def delete_entity() -> Json:
    g.list.deleted[g.name] = found(g.list.entities, g.name)
    g.list.entities[g.name] = None
    return SUCCESS


def restore_entity() -> Json:
    g.list.entities[g.name] = found(g.list.deleted, g.name)
    del g.list.deleted[g.name]
    return SUCCESS


def add_app_user() -> Json:
    user = {"id": len(g.project.app_users) + 1, "displayName": request.get_json()["displayName"], "properties": {}}
    g.project.app_users.append(user)
    return user


def change_app_user() -> Json:
    user, wanted = found(dict(enumerate(g.project.app_users, 1)), int(g.name)), request.get_json()["properties"]
    if set(wanted) - set(g.project.actor_properties):
        raise Refused("400.8", "Unexpected properties value; Unknown property name.")
    user["properties"] |= wanted
    return user


def add_actor_property() -> Json:
    g.project.actor_properties.append(new(request.get_json()["name"], g.project.actor_properties))
    return SUCCESS


FORMS = "/projects/<int:project>/forms"
FORM = f"{FORMS}/<form>"
SUBMISSIONS = f"{FORM}/submissions"
SUBMISSION = f"{SUBMISSIONS}/<root>"
VERSION = f"{SUBMISSION}/versions/<instance>"
LISTS = "/projects/<int:project>/datasets"
ENDPOINTS: dict[tuple[str, str], Callable[[], Any]] = {
    ("POST", "/sessions"): log_in,
    ("POST", "/projects"): lambda: {"id": g.state.add_project(request.get_json()["name"]).id},
    ("GET", "/projects/<int:project>"): lambda: {"id": g.project.id, "name": g.project.name},
    ("GET", FORMS): list_forms,
    ("POST", FORMS): add_form,
    ("GET", FORM): lambda: form_json(g.form),
    ("PATCH", FORM): lambda: form_json(changed(g.form, state=request.get_json()["state"])),
    ("DELETE", FORM): delete_form,
    ("POST", f"{FORMS}/<int:number>/restore"): restore_form,
    ("GET", f"{FORM}.svc"): lambda: found({}, "the service's own document, of which nobody asks"),
    ("GET", f"{FORM}/attachments"): lambda: files_json(g.form.published[-1] if g.form.published else None),
    ("GET", f"{FORM}/draft"): lambda: {"version": found({"draft": g.form.draft}, "draft").version},
    ("POST", f"{FORM}/draft"): lambda: draft_form(uploaded_form()),
    ("DELETE", f"{FORM}/draft"): delete_draft,
    ("GET", f"{FORM}/draft/attachments"): lambda: files_json(g.form.draft),
    ("PATCH", f"{FORM}/draft/attachments/<name>"): link_file,
    ("POST", f"{FORM}/draft/publish"): publish,
    ("GET", f"{FORM}.svc/Submissions"): feed,
    ("GET", SUBMISSIONS): lambda: [
        submission_json(s)
        for form in (g.form, *g.project.trashed(g.form.form_id))
        for s in form.newest_first()
        if bool(s.deleted_at) is (request.args.get("deleted") == "true")
    ],
    ("POST", SUBMISSIONS): add_submission,
    ("GET", SUBMISSION): lambda: submission_json(g.submission),
    ("PUT", SUBMISSION): edit_submission,
    ("PATCH", SUBMISSION): review_submission,
    ("DELETE", SUBMISSION): delete_or_restore,
    ("POST", f"{SUBMISSION}/restore"): delete_or_restore,
    ("GET", f"{SUBMISSION}/versions"): lambda: (
        [] if still_shown().get(g.submission.root_id) else versions_json(g.submission)
    ),
    ("GET", f"{VERSION}.xml"): lambda: Response(g.version.xml, content_type="application/xml; charset=utf-8"),
    ("GET", f"{VERSION}/attachments"): lambda: [
        {"name": name, "exists": content is not None} for name, content in sorted(g.version.files.items())
    ],
    ("GET", f"{VERSION}/attachments/<name>"): get_attachment,
    ("POST", f"{SUBMISSION}/attachments/<name>"): put_or_clear_attachment,
    ("DELETE", f"{SUBMISSION}/attachments/<name>"): put_or_clear_attachment,
    ("GET", f"{SUBMISSION}/comments"): lambda: list(reversed(g.submission.comments)),
    ("POST", f"{SUBMISSION}/comments"): add_comment,
    ("GET", LISTS): lambda: [list_json(entity_list) for entity_list in g.project.lists.values()],
    ("POST", LISTS): add_list,
    ("GET", f"{LISTS}/<list>"): lambda: list_json(g.list),
    ("PATCH", f"{LISTS}/<list>"): change_list,
    ("DELETE", f"{LISTS}/<list>"): delete_list,
    ("POST", f"{LISTS}/<list>/properties"): add_property,
    ("GET", f"{LISTS}/<list>/entities.csv"): entities_csv,
    ("POST", f"{LISTS}/<list>/entities"): add_entities,
    ("GET", f"{LISTS}/<list>/entities/<name>"): entity_json,
    ("PATCH", f"{LISTS}/<list>/entities/<name>"): change_entity,
    ("DELETE", f"{LISTS}/<list>/entities/<name>"): delete_entity,
    ("POST", f"{LISTS}/<list>/entities/<name>/restore"): restore_entity,
    ("POST", "/projects/<int:project>/key"): encrypt_project,
    ("GET", "/projects/<int:project>/app-users"): lambda: g.project.app_users,
    ("POST", "/projects/<int:project>/app-users"): add_app_user,
    ("PATCH", "/projects/<int:project>/app-users/<name>"): change_app_user,
    ("GET", "/projects/<int:project>/actor-properties"): lambda: [{"name": n} for n in g.project.actor_properties],
    ("POST", "/projects/<int:project>/actor-properties"): add_actor_property,
    ("GET", "/audits"): lambda: [e for e in reversed(g.state.audits) if e["loggedAt"] >= request.args.get("start", "")],
}
