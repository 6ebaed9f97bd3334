"""Converted, every form speaks two languages: nothing in it that a person reads is missing in one of them."""

import re

import pytest

from tests.support.built import all_built
from workers.central.xml import Node, read_elements
from xlsforms.build import BuiltForm
from xlsforms.house_rules import LANGUAGES

MISSING = {"", "-"}  # what pyxform writes where a translation is missing
EACH_FORM = pytest.mark.parametrize("form", all_built(), ids=lambda form: form.form_id)


def all_of(node: Node, name: str) -> list[Node]:
    return [one for one in node.walk() if one.local == name]


def said_by(value: Node) -> str:
    """Give a text, an answer that it repeats as "…"."""
    return "".join(part if isinstance(part, str) else "…" for part in value.content)


def texts(form: BuiltForm) -> dict[str, dict[str, list[str]]]:
    """Give what each language says, by its name, as pyxform wrote it."""
    return {
        translation.attributes["lang"]: {
            text.attributes["id"]: [said_by(value) for value in text.children]
            for text in translation.children
        }
        for translation in all_of(read_elements(form.xform), "translation")
    }  # fmt: skip


@EACH_FORM
def test_every_text_is_there_in_both_languages(form: BuiltForm) -> None:
    found = texts(form)
    assert found.keys() == set(LANGUAGES)
    first, second = (found[language] for language in LANGUAGES)
    assert first.keys() == second.keys() and len(first) > 20
    for said in (first, second):
        assert [name for name, values in said.items() if not values or MISSING & set(values)] == []
    assert sum(first[name] != second[name] for name in first) > len(first) / 2, "they are two languages"


@EACH_FORM
def test_every_label_is_one_of_these(form: BuiltForm) -> None:
    """A label with words of its own would be said in one language alone."""
    (body,) = all_of(read_elements(form.xform), "body")
    named = set(texts(form)[LANGUAGES[0]])
    labels = [*all_of(body, "label"), *all_of(body, "hint")]
    own = [re.fullmatch(r"jr:itext\('(.+)'\)", label.attributes.get("ref", "")) for label in labels]
    assert {found[1] for found in own if found} <= named and sum(map(bool, own)) > 20
    others = {
        label.attributes.get("ref", said_by(label)) for label, found in zip(labels, own, strict=True) if not found
    }
    assert others <= {"itextId", "jr:itext(itextId)", "label", "task"}, "of a choice, or of a row of a list"
