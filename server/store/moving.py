"""Moving what lies in the folder into the bucket that the settings name now.

Each file is gone from the folder once the bucket has it whole. So it may be stopped anywhere and run again, while pages
and workers, which look into the bucket alone, go on. Drawn pictures are not moved: they are drawn again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from server.store.interface import NO_LIMIT, OtherContent, Store


@dataclass(frozen=True)
class Moved:
    """How many files were moved, and the digests of those left where they are: their bytes are others."""

    files: int
    damaged: tuple[str, ...]


def move(here: Store, there: Store, progress: Callable[[str, int], None]) -> Moved:
    """Move every file. Raises StoreProblem where the bucket does not do what it should; what was moved stays moved."""
    files, damaged = 0, []
    for digest in list(here.digests()):
        try:
            with here.open(digest) as chunks:
                there.put(chunks, NO_LIMIT, digest)
        except FileNotFoundError:
            continue  # removed by law, or moved by somebody else, since it was listed
        except OtherContent:
            damaged.append(digest)
            continue
        here.remove(digest)
        files += 1
        progress("", 1)
    return Moved(files, tuple(damaged))
