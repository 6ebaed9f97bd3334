"""Which file a row of the sheet Dokumen means: by the name it gives, or because a person said so. Pure.

Names are compared whole, then without their folders, then without their endings; each time a row's name has to mean one
file alone. What several could be, or none, is left for a person.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.documents.naming import key_of, last_of, without_ending

_LINK = re.compile(r"\s*[a-z][a-z0-9+.-]{1,20}:", re.IGNORECASE)


@dataclass(frozen=True)
class RowNamed:
    """A row of the sheet: its indicator and number, by which a person can attach a file, and what it calls its file."""

    indicator: int
    number: str
    file: str | None

    @property
    def key(self) -> tuple[int, str]:
        """By what a file is attached to it."""
        return self.indicator, key_of(self.number)


@dataclass(frozen=True)
class FileNamed:
    """A file that is here: its number, name, and the rows that a person attached it to."""

    id: int
    name: str
    attached: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Matched:
    """What a row has: its files; how many of the names it gives are not here; whether it gives a link instead."""

    files: tuple[int, ...]
    missing: int
    is_link: bool
    several: bool  # one of its names is that of several files


def match(rows: Sequence[RowNamed], files: Iterable[FileNamed]) -> tuple[list[Matched], list[int]]:
    """Match rows with files; gives what each row has, and the files that no row has."""
    known = list(files)
    attached = defaultdict(list)
    for file in known:
        for indicator, number in file.attached:
            attached[indicator, key_of(number)].append(file.id)
    by_name = [_by(known, key_of), _by(known, lambda name: key_of(last_of(name))),
               _by(known, lambda name: key_of(without_ending(last_of(name))))]  # fmt: skip
    found = [_matched(row, attached[row.key], by_name) for row in rows]
    used = {number for one in found for number in one.files}
    return found, [file.id for file in known if file.id not in used]


def _matched(row: RowNamed, attached: Sequence[int], by_name: Sequence[Mapping[str, list[int]]]) -> Matched:
    if row.file and _LINK.match(row.file) and not re.match(r"\s*[A-Za-z]:[\\/]", row.file):
        return Matched(tuple(attached), 0, True, False)
    named = [_meant(name, by_name) for name in _names(row.file)]
    ids = dict.fromkeys([*attached, *(one[0] for one in named if len(one) == 1)])
    missing = 0 if attached else sum(not one for one in named)
    return Matched(tuple(ids), missing, False, not attached and any(len(one) > 1 for one in named))


def _names(cell: str | None) -> list[str]:
    return [name.strip() for name in re.split(r"[;\n]", cell or "") if name.strip()]


def _meant(name: str, by_name: Sequence[Mapping[str, list[int]]]) -> list[int]:
    whole, last = key_of(name), key_of(last_of(name.replace("\\", "/")))
    for known, key in zip(by_name, (whole, last, last), strict=True):
        if meant := known.get(key):
            return meant
    return []


def _by(files: Iterable[FileNamed], key: Callable[[str], str]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for file in files:
        found[key(file.name)].append(file.id)
    return found
