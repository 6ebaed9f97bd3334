"""The sandbox's whole state as JSON: what Central had at one moment, to be put back later into a new sandbox."""

from base64 import b64decode, b64encode
from typing import Any

from tests.sandbox.server import PASSWORD, USER
from tests.sandbox.state import EntityList, Files, Form, Json, Project, State, Submission, Version
from tests.sandbox.xform import read_form, read_submission


def dump(state: State) -> Json:
    """Write all that a sandbox remembers, but for who has logged in."""
    return {"projects": [_dump_project(project) for project in state.projects.values()], "audits": state.audits}


def load(data: Json) -> State:
    """Make a state of what `dump` wrote. The sandbox's own user can log in; what is in `data` then belongs to it."""
    state = State(USER, PASSWORD)
    state.projects = {project["id"]: _load_project(project) for project in data["projects"]}
    state.audits = data["audits"]
    return state


_OF_A_PROJECT = ("id", "name", "key", "app_users", "actor_properties")
_OF_A_FORM = ("form_id", "created_at", "state", "deleted_at")


def _dump_project(project: Project) -> Json:
    lists = {"lists": project.lists.values(), "deleted_lists": project.deleted_lists}
    return {name: getattr(project, name) for name in _OF_A_PROJECT} | {
        "forms": [_dump_form(form) for form in project.forms.values()],
        "trash": [_dump_form(form) for form in project.trash],
    } | {name: [vars(one) for one in found] for name, found in lists.items()}  # fmt: skip


def _load_project(data: Json) -> Project:
    """What is not in `data` is of a time when the sandbox knew nothing of it."""
    plain: dict[str, Any] = {name: data[name] for name in _OF_A_PROJECT if name in data}
    return Project(
        **plain, forms={form["form_id"]: _load_form(data["id"], form) for form in data["forms"]},
        trash=[_load_form(data["id"], form) for form in data.get("trash", ())],
        lists={found["name"]: EntityList(**found) for found in data["lists"]},
        deleted_lists=[EntityList(**found) for found in data.get("deleted_lists", ())],
    )  # fmt: skip


def _dump_form(form: Form) -> Json:
    return {name: getattr(form, name) for name in _OF_A_FORM} | {
        "published": [version.xml for version in form.published], "draft": form.draft and form.draft.xml,
        "submissions": [_dump_submission(submission) for submission in form.submissions.values()],
        "linked": sorted(form.linked),
    }  # fmt: skip


def _load_form(project: int, data: Json) -> Form:
    plain: dict[str, Any] = {name: data[name] for name in _OF_A_FORM if name in data}
    return Form(
        project, **plain, published=[read_form(xml) for xml in data["published"]],
        draft=data["draft"] and read_form(data["draft"]), linked=set(data.get("linked", ())),
        submissions={submission["root_id"]: _load_submission(submission) for submission in data["submissions"]},
    )  # fmt: skip


_PLAIN = ("root_id", "created_at", "updated_at", "deleted_at", "review_state", "comments")


def _dump_submission(submission: Submission) -> Json:
    versions = [
        {"xml": version.xml.decode(), "form_version": version.form_version, "created_at": version.created_at,
         "files": {name: _dump_file(file) for name, file in version.files.items()}}
        for version in submission.versions
    ]  # fmt: skip
    return {name: getattr(submission, name) for name in _PLAIN} | {"versions": versions}


def _load_submission(data: Json) -> Submission:
    plain: dict[str, Any] = {name: data[name] for name in _PLAIN}
    return Submission(versions=[_load_version(version) for version in data["versions"]], **plain)


def _load_version(data: Json) -> Version:
    xml = data["xml"].encode()
    files: Files = {name: file and (file["type"], b64decode(file["base64"])) for name, file in data["files"].items()}
    return Version(xml, read_submission(xml), data["form_version"], data["created_at"], files)


def _dump_file(file: tuple[str, bytes] | None) -> Json | None:
    return {"type": file[0], "base64": b64encode(file[1]).decode()} if file else None
