"""What the sandbox reads of XForms and submissions."""

import hashlib
import json
import math
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from tests.sandbox.xml import Node, read

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
    files: tuple[str, ...]  # that it needs, by name
    xml: str

    def named(self, version: str) -> "FormXml":
        """Give it under another version."""
        return read_form(re.sub(r'(<[^<?]* id="[^"]*" version=")[^"]*', rf"\g<1>{version}", self.xml, count=1))


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
    sources = [n.get("src", "") for n in model if local(n.tag) == "instance"]
    files = tuple(src.rsplit("/", 1)[-1] for src in sources if src.startswith("jr://file"))
    return FormXml(form_id, instance.get("version", ""), title or form_id, root, binary, list_name, files, xml)


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
    root: Node


class NoSubmission(Exception):
    """What names no form, as everything that is no XML at all."""


def read_submission(xml: bytes) -> SubmissionXml:
    """Read a submission; where it has no instance id, one is made up. Raises NoSubmission, UnicodeDecodeError."""
    text = xml.decode()
    if "\0" in text:
        raise UnicodeDecodeError("utf-8", xml, 0, 1, "a NUL")
    plain, root = read(text, decoded=False), read(text, decoded=True)
    if plain is None or root is None or not plain.attributes.get("id"):
        raise NoSubmission
    meta = [node for group in plain.children if group.name == "meta" for node in group.children]
    is_encrypted = _first(plain.children, "base64EncryptedKey") is not None
    instance_id = _first(meta, "instanceID") or _first(plain.children, "instanceID") or str(uuid.uuid4())
    return SubmissionXml(plain.attributes["id"], plain.attributes.get("version", ""), instance_id,
                         _first(meta, "deprecatedID"), is_encrypted, root)  # fmt: skip


def _first(nodes: list[Node], name: str) -> str | None:
    """Give the first text of elements with a name; an empty one has none."""
    return next((text for node in nodes if node.name == name and (text := node.text())), None)


def entities_in(submission: SubmissionXml) -> Iterator[tuple[str, Frame]]:
    """Give the entities a submission asks for: their list, then id and label."""
    for node in submission.root.walk():
        asked = node.attributes
        if node.name == "entity" and asked.get("create") in ("1", "true"):
            yield asked.get("dataset", ""), {"uuid": asked.get("id"), "label": node.text(), "data": {}}


def file_names(submission: SubmissionXml, form: FormXml) -> list[str]:
    """Name the files that a submission brings; an encrypted one names them itself, its answers last."""
    if submission.is_encrypted:
        files = [node for group in submission.root.children if group.name == "media" for node in group.children]
        files += [node for node in submission.root.children if node.name == "encryptedXmlFile"]
        names = [node.text() for node in files]
    else:
        names = [text for path, text in _texts(submission.root, "") if path in form.binary_paths]
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def _texts(node: Node, at: str) -> Iterator[tuple[str, str]]:
    for child in node.children:
        path = f"{at}/{child.name}"
        yield path, "".join(part for part in child.content if isinstance(part, str))
        yield from _texts(child, path)


def odata_answers(submission: SubmissionXml, form: FormXml, root_id: str) -> Frame:
    """Write a submission's answers as the feed does: by the published form's fields, whatever version it came from."""
    if submission.is_encrypted:
        return {}
    row = form.root.frame()
    _fill(submission.root, form.root, row, root_id, [])
    return row


def _fill(node: Node, parent: Field, frame: Frame, root_id: str, trail: list[str]) -> None:
    seen: dict[str, int] = {}
    for child in node.children:
        known = parent.children.get(child.name)
        if known is None:
            continue
        name = odata_name(known.name)
        if known.kind == "structure":
            _fill(child, known, frame[name], root_id, [*trail, f"{known.name}#"])
        elif known.kind == "repeat":
            number = seen[name] = seen.get(name, -1) + 1
            here = [*trail, f"{known.name}#{number}"]
            frame.setdefault(f"{name}@odata.navigationLink", _link(root_id, trail, name))
            place = "%%".join([f"Submissions#{root_id}", *here]).encode()
            bag = known.frame() | {"__id": hashlib.sha1(place, usedforsecurity=False).hexdigest()}
            frame.setdefault(name, []).append(bag)
            _fill(child, known, bag, root_id, here)
        else:
            for text in child.content:
                if isinstance(text, str):
                    frame[name] = _value(text, known.kind, frame[name])


def _link(root_id: str, trail: list[str], name: str) -> str:
    groups = [odata_name(part.split("#")[0]) for part in trail]
    return "/".join([f"Submissions('{root_id.replace(':', '%3A')}')", *groups, name])


_BLANK = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # to JavaScript
_WHOLE = re.compile(rf"[{_BLANK}]*([+-]?[0-9]+)")
_DECIMAL = re.compile(rf"[{_BLANK}]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")


def _value(text: str, kind: str, before: Any) -> Any:
    """Give an answer's value after one more text of it: only of plain text does the text before count."""
    if kind in ("int", "decimal"):
        return _number(text, _WHOLE if kind == "int" else _DECIMAL)
    if kind == "geopoint":
        lat, lon, alt, accuracy, *_ = [_number(part, _DECIMAL) for part in re.split(f"[{_BLANK}]+", text)] + [None] * 3
        if lat is None or lon is None:
            return before
        point: Frame = {"type": "Point", "coordinates": [lon, lat] + ([] if alt is None else [alt])}
        return point | ({} if accuracy is None else {"properties": {"accuracy": accuracy}})
    if kind == "dateTime":
        return re.sub(r"([+-][0-9]{2})$", r"\1:00", text.strip())
    return (before or "") + text


def _number(text: str, beginning: re.Pattern[str]) -> float | None:
    """Read a number as far as it is one."""
    found = beginning.match(text)
    number = float(found[1]) if found else math.inf
    return number if math.isfinite(number) else None


def to_json(value: Any) -> str:
    return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e21:
        return int(Decimal(repr(value)))
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value
