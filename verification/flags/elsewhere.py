"""A photograph that was sent in another district of the round too.

In its district a photograph is compared with some hundreds, here with a country's hundred thousands: what hardly ever
happens there would happen here each day. So only photographs that show much are compared, and fewer bits may differ;
how often that is false is measured (docs/flags.md).
"""

from verification.flags.photographs import BITS, bits_apart

MOST_APART = 12  # bits, of 256; `photo_parts` hold as many parts as this asks for: another number takes a migration
LEAST_CHANGES = 80  # of 480, from one bit to its neighbour: light that fades over a wall looks the same anywhere
_SIDE = 16  # rows, of so many bits
_BESIDE = int(f"0{'1' * (_SIDE - 1)}" * _SIDE, 2)  # bits that have one before them in their row
_ABOVE = (1 << (BITS - _SIDE)) - 1  # bits that have a row above them
_LONGEST = -(-BITS // (MOST_APART + 1))


def parts_of(looks: int) -> tuple[int, ...]:
    """Give the parts of what a photograph looks like: of two that are one, at least one part is the same.

    Each takes bits from all over the picture, since a bright sky is the same in most. None where it shows too little.
    """
    if not _shows_much(looks):
        return ()
    bits, parts = f"{looks:0{BITS}b}", MOST_APART + 1
    return tuple(part << _LONGEST | int(bits[part::parts], 2) for part in range(parts))


def are_one(one: int, other: int) -> bool:
    """Tell whether two photographs, of those that have parts, are one: written anew, or made smaller."""
    return bits_apart(one, other) <= MOST_APART


def _shows_much(looks: int) -> bool:
    along, down = (looks ^ looks >> 1) & _BESIDE, (looks ^ looks >> _SIDE) & _ABOVE
    return along.bit_count() + down.bit_count() >= LEAST_CHANGES
