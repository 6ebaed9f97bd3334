"""The sandbox's endpoints: the closed table at the end, answered as a real Central 2026.2 answers them."""

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask, Response, g, jsonify, request

from tests.sandbox import forms, lists
from tests.sandbox.filters import Predicate, parse
from tests.sandbox.problems import SUCCESS, Refused, changed, found, new
from tests.sandbox.state import ACTOR, Json, State, Submission, etag, moment
from tests.sandbox.xform import NoSubmission, SubmissionXml, read_submission, to_json

SLASH = "\ue000"  # stands for a slash within a name until the path has been taken apart


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    app.url_map.merge_slashes = False
    app.wsgi_app = keeping_slashes(app.wsgi_app)  # type: ignore[method-assign]

    def endpoint(handle: Callable[[], Any]) -> Callable[..., Any]:
        def answer(**path: Any) -> Any:
            g.state = state
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not request.path.startswith(("/v1/sessions", "/v1/key/")) and token not in state.tokens:
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
    """Look up what the path names: g.project, g.form, g.submission, g.version, g.list, …; the rest as g.name."""
    things = {"project": lambda: g.state.projects, "phone": g.state.phones, "form": lambda: g.project.forms,
              "actor": lambda: dict(enumerate(g.project.app_users, 1)), "list": lambda: g.project.lists}  # fmt: skip
    for part in (part for part in things if part in path):
        setattr(g, part, found(things[part](), path[part], "403.1" if part == "phone" else "404.1"))
    if "root" in path:
        _must_not_find_two(path["root"])
        g.submission = found(g.form.submissions | still_shown(), path["root"])
        if (g.submission.deleted_at is not None) is not request.path.endswith("/restore"):
            raise Refused("404.1")
    if "instance" in path:
        g.version = found({v.read.instance_id: v for v in g.submission.versions}, path["instance"])
    g.name, g.number = path.get("name", ""), path.get("number", 0)


def _must_not_find_two(root: str) -> None:
    """Fail as Central does of what a deleted form of the same id has too: for all but files and changes."""
    forms_of_it = (g.form, *g.project.trashed(g.form.form_id))
    asks = request.method == "GET" or request.path.endswith("/comments")
    if asks and "/attachments" not in request.path and sum(root in form.submissions for form in forms_of_it) > 1:
        raise Refused("500.1", "Internal Server Error")


def still_shown() -> dict[str, Submission]:
    """Give what a deleted form of this id brought, for the views in which Central still shows it."""
    if request.endpoint not in (f"GET {SUBMISSION}", f"GET {SUBMISSION}/versions"):
        return {}
    return {root: s for form in g.project.trashed(g.form.form_id) for root, s in form.submissions.items()}


def log_in() -> Json:
    body = request.get_json()
    if (body.get("email"), body.get("password")) != (g.state.user, g.state.password):
        raise Refused("401.2", "Could not authenticate with the provided credentials.")
    g.state.tokens.add(token := secrets.token_urlsafe(48))
    return {"token": token, "expiresAt": moment()}


def feed() -> Response:
    if not g.form.published:
        raise Refused("404.1")
    wanted = wanted_rows()
    rows = [submission for submission in g.form.newest_first() if wanted(submission.system())]
    lines = [] if request.args.get("$top") == "0" else [submission.odata(g.form.published[-1]) for submission in rows]
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
        "instanceId": submission.root_id, "submitterId": ACTOR, "deviceId": submission.device_id,
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
    created = g.state.create(g.form, read, content, request.args.get("deviceID"))
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
    act = "restore" if request.method == "POST" else "delete"
    g.submission.deleted_at = None if act == "restore" else moment()
    g.state.log(f"submission.{act}", g.form, {"instanceId": g.submission.root_id})
    return SUCCESS


def get_attachment() -> Any:
    kind, content = found(g.version.files, g.name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(g.name)}", "ETag": f'"{etag(content)}"'}
    return Response(content, content_type=kind, headers=headers).make_conditional(request)


def put_or_clear_attachment() -> Json:
    files = g.submission.current.files
    found(dict.fromkeys(files, True), g.name)
    arrived = (request.content_type or "application/octet-stream", request.get_data())
    files[g.name] = arrived if request.method == "POST" else None
    g.state.log("submission.attachment.update", g.form, {"instanceId": g.submission.root_id})
    return SUCCESS


def add_comment() -> Json:
    g.submission.comments.append({"body": request.get_json()["body"], "actorId": ACTOR, "createdAt": moment()})
    return g.submission.comments[-1]


FORMS = "/projects/<int:project>/forms"
FORM = f"{FORMS}/<form>"
SUBMISSIONS = f"{FORM}/submissions"
SUBMISSION = f"{SUBMISSIONS}/<root>"
VERSION = f"{SUBMISSION}/versions/<instance>"
LISTS = "/projects/<int:project>/datasets"
KEY = "/key/<phone>/projects/<int:project>"
ENDPOINTS: dict[tuple[str, str], Callable[[], Any]] = {
    ("POST", "/sessions"): log_in,
    ("GET", "/projects"): lambda: [{"id": project.id, "name": project.name} for project in g.state.projects.values()],
    ("POST", "/projects"): lambda: {"id": g.state.add_project(request.get_json()["name"]).id},
    ("GET", "/projects/<int:project>"): lambda: {"id": g.project.id, "keyId": g.project.key and 1},
    ("GET", FORMS): forms.list_forms,
    ("POST", FORMS): forms.add_form,
    ("GET", FORM): lambda: forms.form_json(g.form),
    ("PATCH", FORM): lambda: forms.form_json(changed(g.form, state=request.get_json()["state"])),
    ("DELETE", FORM): forms.delete_form,
    ("POST", f"{FORMS}/<int:number>/restore"): forms.restore_form,
    ("GET", f"{FORM}.svc"): lambda: found({}, "the service's own document, of which nobody asks"),
    ("GET", f"{FORM}/attachments"): lambda: forms.files_json(g.form.published[-1] if g.form.published else None),
    ("GET", f"{FORM}/versions"): lambda: [{"version": form.version} for form in reversed(g.form.published)],
    ("GET", f"{FORM}/versions/<name>.xml"): forms.definition,
    ("GET", f"{FORM}/draft.xml"): forms.definition,
    ("GET", f"{FORM}/draft"): lambda: {"version": found({"draft": g.form.draft}, "draft").version},
    ("POST", f"{FORM}/draft"): lambda: forms.draft_form(forms.uploaded_form()),
    ("DELETE", f"{FORM}/draft"): forms.delete_draft,
    ("GET", f"{FORM}/draft/attachments"): lambda: forms.files_json(g.form.draft),
    ("PATCH", f"{FORM}/draft/attachments/<name>"): forms.link_file,
    ("POST", f"{FORM}/draft/publish"): forms.publish,
    ("GET", f"{FORM}.svc/Submissions"): feed,
    ("GET", SUBMISSIONS): lambda: [
        submission_json(s) for form in (g.form, *g.project.trashed(g.form.form_id)) for s in form.newest_first()
        if bool(s.deleted_at) is (request.args.get("deleted") == "true")],
    ("POST", SUBMISSIONS): add_submission,
    ("GET", SUBMISSION): lambda: submission_json(g.submission),
    ("PUT", SUBMISSION): edit_submission,
    ("PATCH", SUBMISSION): review_submission,
    ("DELETE", SUBMISSION): delete_or_restore,
    ("POST", f"{SUBMISSION}/restore"): delete_or_restore,
    ("GET", f"{SUBMISSION}/versions"): lambda: (
        [] if g.submission.root_id in still_shown() else versions_json(g.submission)),
    ("GET", f"{VERSION}.xml"): lambda: Response(g.version.xml, content_type="application/xml; charset=utf-8"),
    ("GET", f"{VERSION}/attachments"): lambda: [
        {"name": name, "exists": content is not None} for name, content in sorted(g.version.files.items())],
    ("GET", f"{VERSION}/attachments/<name>"): get_attachment,
    ("POST", f"{SUBMISSION}/attachments/<name>"): put_or_clear_attachment,
    ("DELETE", f"{SUBMISSION}/attachments/<name>"): put_or_clear_attachment,
    ("GET", f"{SUBMISSION}/comments"): lambda: list(reversed(g.submission.comments)),
    ("POST", f"{SUBMISSION}/comments"): add_comment,
    ("GET", LISTS): lambda: [lists.list_json(entity_list) for entity_list in g.project.lists.values()],
    ("POST", LISTS): lists.add_list,
    ("GET", f"{LISTS}/<list>"): lambda: lists.list_json(g.list),
    ("PATCH", f"{LISTS}/<list>"): lists.change_list,
    ("DELETE", f"{LISTS}/<list>"): lists.delete_list,
    ("POST", f"{LISTS}/<list>/properties"): lists.add_property,
    ("GET", f"{LISTS}/<list>/entities.csv"): lists.entities_csv,
    ("POST", f"{LISTS}/<list>/entities"): lists.add_entities,
    ("GET", f"{LISTS}/<list>/entities/<name>"): lists.entity_json,
    ("PATCH", f"{LISTS}/<list>/entities/<name>"): lists.change_entity,
    ("DELETE", f"{LISTS}/<list>/entities/<name>"): lists.delete_or_restore_entity,
    ("POST", f"{LISTS}/<list>/entities/<name>/restore"): lists.delete_or_restore_entity,
    ("POST", "/projects/<int:project>/key"): forms.encrypt_project,
    ("GET", "/projects/<int:project>/app-users"): lambda: g.project.app_users,
    ("POST", "/projects/<int:project>/app-users"): lists.add_app_user,
    ("PATCH", "/projects/<int:project>/app-users/<int:actor>"): lists.change_app_user,
    ("GET", "/projects/<int:project>/actor-properties"): lambda: [{"name": n} for n in g.project.actor_properties],
    ("POST", "/projects/<int:project>/actor-properties"): lambda: (
        g.project.actor_properties.append(new(request.get_json()["name"], g.project.actor_properties)) or SUCCESS),
    ("POST", f"{FORM}/assignments/app-user/<int:actor>"): lambda: (
        g.actor["forms"].append(new(g.form.form_id, g.actor["forms"])) or SUCCESS),
    ("GET", "/projects/<int:project>/assignments/forms/app-user"): lambda: [
        {"actorId": user["id"], "xmlFormId": form} for user in g.project.app_users for form in user["forms"]],
    ("DELETE", "/sessions/<phone>"): lambda: g.phone.update(token=None) or SUCCESS,
    ("GET", f"{KEY}/formList"): lists.forms_of_phone,
    ("GET", f"{KEY}/forms/<form>/attachments/<name>"): lists.list_of_phone,
    ("POST", f"{KEY}/forms/<form>/submissions"): add_submission,
    ("GET", "/audits"): lambda: [e for e in reversed(g.state.audits) if e["loggedAt"] >= request.args.get("start", "")],
}  # fmt: skip
