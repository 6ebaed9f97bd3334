"""How often honest visits raise a sign: visits are made up, none of them fabricated, and every sign is a false alarm.

What is supposed of teams, phones and roads stands in `Supposed`; docs/flags.md says it in words. It is supposed and not
observed: once a round has visits of which somebody knows how they were made, their figures replace these.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from server.rulebook import load_rules
from verification.flags.alone import signs_of
from verification.flags.flag import Flag, Rate
from verification.flags.photographs import BITS
from verification.flags.together import flagged
from verification.model import Arrival, Fix, Mode, Photograph, Seen, Visit
from verification.rules import Rules

_METRES_PER_DEGREE = 111_195.0
_SIGMA = 1.51  # Android's accuracy is the 68 % radius
_BITS_A_PERCENT = 23  # by which a photograph looks different, from so far beside (`tilik bench photographs`)
_ZONE = timezone(timedelta(hours=7))  # of the places
Spot = tuple[float, float]  # metres east and north


@dataclass(frozen=True)
class Supposed:
    """What honest visits are like; shares are of visits unless they say of what."""

    district_km: float = 40.0
    visits_a_day: int = 6
    road_kmh: tuple[float, float] = (15.0, 55.0)
    detour: float = 1.3  # of the road, for each metre as the crow flies
    minutes: float = 15.0  # that a form takes, in the middle; the spread is that of its logarithm
    spread: float = 0.4
    parts: float = 0.5  # of teams: asked for further parts of the form too, which take as long again
    open: float = 0.85
    opened_on_the_way: float = 0.03  # a form that was opened before the team was there
    ended_in_the_evening: float = 0.08  # a form that was left open, to be finished later
    accuracy_m: float = 8.0  # in the middle
    accuracy_spread: float = 0.8
    too_sure: float = 0.01  # of points: ten times as wrong as the phone believed
    without_height: float = 0.06  # of points: found by networks, which give none; a phone then writes 0
    same_building: float = 0.05  # of visits: the next place is in the same building
    last_point_again: float = 0.25  # of these: the phone gives the point it had, to the last decimal
    clock_by_hand: float = 0.05  # of phones: set by hand, some minutes wrong
    clock_minutes: float = 6.0
    put_right: float = 0.02  # of visits: a network puts such a clock right before them
    other_zone: float = 0.01  # of phones: set by hand to the hour that it is, in a zone that is not the one there
    sent_at_once: float = 0.6
    photographed: float = 0.9  # of visits to places that were open
    without_time: float = 0.3  # of photographs: what sent them on, or wrote them smaller, left out when they were taken
    without_zone: float = 0.5  # of the others
    long_before: float = 0.02  # of visits: noted on paper, photographed, and the form filled in hours later ...
    somewhere_else: float = 0.5  # ... of these: where the team was by then, the point put on the map
    other_camera: float = 0.01  # of photographs: from a camera of its own, which nobody set
    account_shared: float = (
        0.02  # of teams: sends by the account of the team before, though each phone is given its own
    )
    phones_known: bool = True  # Central says by which phone each came
    by_masts: float = 0.03  # of phones: found by networks alone, all day ...
    same_mast: float = 0.1  # ... of their visits: by the same mast as the one before, whose point they give again
    front_again: float = 0.1  # of visits in the same building: the same front, photographed once more


_DISTRICT = 300  # visits


@dataclass(frozen=True)
class FlagsMeasured:
    """A sign: at how many visits it was raised, of how many; and the most that it may be with 95 per cent.

    Visits of one team hang together (a clock that is wrong is so for all of them): districts are what is independent.
    """

    flag: str
    alarms: int
    visits: int
    one_in: int | None
    at_most: float


def bench_flags(visits: int, seed: int) -> list[FlagsMeasured]:
    """Make up so many visits, a district of 300 after the other, and count false alarms.

    Across districts photographs have to be real ones: `tilik bench photographs`.
    """
    each: list[Counter[Flag]] = []
    for at, visit_flags in enumerate(false_alarms(visits, seed)):
        if at % _DISTRICT == 0:
            each.append(Counter())
        each[-1].update(visit_flags)
    return [measured(flag, [one[flag] for one in each], visits) for flag in Flag if flag is not Flag.SENT_ELSEWHERE]


def false_alarms(visits: int, seed: int) -> Iterator[frozenset[Flag]]:
    """Give the signs of each visit."""
    rules, left, number = load_rules(), visits, 0
    while left:
        district = honest_district(random.Random(f"{seed} {number}"), min(left, _DISTRICT), rules)  # noqa: S311 - a simulation
        signs = flagged(district, rules.flags, rules.location)
        yield from (frozenset(one.flag for one in signs.get(visit.visit_id, ())) for visit in district)
        left, number = left - len(district), number + 1


def measured(flag: Flag, each: Sequence[int], visits: int) -> FlagsMeasured:
    """Say what a sign came to, by how often it was raised in each of the districts that so many visits were made to."""
    alarms, mean = sum(each), sum(each) / len(each)
    apart = sum((one - mean) ** 2 for one in each) / max(len(each) - 1, 1)
    error = math.sqrt(len(each) * max(apart, mean * (1 - alarms / visits))) / visits  # never less than by chance alone
    most = 3 / visits if not alarms else alarms / visits + 1.96 * error
    return FlagsMeasured(flag.value, alarms, visits, Rate(alarms, visits).one_in, round(most, 6))


def table(results: Sequence[FlagsMeasured]) -> str:
    """Write it for a terminal."""
    return "\n".join(f"{one.flag:22} {one.alarms:7} / {one.visits}   1 / {one.one_in or '–'}" for one in results)


# ── honest visits


def honest_district(chance: random.Random, visits: int, rules: Rules, how: Supposed | None = None) -> list[Visit]:
    """Make up the visits of a district: teams of six days' work, each with a phone."""
    how = how or Supposed()
    made: list[Visit] = []
    while len(made) < visits:
        shares = made and how.account_shared and chance.random() < how.account_shared
        team = _Team(chance, how, f"team {len(made)}", rules, made[-1].sender if shares else None)
        made += team.visits(min(visits - len(made), 6 * how.visits_a_day))
    return made


class _Team:
    def __init__(
        self, chance: random.Random, how: Supposed, name: str, rules: Rules, account: str | None = None
    ) -> None:
        self._chance, self._how, self._name, self._rules = chance, how, name, rules
        self._account = account or name
        by_hand = chance.random() < how.clock_by_hand
        self._clock_off = timedelta(minutes=chance.gauss(0, how.clock_minutes if by_hand else 0.03))
        self._zone = _ZONE
        if chance.random() < how.other_zone:  # shows what clocks there show, and means another moment
            ahead = timedelta(hours=chance.choice((-7, -5, 1, 2, 5.5)))
            self._zone, self._clock_off = timezone(timedelta(hours=7) + ahead), self._clock_off - ahead
        self._by_masts = chance.random() < how.by_masts
        self._parts = 2 if chance.random() < how.parts else 1
        self._answers = dict.fromkeys(map(str, range(7 * self._parts)), Seen.YES)
        self._last = ""
        self._front = 0

    def visits(self, number: int) -> list[Visit]:
        made: list[Visit] = []
        while len(made) < number:
            day = datetime(2026, 11, 2, 8, tzinfo=UTC) + timedelta(days=len(made) // self._how.visits_a_day)
            made += self._day(day, min(number - len(made), self._how.visits_a_day), len(made))
        return made

    def _day(self, now: datetime, number: int, first: int) -> list[Visit]:
        chance, how = self._chance, self._how
        made: list[Visit] = []
        middle = tuple(chance.uniform(0, how.district_km * 1000) for _ in range(2))
        here: Spot = (middle[0], middle[1])
        for at in range(first, first + number):
            stays = at > first and chance.random() < how.same_building
            there = here if stays else (middle[0] + chance.gauss(0, 4000), middle[1] + chance.gauss(0, 4000))
            metres_a_minute = chance.uniform(*how.road_kmh) * 1000 / 60
            now += timedelta(minutes=1 + how.detour * math.dist(here, there) / metres_a_minute)
            took = timedelta(minutes=how.minutes * self._parts * math.exp(chance.gauss(0, how.spread)))
            early = chance.uniform(1, 15) if chance.random() < how.opened_on_the_way else 0.0
            began_at = _on_the_way(here, there, early * metres_a_minute / how.detour)
            ended = now + took
            if chance.random() < how.ended_in_the_evening:
                ended = max(ended, now.replace(hour=18) + timedelta(minutes=chance.uniform(0, 180)))
            times = (now - timedelta(minutes=early), ended)
            made.append(self._visit(at, there, began_at, times, stays=stays))
            now, here = now + took, there
        return made

    def _visit(
        self, number: int, there: Spot, opened_at: Spot, times: tuple[datetime, datetime], *, stays: bool
    ) -> Visit:
        chance, how = self._chance, self._how
        if chance.random() < how.put_right:
            self._clock_off, self._zone = timedelta(0), _ZONE
        earlier = timedelta(hours=chance.uniform(0.5, 8) if chance.random() < how.long_before else 0)
        photographed_at = (there[0] + chance.gauss(0, 20), there[1])
        if earlier and chance.random() < how.somewhere_else:
            opened_at = photographed_at = (there[0] + chance.gauss(0, 4000), there[1] + chance.gauss(0, 4000))
            point = _written(there, 0.0, 0.0)
        else:
            point = self._point_here(there, stays=stays)
        answers: dict[str, Any] = {"point": point, "start_point": self._point(opened_at),
                                   "photo_point": self._point(photographed_at)}  # fmt: skip
        late = timedelta(seconds=30) if chance.random() < how.sent_at_once else timedelta(hours=chance.uniform(1, 60))
        lat, lon, _, accuracy = map(float, point.split())
        arrival = Arrival.OPEN if chance.random() < how.open else Arrival.CLOSED
        photographs = self._photographs(times, earlier, stays=stays) if arrival is Arrival.OPEN else ()
        name = f"{self._name} {number}"
        visit_id = name.replace(" ", "-")
        return Visit(
            visit_id, visit_id, "sekolah", Mode.ON_SITE, arrival, received_at=times[1] + late, facility_id=name,
            fix=Fix(lon, lat, accuracy), answers=self._answers, sender=self._account,
            device=self._name if how.phones_known else None, began_at=times[0] + self._clock_off,
            ended_at=times[1] + self._clock_off, zone_min=self._zone.utcoffset(None) // timedelta(minutes=1),
            signs=signs_of(answers, self._rules.flags, self._rules.location), photographs=photographs,
        )  # fmt: skip

    def _point_here(self, there: Spot, *, stays: bool) -> str:
        """Give the phone's point at a place, or the one that it gave before."""
        chance, how = self._chance, self._how
        often = how.same_mast if self._by_masts else how.last_point_again if stays else 0.0
        if not (self._last and chance.random() < often):
            self._last = self._point(there)
        return self._last

    def _photographs(
        self, times: tuple[datetime, datetime], earlier: timedelta, *, stays: bool
    ) -> tuple[Photograph, ...]:
        """Make up what a photograph shows of itself: of another front, or the last one from a step beside."""
        chance, how = self._chance, self._how
        if chance.random() >= how.photographed:
            return ()
        if not (stays and chance.random() < how.front_again):
            self._front = chance.getrandbits(BITS)
        else:
            for bit in chance.sample(range(BITS), _bits_of_a_step(chance)):
                self._front ^= 1 << bit
        return (Photograph("1.jpg", self._front, self._taken(times, earlier)),)

    def _taken(self, times: tuple[datetime, datetime], earlier: timedelta) -> datetime | None:
        """Say when a photograph was taken, by its camera: while the form was open, or so much before."""
        chance, how = self._chance, self._how
        if chance.random() < how.without_time:
            return None
        taken = times[0] - earlier if earlier else times[0] + (times[1] - times[0]) * chance.random()
        if chance.random() < how.other_camera:
            taken += timedelta(hours=chance.gauss(0, 24))
        taken = (taken + self._clock_off).astimezone(self._zone)
        return taken if chance.random() >= how.without_zone else taken.replace(tzinfo=None)

    def _point(self, at: Spot) -> str:
        """Write a point as a phone does: where it believes to be, how high, and how sure it is."""
        chance, how = self._chance, self._how
        accuracy = min(max(how.accuracy_m * math.exp(chance.gauss(0, how.accuracy_spread)), 2.0), 1500.0)
        if self._by_masts:
            accuracy = chance.uniform(500, 1500)
        sigma = accuracy / _SIGMA * (10 if chance.random() < how.too_sure else 1)
        east, north = (one + chance.gauss(0, sigma) for one in at)
        is_flat = self._by_masts or chance.random() < how.without_height
        return _written((east, north), 0.0 if is_flat else round(chance.uniform(5, 400), 1), accuracy)


def _written(at: Spot, height: float, accuracy: float) -> str:
    lat = -7 + at[1] / _METRES_PER_DEGREE
    lon = 110 + at[0] / (_METRES_PER_DEGREE * math.cos(math.radians(7)))
    return f"{lat:.7f} {lon:.7f} {height} {accuracy:.2f}"


def _bits_of_a_step(chance: random.Random) -> int:
    """Give in how many bits two pictures of one front differ, so many per cent of their width apart, as measured."""
    return min(max(round(chance.gauss(_BITS_A_PERCENT * chance.uniform(0, 5), 7)), 0), BITS // 2)


def _on_the_way(here: Spot, there: Spot, before_m: float) -> Spot:
    """Give where a team is so many metres before it arrives."""
    way = math.dist(here, there)
    part = min(before_m / way, 1.0) if way else 0.0
    return there[0] + part * (here[0] - there[0]), there[1] + part * (here[1] - there[1])
