"""What a file is, by how it begins: phones and hands give files any name. All are kept; some a browser can show."""

# what Pillow reads within bounds known before it decodes. HEIC it cannot read; AVIF and TIFF do not keep to the size
# they begin with
SHOWN = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF87a": "image/gif", b"GIF89a": "image/gif",
    b"BM": "image/bmp", b"II*\0": "image/tiff", b"MM\0*": "image/tiff", b"%PDF-": "application/pdf",
}  # fmt: skip
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
UNKNOWN = "application/octet-stream"


def media_type(head: bytes, name: str) -> str:
    """Name what a file is by its first bytes; a text by its name, since a text may begin with anything."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    found = next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), None)
    return found or ("text/csv" if name.lower().endswith(".csv") else UNKNOWN)


def can_be_shown(media_type: str | None) -> bool:
    """Tell whether a file of a kind is drawn anew for a browser."""
    return media_type in ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp")
