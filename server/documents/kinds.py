"""What a document is, by its content and never by its name. Pure.

A PDF, a JPEG or a PNG is shown as pictures; an office file and whatever else is kept as a download that is never
opened here; an archive is taken apart where it comes by itself, and refused inside another.
"""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
OFFICE, OTHER, ARCHIVE, ZIP = "office", "other", "archive", "zip"
SHOWN = frozenset({PDF, JPEG, PNG})
HEAD = 1024  # bytes by which a kind is told: some scanners write a line before a PDF begins
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"MSCF", b"LZIP",
             b"\x1f\x9d", b"xar!")  # fmt: skip
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # of Office before 2007, and around what a password protects


def kind_of(head: bytes) -> str:
    """Tell a file's kind by its first bytes; of a ZIP, whether it is an office file is told by what it holds."""
    if head.startswith(_ZIPS):
        return ZIP
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        return ARCHIVE
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(_OLE):
        return OFFICE
    return PDF if b"%PDF-" in head[:HEAD] else OTHER


def is_office(names: frozenset[str]) -> bool:
    """Tell by the names of its parts whether a ZIP is an office file: of Microsoft's kind, or OpenDocument."""
    return "[content_types].xml" in names or {"mimetype", "content.xml"} <= names
