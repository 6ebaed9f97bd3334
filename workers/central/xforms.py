"""Read the words of a form from its definition, an XForm as Central keeps it: labels by question, language, choice.

It is read as leniently as Central reads it (`workers.central.xml`): no entity is expanded and nothing is fetched. A
label that repeats an answer has "…" in its place: what somebody answered is no word of the form.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from server.forms.words import (
    CHOICE,
    CHOICES,
    DATE,
    FILE,
    GROUP,
    LISTED,
    NOTE,
    NUMBER,
    POINT,
    REPEAT,
    TEXT,
    FormQuestion,
    FormWords,
)
from verification.reading.differences import odata_name
from workers.central.xml import Node, UnreadableXml, read_elements

MOST_QUESTIONS, MOST_CHOICES, LONGEST_LABEL = 5000, 2000, 2000  # choices: of one list; a longer one has no labels
_ANSWERED = "…"
_CONTROLS = {"input": TEXT, "select1": CHOICE, "select": CHOICES, "rank": CHOICES, "upload": FILE, "range": NUMBER,
             "trigger": TEXT, "secret": TEXT}  # fmt: skip
_OF_TYPE = {"int": NUMBER, "integer": NUMBER, "decimal": NUMBER, "date": DATE, "time": DATE, "dateTime": DATE,
            "geopoint": POINT, "geotrace": POINT, "geoshape": POINT, "binary": FILE}  # fmt: skip
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_ITEXT = re.compile(r"jr:itext\(\s*['\"](.+?)['\"]\s*\)")
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3})(?:[-_][A-Za-z]+)?\s*\)\s*$")
_NAMED = {"bahasa indonesia": "id", "indonesia": "id", "indonesian": "id", "english": "en"}
_NOT_TRANSLATED = ("", "-")  # what pyxform writes where a translation is missing


def read_words(xml: str) -> FormWords:
    """Read a form's words. Raises UnreadableXml where it is no form, or asks more than any form does."""
    found: dict[str, list[Node]] = {"model": [], "body": []}
    for node in read_elements(xml).walk():
        if node.local in found:
            found[node.local].append(node)
    if not found["model"] or not found["body"]:
        raise UnreadableXml("unreadable_xml")
    return _Reader(found["model"][0]).read(found["body"][0])


@dataclass
class _Reader:
    model: Node
    questions: list[FormQuestion] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._texts, self.first = _texts(self.model)
        binds = [node for node in self.model.children if node.local == "bind"]
        self._by_id = {bind.attributes["id"]: bind for bind in binds if "id" in bind.attributes}
        self._binds = {_path(bind.attributes.get("nodeset", "")): bind.attributes for bind in binds}
        self._instances = {node.attributes["id"]: node for node in self.model.children
                           if node.local == "instance" and "id" in node.attributes}  # fmt: skip

    def read(self, body: Node) -> FormWords:
        self._read_in(body, "")
        return FormWords(tuple(self.questions), self.labels, self.choices, self.first)

    def _read_in(self, parent: Node, above: str) -> None:
        for node in parent.children:
            name = node.local
            if name in ("group", "repeat"):
                path = self._path_of(node, above)
                if path and path != above:
                    self._note(node, FormQuestion(path, GROUP if name == "group" else REPEAT))
                elif name == "repeat" and self.questions and self.questions[-1].path == path:
                    self.questions[-1] = FormQuestion(path, REPEAT)  # the group around a repeat has its label
                self._read_in(node, path or above)
            elif name in _CONTROLS:
                self._read_question(node, name, self._path_of(node, above))

    def _read_question(self, node: Node, control: str, path: str) -> None:
        kind = _CONTROLS[control]
        if not path:
            return
        bind = self._binds.get(path, {})
        if kind == TEXT:
            kind = _OF_TYPE.get(bind.get("type", "").rpartition(":")[2], TEXT)
            kind = NOTE if bind.get("readonly", "").strip() == "true()" and control == "input" else kind
        question = FormQuestion(path, kind)
        if kind in (CHOICE, CHOICES):
            question = self._with_choices(node, question)
        self._note(node, question)

    def _note(self, node: Node, question: FormQuestion) -> None:
        if len(self.questions) >= MOST_QUESTIONS:
            raise UnreadableXml("unreadable_xml")
        self.questions.append(question)
        label = next((child for child in node.children if child.local == "label"), None)
        for language, text in self._said(label).items() if label else ():
            self.labels.setdefault(language, {}).setdefault(question.path, text)

    def _path_of(self, node: Node, above: str) -> str:
        """Give a path: absolute, or from what it is in; or by the bind it names."""
        if (bind := self._by_id.get(node.attributes.get("bind", ""))) is not None:
            return _path(bind.attributes.get("nodeset", ""))
        ref = (node.attributes.get("ref") or node.attributes.get("nodeset") or "").strip()
        return _path(ref) if ref.startswith("/") or not ref else "/".join(filter(None, (above, _names(ref))))

    # ── choices

    def _with_choices(self, node: Node, question: FormQuestion) -> FormQuestion:
        itemset = next((child for child in node.children if child.local == "itemset"), None)
        if itemset is None:
            items = [child for child in node.children if child.local == "item"]
            self._keep(question.path, ((_of(item, "value"), self._said(_child(item, "label"))) for item in items))
            return FormQuestion(question.path, question.kind, question.path)
        found = _INSTANCE.search(itemset.attributes.get("nodeset", ""))
        instance = self._instances.get(found[1]) if found else None
        if instance is None:
            return FormQuestion(question.path, TEXT)  # its choices are other answers
        if instance.attributes.get("src"):
            return FormQuestion(question.path, LISTED, found[1] if found else "")
        name = instance.attributes["id"]
        if not any(name in lists for lists in self.choices.values()):
            self._keep(name, self._items(instance, itemset))
        return FormQuestion(question.path, question.kind, name)

    def _items(self, instance: Node, itemset: Node) -> Iterator[tuple[str, dict[str, str]]]:
        value = (_child(itemset, "value") or itemset).attributes.get("ref", "name").strip()
        label = (_child(itemset, "label") or itemset).attributes.get("ref", "label").strip()
        by_itext = re.fullmatch(r"jr:itext\(\s*([\w.-]+)\s*\)", label)
        for item in (node for node in instance.walk() if node.local == "item"):
            shown = _of(item, by_itext[1] if by_itext else label)
            yield _of(item, value), self._texts.get(shown, {}) if by_itext else {"": shown}

    def _keep(self, name: str, items: Iterable[tuple[str, dict[str, str]]]) -> None:
        for number, (value, said) in enumerate(items):
            if number >= MOST_CHOICES:
                for lists in self.choices.values():
                    lists.pop(name, None)
                return
            for language, text in said.items():
                if value and text not in _NOT_TRANSLATED:
                    self.choices.setdefault(language, {}).setdefault(name, {}).setdefault(value, text[:LONGEST_LABEL])

    # ── what a label says

    def _said(self, label: Node | None) -> dict[str, str]:
        """Give what a label says, by language: of its own, or by the name of a text."""
        if label is None:
            return {}
        if named := _ITEXT.search(label.attributes.get("ref", "")):
            return self._texts.get(named[1], {})
        text = _spoken(label)
        return {} if text in _NOT_TRANSLATED else {"": text}


def _texts(model: Node) -> tuple[dict[str, dict[str, str]], str]:
    """Give the texts of all languages by their name, and the first language: the one that the form says, else any."""
    texts: dict[str, dict[str, str]] = {}
    first, any_first = "", ""
    for translation in (node for node in model.walk() if node.local == "translation"):
        language = _language(translation.attributes.get("lang", ""))
        any_first = any_first or language
        if "default" in translation.attributes and not first:
            first = language
        for text in (node for node in translation.children if node.local == "text"):
            said = next((v for v in text.children if v.local == "value" and v.attributes.get("form", "long") == "long"),
                        None)  # fmt: skip
            if said is not None and (spoken := _spoken(said)) not in _NOT_TRANSLATED:
                texts.setdefault(text.attributes.get("id", ""), {}).setdefault(language, spoken)
    return texts, first or any_first


def _language(name: str) -> str:
    code = _CODE.search(name)
    plain = name.strip().lower()
    return code[1].lower() if code else _NAMED.get(plain, plain[:40])


def _spoken(node: Node) -> str:
    """Give a text as it is read, its white space as one blank; answers that it repeats as "…"."""
    parts = (part if isinstance(part, str) else _ANSWERED if part.local == "output" else part.text
             for part in node.content)  # fmt: skip
    return " ".join("".join(parts).split())[:LONGEST_LABEL]


def _path(nodeset: str) -> str:
    """Write an absolute path without the form's root."""
    return _names(nodeset.strip().strip("/").partition("/")[2])


def _names(path: str) -> str:
    return "/".join(odata_name(name.rpartition(":")[2]) for name in path.split("/") if name and name != ".")


def _child(node: Node, name: str) -> Node | None:
    return next((child for child in node.children if child.local == name), None)


def _of(item: Node, name: str) -> str:
    found = _child(item, name)
    return found.text.strip() if found is not None else ""
