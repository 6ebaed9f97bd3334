"""Indicator sets as they are shown: what a set has, what of it forms do not ask, how it differs from another one."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.rounds.rules import indicators_of
from server.rounds.tables import Round
from server.rulebook import DEFAULT_SET, built_in_sets, knows_set, load_indicators
from server.sets.keeping import kept_sets, rounds_of
from server.sets.tables import KEPT, KeptSet
from verification.sets.asked import Unasked, asked_otherwise, not_asked
from verification.sets.differing import Differences, OtherIndicator, differences
from verification.sets.indicators import Indicator, IndicatorSet
from verification.sets.rows import Fault


@view
class ListedSet:
    """A set in the list: one that comes with Tilik has no state."""

    id: Cleared
    law: Cleared
    indicators: int
    points: Cleared
    state: Cleared | None
    loaded_at: datetime | None
    rounds: Cleared | None
    without_form: int


@view
class ShownCluster:
    """A cluster of a set."""

    code: Cleared
    name: Cleared
    points: Cleared
    indicators: int


@view
class ShownIndicator:
    """An indicator of a set."""

    number: int
    name: Cleared
    points: Cleared
    kind: Cleared
    questions: int
    criteria: int


@view
class ShownSet:
    """What a set has. `unasked`: criteria that forms do not ask; `otherwise`: those that they ask in other words."""

    id: Cleared
    law: Cleared
    valid_from: date
    points: Cleared
    clusters: tuple[ShownCluster, ...]
    indicators: tuple[ShownIndicator, ...]
    unasked: tuple[Cleared, ...]
    otherwise: Cleared | None


@view
class ShownDifferences:
    """How a set differs from another one, in sentences; none where it says the same."""

    other: Cleared
    lines: tuple[Cleared, ...]


@view
class ShownFault:
    """What is wrong with a cell of a workbook."""

    cell: Cleared
    sentence: Cleared


def listed_sets(session: Session, clear: Clearance) -> tuple[ListedSet, ...]:
    """List the sets that were loaded, and those that come with Tilik."""
    loaded = [_listed(session, load_indicators(row.id), row, clear) for row in kept_sets(session)]
    return (*loaded, *(_listed(session, load_indicators(one), None, clear) for one in built_in_sets()))


def _listed(session: Session, found: IndicatorSet, row: KeptSet | None, clear: Clearance) -> ListedSet:
    rounds = rounds_of(session, found.id)
    return ListedSet(
        clear.id(found.id), clear.ours(found.law), len(found.indicators), clear.points(found.total),
        clear.code("set_state", row.state) if row else None, row.loaded_at if row else None,
        clear.joined(*map(clear.id, rounds)) if rounds else None, len(not_asked(found, by_forms())),
    )  # fmt: skip


def by_forms() -> IndicatorSet:
    """Give the set whose criteria forms are built from."""
    return load_indicators(DEFAULT_SET)


def unasked_of_round(session: Session, found: Round, clear: Clearance) -> Cleared | None:
    """Say how many criteria of a round's set no form asks; None where all are asked."""
    count = len(not_asked(indicators_of(session, found), by_forms()))
    named = {"round": clear.ours(found.name), "set": clear.id(found.indicator_set)}
    return clear.say("set.of_round", count=count, **named) if count else None


def set_shown(found: IndicatorSet, clear: Clearance) -> ShownSet:
    """Show what a set has."""
    otherwise = asked_otherwise(found, by_forms())
    return ShownSet(
        id=clear.id(found.id), law=clear.ours(found.law), valid_from=found.valid_from, points=clear.points(found.total),
        clusters=tuple(ShownCluster(clear.id(one.code), clear.ours(one.name[clear.language]), clear.points(one.points),
                                    sum(each.cluster == one.code for each in found.indicators))
                       for one in found.clusters),
        indicators=tuple(_indicator(one, clear) for one in found.indicators),
        unasked=tuple(_unasked(one, clear) for one in not_asked(found, by_forms())),
        otherwise=clear.joined(*(clear.ours(one.code) for one in otherwise)) if otherwise else None,
    )  # fmt: skip


def _indicator(one: Indicator, clear: Clearance) -> ShownIndicator:
    return ShownIndicator(one.number, clear.ours(one.name[clear.language]), clear.points(one.points),
                          clear.say(f"claim_kind.{one.claim_kind}"), len(one.questions), len(one.criteria))  # fmt: skip


def _unasked(one: Unasked, clear: Clearance) -> Cleared:
    return clear.say("set.unasked_one", code=clear.id(one.criterion.code),
                     text=clear.ours(one.criterion.text[clear.language]),
                     kinds=clear.joined(*(clear.say(f"kind.{kind}") for kind in one.kinds)))  # fmt: skip


def fault_shown(fault: Fault, clear: Clearance) -> ShownFault:
    """Show what is wrong with a cell, to whoever brought the workbook."""
    return ShownFault(clear.own(fault.cell), clear.why(fault.reason).sentence)


# ── beside another set


def differences_shown(session: Session, found: IndicatorSet, clear: Clearance) -> ShownDifferences:
    """Show how a set differs from the one of its id, else from the newest one kept, else from Tilik's own.

    One of its id is compared with though it is withdrawn, or Tilik's own: it is what stands against keeping this one.
    """
    kept = (row.id for row in kept_sets(session) if row.state == KEPT)
    other = found.id if knows_set(found.id) else next(kept, DEFAULT_SET)
    lines = _lines(differences(load_indicators(other), found), found, clear)
    return ShownDifferences(clear.id(other), tuple(lines))


def _lines(found: Differences, after: IndicatorSet, clear: Clearance) -> Iterator[Cleared]:
    for key, numbers in (("set.differs_new", found.new), ("set.differs_gone", found.gone)):
        if numbers:
            yield clear.say(key, numbers=clear.joined(*(clear.id(str(number)) for number in numbers)))
    for one in found.changed:
        yield _changed(one, after.by_number[one.number], clear)
    if found.clusters:
        yield clear.say("set.differs_clusters", codes=clear.joined(*map(clear.id, found.clusters)))
    if found.rest:
        yield clear.say("set.differs_rest", what=clear.joined(*(clear.say(f"set.rest.{one}") for one in found.rest)))


def _changed(one: OtherIndicator, now: Indicator, clear: Clearance) -> Cleared:
    said = [clear.say(f"set.differs_{what}") for what, is_so in
            (("named", one.named), ("asked", one.asked), ("judged", one.judged)) if is_so]  # fmt: skip
    if one.points_before is not None:
        said.insert(0, clear.say("set.differs_points", before=clear.points(one.points_before),
                                 now=clear.points(now.points)))  # fmt: skip
    what = clear.joined(*said) if said else clear.say("set.differs_more")
    return clear.say("set.differs_indicator", number=one.number, what=what)
