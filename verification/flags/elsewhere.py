"""A photograph that was sent in another district of the round too.

In its district a photograph is compared with some hundreds, here with a country's hundred thousands: what hardly ever
happens there would happen here each day. So fewer bits may differ; how often that is false is measured (docs/flags.md).
"""

from verification.flags.photographs import BITS, bits_apart, shows_much

MOST_APART = 12  # bits, of 256; `photo_parts` hold as many parts as this asks for: another number takes a migration
_LONGEST = -(-BITS // (MOST_APART + 1))


def parts_of(looks: int) -> tuple[int, ...]:
    """Give the parts of what a photograph looks like: of two that are one, at least one part is the same.

    Each takes bits from all over the picture, since a bright sky is the same in most. None where it shows too little.
    """
    if not shows_much(looks):
        return ()
    bits, parts = f"{looks:0{BITS}b}", MOST_APART + 1
    return tuple(part << _LONGEST | int(bits[part::parts], 2) for part in range(parts))


def are_one(one: int, other: int) -> bool:
    """Tell whether two photographs, of those that have parts, are one: written anew, or made smaller."""
    return bits_apart(one, other) <= MOST_APART
