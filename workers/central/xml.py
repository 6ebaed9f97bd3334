"""Read a submission's XML into answers, nested as the feed nests them, and as leniently as Central reads it.

Used where the feed cannot be trusted with the evidence: it shows every submission by the fields of the form's newest
version, and what that version lacks is silently left out.

Central takes what strict parsers refuse, and phones send it: control characters as references, entities nobody
declared, a declared encoding that is not the bytes', tags left open. What it makes of them is what its feed shows, so
XML is read here by the rules of its own parser (htmlparser2, `xmlMode`): no declaration, no entity and no encoding
means anything, a closing tag closes what it can, and what follows the root is no longer read. No library in Python
does so: strict ones refuse, and those that recover make other answers of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from verification.reason import WithReason

MAX_XML_CHARACTERS = 5_000_000  # a visit's is some 3,000
MAX_DEPTH = 100  # of groups in groups

_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]+)|#[xX]([0-9a-fA-F]+));")
_REPLACEMENT, _LAST_CHARACTER, _SURROGATES = "\ufffd", 0x10FFFF, range(0xD800, 0xE000)
_WINDOWS_1252 = range(0x80, 0xA0)  # what HTML reads references to these as; five of them mean nothing there
_SPACE = r"[ \t\n\f\r]"
_OPENING_NAME = re.compile(r"[^ \t\n\f\r/>]+")
_CLOSING = re.compile(rf"</{_SPACE}*(?:(>)|(/)|([^ \t\n\f\r>/][^ \t\n\f\r>]*))?")
_VALUE = r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>(?![\"'])[^ \t\n\f\r>]*)|(?P<unfinished>)"
_IN_TAG = re.compile(
    rf"{_SPACE}*(?:(?P<end>>)|(?P<closed>/{_SPACE}*>)|(?P<slash>/)"
    rf"|(?P<name>[^ \t\n\f\r/>][^ \t\n\f\r/>=]*)(?:{_SPACE}*={_SPACE}*(?:{_VALUE}))?)"
)


class UnreadableXml(WithReason):
    """A submission's XML that nobody can read; `reason` says why."""


def read_answers(xml: str) -> dict[str, Any]:
    """Read a submission's answers: text for a field, a table for a group, a list where a group comes twice.

    A field that comes twice is one text, as in the feed. Without the form nobody can tell whether an element with text
    and elements in it is a field or a group: it has both, its text under "". Raises UnreadableXml.
    """
    return _group(_root(xml))


def lists_created_in(xml: str) -> set[str]:
    """Name the entity lists in which a submission asks Central to create entities. Raises UnreadableXml."""
    entities = (node for node in _root(xml).walk() if _local(node.name) == "entity")
    return {node.attributes.get("dataset", "") for node in entities if node.attributes.get("create") in ("1", "true")}


def read_elements(xml: str) -> "Node":
    """Read any XML as its elements, such as a form's definition. Raises UnreadableXml."""
    return _root(xml)


@dataclass(slots=True)
class Node:
    """An element: `content` has its text and the elements in it in their order, `children` the elements alone."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    content: list["str | Node"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Give its own text, without that of what is in it."""
        return "".join(part for part in self.content if isinstance(part, str))

    @property
    def local(self) -> str:
        """Give its name without a prefix."""
        return _local(self.name)

    def walk(self) -> Iterator["Node"]:
        """Give it and all that is in it, in their order."""
        yield self
        for child in self.children:
            yield from child.walk()


# ── what the elements say ────────────────────────────────────────────────────────────────────────────────────────


def _local(name: str) -> str:
    """Leave out a prefix, as Central does: without asking what it stands for."""
    prefix, colon, rest = name.partition(":")
    return rest if prefix and colon and rest else name


def _group(node: Node) -> dict[str, Any]:
    found: dict[str, list[Node]] = defaultdict(list)
    for child in node.children:
        found[_local(child.name)].append(child)
    return {name: _answer(nodes) for name, nodes in found.items()}


def _answer(nodes: list[Node]) -> Any:
    if not any(node.children for node in nodes):
        return "".join(node.text for node in nodes) or None
    groups = [({"": node.text} if node.text.strip() else {}) | _group(node) for node in nodes]
    return groups if len(groups) > 1 else groups[0]


# ── elements ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _root(xml: str) -> Node:
    if len(xml) > MAX_XML_CHARACTERS:
        raise UnreadableXml("submission_too_large", limit=MAX_XML_CHARACTERS // 10**6)
    above = Node("", {})
    open_nodes = [above]
    for event, name, attributes in _events(xml):
        if event == "text":
            open_nodes[-1].content.append(name)
        elif event == "close":
            _close(open_nodes, name)
            if len(open_nodes) == 1 and above.children:
                break
        else:
            node = Node(name, attributes)
            open_nodes[-1].children.append(node)
            open_nodes[-1].content.append(node)
            if event == "open":
                open_nodes.append(node)
            elif len(open_nodes) == 1:
                break
            if len(open_nodes) > MAX_DEPTH + 1:
                raise UnreadableXml("unreadable_xml")
    if not above.children:
        raise UnreadableXml("unreadable_xml")
    return above.children[0]


def _close(open_nodes: list[Node], name: str) -> None:
    """Close the innermost element of this name, and all that was left open in it; a name that is not open: nothing."""
    for depth in range(len(open_nodes) - 1, 0, -1):
        if open_nodes[depth].name == name:
            del open_nodes[depth:]
            return


# ── tags and text ────────────────────────────────────────────────────────────────────────────────────────────────

_Event = tuple[str, str, dict[str, str]]  # open, empty, close or text; the name, or the text; attributes


def _events(xml: str) -> Iterator[_Event]:
    """Give tags and text, in the order of the text. What a tag left unfinished would have said is not said."""
    at = 0
    while at < len(xml):
        tag = xml.find("<", at)
        if tag != at:
            yield "text", _decoded(xml[at : tag if tag >= 0 else len(xml)]), {}
        if tag < 0:
            return
        begins = xml[tag + 1 : tag + 2]
        if begins in ("!", "?"):
            event, at = _beside_elements(xml, tag)
        elif begins == "/":
            event, at = _closing(xml, tag)
        elif not begins or begins in " \t\n\f\r>":
            event, at = ("text", "<", {}), tag + 1
        else:
            event, at = _opening(xml, tag)
        if event:
            yield event


def _beside_elements(xml: str, tag: int) -> tuple[_Event | None, int]:
    """Read from `<!` or `<?`: a comment, CDATA, or a declaration, which ends at the next `>` whatever is in it."""
    if xml.startswith("<!--", tag):
        end = xml.find("-->", tag + 2)  # `<!-->` is a comment too
        return None, end + 3 if end >= 0 else len(xml)
    if xml.startswith("<![CDATA[", tag):
        end = xml.find("]]>", tag + 9)
        return ("text", xml[tag + 9 : end if end >= 0 else len(xml)], {}), end + 3 if end >= 0 else len(xml)
    begins = tag + 2 if xml[tag + 1] == "?" else tag + 4 if xml.startswith("<!-", tag) else tag + 3
    end = xml.find(">", begins)
    return (None, end + 1) if end >= 0 else (("text", _decoded(xml[tag + 2 :]), {}), len(xml))


def _closing(xml: str, tag: int) -> tuple[_Event | None, int]:
    found = _CLOSING.match(xml, tag)
    assert found is not None  # noqa: S101 - `</` is there
    nameless, slash, name = found.groups()
    end = xml.find(">", found.end())
    if nameless or not (slash or name):
        return ("text", xml[tag : found.end()], {}), found.end()
    if slash:
        return None, end + 1 if end >= 0 else len(xml)
    return ("close", name, {}) if found.end() < len(xml) else None, end + 1 if end >= 0 else len(xml)


def _opening(xml: str, tag: int) -> tuple[_Event | None, int]:
    found = _OPENING_NAME.match(xml, tag + 1)
    assert found is not None  # noqa: S101 - it begins with no white space
    attributes: dict[str, str] = {}
    at = found.end()
    while part := _IN_TAG.match(xml, at):
        at = part.end()
        if part["end"] or part["closed"]:
            return ("open" if part["end"] else "empty", found[0], attributes), at
        if part["unfinished"] is not None:
            break
        if name := part["name"]:
            value = next((part[kind] for kind in ("double", "single", "bare") if part[kind] is not None), "")
            attributes.setdefault(name, _decoded(value))
    return None, len(xml)


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _NAMED[name]
    digits = (decimal or hexadecimal).lstrip("0")
    code = int(digits or "0", 10 if decimal else 16) if len(digits) <= len(str(_LAST_CHARACTER)) else -1
    if code in _WINDOWS_1252:
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    return chr(code) if 0 < code <= _LAST_CHARACTER and code not in _SURROGATES else _REPLACEMENT
