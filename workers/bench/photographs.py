"""How well a photograph is known again, and how often another is taken for it: tried on any folder of pictures.

The pictures have to be of different things, each there once. They are looked at as those that phones send, and nothing
of them is kept.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, product
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image, ImageOps

from server.rulebook import load_rules
from server.visits.traits import read_traits
from verification.flags.elsewhere import MOST_APART, are_one, parts_of
from verification.flags.photographs import BITS, bits_apart, shows_much

_PIXELS = 1600  # what forms ask phones for
_AT_ONCE = 256  # views that are compared with all others
_Change = Callable[[Image.Image], tuple[bytes, bytes]]  # a picture before and after


@dataclass(frozen=True)
class PhotographsMeasured:
    """A way to change a picture: in how many bits it looks different then (half, and 95 of 100), and how many are
    taken for the same, in a district and across districts, of those that show much. Of different pictures: in how many
    bits the two nearest differ, of how many pairs; "file" counts the pairs that are one file, whatever they show.
    """

    changed: str
    pictures: int
    half: int
    most: int
    taken_for_one: int
    taken_elsewhere: int
    least: int


def bench_photographs(folder: Path) -> list[PhotographsMeasured]:
    """Measure on the pictures of a folder."""
    found: dict[str, list[_Pair]] = {name: [] for name in _CHANGES}
    looks: list[int] = []
    views: list[list[int]] = []
    files: list[set[str]] = []
    for picture in _pictures(folder):
        written = [_written(view, 90) for view in _views(picture)]
        files.append({sha256(content).hexdigest() for content in written})
        mine = _looks(_written(picture, 90))
        if mine is None:
            continue
        looks.append(mine)
        views.append([one for content in written if (one := _looks(content)) is not None])
        for name, change in _CHANGES.items():
            found[name].append(tuple(map(_looks, change(picture))))
    return [*(_measured(name, pairs) for name, pairs in found.items()),
            _measured("another", list(combinations(looks, 2))), _of_views(views), _of_files(files)]  # fmt: skip


_Pair = tuple[int | None, ...]


def _measured(name: str, pairs: Sequence[_Pair]) -> PhotographsMeasured:
    apart = sorted(_apart(*pair) for pair in pairs) or [0]
    within = load_rules().flags.alike_bits
    elsewhere = sum(one is not None and other is not None and bool(parts_of(one) and parts_of(other))
                    and are_one(one, other) for one, other in pairs)  # fmt: skip
    here = sum(one is not None and other is not None and shows_much(one) and shows_much(other)
               and bits_apart(one, other) <= within for one, other in pairs)  # fmt: skip
    return PhotographsMeasured(name, len(pairs), int(median(apart)), apart[int(0.95 * (len(apart) - 1))],
                               here, elsewhere, apart[0])  # fmt: skip


def _apart(one: int | None, other: int | None) -> int:
    return BITS if one is None or other is None else bits_apart(one, other)


def _of_files(files: Sequence[set[str]]) -> PhotographsMeasured:
    """Count the pairs of parts of different pictures that are the very same file."""
    number = sum(map(len, files))
    pairs = (number**2 - sum(len(those) ** 2 for those in files)) // 2
    often = Counter(digest for those in files for digest in those)
    same = sum(count * (count - 1) // 2 for count in often.values())
    return PhotographsMeasured("file", pairs, 0, 0, same, same, 0)


def _of_views(views: Sequence[Sequence[int]]) -> PhotographsMeasured:
    """Compare parts of pictures with those of all others, that so few pictures make nearly a country's comparisons.

    Only those that would be compared across districts: of two views of fading light nobody could say which is which.
    """
    telling = [(one, number) for number, those in enumerate(views) for one in those if parts_of(one)]
    words = np.array([np.frombuffer(one.to_bytes(BITS // 8), np.uint64) for one, _ in telling]).reshape(-1, 4)
    of, counts = np.array([number for _, number in telling]), np.zeros(BITS + 1, np.int64)
    for first in range(0, len(of), _AT_ONCE):
        some, those = words[first : first + _AT_ONCE, None], words[None, first:]
        apart = sum(np.bitwise_count(some[..., word] ^ those[..., word]).astype(np.int64) for word in range(4))
        later = of[None, first:] > of[first : first + _AT_ONCE, None]
        counts += np.bincount(np.asarray(apart)[later], minlength=BITS + 1)
    pairs, sums = int(counts.sum()), np.cumsum(counts)
    half, most, least = np.searchsorted(sums, [pairs / 2, 0.95 * pairs, 1]).tolist()
    return PhotographsMeasured("view", pairs, half, most, int(sums[load_rules().flags.alike_bits]),
                               int(sums[MOST_APART]), least)  # fmt: skip


def table(results: Sequence[PhotographsMeasured]) -> str:
    """Write it for a terminal."""
    return "\n".join(f"{one.changed:12} {one.taken_for_one:7}, elsewhere {one.taken_elsewhere:7} / {one.pictures}   "
                     f"bits: half {one.half}, 95 % {one.most}, least {one.least}" for one in results)  # fmt: skip


def _pictures(folder: Path) -> Iterator[Image.Image]:
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in (".jpg", ".jpeg", ".png"):
            with Image.open(file) as picture:
                picture.thumbnail((_PIXELS, _PIXELS))
                yield picture.convert("RGB")


def _views(picture: Image.Image) -> Iterator[Image.Image]:
    """Give a picture and its halves, thirds and quarters each way, each in a mirror too: every one looks different."""
    width, height = picture.size
    for parts in (1, 2, 3, 4):
        for row, column in product(range(parts), repeat=2):
            view = picture.crop((width * column // parts, height * row // parts, width * (column + 1) // parts,
                                 height * (row + 1) // parts))  # fmt: skip
            yield view
            yield ImageOps.mirror(view)


def _looks(content: bytes) -> int | None:
    looks = read_traits(content).get("looks")
    return int(looks, 16) if looks else None


def _written(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _again(pixels: int, quality: int, *, brighter: bool = False) -> _Change:
    """Write a picture again, within so many pixels."""

    def change(picture: Image.Image) -> tuple[bytes, bytes]:
        again = picture.copy()
        again.thumbnail((pixels, pixels))
        if brighter:
            again = again.point(lambda value: min(255, int(value * 1.15 + 8)))
        return _written(picture, 90), _written(again, quality)

    return change


def _beside(percent: int) -> _Change:
    """Take what is in the picture once more, so many per cent of its width beside."""

    def change(picture: Image.Image) -> tuple[bytes, bytes]:
        step = picture.width * percent // 100
        sides = ((0, picture.width - step), (step, picture.width))
        before, after = (_written(picture.crop((left, 0, right, picture.height)), 90) for left, right in sides)
        return before, after

    return change


_CHANGES: dict[str, _Change] = {
    "quality 30": _again(_PIXELS, 30),
    "1280, 50": _again(1280, 50),
    "640, 60": _again(640, 60),
    "320, 40": _again(320, 40),
    "brighter": _again(_PIXELS, 90, brighter=True),
    "beside 1 %": _beside(1),
    "beside 2 %": _beside(2),
    "beside 5 %": _beside(5),
}
