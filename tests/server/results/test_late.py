"""What comes late is computed with what is at hand of before, and gives the same as computing everything again."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import NoResultFound

from server.areas.tables import Area
from server.db import now, snapshot, table_of, writing
from server.desk.tables import QuestionScore
from server.facts.before import NotThere, Refused
from server.removals.removing import NothingToRemove, remove_submission
from server.removals.tables import Removal
from server.results import verifying
from server.results.inputs import Inputs
from server.results.kept import MOST, AtHand, WorkedOut, kept_of
from server.results.tables import IndicatorResult, LineResult, Result, VisitResult
from server.rounds.planning import set_video
from server.rounds.states import Entry
from server.submissions.tables import Form, SubmissionState
from tests.support.builders import LAT, LON
from tests.support.claiming import ROUND, claims_come
from tests.support.facts import FORM, NAMES, District, a_district, places
from tests.support.told import COMMUNITY, an_interview, it_is_told
from tests.support.workbooks import DISTRICT, a_place, filled, row_of
from verification.deciding.facts import WITHDRAWN

_TABLES = (Result, IndicatorResult, LineResult, VisitResult)
_OWN = {"id", "result_id", "computed_at"}  # of the one result or the other


def stored(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Give all rows of the result, but for what tells one writing of it from another."""
    with snapshot(engine) as session:
        tables = map(table_of, _TABLES)
        chosen = {table.name: [column for column in table.c if column.name not in _OWN] for table in tables}
        return {name: sorted(map(tuple, session.execute(select(*columns))), key=repr)
                for name, columns in chosen.items()}  # fmt: skip


def from_scratch(here: District) -> dict[str, list[tuple[Any, ...]]]:
    """Compute everything again: with nothing at hand, and into tables that have no result."""
    at_hand = kept_of(here.engine).take(ROUND, DISTRICT)
    with writing(here.engine) as session:
        for table in reversed(_TABLES):
            session.execute(delete(table))
    here.compute()
    kept_of(here.engine).put(ROUND, DISTRICT, at_hand)
    return stored(here.engine)


def comes(here: District, chance: random.Random) -> None:
    """Let a visit come, or another version of it: picked from the list, or by a name; here or a little elsewhere."""
    picked, number = chance.random() < 0.6, chance.randrange(3)
    point = {"type": "Point", "coordinates": [LON, LAT - chance.choice([0, 0.0001, 0.0021, 0.03]), 0],
             "properties": {"accuracy": chance.choice([5, 400])}}  # fmt: skip
    more = {} if chance.random() < 0.5 else {"point": point}
    named = {} if picked else {"name_given": f"Pojok ASI {NAMES[number]}"}
    here.visit(chance.choice("12345"), place=number if picked else None, version=chance.choice(["", "b", "c"]),
               compute=False, arrival=chance.choice(["open", "closed", "not_there"]), **named, **more)  # fmt: skip


def said_at_central(here: District, chance: random.Random) -> None:
    states = {"deleted_at": chance.choice([None, "2026-11-03T00:00:00.000Z"]),
              "review_state": chance.choice([None, "rejected", "approved"])}  # fmt: skip
    with writing(here.engine) as session:
        session.execute(update(SubmissionState).filter_by(root_id=f"uuid:{chance.choice('12345')}").values(**states))


def decided(here: District, chance: random.Random) -> None:
    here.decide(chance.choice(["not_found", "unsure", "confirmed", WITHDRAWN]), number=chance.randrange(3))


def put(here: District, chance: random.Random) -> None:
    here.put(chance.randrange(1, 6), "belongs", chance.randrange(3))


def comes_to_another_kind(here: District, chance: random.Random) -> None:
    """Let a visit come to what another indicator lists: none that is claimed by the first one is touched."""
    number, version = chance.choice("678"), chance.choice(["", "b"])
    arrival, name = chance.choice(["open", "closed"]), chance.choice(["Taman Baca", "Pojok Baca"])
    here.visit(number, place=None, version=version, compute=False, kind="taman_baca", arrival=arrival, name_given=name)


def claimed(here: District, chance: random.Random) -> None:
    """Let the claim come again: with another score, with places of another indicator or without, or without points."""
    score, others = chance.choice([14, 15]), chance.choice([(), (a_place("Taman Baca", A=9, B="taman_baca"),)])
    scores = {f"Klaim!E{row_of(17)}": score, **({f"Klaim!E{row_of(9)}": 5} if others else {})}
    mine = [place | chance.choice([{}, {"G": None, "H": None}]) for place in places()]
    claims_come(here.engine, filled(scores, *mine, *others))


def renamed(here: District, chance: random.Random) -> None:
    with writing(here.engine) as session:
        session.execute(update(Area).filter_by(code=DISTRICT).values(name=chance.choice(["Contoh", "Lain"])))


def removed(here: District, chance: random.Random) -> None:
    """Take a visit away by law, once."""
    root = f"uuid:{chance.choice('12345')}"
    with writing(here.engine) as session:
        form = session.scalars(select(Form).filter_by(form_id=FORM)).one()
        if session.scalar(select(Removal.id).filter_by(root_id=root)):
            raise NotThere
        remove_submission(session, form, root, "withdrawn_consent", "terminal:test")


def filed(here: District, chance: random.Random) -> None:
    """Let a photograph come: the same as of another visit, or another."""
    name = chance.choice("12345")
    with snapshot(here.engine) as session:
        instance = session.scalars(select(SubmissionState.instance_id).filter_by(root_id=f"uuid:{name}")).one()
    here.file(name, chance.choice(["a" * 64, "b" * 64, None]), version=instance.removeprefix(f"uuid:{name}"))


def seen_otherwise(here: District, chance: random.Random) -> None:
    """Let a visit come by video or not, on one day or another; and let video count or not."""
    day, mode = chance.choice(["20", "27"]), chance.choice(["video", "on_site"])
    with writing(here.engine) as session:
        set_video(session, ROUND, counts=chance.random() < 0.5, entry=Entry("terminal:test"))
    here.visit(chance.choice("12345"), place=chance.randrange(3), version=chance.choice("vw"), compute=False, mode=mode,
               start=f"2026-10-{day}T09:00:00.000+07:00")  # fmt: skip


def told(here: District, chance: random.Random) -> None:
    """Let somebody be asked, or what they said be deleted."""
    said = an_interview(COMMUNITY, topic=chance.choice(["asi", "water"]))
    deleted = chance.choice([None, None, "2026-11-03T00:00:00.000Z"])
    it_is_told(here.engine, "interview", f"t{chance.randrange(9)}", said, deleted_at=deleted)


def scored(here: District, chance: random.Random) -> None:
    with writing(here.engine) as session:
        session.add(QuestionScore(uuid=str(uuid.UUID(int=chance.getrandbits(128))), round_id=ROUND, district=DISTRICT,
                                  indicator=17, question=chance.choice(["17a", "17b"]), scored_at=now(), why="x",
                                  points=chance.choice([0, 1.5, 4]), scored_by="terminal:test"))  # fmt: skip


STEPS: list[Callable[[District, random.Random], None]] = [
    comes, comes, comes, comes_to_another_kind, said_at_central, decided, decided, put, claimed, renamed,
    removed, filed, seen_otherwise, told, scored,
]  # fmt: skip


def live(here: District, seed: int, steps: int) -> None:
    """Take steps, each computed by one of two workers or by one who has nothing at hand.

    Each time it has to give what computing everything gives.
    """
    chance, workers = random.Random(seed), [AtHand(), AtHand()]
    for _ in range(steps):
        step = chance.choice(STEPS)
        try:
            step(here, chance)
        except (Refused, NotThere, NoResultFound, NothingToRemove):
            continue
        compute_by(here, chance.choice([*workers, AtHand()]))
        late = stored(here.engine)
        assert late == from_scratch(here), f"after {step.__name__}, of the sequence {seed}"


def compute_by(here: District, worker: AtHand) -> None:
    """Compute with what a worker has at hand."""
    kept = kept_of(here.engine)
    kept.take(ROUND, DISTRICT)
    kept.put(ROUND, DISTRICT, worker.take(ROUND, DISTRICT))
    here.compute()
    worker.put(ROUND, DISTRICT, kept.take(ROUND, DISTRICT))


def test_what_comes_late_gives_the_same_as_computing_everything_again(district: Engine) -> None:
    live(a_district(district), seed=1, steps=18)


@pytest.mark.ci
@pytest.mark.parametrize("seed", range(1, 9))
def test_whatever_comes_in_whatever_order_gives_the_same(district: Engine, seed: int) -> None:
    live(a_district(district), seed, steps=25)


def test_only_what_is_touched_is_made_anew(district: Engine) -> None:
    """Of three visits one changes: the others, their lines and what is said of them are the very same as before."""
    here = a_district(district)
    for number in range(3):
        here.visit(str(number), place=number)
    before = at_hand_of(here)
    here.visit("1", place=1, version="b", arrival="closed")
    after = at_hand_of(here)
    assert [after.inputs.read[n].visit is one.visit for n, one in before.inputs.read.items()] == [True, False, True]
    assert [one is other for one, other in zip(before.found.lines, after.found.lines, strict=True)] == [
        True, False, True,
    ]  # fmt: skip
    assert [one is other for one, other in zip(before.found.visits, after.found.visits, strict=True)] == [
        True, False, True,
    ]  # fmt: skip
    assert after.inputs.claimed is before.inputs.claimed and after.villages is before.villages


def at_hand_of(here: District) -> WorkedOut:
    found = kept_of(here.engine).take(ROUND, DISTRICT)
    assert found
    kept_of(here.engine).put(ROUND, DISTRICT, found)
    return found


def test_a_few_parts_are_at_hand_and_whoever_takes_one_has_it_alone(district: Engine) -> None:
    here = a_district(district)
    here.visit("1")
    kept, found = kept_of(district), at_hand_of(here)
    assert kept.take(ROUND, DISTRICT) is found and kept.take(ROUND, DISTRICT) is None
    for number in range(MOST + 1):
        kept.put(ROUND, f"99.{number:02}", found)
    assert [kept.take(ROUND, f"99.{number:02}") is found for number in range(MOST + 1)] == [False, *[True] * MOST]


def test_what_was_written_by_others_since_is_not_taken_for_what_is_at_hand(district: Engine) -> None:
    """Another worker has computed meanwhile: all its rows are looked at."""
    here = a_district(district)
    here.visit("1")
    mine = kept_of(district).take(ROUND, DISTRICT)
    here.visit("1", version="b", arrival="not_there")
    here.visit("2", place=1)
    kept_of(district).put(ROUND, DISTRICT, mine)
    here.visit("1", version="c")
    late = stored(district)
    assert late == from_scratch(here)


def test_what_comes_while_it_is_computed_is_in_the_result(district: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = a_district(district)
    here.visit("1")
    here.visit("1", version="b", arrival="not_there", compute=False)
    came: list[int] = []

    def comes_meanwhile(inputs: Inputs, last: WorkedOut | None) -> WorkedOut:
        if not came:
            came.append(here.visit("2", place=1, compute=False))
        return really(inputs, last)

    really = verifying.work_out
    monkeypatch.setattr(verifying, "work_out", comes_meanwhile)
    here.compute()
    assert stored(district) == from_scratch(here)
    with snapshot(district) as session:
        assert set(session.scalars(select(VisitResult.state_id))) > set(came)
