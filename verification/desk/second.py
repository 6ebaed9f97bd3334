"""Which documents a second reader has to read, blind: drawn at random, those that decide a category, those in doubt.

The last follow from the readings (`states.py`); the first two are told here. No reader is told which it was.
"""

import hashlib
from collections.abc import Mapping

from verification.points.categories import Categories

_SIGNS = 13  # hexadecimal, of a digest: as exact as a float


def is_drawn(seed: str, document: str, percent: float) -> bool:
    """Tell whether a document was drawn: the same seed draws the same, whatever comes before or after it."""
    digest = hashlib.sha256(f"{seed}\n{document}".encode()).hexdigest()
    return int(digest[:_SIGNS], 16) * 100 < percent * float(16**_SIGNS)


def decides_category(claimed: Mapping[int, float], indicator: int, categories: Categories) -> bool:
    """Tell whether a district would claim another category without an indicator's points; `claimed` by indicator."""
    whole = sum(claimed.values())
    return categories.of(whole) != categories.of(whole - claimed.get(indicator, 0.0))
