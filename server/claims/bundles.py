"""Several uploaded files as one that is kept: a ZIP of ours, read by ourselves alone."""

import io
import zipfile
from collections.abc import Iterable, Sequence

Files = Sequence[tuple[str, bytes]]


def bundled(files: Files) -> bytes:
    """Pack files with their names, in their order; the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, content) in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"{number}/{name}"), content)
    return out.getvalue()


def unbundled(content: bytes) -> list[tuple[str, bytes]]:
    """Unpack them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(entry.filename.partition("/")[2], archive.read(entry)) for entry in archive.infolist()]


def told_apart(names: Iterable[str]) -> list[str]:
    """Give each file a name of its own: the second "klaim.xlsx" is "klaim.xlsx (2)"."""
    found: list[str] = []
    for name in names:
        number, one = 1, name
        while one in found:
            number += 1
            one = f"{name} ({number})"
        found.append(one)
    return found
