"""Whatever changes in a district, what is remembered of before gives the same as computing everything anew.

Visits come, are edited, deleted, come back and lose their points; claims, lists, places drawn by lot, decisions, what
claims are set against, areas' names and rules change; any number of changes lies between two computations. Each time it
is also asked what holds of every result: nothing hangs on the order of visits, and points stay within their bounds; and
of a visit that was made before the one that counts, or that could not look, that it changes no outcome.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.builders import (
    ALL_FIVE,
    BESIDE,
    INDICATORS,
    LAT,
    LON,
    METRE,
    NAMES,
    NEIGHBOUR,
    RULES,
    VILLAGES,
    a_point,
)
from verification.comparing.beside import Benchmark, LastRound
from verification.deciding.facts import Decided, Fact, NowVisit, PlacedVisit, Recorded, SeenVisit, Whereto
from verification.desk.score import DeskScore
from verification.flags.flag import Flag
from verification.freezing import freeze
from verification.matching.latest import could_look, shows_where
from verification.model import Answer, Arrival, Claim, ClaimLine, Fix, Mode, Outcome, Photograph, Seen, Visit
from verification.places.areas import Villages
from verification.reading.moment import made_at
from verification.remembering import Remembered
from verification.sampling.designs import Stratum
from verification.sampling.sample import DrawnSample, digest_of
from verification.verify import DistrictResult, verify_district

KINDS = {7: "pojok_asi", 9: "museum", 13: "lksa", 17: "pojok_asi", 25: "sekolah", 26: "sekolah", 27: "museum"}
CALLED = ["Pojok ASI Pasar", "Pojok ASI Pasar Lama", "SDN 1 Contoh", "SDN 2 Contoh", "SD Negeri Satu Contoh", "Mawar",
          "LKSA Harapan Putra", "LKSA Harapan Putri", "Ruang", "", "SDN 3 Contoh", "SDN 4 Contoh"]  # fmt: skip
NORTH = [0.0, 0.0, 3.0, 40.0, 160.0, 600.0, 1200.0, 2500.0]
LOOKS = int("0110100110010110" * 8 + "1100001111110000" * 8, 2)
START = datetime(2026, 11, 1, 1, tzinfo=UTC)
WHICH = st.integers(0, 7)
FIXES = st.none() | st.builds(
    lambda metres, east, accuracy: Fix(LON + east * METRE, LAT + metres * METRE, accuracy),
    st.sampled_from(NORTH), st.sampled_from([0.0, 30.0, 900.0]), st.sampled_from([None, 0.0, 5.0, 12.0, 400.0]),
)  # fmt: skip
MINUTES = st.integers(0, 12).map(lambda number: START + timedelta(minutes=7 * number))
ALL_SEEN = ALL_FIVE | {"support_in_place": Seen.YES}
ANSWERS = st.dictionaries(st.sampled_from([*ALL_SEEN]), st.sampled_from(list(Seen))) | st.just(ALL_SEEN)
FACILITIES = WHICH.map("facility-{}".format)
COULD_NOT_LOOK = [Arrival.CLOSED, Arrival.REFUSED, Arrival.MOVED, Arrival.UNSAFE, Arrival.UNREACHABLE]
FOUND_ELSE = [Arrival.OPEN, Arrival.NOT_THERE, Arrival.CLOSED_FOR_GOOD, Arrival.CLOSED]
NO_CHAIR = ALL_FIVE | {"chair": Seen.NO}
SEEN: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from([*sorted({*KINDS.values()}), "pojok_asi", "pojok_asi"]),
    "mode": st.sampled_from([*Mode, Mode.ON_SITE]),
    "arrival": st.sampled_from([*Arrival, Arrival.OPEN, Arrival.OPEN]), "received_at": MINUTES | MINUTES | st.none(),
    "facility_id": FACILITIES | FACILITIES | st.none(), "name": st.none() | st.sampled_from(CALLED),
    "registry_no": st.sampled_from([None, None, "P1", "P2", "-"]), "fix": FIXES,
    "asked_third_party": st.sampled_from(list(Seen)), "answers": ANSWERS, "day": st.none() | st.just(START.date()),
    "noted": st.dictionaries(st.sampled_from(["users", "other"]), st.sampled_from(["3", "40", ""])),
    "sender": st.sampled_from([None, "one", "two"]), "began_at": st.none() | MINUTES, "ended_at": st.none() | MINUTES,
    "signs": st.sampled_from([(), (Flag.PLACED_BY_HAND,)]),
    "photographs": st.lists(
        st.builds(Photograph, st.just("1.jpg"), st.sampled_from([None, LOOKS, LOOKS ^ 7]), st.none() | MINUTES),
        max_size=2).map(tuple),
}  # fmt: skip
LISTED: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from([name for name in CALLED if name]), "village": st.sampled_from([v.code for v in VILLAGES]),
    "registry_no": st.sampled_from([None, None, "P1", "P2"]), "since_year": st.none() | st.integers(2022, 2026),
    "ended_year": st.none() | st.integers(2024, 2026), "users": st.none() | st.integers(0, 40),
    "point": st.none() | st.builds(a_point, st.sampled_from(NORTH), st.sampled_from([0.6, 60.0])),
}  # fmt: skip


def same(before: Any, now: Any) -> bool:
    """Tell whether what is read would be given as it was before: claims by whether any was imported again."""
    if isinstance(now, dict) and before.keys() == now.keys():
        return all(one is now[key] or (isinstance(one, str) and one == now[key]) for key, one in before.items())
    return not isinstance(now, dict) and bool(before == now)


class District(RuleBasedStateMachine):
    """One district's part of a round; what a worker has at hand of it is kept all along."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: dict[str, Visit] = {}
        self.deleted: dict[str, Visit] = {}
        self.claims: dict[int, Claim] = {}
        self.facts: dict[int, Fact] = {}
        self.put: dict[str, PlacedVisit] = {}
        self.samples: dict[int, DrawnSample] = {}
        self.names, self.by, self.beside = dict(NAMES), RULES, BESIDE
        self.villages = Villages([*VILLAGES, NEIGHBOUR])
        self.remembered, self.versions, self.lines_made = Remembered(), 0, 0
        self.steps, self.pace = 0, 1
        self.read: dict[str, Any] = {}  # what was read last, which is the same object as long as nothing in it changes

    @initialize(data=st.data(), pace=st.sampled_from([1, 1, 2, 4]))
    def begin(self, data: st.DataObject, pace: int) -> None:
        """Begin with some places and visits; so many changes lie between two computations."""
        self.pace = pace
        for indicator in (17, 17, 17, 17, 13, 13, 9, 27, 25):
            self.list_a_place(data=data, indicator=indicator, same_place=data.draw(st.booleans()))
        for _ in range(6):
            self.comes(data=data)

    # ── visits

    @rule(data=st.data())
    def comes(self, data: st.DataObject) -> None:
        made = {name: data.draw(drawn, name) for name, drawn in SEEN.items()}
        number = len(self.visits) + len(self.deleted)
        self.versions += 1
        self.visits[f"v{number}"] = Visit(f"v{number}", f"v{number}", number=self.versions, **made)

    @rule(which=WHICH, data=st.data(), fields=st.lists(st.sampled_from(sorted(SEEN)), min_size=1, max_size=3))
    def is_edited(self, which: int, data: st.DataObject, fields: list[str]) -> None:
        """A visit's new version; its point may have been deleted before, and then none comes back."""
        if (visit := self.one_of(self.visits, which)) is None:
            return
        self.versions += 1
        changed = {name: data.draw(SEEN[name], name) for name in fields}
        if visit.frozen:
            changed["fix"] = None
        new = replace(visit, version=f"version {self.versions}", number=self.versions, **changed)
        self.visits[visit.visit_id] = new

    @rule(which=WHICH, data=st.data(), fields=st.lists(st.sampled_from(sorted(SEEN)), max_size=4))
    def comes_to_the_same_place(self, which: int, data: st.DataObject, fields: list[str]) -> None:
        if visit := self.one_of(self.visits, which):
            self.come_after(visit, **{name: data.draw(SEEN[name], name) for name in fields if name != "facility_id"})

    @rule(which=WHICH)
    def is_read_again(self, which: int) -> None:
        """The same is read from the database once more: an equal visit that is another object."""
        if visit := self.one_of(self.visits, which):
            self.visits[visit.visit_id] = replace(visit)

    @rule(which=WHICH)
    def is_deleted(self, which: int) -> None:
        if visit := self.one_of(self.visits, which):
            self.deleted[visit.visit_id] = self.visits.pop(visit.visit_id)

    @rule(which=WHICH)
    def comes_back(self, which: int) -> None:
        if visit := self.one_of(self.deleted, which):
            self.visits[visit.visit_id] = self.deleted.pop(visit.visit_id)

    @rule()
    def points_are_deleted(self) -> None:
        kept = freeze(list(self.visits.values()), self.claims, self.anew(), date(2026, 12, 1))
        for visit_id, frozen in kept.items():
            self.visits[visit_id] = replace(self.visits[visit_id], fix=None, frozen=frozen)

    # ── claims

    @rule(data=st.data(), indicator=st.sampled_from(sorted(KINDS)), same_place=st.booleans())
    def list_a_place(self, data: st.DataObject, indicator: int, same_place: bool) -> None:
        """List a place, perhaps one that another indicator lists."""
        self.lines_made += 1
        claim = self.claim_of(indicator)
        made = {name: data.draw(drawn, name) for name, drawn in LISTED.items()}
        facility = f"facility-{data.draw(WHICH) if same_place else self.lines_made + 7}"
        if any(line.facility_id == facility for line in claim.lines):
            return
        line = ClaimLine(self.lines_made, indicator, KINDS[indicator], facility_id=facility, **made)
        self.claims[indicator] = replace(claim, lines=(*claim.lines, line))

    @rule(data=st.data(), which=WHICH, indicator=st.sampled_from(sorted(KINDS)))
    def correct_a_place(self, data: st.DataObject, which: int, indicator: int) -> None:
        if (claim := self.claims.get(indicator)) and claim.lines:
            at, name = which % len(claim.lines), data.draw(st.sampled_from(sorted(LISTED)))
            new = replace(claim.lines[at], **{name: data.draw(LISTED[name], name)})
            self.claims[indicator] = replace(claim, lines=(*claim.lines[:at], new, *claim.lines[at + 1 :]))

    @rule(which=WHICH, indicator=st.sampled_from(sorted(KINDS)))
    def strike_a_place(self, which: int, indicator: int) -> None:
        if (claim := self.claims.get(indicator)) and claim.lines:
            at = which % len(claim.lines)
            self.claims[indicator] = replace(claim, lines=(*claim.lines[:at], *claim.lines[at + 1 :]))

    @rule(indicator=st.sampled_from([*sorted(KINDS), 14, 24]), data=st.data())
    def answer(self, indicator: int, data: st.DataObject) -> None:
        fields = [one.code for one in INDICATORS.by_number[indicator].answer_fields]
        texts = st.none() | st.sampled_from(["0", "1", "3", "40", "15.2"])
        said = Answer(data.draw(texts), data.draw(texts))
        claim = self.claim_of(indicator)
        score = data.draw(st.none() | st.sampled_from([0.0, 0.1, 5.0, INDICATORS.by_number[indicator].points]))
        answers = {**claim.answers, data.draw(st.sampled_from(fields)): said}
        self.claims[indicator] = replace(claim, self_score=score, answers=answers)

    @rule(indicator=st.sampled_from(sorted(KINDS)))
    def withdraw_a_claim(self, indicator: int) -> None:
        self.claims.pop(indicator, None)

    @rule()
    def import_all_again(self) -> None:
        self.claims = {number: replace(claim, lines=tuple(map(replace, claim.lines)))
                       for number, claim in self.claims.items()}  # fmt: skip

    # ── people, and what else it is computed from

    @rule(which=WHICH, outcome=st.sampled_from([None, *Outcome]), looked=st.booleans())
    def decide_a_line(self, which: int, outcome: Outcome | None, looked: bool) -> None:
        lines = [line for claim in self.claims.values() for line in claim.lines]
        if not lines or outcome is Outcome.NOT_VISITED:
            return
        line = lines[which % len(lines)]
        if outcome is None:
            self.facts.pop(line.line_id, None)
            return
        result = next(one for one in self.anew().lines if one.line_id == line.line_id)
        ids = (*([result.match.visit_id] if result.match else []), *result.earlier) if looked else ()
        self.facts[line.line_id] = self.a_fact(outcome, ids)

    @rule(which=WHICH, where=st.sampled_from([None, *Whereto]), line=WHICH)
    def put_a_visit(self, which: int, where: Whereto | None, line: int) -> None:
        visit, lines = self.one_of(self.visits, which), [one for c in self.claims.values() for one in c.lines]
        if visit is None or not lines:
            return
        if where is None:
            self.put.pop(visit.visit_id, None)
            return
        chosen = lines[line % len(lines)].facility_id
        to = tuple(one.line_id for one in lines if one.facility_id == chosen) if where is Whereto.BELONGS else ()
        self.put[visit.visit_id] = PlacedVisit(self.a_fact(where, (visit.visit_id,)), to)

    @rule(indicator=st.sampled_from([13, 17]), drawn=st.integers(0, 12))
    def draw_lots(self, indicator: int, drawn: int) -> None:
        places = [line.facility_id for line in self.claims[indicator].lines] if indicator in self.claims else []
        count = min(drawn, len(places))
        self.samples.pop(indicator, None)
        if count:
            strata = (Stratum(0, len(places), count),)
            chosen = dict.fromkeys(places[:count], 0)
            self.samples[indicator] = DrawnSample(1, "random", digest_of(places), strata, chosen)

    @rule(last=st.lists(WHICH.map("facility-{}".format), unique=True), desk=st.none() | st.sampled_from([0.0, 4.5]),
          value=st.none() | st.sampled_from([15.0, 20.5]))  # fmt: skip
    def set_against(self, last: list[str], desk: float | None, value: float | None) -> None:
        self.beside = replace(
            BESIDE, last=LastRound("2025", {17: tuple(sorted(last))}) if last else None,
            desk=(DeskScore(17, desk, 1, 1),) if desk is not None else (),
            benchmarks=(Benchmark("14a", 2025, value, "a source"),) if value else (),
        )  # fmt: skip

    @rule(called=st.sampled_from(["Contoh", "Pasar", "Mawar"]), which=WHICH)
    def rename_an_area(self, called: str, which: int) -> None:
        self.names = {**self.names, sorted(NAMES)[which % len(NAMES)]: called}

    @rule(video=st.booleans(), same_building_m=st.sampled_from([0.0, 15.0, 30.0]),
          looked=st.sampled_from([True, True, False]))  # fmt: skip
    def change_rules(self, video: bool, same_building_m: float, looked: bool) -> None:
        location = replace(RULES.location, same_building_m=same_building_m)
        matching = replace(RULES.matching, latest_that_looked=looked)
        self.by = replace(RULES, video_counts=video, location=location, matching=matching)

    @rule()
    def load_areas_anew(self) -> None:
        self.villages = Villages([*VILLAGES, NEIGHBOUR])

    # ── what has to hold

    @rule()
    def come_in_another_order(self) -> None:
        self.visits = dict(reversed(self.visits.items()))

    @invariant()
    def verify(self) -> None:
        """Compute with what is remembered, and once more with nothing."""
        self.steps += 1
        if self.steps % self.pace:
            return
        late, anew = self.computed(self.remembered), self.anew()
        assert late == anew
        self.keeps_its_bounds(anew)
        if self.steps % 3 == 0:
            self.hangs_on_no_order(anew)
            if self.by.matching.latest_that_looked:
                self.nothing_is_taken_away()

    def hangs_on_no_order(self, anew: DistrictResult) -> None:
        self.visits = dict(reversed(self.visits.items()))
        turned_round = self.anew()
        self.visits = dict(reversed(self.visits.items()))
        assert (turned_round.lines, turned_round.findings, turned_round.ledger) == (
            anew.lines, anew.findings, anew.ledger)  # fmt: skip
        assert sorted(turned_round.visits, key=repr) == sorted(anew.visits, key=repr)

    def keeps_its_bounds(self, anew: DistrictResult) -> None:
        for one in anew.ledger:
            if one.lowest is not None and one.highest is not None:
                assert 0 <= one.lowest <= one.highest <= (one.claimed or 0) <= one.maximum
            assert one.confirmed + one.contradicted + one.undecided == one.lines

    def nothing_is_taken_away(self) -> None:
        """More evidence never widens the bounds: let a form come late, and somebody stand before a closed door.

        Each is to a place that a visit was to which could look; what people decided of lines is reopened by any visit.
        """
        there, before = self.visits, self.proposed()
        moment = max([START, *(one.received_at for one in there.values() if one.received_at)]) + timedelta(days=9)
        for visit in [*self.looked().values()][:3]:
            made = made_at(visit.began_at, visit.received_at or moment) - timedelta(minutes=self.steps)
            self.visits = dict(there)
            self.come_after(visit, began_at=None, received_at=moment, arrival=COULD_NOT_LOOK[self.steps % 5])
            self.come_after(visit, began_at=made, received_at=moment, arrival=FOUND_ELSE[self.steps % 4],
                            answers=NO_CHAIR, asked_third_party=Seen.YES)  # fmt: skip
            assert self.proposed() == before
        self.visits = there

    # ── helps

    def come_after(self, visit: Visit, **other: Any) -> None:
        self.versions += 1
        name = f"v{len(self.visits) + len(self.deleted)}"
        new = replace(visit, visit_id=name, version=name, number=self.versions, frozen=None)
        self.visits[name] = replace(new, **other)

    def looked(self) -> dict[str, Visit]:
        """Give visits to places of the register which saw all that lists of their kind ask; with points, if any."""
        known = {visit_id: one for visit_id, one in self.visits.items()
                 if one.facility_id and one.received_at and not one.frozen and visit_id not in self.put}  # fmt: skip
        lists = [INDICATORS.by_number[number] for number in self.claims]
        return {visit_id: one for visit_id, one in known.items()
                if shows_where(one, self.by)
                and all(could_look(one, its) for its in lists if one.kind in its.facility_kinds)}  # fmt: skip

    def proposed(self) -> Any:
        """Give what the rules propose of each line, and each indicator's points by that."""
        facts, self.facts = self.facts, {}
        found = self.anew()
        self.facts = facts
        return [(line.line_id, line.outcome, line.match) for line in found.lines], found.ledger

    def computed(self, remembered: Remembered | None) -> DistrictResult:
        """Verify the district as it is."""
        claims = self.as_read("claims", dict(sorted(self.claims.items())))
        return verify_district(
            INDICATORS, claims, [*self.visits.values()], self.villages, self.as_read("names", self.names), self.by,
            self.as_read("beside", self.beside), self.as_read("decided", self.decided()), remembered, self.samples,
        )  # fmt: skip

    def as_read(self, what: str, now: Any) -> Any:
        if what not in self.read or not same(self.read[what], now):
            self.read[what] = now
        return self.read[what]

    def anew(self) -> DistrictResult:
        return self.computed(None)

    def decided(self) -> Decided:
        """All decisions; a visit that is no longer there was put nowhere."""
        everything = [*self.visits.values(), *self.deleted.values()]
        lines = {(line.indicator, line.facility_id): line.line_id for c in self.claims.values() for line in c.lines}
        there = {*lines.values()}
        return Decided(
            lines={line: fact for line, fact in self.facts.items() if line in there},
            visits={visit_id: replace(put, lines=tuple(one for one in put.lines if one in there))
                    for visit_id, put in self.put.items() if visit_id in self.visits},
            present={self.number_of(v.visit_id): NowVisit(self.number_of(v.visit_id), v.visit_id, None, v.version, 1,
                                                          gone=v.visit_id in self.deleted) for v in everything},
            submissions={v.visit_id: self.number_of(v.visit_id) for v in everything}, line_ids=lines, rules="rules",
        )  # fmt: skip

    def a_fact(self, outcome: str, ids: tuple[str, ...]) -> Fact:
        self.versions += 1
        seen = tuple(SeenVisit(self.number_of(one), self.visits[one].version, (), self.placed(one)) for one in ids)
        return Fact(self.versions, "somebody", outcome, evidence=Recorded(seen, "rules", self.versions))

    def placed(self, visit_id: str) -> int | None:
        put = self.put.get(visit_id)
        return put.fact.number if put else None

    def number_of(self, visit_id: str) -> int:
        return int(visit_id[1:])

    def claim_of(self, indicator: int) -> Claim:
        return self.claims.get(indicator) or Claim(indicator, INDICATORS.by_number[indicator].points)

    def one_of(self, some: dict[str, Visit], which: int) -> Visit | None:
        return [*some.values()][which % len(some)] if some else None


def test_whatever_changes_gives_the_same_as_computing_everything_anew() -> None:
    run_state_machine_as_test(District, settings=settings(max_examples=4, stateful_step_count=25))


@pytest.mark.ci
def test_many_sequences_of_changes_give_the_same_as_computing_everything_anew() -> None:
    run_state_machine_as_test(District, settings=settings(max_examples=150, stateful_step_count=40))
