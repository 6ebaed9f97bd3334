"""Reading a submission's XML: as leniently as Central does, and to the letter. `tests/contract` asks a real Central."""

import time
from contextlib import suppress
from typing import Any

import pytest

from workers.central.xml import MAX_DEPTH, MAX_XML_CHARACTERS, UnreadableXml, lists_created_in, read_answers

ANSWERS: dict[str, tuple[str, Any]] = {
    "text": ("<word>a</word>", "a"),
    "an empty answer": ("<word></word>", None),
    "a short empty answer": ("<word/>", None),
    "white space at both ends": ("<word> a\t</word>", " a\t"),
    "line ends as they came": ("<word>a\r\nb</word>", "a\r\nb"),
    "the five names": ("<word>&amp;&lt;&gt;&quot;&apos;</word>", "&<>\"'"),
    "what a bar-code reader sent": ("<word>01095&#29;21A7</word>", "01095\x1d21A7"),
    "what a keyboard sent": ("<word>a&#x0B;b</word>", "a\x0bb"),
    "an emoji as two halves": ("<word>&#55357;&#56832;</word>", "\ufffd\ufffd"),
    "an emoji": ("<word>&#128512;&#x1F600;\U0001f600</word>", "\U0001f600" * 3),
    "nothing": ("<word>&#0;&#000;</word>", "\ufffd\ufffd"),
    "beyond all characters": (f"<word>&#{'9' * 6000};&#x110000;</word>", "\ufffd\ufffd"),
    "many noughts": (f"<word>&#{'0' * 6000}65;</word>", "A"),
    "Windows' own": ("<word>&#128;&#x9f;&#x81;</word>", "€Ÿ\x81"),
    "an entity that nobody declared": ("<word>a&nbsp;b</word>", "a&nbsp;b"),
    "no end of a reference": ("<word>a &#29 & b &amp c</word>", "a &#29 & b &amp c"),
    "CDATA": ("<word>a<![CDATA[<&amp;]]]>b</word>", "a<&amp;]b"),
    "comments": ("<word>a<!-- > -->b<!-->c<!--->d</word>", "abcd"),
    "signs that open nothing": ("<word>1 < 2 > <> </> 3</word>", "1 < 2 > <> </> 3"),
    "twice, once empty": ("<word>a</word><word/>", "a"),
    "twice, first empty": ("<word/><word>a</word>", "a"),
    "twice": ("<word>a</word><word>b</word>", "ab"),
    "a prefix": ("<orx:word xmlns:orx='x'>a</orx:word>", "a"),
    "a prefix that nobody declared": ("<o:word>a</o:word>", "a"),
    "elements within an answer": ("<word>a <b>very</b> b</word>", {"": "a  b", "b": "very"}),
    "left open": ("<word>a", "a"),
    "closed by another": ("<word>a</wort>b</word>", "ab"),
}


@pytest.mark.parametrize(("xml", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer(xml: str, answer: Any) -> None:
    assert read_answers(f"<data>{xml}</data>") == {"word": answer}


AROUND = {
    "a declaration": '<?xml version="1.0"?>{}',
    "another encoding": '<?xml version="1.0" encoding="x-evil"?>{}',
    "a mark of order": "\ufeff{}",
    "a new line before the declaration": '\n<?xml version="1.0"?>{}',
    "words before it": "words &amp; <?xml version='1.0'?>{}",
    "entities": '<!DOCTYPE data [<!ENTITY a "a">]>{}',
    "what comes after": "{}<data><word>b</word></data>",
    "what nobody closed": "{}</data><",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_nothing_around_it_means_anything(around: str) -> None:
    assert read_answers(around.format("<data a=b c='>' d = \"/\" e><word>ä</word></data>")) == {"word": "ä"}


def test_groups_and_repeats() -> None:
    xml = "<data><g>\n<a>1</a>\n<h><b/></h></g><r><a>1</a></r><x/><r>\n</r><r><a>3</a></r></data>"
    repeats = [{"a": "1"}, {}, {"a": "3"}]
    assert read_answers(xml) == {"g": {"a": "1", "h": {"b": None}}, "r": repeats, "x": None}


def nested(depth: int) -> str:
    return "<g>" * depth + "</g>" * depth


UNREADABLE = {
    "nothing": ("", "unreadable_xml"), "words": ("a & b", "unreadable_xml"), "no end": ("<data", "unreadable_xml"),
    "too deep": (f"<data>{nested(MAX_DEPTH)}</data>", "unreadable_xml"),
    "far too deep": (nested(300_000), "unreadable_xml"),
    "too long": (f"<data>{' ' * MAX_XML_CHARACTERS}</data>", "submission_too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_nobody_can_read(xml: str, code: str) -> None:
    with pytest.raises(UnreadableXml) as caught:
        read_answers(xml)
    assert caught.value.reason.code == code


def test_deep_groups_are_read() -> None:
    assert read_answers(f"<data>{nested(MAX_DEPTH - 1)}</data>")


LONG = ["<a ", "<a b='", "</a", "<![CDATA[", "&#", "<data></a>", "<data><a></b>", "<!", "<data x" + " " * 20]


@pytest.mark.parametrize("piece", LONG)
def test_reading_takes_no_longer_than_the_text_is_long(piece: str) -> None:
    """Of any of these, the square of its length would take minutes."""
    began = time.process_time()
    with suppress(UnreadableXml):
        read_answers(piece * 50_000 + "<")
    assert time.process_time() - began < 5


def test_the_lists_to_which_a_submission_adds() -> None:
    xml = (
        '<data><meta><e:entity dataset="a &amp; b" create="1"/><entity create=true dataset=c></entity>'
        '<entity dataset="d" create="0"/><entity dataset="e"/></meta></data>'
    )
    assert lists_created_in(xml) == {"a & b", "c"}
