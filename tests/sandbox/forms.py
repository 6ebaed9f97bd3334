"""Forms: their versions, drafts and files; encryption."""

import io
import itertools

from flask import Response, g, request
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from tests.sandbox.problems import SUCCESS, Refused, changed, found, new
from tests.sandbox.state import Form, Json, etag, moment
from tests.sandbox.xform import FormXml, read_form


def form_json(form: Form) -> Json:
    shown = form.published[-1] if form.published else form.draft
    assert shown is not None
    return {
        "projectId": g.project.id, "xmlFormId": form.form_id, "version": shown.version, "state": form.state,
        "hash": etag(shown.version.encode()), "createdAt": form.created_at, "name": shown.name, "enketoId": None,
        "keyId": g.project.key and 1, "updatedAt": None, "publishedAt": form.created_at if form.published else None,
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
        form.published += map(encrypted, form.published[-1:])
    return SUCCESS


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


def delete_draft() -> Json:
    if not g.form.published:
        raise Refused("409.7", "Could not delete draft, because the form has not been published.")
    found({"draft": g.form.draft}, "draft")
    return changed(g.form, draft=None) and SUCCESS


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
    g.project.forms[new(form.form_id, g.project.forms)] = changed(form, deleted_at=None)
    return SUCCESS


def files_json(definition: FormXml | None) -> list[Json]:
    return [
        {"name": name, "type": "file", "blobExists": False, "exists": (x := name in g.form.linked), "datasetExists": x}
        for name in found({"files": definition}, "files").files]  # fmt: skip


def definition() -> Response:
    versions = {"": g.form.draft} | {form.version or "___": form for form in g.form.published}
    return Response(found(versions, g.name).xml, content_type="application/xml; charset=utf-8")


def link_file() -> Json:
    found(g.project.lists, g.name.removesuffix(".csv"))
    g.form.linked |= {g.name}
    return next(file for file in files_json(g.form.draft) if file["name"] == g.name)
