"""Numbers of the country as they are shown: by what is set against them, with those that are lacking."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.benchmarks.known import known_benchmarks, stated_benchmarks
from server.benchmarks.stating import LONGEST_SOURCE, BenchmarkWish, SetAgainst, codes_asked
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.rounds.rules import rules_of
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round
from verification.comparing.beside import Benchmark


@view
class ShownBenchmark:
    """A number of a year: who published it, when it was stated (None where it comes with Tilik), rounds that use it."""

    year: Cleared
    value: Cleared
    source: Cleared
    stated: Cleared | None
    rounds: Cleared | None


@view
class TypedBenchmark:
    """What was typed, to whoever typed it."""

    code: Cleared
    year: Cleared
    value: Cleared
    source: Cleared


@view
class AskedFor:
    """A code that sets name, what is set against it, and the numbers known of it, the newest first."""

    code: Cleared
    what: Cleared
    numbers: tuple[ShownBenchmark, ...]


def numbers_asked_for(session: Session, clear: Clearance) -> tuple[AskedFor, ...]:
    """List what the sets on offer ask for, known or not, in the order of their indicators."""
    known, rounds = known_benchmarks(session), _by_round(session)
    stated = {key: clear.say("benchmarks.stated", moment=row.stated_at)
              for key, row in stated_benchmarks(session).items()}  # fmt: skip
    return tuple(
        AskedFor(clear.id(code), _what(against, clear), tuple(
            ShownBenchmark(clear.id(str(one.year)), clear.say("benchmarks.value", value=one.value),
                           clear.ours(one.source), stated.get((one.code, one.year)), _names(rounds, one, clear))
            for one in sorted(known, key=lambda one: -one.year) if one.code == code))
        for code, against in codes_asked(session).items()
    )  # fmt: skip


def typed_again(wish: BenchmarkWish, clear: Clearance) -> TypedBenchmark:
    """Give what was typed back to whoever typed it."""
    return TypedBenchmark(*(clear.own(text[:LONGEST_SOURCE]) for text in vars(wish).values()))


def _what(against: SetAgainst, clear: Clearance) -> Cleared:
    return clear.say(f"benchmarks.{against.direction}", indicator=against.indicator.number,
                     what=clear.ours(against.answer.label[clear.language]))  # fmt: skip


def _by_round(session: Session) -> dict[str, frozenset[Benchmark]]:
    rounds: Iterable[Round] = session.scalars(select(Round).where(Round.state != ARCHIVED).order_by(Round.id))
    return {found.id: frozenset(rules_of(session, found).benchmarks) for found in rounds}


def _names(rounds: dict[str, frozenset[Benchmark]], one: Benchmark, clear: Clearance) -> Cleared | None:
    found = [clear.id(round_id) for round_id, benchmarks in rounds.items() if one in benchmarks]
    return clear.joined(*found) if found else None
