"""Submissions that are not as they should be, drawn by chance and always the same for the same number.

Each is odd in its XML, as a phone may send it, or in its row of the feed, whoever is to blame for that.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.builders import LAT, LON
from tests.support.forms import new_id
from tests.support.visits import FORM_ID, a_visit

Json = dict[str, Any]
TEXTS = [
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud83d", "\u202e", "\ufeff", "x" * 300, "x" * 70_000, "{kind}", "%s",
    "<script>", "&amp;", "&#0;", "'", '"', "\\", "=1+1", "null", "NaN", "nan", "inf", "-0", "1e400", "1_0", "٣",
    "9" * 400,
    "2026-02-30", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999-14:00", "2026-11-01T00:00:00.000",
    "-6,89 110,63 0 5", "91 500 0 5", f"{LAT} {LON} 0 1.79e308", f"{LAT} {LON} 0 -1", f"{LAT} {LON} 1e9 5",
    f"{LAT} {LON}",
    f"{LAT} {LON} 0 0", "6°53'S 110°E 0 5", "../../x", "\x1b[2J", "pojok_asi ", "OPEN", "open\n", "rumah_aman",
    "SD ² Ⅳ ౭", "a " * 20_000,
]  # fmt: skip
NUMBERS = [
    0,
    -1,
    1,
    2**31,
    2**63,
    10**400,
    -(10**400),
    0.1,
    -0.0,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    True,
    False,
]
RAW = [
    "9" * 5000, "[" * 3000 + "]" * 3000, '{"a":' * 2000 + "1" + "}" * 2000, '"\x01"', '"\\x"', '"\\ud800"', "nul",
    "1.2.3", "'x'", '{"a":1,"a":2}', "-Infinity", '"' + "\\u0000" * 500 + '"', "[]", "{}", "1e999", "00", "01",
]  # fmt: skip
PIECES = [
    "<", ">", "/", "&", '"', "'", "=", "<!", "<?", "<!--", "-->", "<![CDATA[", "]]>", "&nbsp;",
    "&#55357;&#56832;", "&#0;",
    "&#29;", "&#x80;", "&#" + "9" * 5000 + ";", "&#29", "</", "</>", "<b>", "</b>", "<b/>", "<kind>",
    "</kind>", "<kind/>",
    "<data>", "</data>", "</meta>", "<point>", "<g>" * 150, "<g>" * 3000 + "</g>" * 3000, "x:", "\x0b", "\ufeff", "ä",
    "\U0001f600", "<meta><instanceID>uuid:other</instanceID></meta>", " " * 5000, "<a " * 500,
    "<word>" + "y" * 70_000 + "</word>",
]  # fmt: skip
BEFORE = [
    "", '<?xml version="1.0" encoding="x-evil"?>', '<?xml version="1.0" encoding="utf-16"?>', "\n<?xml version='1.0'?>",
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "words ",
]  # fmt: skip
FILES = ["a.jpg", "../a.jpg", "a/b.jpg", "x" * 240 + ".jpg", "a\u202e.jpg", "?.jpg", "a.exe", " ", "a\nb.jpg"]


@dataclass(frozen=True)
class Mutant:
    """An odd submission: what it was sent as, and what is shown of it instead; None where that is as it came."""

    root: str
    version: str
    sent: str
    xml: bytes | None = None
    row: str | None = None

    def changed(self, row: str) -> str:
        """Give the row of the feed that stands for the one that would be shown."""
        return row if self.row is None else self.row


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """Give so many, always the same of a seed."""
    for number in range(count):
        yield _a_mutant(random.Random(f"{seed}/{number}"))


def _a_mutant(chance: random.Random) -> Mutant:
    root = f"uuid:{random.Random(chance.random()).getrandbits(128):032x}"
    answers: Json = {"mode": "on_site", "name_given": "Pojok ASI Lain"}
    if chance.random() < 0.2:
        answers["photo"] = chance.choice(FILES).replace("\n", "&#10;")
    if chance.random() < 0.45:
        return Mutant(root, "1", a_visit(root, **answers), xml=_odd_xml(chance, a_visit(root, **answers)))
    return Mutant(root, "2", a_visit(root, version="2", **answers), row=_odd_row(chance, root))


def _odd_xml(chance: random.Random, text: str) -> bytes:
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([0, 0, 1, 5, 40]))
        text = text[:start] + chance.choice(PIECES) + text[end:]
    if chance.random() < 0.4:
        wrong = chance.choice(TEXTS).encode("utf-8", "replace").decode().replace("\x00", "")
        name = chance.choice(["kind", "arrival", "point", "facility", "name_given", "mode", "today", "start"])
        text = text.replace("<meta>", f"<{name}>{wrong}</{name}><meta>", 1)
    content = (chance.choice(BEFORE) + text).encode("utf-8", "replace")
    return content if chance.random() < 0.95 else content[: chance.randint(0, len(content))] + b"\xff\xfe"


def _odd_row(chance: random.Random, root: str) -> str:
    row = {
        "word": None, "number": 7,
        "point": {"type": "Point", "coordinates": [LON, LAT, 4], "properties": {"accuracy": 5}},
        "kind": "pojok_asi", "arrival": "open", "mode": "on_site", "facility": None, "name_given": "Pojok ASI Lain",
        "seen": {"chair": "yes"}, "today": "2026-11-01", "start": "2026-11-01T09:00:00.000+07:00",
        "room": [{"use": "x"}],
        "meta": {"instanceID": root}, "__id": root,
        "__system": {
            "submissionDate": "2026-11-02T00:00:00.000Z", "updatedAt": None, "submitterId": "5", "submitterName": "x",
            "attachmentsPresent": 0, "attachmentsExpected": 0, "status": None, "reviewState": None, "deviceId": None,
            "edits": 0, "formVersion": "2", "deletedAt": None,
        },
    }  # fmt: skip
    raw = {}
    for number in range(chance.randint(1, 3)):
        path = chance.choice(list(_paths(row)))
        if chance.random() < 0.3:
            raw[f"@@{number}@@"] = chance.choice(RAW)
            _put(row, path, f"@@{number}@@")
        else:
            _put(row, path, _odd_value(chance))
    text = json.dumps(row, ensure_ascii=chance.random() < 0.7, separators=(",", ":"))
    for mark, wrong in raw.items():
        text = text.replace(f'"{mark}"', wrong)
    return text.encode("utf-8", "backslashreplace").decode()


def _odd_value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randint(0, 5)
    if kind <= 1:
        return chance.choice(TEXTS)
    if kind == 2:
        return chance.choice(NUMBERS)
    if kind == 3 or depth > 2:
        return None
    if kind == 4:
        return [_odd_value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    names = [
        "type",
        "coordinates",
        "properties",
        "accuracy",
        "kind",
        "",
        "\x00",
        "__id",
        "__system",
        "instanceID",
        "a b",
    ]
    return {chance.choice(names): _odd_value(chance, depth + 1) for _ in range(chance.randint(0, 3))}


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from _paths(child, (*at, key))


def _put(value: Any, path: tuple[Any, ...], wrong: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    if wrong is None and isinstance(value, dict) and len(path) % 2:
        del value[path[-1]]
    else:
        value[path[-1]] = wrong


def innocents() -> list[tuple[str, str]]:
    """Give three visits that are as they should be: by version of the form, their XML."""
    answers = {"mode": "on_site", "name_given": "Pojok ASI Pasar"}
    return [("1", a_visit(new_id(), **answers)), ("2", a_visit(new_id(), version="2", **answers)),
            ("2", a_visit(new_id(), version="2", photo="1.jpg", **answers))]  # fmt: skip


__all__ = ["FORM_ID", "Mutant", "innocents", "mutants"]
