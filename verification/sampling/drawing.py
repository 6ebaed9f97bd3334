"""Drawing lots: an order that hangs on a seed and on what is drawn from, and on nothing else.

Each is given the digest of the seed and its own name; the smallest come first. So anybody with the seed and the list
draws the same, whatever the order or the machine, and nobody can say beforehand who it will be. Who was not drawn comes
after in the same order: the first of those is the first substitute.
"""

from collections.abc import Iterable
from hashlib import sha256


def by_lot(seed: str, what_for: str, names: Iterable[str]) -> list[str]:
    """Put names in the order of their lots. Drawings of one seed for different ends know nothing of each other."""
    return sorted(names, key=lambda name: (sha256(f"{seed}\n{what_for}\n{name}".encode()).digest(), name))
