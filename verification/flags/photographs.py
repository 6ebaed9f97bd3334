"""Signs of photographs: one that looks like another visit's, or that was taken when the form was not open."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from verification.flags.flag import Flag, Flagged
from verification.model import Photograph, Visit
from verification.remembering import Remembered, picked
from verification.rules import FlagRules

BITS = 256  # of what a photograph looks like (`looks`)
LEAST_CHANGES = 80  # of 480, from one bit to its neighbour: light that fades over a wall looks the same anywhere
_SIDE = 16  # rows, of so many bits
_BESIDE = int(f"0{'1' * (_SIDE - 1)}" * _SIDE, 2)  # bits that have one before them in their row
_ABOVE = (1 << (BITS - _SIDE)) - 1  # bits that have a row above them
_YEARS = range(2015, 2200)  # of a clock that was set: cameras that lost the time begin at some year before
Found = Iterator[tuple[str, Flagged]]
Numbers = npt.NDArray[Any]


def taken_apart(visit: Visit, rules: FlagRules) -> tuple[Flag, ...]:
    """Tell of a visit whether a photograph was taken long before the form was opened, or after it was ended.

    Camera and form go by the phone's own clock, so that one that is wrong, or of another country, is so for both.
    """
    if visit.began_at is None or visit.ended_at is None:
        return ()
    zones_h = rules.zones_h if visit.zone_min is None else (*rules.zones_h, visit.zone_min / 60)
    apart_s, took_s = 60 * rules.photograph_apart_min, (visit.ended_at - visit.began_at).total_seconds()
    for one in visit.photographs:
        after_s = _seconds_after(visit.began_at, one, zones_h)
        if after_s and not any(-apart_s <= seconds <= took_s + apart_s for seconds in after_s):
            return (Flag.PHOTOGRAPHED_BEFORE_OR_AFTER,)
    return ()


def _seconds_after(began_at: datetime, one: Photograph, zones_h: Sequence[float]) -> list[float]:
    """Give how long after a form was opened a photograph was taken: by each zone, where its clock says none."""
    if one.taken is None or one.taken.year not in _YEARS:
        return []
    if one.taken.tzinfo is not None:
        return [(one.taken - began_at).total_seconds()]
    ahead = began_at.utcoffset()
    as_if_utc = (one.taken.replace(tzinfo=began_at.tzinfo) - began_at).total_seconds()
    return [as_if_utc + (ahead.total_seconds() if ahead else 0.0) - 3600 * hours for hours in zones_h]


def same_photographs(ids: Sequence[str], visits: Sequence[Visit], rules: FlagRules, known: Remembered) -> Found:
    """Find visits of which a photograph is another's, to the last few bits: each with the first such visit.

    Visits are in the order of their `ids`. Of pictures that show little, the same file is a sign, and nothing else.
    What one sender photographed once for two forms about one place, on one day, is none.
    """
    shown = known.each("shown", lambda at: [_shown(visits[one]) for one in at], ids, visits)
    by: dict[int | str, list[int]] = defaultdict(list)  # the positions of the visits that a picture, or a file, is of
    for position, mine in enumerate(shown):
        for one in mine:
            by[one].append(position)
    near: dict[int | str, set[int]] = defaultdict(set)
    for one, other in alike_again([one for one in by if isinstance(one, int)], rules, known):
        near[one].add(other)
        near[other].add(one)
    for what, those in by.items():
        if len(those) > 1 or what in near:
            others = {position for like in (what, *near.get(what, ())) for position in by[like][:_MOST]}
            yield from _also_at(picked(visits, those), picked(visits, sorted(others)))


def _shown(visit: Visit) -> tuple[int | str, ...]:
    """Give what photographs of a visit are known again by, each once: what it looks like, or else the file."""
    by_what = (one.looks if one.looks is not None and shows_much(one.looks) else one.digest
               for one in visit.photographs)  # fmt: skip
    return tuple(dict.fromkeys(what for what in by_what if what is not None))


def _also_at(visits: Sequence[Visit], others: Sequence[Visit]) -> Found:
    """Give each visit with the first of the others that is another one."""
    for visit in visits:
        found = next((other for other in others if _is_another_visit(visit, other)), None)
        if found is not None:
            yield visit.visit_id, Flagged(Flag.SAME_PHOTOGRAPH, found.visit_id)


_FEW = 5  # pictures that are new: comparing one with all others takes as long as sorting a tenth of them
_MOST = 50  # visits with one picture, among which the other one is looked for


def _is_another_visit(one: Visit, other: Visit) -> bool:
    if one.visit_id == other.visit_id:
        return False
    return (one.sender, one.day, place_of(one)) != (other.sender, other.day, place_of(other))


def place_of(visit: Visit) -> str:
    """Say which place a visit was to, as its form does: as it was picked, else as it was written, else by itself."""
    return visit.facility_id or visit.name or visit.visit_id


def shows_much(looks: int) -> bool:
    """Tell whether a photograph shows more than light that fades: enough bits differ from their neighbours."""
    along, down = (looks ^ looks >> 1) & _BESIDE, (looks ^ looks >> _SIDE) & _ABOVE
    return along.bit_count() + down.bit_count() >= LEAST_CHANGES


def bits_apart(one: int, other: int) -> int:
    """Count the bits in which two differ, of what photographs look like."""
    return (one ^ other).bit_count()


def alike(looks: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Give pairs of these, each a number of its own, that differ in at most so many of their bits, once each.

    Of `most + 1` parts two such have one in common: only those are compared.
    """
    if len(looks) < 2:
        return []
    rows = np.array([np.frombuffer(one.to_bytes(BITS // 8), np.uint8) for one in looks])
    words = rows.view(np.uint64)
    found: set[tuple[int, int]] = set()
    for part in np.array_split(np.unpackbits(rows, axis=1), most + 1, axis=1):
        found.update(_near_by(words, part @ (1 << np.arange(part.shape[1], dtype=np.int32)), most))
    return [(looks[one], looks[other]) for one, other in sorted(found)]


def alike_again(looks: Sequence[int], rules: FlagRules, known: Remembered) -> Collection[tuple[int, int]]:
    """Give what `alike` gives; where few of these are new since it was last asked, those are compared with all."""
    now = set(looks)
    before: tuple[set[int], Collection[tuple[int, int]]] = known.known("alike", rules) or (set(), ())
    if len(new := now - before[0]) > _FEW:
        found: Collection[tuple[int, int]] = alike(looks, rules.alike_bits)
    else:
        left = {pair for pair in before[1] if now.issuperset(pair)}
        found = left | {(min(one, other), max(one, other)) for one in new for other in looks
                        if one != other and bits_apart(one, other) <= rules.alike_bits}  # fmt: skip
    return known.keep("alike", (now, found), rules)[1]


def _near_by(words: Numbers, part: Numbers, most: int) -> Iterator[tuple[int, int]]:
    """Compare those of which this part is the same: side by side once they are sorted by it, then one further on."""
    order = np.argsort(part, kind="stable")
    part = part[order]
    for step in range(1, len(order)):
        same = np.flatnonzero(part[step:] == part[:-step])
        if not len(same):
            return
        ones, others = order[same], order[same + step]
        differ = np.bitwise_count(words[ones] ^ words[others]).sum(axis=1)
        for one, other in zip(ones[differ <= most].tolist(), others[differ <= most].tolist(), strict=True):
            yield (one, other) if one < other else (other, one)
