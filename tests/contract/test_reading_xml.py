"""Tilik reads a submission's XML as Central reads it: whatever came, its row in the feed says the same.

The sandbox is no judge of this: it takes well-formed XML only. So this asks a real Central, where one is named.
"""

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.environment import REAL, new_project
from tests.support.forms import FORM_ID, a_form, new_id
from tests.support.trial import feed_rows, refusal
from verification.reading.differences import differences
from verification.reading.point import UnreadablePoint, may_be_half_read, read_point
from workers.central.api import Central
from workers.central.xml import read_answers

pytestmark = pytest.mark.ci
__test__ = all(REAL)
AT_ONCE = 40
INPUTS = int(os.environ.get("TILIK_TEST_FUZZ_INPUTS", AT_ONCE * 10))


@pytest.fixture(scope="module")
def real() -> Iterator[Central]:
    with new_project(*REAL) as central:
        central.publish(FORM_ID, a_form(**{"a.b-c": "text", "way": "geotrace", "area": "geoshape"}), "1")
        yield central


WHOLE = (
    "<word>a &amp; b</word><number>7</number><share>0.5</share><moment>2026-11-01T09:00:00.000+07</moment>"
    "<point>-6.89 110.63 3 4.5</point><inside>\n<note>c</note></inside><room><use>hall</use></room>"
    "<room><use>yard</use></room><a.b-c>d</a.b-c><way>-6.89 110.63 0 0; -6.9 110.64 5 4.5</way>"
)
PIECES = [
    "<", ">", "/", "&", '"', "'", "=", " ", "\n", "<!", "<?", "<!--", "-->", "<![CDATA[", "]]>", "&nbsp;", "&lt;",
    "&#55357;&#56832;", "&#x1F600;", "&#0;", "&#29;", "&#x80;", "&#x81;", "&#99999999999;", "&#29", "</", "</>", "<>",
    "<!>", "<b>", "</b>", "<b/>", "<b c=d/>", "<word>", "</word>", "<word/>", "<note>", "</note>", "</inside>",
    "<inside>", "<room>", "</room>", "<use>e</use>", "\r\n", "\x0b", "ä", "\u0663", "\U0001f600", "\ufeff", "\u00a0",
    "x:", "+07", ",",
]  # fmt: skip


@dataclass
class Odd:
    """A submission whose XML was changed anyhow between its answers' beginning and their end."""

    chance: random.Random
    root: str = field(default_factory=new_id)

    @property
    def xml(self) -> str:
        text = WHOLE
        for _ in range(self.chance.randint(1, 4)):
            start = self.chance.randint(0, len(text))
            end = min(len(text), start + self.chance.choice([0, 0, 0, 1, 4]))
            text = text[:start] + self.chance.choice(PIECES) + text[end:]
        begins = self.chance.choice(["", "", "\n", "words", '<?xml version="1.0" encoding="utf-16"?>', "<!DOCTYPE x>"])
        meta = f"<meta><instanceID>{self.root}</instanceID></meta>"
        return f'{begins}<data id="{FORM_ID}" version="1">{meta}{text}</data>'


def sent(central: Central, xml: str) -> bool:
    """Send it; Central refuses what it cannot keep (a NUL), or where it finds no instance id or another form's."""
    path = f"{central.path_of(FORM_ID)}/submissions"
    answer = central.session.request("POST", path, data=xml.encode(), headers={"Content-Type": "application/xml"})
    with answer:
        return bool(answer.ok)


TEXTS = {"word", "inside/note", *(f"room{n}/use" for n in ["", *(f"[{number}]" for number in range(2, 9))])}
OTHERS = ("number", "share", "moment", "point", "way")


def compared(xml: str) -> set[str]:
    """Name the questions that the form asks. Of numbers, moments and points the feed shows the last piece only.

    Pieces are what references and tags leave of a text: such an answer is left out where it was changed.
    """
    whole = {name: found[0] for name in OTHERS if (found := re.search(f"<{name}>.*?</{name}>", WHOLE))}
    asked = {"a_b_c"} if xml.count("<a.b-c>") == xml.count("<a") else set()  # and no other name that OData writes so
    return TEXTS | asked | {name for name, text in whole.items() if xml.count(text) == xml.count(f"<{name}") == 1}


def test_what_the_feed_shows_is_what_is_read_of_the_xml(real: Central) -> None:
    done = 0
    for seed in range(0, INPUTS, AT_ONCE):
        odd = {one.root: one.xml for one in (Odd(random.Random(seed + number)) for number in range(AT_ONCE))}
        taken = {root for root, xml in odd.items() if sent(real, xml)}
        for row in feed_rows(real):
            if row["__id"] in taken:
                done += 1
                xml, answers = odd[row["__id"]], read_answers(real.xml(FORM_ID, row["__id"], row["__id"]))
                assert [c for c in differences(row, answers) if c[0] in compared(xml)] == [], xml
    assert done > INPUTS / 2
    print(f"\n{done} of {INPUTS} were taken by Central, and compared")


POINTS = [
    "-6,8904 110,6399 0,0 5,0", "6°53'25\"S 110°38'24\"E 0 5", "-٦٫٨٩ ١١٠٫٦٣ 0 5",
    "-6.8904,110.6399 0 5 1", "-6.89",
    "here", " -6.89 110.63 0 5", "-6.89 110.63 0 5 ", "-6.89  110.63", "S6.89 E110.63", "91 500 0 5",
    "1e400 110.63 0 5",
    "-6.89 110.63 0 0", "-6.89 110.63 0 4.5", "-6.89 110.63", "-6.89 110.63 x 5", "-6.89 110.63 0 x",
    "9.5S 110.63E 0 5",
]  # fmt: skip


@pytest.mark.parametrize("written", POINTS)
def test_a_point_comes_to_the_same_by_the_feed_and_by_the_xml(real: Central, written: str) -> None:
    root = new_id()
    assert sent(real, f'<data id="{FORM_ID}" version="1"><point>{written}</point>'
                      f"<meta><instanceID>{root}</instanceID></meta></data>")  # fmt: skip
    (row,) = (row for row in feed_rows(real) if row["__id"] == root)
    by_xml = what_it_is(read_answers(real.xml(FORM_ID, root, root))["point"])
    shown = json.dumps(row, separators=(",", ":"))
    assert may_be_half_read(shown) or what_it_is(row["point"]) == by_xml


def what_it_is(point: Any) -> Any:
    try:
        return read_point(point)
    except UnreadablePoint:
        return "unreadable"


@pytest.mark.parametrize("id_", ["a" * 65, "a" * 300])
def test_central_takes_no_longer_ids_than_tilik_keeps(real: Central, id_: str) -> None:
    xml = f'<data id="{FORM_ID}" version="1"><meta><instanceID>{id_}</instanceID></meta></data>'
    assert refusal(lambda: real.submit(FORM_ID, xml))
