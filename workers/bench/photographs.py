"""How well a photograph is known again, and how often another is taken for it: tried on any folder of pictures.

The pictures have to be of different things, each there once. They are looked at as those that phones send, and nothing
of them is kept.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from PIL import Image

from server.rulebook import load_rules
from server.visits.traits import read_traits
from verification.flags.photographs import BITS, bits_apart

_PIXELS = 1600  # what forms ask phones for
_Change = Callable[[Image.Image], tuple[bytes, bytes]]  # a picture before and after


@dataclass(frozen=True)
class PhotographsMeasured:
    """A way to change a picture: in how many bits it looks different then (half, and 95 of 100), and how many are
    taken for the same. Of different pictures: in how many bits the two nearest differ, of how many pairs.
    """

    changed: str
    pictures: int
    half: int
    most: int
    taken_for_one: int
    least: int


def bench_photographs(folder: Path) -> list[PhotographsMeasured]:
    """Measure on the pictures of a folder."""
    most = load_rules().flags.alike_bits
    found: dict[str, list[int]] = {name: [] for name in _CHANGES}
    looks: list[int] = []
    for picture in _pictures(folder):
        mine = _looks(_written(picture, 90))
        if mine is None:
            continue
        looks.append(mine)
        for name, change in _CHANGES.items():
            before, after = map(_looks, change(picture))
            found[name].append(bits_apart(before, after) if before is not None and after is not None else BITS)
    pairs = [bits_apart(one, other) for one, other in combinations(looks, 2)]
    return [*(_measured(name, apart, most) for name, apart in found.items()), _measured("another", pairs, most)]


def _measured(name: str, apart: Sequence[int], most: int) -> PhotographsMeasured:
    in_order = sorted(apart) or [0]
    return PhotographsMeasured(name, len(apart), int(median(in_order)), in_order[int(0.95 * (len(in_order) - 1))],
                               sum(one <= most for one in apart), in_order[0])  # fmt: skip


def table(results: Sequence[PhotographsMeasured]) -> str:
    """Write it for a terminal."""
    return "\n".join(f"{one.changed:12} {one.taken_for_one:7} / {one.pictures}   bits: half {one.half}, "
                     f"95 % {one.most}, least {one.least}" for one in results)  # fmt: skip


def _pictures(folder: Path) -> Iterator[Image.Image]:
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in (".jpg", ".jpeg", ".png"):
            with Image.open(file) as picture:
                picture.thumbnail((_PIXELS, _PIXELS))
                yield picture.convert("RGB")


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
