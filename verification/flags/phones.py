"""Signs of the phones that visits were sent from: a clock that is ahead, and ways that nobody travels so fast.

An account may be on two phones, so what one sender sent is one phone's only where Central says so, or says nothing of
phones. A phone that is wrong all day is told once, and what its clock explains is no other sign.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import chain, pairwise

from verification.flags.alone import error_m
from verification.flags.flag import Flag, Flagged
from verification.model import Visit
from verification.places.distance import distance_m
from verification.remembering import Remembered, picked, positions_of
from verification.rules import FlagRules, LocationRules

_KMH = 3.6
Found = Iterator[tuple[str, Flagged]]
Raised = Sequence[tuple[str, Flagged]]


def clocks_ahead(ids: Sequence[str], visits: Sequence[Visit], rules: FlagRules, known: Remembered) -> Found:
    """Find phones by whose clock forms were ended after they had come: each once, where its clock was most ahead.

    Earlier is only a team without signal, and a form that waited shows less of how far ahead a clock is: so one that
    is wrong all day, and always by as much, explains all of its phone's forms.
    """
    ahead = known.each("ahead", lambda at: [_ahead_s(visits[one], rules) for one in at], ids, visits, of=(rules,))
    most: dict[tuple[str, str | None], tuple[float, Visit]] = {}
    for visit, seconds in zip(visits, ahead, strict=True) if any(ahead) else ():
        phone = (visit.sender or visit.visit_id, visit.device)
        if seconds and seconds > most.get(phone, (0.0, visit))[0]:
            most[phone] = (seconds, visit)
    for seconds, visit in most.values():
        yield visit.visit_id, Flagged(Flag.ENDED_AFTER_RECEIPT, minutes=int(seconds // 60))


def _ahead_s(visit: Visit, rules: FlagRules) -> float:
    """Give by how much a phone's clock was ahead at least, as far as receipt shows it: nothing within what is usual.

    An edited form says when it was edited, and came before.
    """
    if visit.ended_at is None or visit.received_at is None or visit.visit_id.split(" ")[0] != visit.version:
        return 0.0
    seconds = (visit.ended_at - visit.received_at).total_seconds()
    return seconds if seconds > rules.clock_s else 0.0


def too_fast(visits: Sequence[Visit], rules: FlagRules, location: LocationRules, known: Remembered) -> Found:
    """Find visits of one sender between which nobody travels: with all the time that there can have been.

    A point is taken between beginning and end, so that is from the first one's beginning to the second one's end; and
    as much more as a clock was ahead, which may have been put right in between. The way is what both points' errors
    leave of it. Two phones are told as what they are, once: whose they were is all that there is to ask.
    """
    senders = [visit.sender for visit in visits]
    for sender, positions in known.alike("senders", lambda: positions_of(senders), senders).items():
        if sender:
            theirs = picked(visits, positions)
            find = partial(_too_fast_of_one, theirs, rules, location)
            yield from known.again(("too fast", sender), find, rules, location, *theirs)


def _too_fast_of_one(visits: Sequence[Visit], rules: FlagRules, location: LocationRules) -> Raised:
    in_order = sorted((one for one in visits if _has_moments(one, rules)), key=lambda one: (one.began_at, one.visit_id))
    found: dict[tuple[str, ...], tuple[str, Flagged]] = {}
    for earlier, later in _one_after_the_other(in_order):
        if _is_too_far(earlier, later, rules, location):
            phones = _two_phones(earlier, later)
            flag = Flag.TWO_PHONES if phones else Flag.TOO_FAST
            found.setdefault(phones or (later.visit_id,), (later.visit_id, Flagged(flag, earlier.visit_id)))
    return tuple(found.values())


def _has_moments(visit: Visit, rules: FlagRules) -> bool:
    """Tell whether it is known where and when a visit was: a clock that nobody had set lies years behind."""
    if not (visit.fix and visit.fix.accuracy_m and visit.began_at and visit.ended_at):
        return False
    longest = timedelta(days=rules.waits_longest_days)
    return visit.received_at is None or visit.received_at - visit.ended_at <= longest


def _one_after_the_other(in_order: Sequence[Visit]) -> Iterable[tuple[Visit, Visit]]:
    """Give each visit with the next one: of its account, and of its phone where the account has several."""
    by_phone: dict[str, list[Visit]] = defaultdict(list)
    for visit in in_order:
        if visit.device is not None:
            by_phone[visit.device].append(visit)
    apart = by_phone.values() if len(by_phone) > 1 else ()
    return chain(pairwise(in_order), *map(pairwise, apart))


def _two_phones(one: Visit, other: Visit) -> tuple[str, ...]:
    """Name the phones of two visits, where they are known to be two."""
    if one.device is None or other.device is None or one.device == other.device:
        return ()
    return tuple(sorted((one.device, other.device)))


def _is_too_far(earlier: Visit, later: Visit, rules: FlagRules, location: LocationRules) -> bool:
    """Tell whether nobody gets from one visit to the next in the time that there can have been."""
    here, there = earlier.fix, later.fix
    if here is None or there is None or earlier.began_at is None or later.ended_at is None:
        return False
    way_m = distance_m(here.lon, here.lat, there.lon, there.lat)
    least_m = way_m - error_m(here, location) - error_m(there, location)
    seconds = (later.ended_at - earlier.began_at).total_seconds()
    seconds += max(_ahead_s(earlier, rules), _ahead_s(later, rules))
    return least_m * _KMH > rules.fastest_kmh * max(seconds, 1.0)
