"""What the sandbox reads of XForms and submissions."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

Frame = dict[str, Any]


def local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def odata_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", re.sub(r"^([^A-Za-z_])", r"_\1", name))


@dataclass
class Field:
    """A field; `kind` is a bind's type, or structure, or repeat."""

    name: str
    kind: str
    children: dict[str, "Field"] = field(default_factory=dict)

    def frame(self) -> Frame:
        """Give an empty row: null for every answer, nested for groups, nothing yet for repeats."""
        frame: Frame = {}
        for child in self.children.values():
            if child.kind == "structure":
                frame[odata_name(child.name)] = child.frame()
            elif child.kind != "repeat":
                frame[odata_name(child.name)] = None
        return frame


@dataclass(frozen=True)
class FormXml:
    form_id: str
    version: str
    name: str
    root: Field
    binary_paths: frozenset[str]
    list_name: str | None  # the entity list it writes to
    xml: str


def read_form(xml: str) -> FormXml:
    html = fromstring(xml)
    model = next(node for node in html.iter() if local(node.tag) == "model")
    instance = next(node for node in model if local(node.tag) == "instance")[0]
    binds = {n.get("nodeset", ""): n.get("type") for n in model if local(n.tag) == "bind" and n.get("type")}
    repeats = {node.get("nodeset", "") for node in html.iter() if local(node.tag) == "repeat"}
    root = Field(local(instance.tag), "structure")
    _read_fields(instance, root, f"/{local(instance.tag)}", binds, repeats)
    title = next((n.text for n in html.iter() if local(n.tag) == "title"), None)
    form_id = instance.get("id", "")
    binary = frozenset("/" + path.split("/", 2)[2] for path, kind in binds.items() if kind == "binary")
    list_name = next((n.get("dataset") for n in instance.iter() if local(n.tag) == "entity"), None)
    return FormXml(form_id, instance.get("version", ""), title or form_id, root, binary, list_name, xml)


def _read_fields(node: Element, parent: Field, at: str, binds: dict[str, str | None], repeats: set[str]) -> None:
    for child in node:
        name = local(child.tag)
        path = f"{at}/{name}"
        if name in parent.children:
            continue
        kind = "repeat" if path in repeats else binds.get(path) or ("structure" if len(child) else "unknown")
        parent.children[name] = Field(name, kind)
        if kind in ("repeat", "structure"):
            _read_fields(child, parent.children[name], path, binds, repeats)


@dataclass(frozen=True)
class SubmissionXml:
    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None
    is_encrypted: bool
    root: Element


def read_submission(xml: bytes) -> SubmissionXml:
    """Read a submission. Raises xml.etree.ElementTree.ParseError."""
    root = fromstring(xml)
    meta = {local(n.tag): n.text for group in root if local(group.tag) == "meta" for n in group}
    return SubmissionXml(
        root.get("id", ""), root.get("version", ""), meta.get("instanceID") or "", meta.get("deprecatedID"),
        any(local(n.tag) == "base64EncryptedKey" for n in root), root,
    )  # fmt: skip


def entities_in(submission: SubmissionXml) -> Iterator[tuple[str, Frame]]:
    """Give the entities a submission asks for: their list, then id and label."""
    for node in submission.root.iter():
        if local(node.tag) == "entity" and node.get("create") in ("1", "true"):
            yield node.get("dataset", ""), {"uuid": node.get("id"), "label": "".join(node.itertext()), "data": {}}


def file_names(submission: SubmissionXml, form: FormXml) -> list[str]:
    names = [text for path, text in _texts(submission.root, "") if path in form.binary_paths and text.strip()]
    return list(dict.fromkeys(name.strip() for name in names))


def _texts(node: Element, at: str) -> Iterator[tuple[str, str]]:
    for child in node:
        path = f"{at}/{local(child.tag)}"
        if child.text:
            yield path, child.text
        yield from _texts(child, path)


def odata_answers(submission: SubmissionXml, form: FormXml, root_id: str) -> Frame:
    """Write a submission's answers as the feed does: by the published form's fields, whatever version it came from."""
    if submission.is_encrypted:
        return {}
    row = form.root.frame()
    _fill(submission.root, form.root, row, root_id, [])
    return row


def _fill(node: Element, parent: Field, frame: Frame, root_id: str, trail: list[str]) -> None:
    seen: dict[str, int] = {}
    for child in node:
        known = parent.children.get(local(child.tag))
        if known is None:
            continue
        name = odata_name(known.name)
        if known.kind == "structure":
            _fill(child, known, frame[name], root_id, [*trail, f"{known.name}#"])
        elif known.kind == "repeat":
            number = seen[name] = seen.get(name, -1) + 1
            here = [*trail, f"{known.name}#{number}"]
            frame.setdefault(f"{name}@odata.navigationLink", _link(root_id, trail, name))
            bag = known.frame() | {"__id": _positional_id(root_id, here)}
            frame.setdefault(name, []).append(bag)
            _fill(child, known, bag, root_id, here)
        elif child.text:
            frame[name] = _value(child.text, known.kind)


def _positional_id(root_id: str, trail: list[str]) -> str:
    return hashlib.sha1("%%".join([f"Submissions#{root_id}", *trail]).encode(), usedforsecurity=False).hexdigest()


def _link(root_id: str, trail: list[str], name: str) -> str:
    groups = [odata_name(part.split("#")[0]) for part in trail]
    return "/".join([f"Submissions('{root_id.replace(':', '%3A')}')", *groups, name])


def _value(text: str, kind: str) -> Any:
    try:
        if kind == "int":
            return int(text)
        if kind == "decimal":
            return float(text)
        if kind == "geopoint":
            lat, lon, *rest = (float(part) for part in text.split())
            point: Frame = {"type": "Point", "coordinates": [lon, lat, *rest[:1]]}
            return point | ({"properties": {"accuracy": rest[1]}} if len(rest) > 1 else {})
    except ValueError:
        return None
    if kind == "dateTime":
        return re.sub(r"([+-]\d\d)$", r"\1:00", text.strip())
    return text


def to_json(value: Any) -> str:
    return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value
