"""What happens to files of areas and to lists on their way; and lists of codes as spreadsheets leave them."""

import random

CODES = [f"99.01.01.200{number}" for number in range(1, 7)]
STRANGE_TEXTS = [
    "", " ", "\x00", "\x1b[31m", "\x9b2J", "\u202e", "\ud800", "\ufffe", "'; DROP TABLE areas", "=cmd|' /C'!A0",
    "x" * 201, "x" * 50_000, "مدرسة", "ꦏꦺꦴ", "99.1", "9901012001", "99.01.01.2001\n", "99,01", "９９",
    "WIB", "wita", "%s{}", "\u200b",
]  # fmt: skip
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
