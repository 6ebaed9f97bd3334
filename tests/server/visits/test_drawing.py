"""Photographs drawn anew: whatever a file holds, a picture or a sentence, within bounds of memory and time."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image, ImageOps

from server.settings import CHECKOUT
from server.store.folder import Folder
from server.visits import drawing
from server.visits.drawing import Busy, NotDrawable, our_turn, without_exif
from server.visits.pictures import Size, picture
from tests.support.photographs import a_picture, png_of, with_scans

SHOWN: dict[str, bytes] = {
    "JPEG": a_picture(), "JPEG, progressive": a_picture(progressive=True), "JPEG, grey": a_picture(mode="L"),
    "JPEG, CMYK": a_picture(mode="CMYK"), "two pictures in one JPEG": a_picture("MPO"), "PNG": a_picture("PNG"),
    "PNG, see-through": a_picture("PNG", mode="RGBA"), "PNG, palette": a_picture("PNG", mode="P"),
    "PNG, 16 bits": a_picture("PNG", mode="I;16"), "WebP": a_picture("WEBP"), "GIF": a_picture("GIF", mode="P"),
    "BMP": a_picture("BMP"), "a line": a_picture(size=(3000, 1)),
}  # fmt: skip


@pytest.mark.parametrize("content", SHOWN.values(), ids=SHOWN)
def test_what_a_browser_could_show_is_drawn_as_a_small_jpeg(content: bytes) -> None:
    shown = Image.open(io.BytesIO(without_exif(content)))
    assert (shown.format, shown.mode) == ("JPEG", "RGB") and max(shown.size) <= drawing.PHOTO_PIXELS


@pytest.mark.parametrize("orientation", range(9))
def test_a_photograph_is_turned_as_the_camera_was_held(orientation: int) -> None:
    image = Image.new("RGB", (80, 40))
    image.paste((255, 255, 255), (0, 0, 40, 20))  # the upper left is white
    exif = image.getexif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(file))
    shown = Image.open(io.BytesIO(without_exif(file.getvalue())))
    assert shown.size == upright.size and dict(shown.getexif()) == {}
    corners = [(2, 2), (shown.width - 3, 2), (2, shown.height - 3), (shown.width - 3, shown.height - 3)]
    assert [shown.getpixel(at)[0] > 128 for at in corners] == [upright.getpixel(at)[0] > 128 for at in corners]  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says so, and goes on
def test_a_photograph_whose_camera_wrote_nonsense_beside_it_is_shown() -> None:
    image, file = Image.new("RGB", (40, 20)), io.BytesIO()
    image.save(file, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x05\xff\xff\xff\xff\0\0\0\0" * 9)
    assert Image.open(io.BytesIO(without_exif(file.getvalue()))).size == (40, 20)


def flip(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


@pytest.mark.parametrize("content", SHOWN.values(), ids=SHOWN)
def test_a_broken_file_is_drawn_or_said_not_to_be(content: bytes) -> None:
    """Each byte of the head turned over, and the file cut at many places: a picture, or NotDrawable."""
    for at in range(min(60, len(content))):
        _try(flip(content, at))
        _try(content[: at * len(content) // 60])


def _try(content: bytes) -> None:
    try:
        without_exif(content)
    except NotDrawable:
        return


OTHERS = {
    "nothing": b"", "a text": b"<script>alert(1)</script>", "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" * 9,
    "TIFF": a_picture("TIFF"), "EPS, which would start a program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "a picture that is cut": a_picture(size=(900, 900))[:2000],
}  # fmt: skip


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_what_no_browser_shows_is_not_drawn(content: bytes) -> None:
    with pytest.raises(NotDrawable):
        without_exif(content)


TOO_LARGE: dict[str, Callable[[], bytes]] = {
    "a PNG of 22 kB": lambda: png_of(13_370, 13_370, 0),
    "a PNG just above": lambda: png_of(7_747, 7_747, 0),
    "a JPEG": lambda: a_picture(size=(12_300, 12_300), mode="L"),
    "a JPEG gone over often": lambda: with_scans(a_picture(progressive=True), 64),
}


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_would_take_too_much_is_not_decoded(make: Callable[[], bytes]) -> None:
    content = make()
    began = time.process_time()
    with pytest.raises(NotDrawable):
        without_exif(content)
    assert time.process_time() - began < 0.5


def test_a_photograph_of_fifty_million_pixels_is_shown() -> None:
    shown = Image.open(io.BytesIO(without_exif(a_picture(size=(8_160, 6_120)))))
    assert shown.size == (1000, 750)


def test_one_at_a_time_and_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    digest = store.put([a_picture()], 10_000).digest
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 0.1)
    with our_turn():
        waited: list[bool] = []

        def wait() -> None:
            try:
                picture(store, digest, Size.SMALL)
            except Busy:
                waited.append(True)

        thread = Thread(target=wait)
        thread.start()
        thread.join(5)
        assert waited == [True]
    assert picture(store, digest, Size.SMALL)


_MEASURE = """
import re, resource, sys
from pathlib import Path
from server.visits.drawing import NotDrawable, without_exif
def used():  # the peak of this process alone: ru_maxrss begins with that of whoever started it
    times = resource.getrusage(resource.RUSAGE_SELF)
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024, sum(times[:2])
without_exif(Path(sys.argv[1]).read_bytes())
(before, began), shown = used(), True
try:
    without_exif(Path(sys.argv[2]).read_bytes())
except NotDrawable:
    shown = False
peak, ended = used()
print(peak - before, ended - began, shown)
"""
LARGEST: dict[str, Callable[[], bytes]] = {
    "JPEG, 50 million pixels": lambda: a_picture(size=(8_160, 6_120)),
    "JPEG, progressive": lambda: a_picture(size=(8_160, 6_120), progressive=True, subsampling=0),
    "JPEG, progressive CMYK": lambda: a_picture(size=(7_070, 5_300), mode="CMYK", progressive=True, subsampling=0),
    "JPEG, gone over as often as is borne": lambda: with_scans(
        a_picture(size=(8_160, 6_120), progressive=True, subsampling=0), 54
    ),
    "PNG, 20 million pixels": lambda: png_of(5_160, 3_870),
    "PNG, see-through": lambda: png_of(4_470, 3_350, 6),
    "PNG, grey": lambda: png_of(7_745, 7_745, 0),
    "WebP": lambda: a_picture("WEBP", (4_470, 3_350), "RGBA", lossless=True, quality=0, method=0),
    "GIF": lambda: a_picture("GIF", (7_745, 7_745), "P"),
    "BMP": lambda: a_picture("BMP", (2_500, 2_500)),
    "the PNG of 22 kB": lambda: png_of(13_370, 13_370, 0),
    "a WebP of 100 million pixels": lambda: a_picture("WEBP", (10_000, 10_000), lossless=True, quality=0, method=0),
}


@pytest.mark.ci
@pytest.mark.parametrize("make", LARGEST.values(), ids=LARGEST)
def test_the_largest_that_is_decoded_takes_what_the_table_says(make: Callable[[], bytes], tmp_path: Path) -> None:
    """docs/security.md: less than 500 MB and ten seconds, whoever made the file."""
    (tmp_path / "small").write_bytes(a_picture())
    (tmp_path / "large").write_bytes(make())
    command = [sys.executable, "-c", _MEASURE, str(tmp_path / "small"), str(tmp_path / "large")]
    said = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    megabytes, seconds, shown = said.split()
    print(f"{megabytes} MB, {float(seconds):.2f} s, shown: {shown}")
    assert int(megabytes) < 420 and float(seconds) < 5
