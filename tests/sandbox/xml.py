"""Submissions' XML as a real Central reads it: a parser for web pages in XML mode, which refuses nothing.

Tags left open are closed, a declared encoding and a document type are skipped, references it does not know stay as they
are. Central reads a submission twice: for its ids with references undecoded, for its answers with them decoded, each
such reference a text of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPACE = " \n\t\f\r"
_NAME = re.compile(rf"[^{_SPACE}/>]+")
_ATTRIBUTE = re.compile(
    rf"([^{_SPACE}/>][^{_SPACE}=/>]*)[{_SPACE}]*(?:=[{_SPACE}]*(?:\"([^\"]*)\"|'([^']*)'|((?![\"'])[^{_SPACE}>]*)))?"
)
_SKIPPED = (("<!--", "-->"), ("<!", ">"), ("<?", ">"))
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]+)|#[xX]([0-9a-fA-F]+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass
class Node:
    """An element: its name and attributes without prefixes; its texts and elements in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list["Node | str"] = field(default_factory=list)

    @property
    def children(self) -> list["Node"]:
        return [part for part in self.content if isinstance(part, Node)]

    def text(self) -> str:
        """All text in it, also below."""
        return "".join(part if isinstance(part, str) else part.text() for part in self.content)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()


def read(xml: str, *, decoded: bool) -> Node | None:
    """Read the first element; None where there is none."""
    document = Node("")
    path, position = [document], 0
    while position < len(xml) and not (len(path) == 1 and document.children):
        position = _take(xml, position, path, decoded)
    return next(iter(document.children), None)


def _take(xml: str, at: int, path: list[Node], decoded: bool) -> int:
    """Take what stands at a position into the path of open elements; gives the position behind it."""
    if xml.startswith("<![CDATA[", at):
        end = _until(xml, "]]>", at)
        path[-1].content.append(xml[at + 9 : end].removesuffix("]]>"))
        return end
    if skipped := next((end for start, end in _SKIPPED if xml.startswith(start, at)), None):
        return _until(xml, skipped, at + 2)
    if xml.startswith("</", at) and (name := _NAME.match(xml, at + 2)):
        names = [node.name for node in path]
        if (closed := _plain(name[0])) in names[1:]:
            del path[len(names) - 1 - names[::-1].index(closed) :]
        return _until(xml, ">", at)
    if xml.startswith("<", at) and _NAME.match(xml, at + 1):
        return _open(xml, at, path, decoded)
    end = xml.find("<", at + 1)
    path[-1].content += _texts(xml[at : end if end > 0 else len(xml)], decoded)
    return end if end > 0 else len(xml)


def _open(xml: str, at: int, path: list[Node], decoded: bool) -> int:
    name = _NAME.match(xml, at + 1)
    assert name is not None
    node, at, closes = Node(_plain(name[0])), name.end(), False
    while at < len(xml) and xml[at] != ">":
        if found := _ATTRIBUTE.match(xml, at):
            value = next((group for group in found.groups()[1:] if group is not None), "")
            node.attributes.setdefault(_plain(found[1]), "".join(_texts(value, decoded)))
            at, closes = found.end(), False
        elif xml[at] in _SPACE + "/":
            closes = xml[at] == "/" or (closes and xml[at] in _SPACE)
            at += 1
        else:
            return len(xml)  # a quotation mark that nothing closes
    if at < len(xml):
        path[-1].content.append(node)
        path += [] if closes else [node]
    return at + 1


def _until(xml: str, end: str, at: int) -> int:
    found = xml.find(end, at)
    return len(xml) if found < 0 else found + len(end)


def _plain(name: str) -> str:
    """Leave a name's prefix out."""
    return re.sub(r"^[^:/]+:([^/]+)", r"\1", name)


def _texts(text: str, decoded: bool) -> list[str]:
    if not decoded:
        return [text] if text else []
    pieces, at = [], 0
    for found in _REFERENCE.finditer(text):
        pieces += [text[at : found.start()], _referred(*found.groups())]
        at = found.end()
    return [piece for piece in [*pieces, text[at:]] if piece]


def _referred(name: str | None, decimal: str | None, hexadecimal: str | None) -> str:
    if name:
        return _NAMED[name]
    number = int(decimal or "0") if decimal else int(hexadecimal or "0", 16)
    if number == 0 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return "\ufffd"
    if 0x80 <= number <= 0x9F:
        return bytes([number]).decode("cp1252", "replace").replace("\ufffd", chr(number))
    return chr(number)
