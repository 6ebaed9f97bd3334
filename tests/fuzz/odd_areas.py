"""Files of areas, lists of names and of decisions, as people and their programs damage them; each by its number."""

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.geojson import feature, square

Collection = dict[str, Any]
CODES = [f"99.01.01.200{number}" for number in range(1, 7)]
STRANGE_TEXTS = [
    "", " ", "\x00", "\x1b[31m", "\x9b2J", "\u202e", "\ud800", "\ufffe", "'; DROP TABLE areas", "=cmd|' /C'!A0",
    "x" * 201, "x" * 50_000, "مدرسة", "ꦏꦺꦴ", "99.1", "9901012001", "99.01.01.2001\n", "99,01", "９９",
    "WIB", "wita", "%s{}", "\u200b",
]  # fmt: skip
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1e308, 10**400, 2**63, -0.0, [], {}, [[]], [None], [[[]]], {"type": "Polygon"},
    *STRANGE_TEXTS,
]  # fmt: skip
NUMBERS = [0, 0.0, 110, -5, 1e9, 1e308, -1e308, 180.0001, 91, 460_000, 9_240_000, 1e-300, 10**18, 10**19]
WRITTEN_NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1" * 400,
    "-" + "9" * 5000,
    "1e999",
    "0x10",
    "1,5",
    "01",
    "--1",
    "1e",
    ".",
]


@dataclass
class OddFiles:
    """What one run of the command gets: files by their names in its folder, and its options."""

    areas: bytes
    names: bytes | None = None
    decided: bytes | None = None
    options: list[str] = field(default_factory=list)
    told: str = ""  # how it came about


def a_collection() -> Collection:
    """Give the file that nothing is wrong with: a province, its district, and six villages side by side."""
    above = [
        feature("99", False, nama="Provinsi Contoh", zona="WITA"),
        feature("99.01", False, nama="Kabupaten Contoh"),
    ]
    villages = [feature(code, square(column), nama=f"Desa {column}") for column, code in enumerate(CODES)]
    return {"type": "FeatureCollection", "features": [*above, *villages]}


def odd_files(number: int) -> OddFiles:
    """Make one; always the same of a number."""
    chance = random.Random(number)
    collection, told = a_collection(), []
    for change in chance.choices(CHANGES, weights=WEIGHTS, k=chance.choice([0, 1, 1, 1, 1, 2, 3])):
        told.append(change.__name__)
        change(collection, chance)
    text = json.dumps(collection, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, None, 1]))
    content = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.25:
        damage = chance.choice(DAMAGES)
        told.append(damage.__name__)
        content = damage(content, chance)
    found = OddFiles(content, told=" ".join(told))
    if chance.random() < 0.15:
        found.names = a_list(chance)
    if chance.random() < 0.08:
        found.decided = a_list(chance, [*CODES, "-", "99.01.01.2077"])
    often = {"--whole": 0.2, "--lat-first": 0.1, "--yes": 0.8, "--json": 0.3}
    found.options = [option for option, share in often.items() if chance.random() < share]
    return found


# ── what a file says ─────────────────────────────────────────────────────────────────────────────────────────────────


def anything_anywhere(collection: Collection, chance: random.Random) -> None:
    holder, key = chance.choice(list(_places(collection)))
    holder[key] = chance.choice(STRANGE)


def something_left_out(collection: Collection, chance: random.Random) -> None:
    holder, key = chance.choice(list(_places(collection)))
    del holder[key]


def something_twice(collection: Collection, chance: random.Random) -> None:
    lists = [(holder, key) for holder, key in _places(collection) if isinstance(holder, list)]
    if lists:
        holder, key = chance.choice(lists)
        holder += [holder[key]] * chance.choice([1, 1, 2, 50])


def an_odd_number(collection: Collection, chance: random.Random) -> None:
    numbers = [(holder, key) for holder, key in _places(collection) if isinstance(holder[key], float)]
    if numbers:
        holder, key = chance.choice(numbers)
        holder[key] = chance.choice([*NUMBERS, holder[key] + chance.uniform(-3, 3)])


def an_odd_text(collection: Collection, chance: random.Random) -> None:
    texts = [(holder, key) for holder, key in _places(collection) if isinstance(holder[key], str)]
    if texts:
        holder, key = chance.choice(texts)
        holder[key] = chance.choice([*STRANGE_TEXTS, holder[key] + chance.choice(STRANGE_TEXTS), *CODES])


def longer_positions(collection: Collection, chance: random.Random) -> None:
    more: list[Any] = chance.choice([[0], [None], [12.5, 1e9], ["x"], [[]], [{}]])
    for position in _positions(collection):
        if chance.random() < 0.7:
            position.extend(more)


def turned_round(collection: Collection, chance: random.Random) -> None:
    all_of_them = chance.random() < 0.5
    for position in _positions(collection):
        if all_of_them or chance.random() < 0.2:
            position.reverse()


def in_metres(collection: Collection, chance: random.Random) -> None:
    for position in _positions(collection):
        position[:] = [part * 111_000 if isinstance(part, float) else part for part in position]


def moved(collection: Collection, chance: random.Random) -> None:
    by = chance.choice([0.005, 0.01, 0.02, 1, 40])
    for position in _positions(collection):
        position[0] = position[0] + by if isinstance(position[0], float) else position[0]


def tangled(collection: Collection, chance: random.Random) -> None:
    count, turns = chance.choice([5, 50, 301, 2000, 5000]), chance.randint(2, 900)
    at = random.Random(count)
    star = [[110 + math.cos(turns * n) / 200, -5 + math.sin(turns * n) / 200] for n in range(count)]
    loose = [[110 + at.random() / 100, -5 + at.random() / 100] for _ in range(count)]
    _give(collection, chance, {"type": "Polygon", "coordinates": [chance.choice([star, loose])]})


def many_rings(collection: Collection, chance: random.Random) -> None:
    count, step = chance.choice([3, 100, 2000, 12_000]), chance.choice([0, 1e-6, 2e-5])
    rings = [
        [[110 + n * step + x, -5 + n * step + y] for x, y in ((0, 0), (1e-5, 0), (1e-5, 1e-5))] for n in range(count)
    ]
    parts = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    _give(collection, chance, chance.choice([{"type": "Polygon", "coordinates": rings}, parts]))


def deep(collection: Collection, chance: random.Random) -> None:
    geometry: Any = square()
    for _ in range(chance.choice([1, 5, 9, 400])):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    _give(collection, chance, geometry)


def other_shapes(collection: Collection, chance: random.Random) -> None:
    ring = square()["coordinates"][0]
    _give(collection, chance, chance.choice([
        {"type": "Point", "coordinates": ring[0]}, {"type": "LineString", "coordinates": ring},
        {"type": "MultiPolygon", "coordinates": [[ring], [[[lon + 0.02, lat] for lon, lat in ring]]]},
        {"type": "Polygon", "coordinates": ring}, {"type": "MultiPolygon", "coordinates": [ring]}, feature(),
        {"type": "GeometryCollection", "geometries": [{"type": "Point"}, square(), {"type": "MultiPolygon"}]},
        {"type": "polygon", "coordinates": [ring]}, {"type": ["Polygon"], "coordinates": [ring]}, None,
    ]))  # fmt: skip


def other_codes(collection: Collection, chance: random.Random) -> None:
    """Let villages be recoded, change their codes, merge, and move to other districts."""
    villages = _villages(collection)
    codes = [village["properties"].get("kode") for village in villages]
    chance.shuffle(codes)
    for village, code in zip(villages, codes, strict=True):
        village["properties"]["kode"] = chance.choice(
            [code, code, "99.02.01.2001", f"98.01.01.20{chance.randint(1, 99):02}"]
        )


def other_keys(collection: Collection, chance: random.Random) -> None:
    for village in _villages(collection):
        if chance.random() < 0.5 and isinstance(village.get("properties"), dict):
            village["properties"] = {
                chance.choice(["KODE", "kd", "name", "x"]): v for v in village["properties"].values()
            }


def piled_up(collection: Collection, chance: random.Random) -> None:
    count = chance.choice([10, 300, 1500])
    collection["features"] = [
        feature(f"99.01.{n // 100:02}.20{n % 100:02}", square(), nama=f"Desa {n}") for n in range(count)
    ]


def other_members(collection: Collection, chance: random.Random) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}
    before = {"crs": crs, "bbox": [1, 2], "name": "\x1b", "x": {"features": [1]}, "type": "Topology"}
    key = chance.choice(list(before))
    features = collection.pop("features", [])
    collection[key] = before[key]
    collection["features"] = features


def within_each_other(collection: Collection, chance: random.Random) -> None:
    if isinstance(collection.get("features"), list):
        collection["features"].insert(chance.randint(0, 3), a_collection())


WEIGHTED: dict[Callable[[Collection, random.Random], None], int] = {
    anything_anywhere: 6, something_left_out: 4, something_twice: 3, an_odd_number: 6, an_odd_text: 6,
    longer_positions: 3, turned_round: 2, in_metres: 1, moved: 5, tangled: 2, many_rings: 1, deep: 2, other_shapes: 3,
    other_codes: 6, other_keys: 2, piled_up: 1, other_members: 2, within_each_other: 1,
}  # fmt: skip
CHANGES, WEIGHTS = list(WEIGHTED), list(WEIGHTED.values())


def _places(inside: Any) -> Iterator[tuple[Any, Any]]:
    """Give every place of what JSON holds: where it is, and under which key."""
    for key in list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ():
        yield inside, key
        yield from _places(inside[key])


def _villages(collection: Collection) -> list[dict[str, Any]]:
    features = collection.get("features")
    found = features if isinstance(features, list) else []
    return [
        one
        for one in found
        if isinstance(one, dict) and isinstance(one.get("properties"), dict) and one.get("geometry")
    ]


def _positions(collection: Collection) -> list[list[Any]]:
    held = (holder[key] for holder, key in _places(_villages(collection)))
    return [value for value in held if isinstance(value, list) and len(value) > 1 and isinstance(value[0], float)]


def _give(collection: Collection, chance: random.Random, geometry: Any) -> None:
    villages = _villages(collection)
    if villages:
        chance.choice(villages)["geometry"] = geometry


# ── what happens to it on its way ────────────────────────────────────────────────────────────────────────────────────


def cut_off(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def bytes_changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 3, 30])):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def written_into(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    signs = [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"]",
        b"}",
        b",",
        b'"',
        b"\\ud800",
        b"\\u0000",
        b"\x1e",
        b"null",
        b"\xff",
    ]
    return content[:at] + chance.choice(signs) + content[at:]


def an_odd_written_number(content: bytes, chance: random.Random) -> bytes:
    found = b"110.0" if chance.random() < 0.5 else b"-5.0"
    return content.replace(found, chance.choice(WRITTEN_NUMBERS).encode(), chance.choice([1, 1, 100]))


def encoded(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace").replace("Desa", "Désa")
    return text.encode(chance.choice(["cp1252", "utf-16", "utf-8-sig", "utf-32", "latin-1", "utf-7"]), "replace")


def something_else(content: bytes, chance: random.Random) -> bytes:
    return chance.choice([
        b"", b" ", b"null", b"[]", b"PK\x03\x04" + content, b"<kml/>", b"\x1e" + content, content + content,
        b'{"type":"Topology"}', chance.randbytes(300), content.replace(b"\n", b""), b"\x00" * 50,
    ])  # fmt: skip


DAMAGES = [cut_off, bytes_changed, written_into, an_odd_written_number, encoded, something_else]


def a_list(chance: random.Random, values: list[str] | None = None) -> bytes:
    """Write a list of codes, and names or decisions, as a spreadsheet may leave it."""
    names = values or ["Kecamatan Satu", "Kabupaten, Contoh", 'Desa "Baru"', "", "A;B", *STRANGE_TEXTS[:12]]
    codes = [*CODES, "99", "99.01", "99.01.01", "99.1", "99,01", '="99.01"', "'99.01", "x"]
    delimiter = chance.choice([",", ";", "\t", "|"])
    rows = [f"{chance.choice(codes)}{delimiter}{chance.choice(names)}" for _ in range(chance.randint(0, 8))]
    text = chance.choice(["", "kode" + delimiter + "nama\n", "sep=;\n"]) + chance.choice(["\n", "\r\n"]).join(rows)
    content = text.encode(chance.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"]), "replace")
    return bytes_changed(content, chance) if content and chance.random() < 0.2 else content
