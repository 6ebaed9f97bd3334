"""What a file changes in the areas that are there, and what follows from it, for the terminal."""

from collections.abc import Iterator
from dataclasses import asdict

from server.areas.comparing import AreaChange
from server.db import Json
from server.recoding.consequences import Consequences
from server.words import Catalogue

_SHOWN = 10


def plan_lines(change: AreaChange, follows: Consequences, words: Catalogue) -> Iterator[str]:
    """Say what became of the areas that were there, the larger ones first, and what follows from that."""
    plan = change.plan
    kinds = ("new", "renamed", "recoded", "gone", "unsure")
    yield words.say("areas.plan", **{kind: len(getattr(plan, kind)) for kind in kinds})
    for told in (_unsure, _recoded, _renamed, _gone):
        shown = sorted(told(change, words))
        yield from (line for _, line in shown[:_SHOWN])
        if len(shown) > _SHOWN:
            yield words.say("areas.more_of_this_kind", count=len(shown) - _SHOWN)
    if follows.places:
        yield words.say("areas.places_follow", count=follows.places)
    if follows.moves:
        yield words.say("areas.rounds_follow", rounds=", ".join(follows.moves))
    yield from map(words.reason, follows.keeps)


def plan_json(change: AreaChange, follows: Consequences, words: Catalogue) -> Json:
    """Write the whole plan: every area that was there and became another."""
    plan = change.plan
    return {
        "new": list(plan.new), "gone": list(plan.gone), "renamed": [asdict(one) for one in plan.renamed],
        "recoded": [asdict(pair) for pair in plan.recoded], "unsure": [asdict(one) for one in plan.unsure],
        "places": follows.places, "rounds_that_follow": list(follows.moves),
        "rounds_that_do_not": [words.reason(reason) for reason in follows.keeps],
    }  # fmt: skip


Line = tuple[tuple[int, str], str]  # sorted by level and code


def _unsure(change: AreaChange, words: Catalogue) -> Iterator[Line]:
    for one in change.plan.unsure:
        offered, *others = (_called(change, pair.new) + _share(pair.of_old, words) for pair in one.candidates)
        key = "areas.unsure_of_several" if others else "areas.unsure"
        yield _order(one.old), words.say(key, old=_was(change, one.old), new=offered, others="; ".join(others))


def _recoded(change: AreaChange, words: Catalogue) -> Iterator[Line]:
    for pair in change.plan.recoded:
        yield _order(pair.old), words.say("areas.recoded", old=_was(change, pair.old), new=_called(change, pair.new))


def _renamed(change: AreaChange, words: Catalogue) -> Iterator[Line]:
    for one in change.plan.renamed:
        yield _order(one.code), words.say("areas.renamed", old=_with_name(one.code, one.old_name), new=one.new_name)


def _gone(change: AreaChange, words: Catalogue) -> Iterator[Line]:
    for code in change.plan.gone:
        yield _order(code), words.say("areas.gone", old=_was(change, code))


def _order(code: str) -> tuple[int, str]:
    return code.count("."), code


def _was(change: AreaChange, code: str) -> str:
    return _with_name(code, change.names.get(code))


def _called(change: AreaChange, code: str) -> str:
    row = change.rows.get(code)
    return _with_name(code, row["name"]) if row else _was(change, code)


def _with_name(code: str, name: str | None) -> str:
    return code if name in (None, code) else f"{code} {name}"


def _share(share: float | None, words: Catalogue) -> str:
    return "" if share is None else f" ({words.percent(share)})"
