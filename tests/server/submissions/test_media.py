"""What a file is, told by how it begins."""

import pytest

from server.submissions.media import can_be_shown, media_type

JPEG = b"\xff\xd8\xff\xe0 a photograph"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"
KINDS = {
    "as phones write it": ("A.JPG", JPEG, "image/jpeg"),
    "JPEG by older names": ("a.jfif", JPEG, "image/jpeg"),
    "and another": ("a.jpe", JPEG, "image/jpeg"),
    "JPEG under another picture's name": ("a.png", JPEG, "image/jpeg"),
    "no name of a kind": ("photo", JPEG, "image/jpeg"),
    "a program's name": ("a.exe", JPEG, "image/jpeg"),
    "HEIC": ("a.heic", HEIC, "image/heic"),
    "HEIC called JPEG": ("a.jpg", HEIC, "image/heic"),
    "WebP": ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "AVIF": ("a.avif", b"\0\0\0\x1cftypavif", "image/avif"),
    "PNG": ("a", b"\x89PNG\r\n\x1a\n", "image/png"),
    "half a beginning": ("a.png", b"\x89PN", "application/octet-stream"),
    "no picture": ("a.jpg", b"<script>", "application/octet-stream"),
    "a phone's log": ("audit.csv", b"event,node", "text/csv"),
    "nothing": ("a.jpg", b"", "application/octet-stream"),
}


@pytest.mark.parametrize("name, content, kind", KINDS.values(), ids=KINDS)
def test_a_file_is_what_it_begins_as_whatever_its_name(name: str, content: bytes, kind: str) -> None:
    assert media_type(content[:16], name) == kind


def test_a_browser_is_shown_what_can_be_drawn() -> None:
    shown = {kind for _, _, kind in KINDS.values() if can_be_shown(kind)}
    assert shown == {"image/jpeg", "image/png", "image/webp"} and not can_be_shown(None)
